//! The users of a vault.

use app::{OneTimePassword, UserPage, UserQuery, UserRow};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::CommandError;
use crate::views::{ListRequest, Noun, Page, Role, UserSort, UserStatus, limit, optional_time, page::place, time};

/// The filter of the users.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UserFilter {
    /// A part of the name to search for.
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

/// A user of the vault.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    pub id: String,
    pub name: String,
    pub roles: Vec<Role>,
    /// The status. An invited user has a one-time password and has not chosen an own password yet.
    pub status: UserStatus,
    pub is_you: bool,
    /// True for the last active Administrator, who cannot be removed, disabled or demoted.
    pub last_administrator: bool,
    /// The time at which the user was added.
    pub created_at: String,
    pub created_by: Option<String>,
    /// The time of the user's last sign-in.
    pub last_sign_in_at: Option<String>,
    /// True if the user has an authenticator.
    pub totp: bool,
    /// True if the user needs a key file.
    pub key_file: bool,
    /// The time until which the one-time password works.
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

/// A request to add a user.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UserAddRequest {
    pub name: String,
    pub roles: Vec<Role>,
}

/// A request to change a user's name and roles.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UserSaveRequest {
    pub id: String,
    pub name: String,
    pub roles: Vec<Role>,
}

/// The one-time password of a user. It has no `Debug`, because it carries a secret.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OneTimePasswordView {
    pub user: UserView,
    pub password: String,
    /// The time until which it works.
    pub valid_until: String,
    /// The number with which the page reports that it is hidden.
    pub shown: u32,
}

impl OneTimePasswordView {
    /// Makes the view of a one-time password, with the number under which the window is covered.
    pub fn of(one_time: OneTimePassword, shown: u32) -> Self {
        Self {
            user: one_time.user.into(),
            // EXPOSE: the password is shown once to the Administrator, who hands it over.
            password: one_time.password.expose().to_owned(),
            valid_until: time(one_time.valid_until),
            shown,
        }
    }
}
