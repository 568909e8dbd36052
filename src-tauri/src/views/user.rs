//! The people of a vault.

use app::{OneTimePassword, UserPage, UserQuery, UserRow};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ListRequest, Noun, Page, Role, UserSort, UserStatus, limit, optional_time, page::place, time};
use crate::CommandError;

/// Which people.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UserFilter {
    /// Part of the name.
    pub text: Option<String>,
    pub role: Option<Role>,
    pub status: Option<UserStatus>,
}

impl TryFrom<ListRequest<UserFilter, UserSort>> for UserQuery {
    type Error = CommandError;

    fn try_from(request: ListRequest<UserFilter, UserSort>) -> Result<Self, CommandError> {
        Ok(Self {
            text: request.filter.text.unwrap_or_default(),
            role: request.filter.role,
            status: request.filter.status,
            sort: request.sort,
            descending: request.descending,
            after: place(request.cursor, Noun::User)?,
            limit: limit(request.limit),
        })
    }
}

impl From<UserPage> for Page<UserView> {
    fn from(page: UserPage) -> Self {
        Self::counted(page.rows, page.next, page.total, UserView::from)
    }
}

/// A person.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    pub id: String,
    pub name: String,
    pub roles: Vec<Role>,
    /// Invited: has a one-time password and has not chosen an own one.
    pub status: UserStatus,
    pub is_you: bool,
    /// The last active Administrator: cannot be removed, disabled, demoted.
    pub last_administrator: bool,
    /// When they were added.
    pub created_at: String,
    pub created_by: Option<String>,
    /// When they last signed in.
    pub last_sign_in_at: Option<String>,
    /// Whether they have an authenticator.
    pub totp: bool,
    /// Whether they need a key file.
    pub key_file: bool,
    /// Until when the one-time password works.
    pub one_time_until: Option<String>,
}

impl From<UserRow> for UserView {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            roles: row.roles.into_iter().collect(),
            status: row.status,
            is_you: row.is_you,
            last_administrator: row.last_administrator,
            created_at: time(row.created_at),
            created_by: row.created_by,
            last_sign_in_at: optional_time(row.last_sign_in_at),
            totp: row.totp,
            key_file: row.key_file,
            one_time_until: optional_time(row.one_time_until),
        }
    }
}

/// A person to be added.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UserAddRequest {
    pub name: String,
    pub roles: Vec<Role>,
}

/// A person's name and roles.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UserSaveRequest {
    pub id: String,
    pub name: String,
    pub roles: Vec<Role>,
}

/// The one-time password of a person: carries a secret, has no `Debug`.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OneTimePasswordView {
    pub user: UserView,
    pub password: String,
    /// Until when it works.
    pub valid_until: String,
    /// The number by which the page says that it is hidden.
    pub shown: u32,
}

impl OneTimePasswordView {
    /// The password, and the number under which the window is covered for it.
    pub fn of(one_time: OneTimePassword, shown: u32) -> Self {
        Self {
            user: one_time.user.into(),
            // EXPOSE: shown once to the Administrator, who hands it over.
            password: one_time.password.expose().to_owned(),
            valid_until: time(one_time.valid_until),
            shown,
        }
    }
}
