//! The people of a vault.

use app::{OneTimePassword, UserQuery, UserRow};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Noun, Role, UserSort, UserStatus, count, id, limit, optional_time, time};
use crate::CommandError;

/// Which people.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UserFilter {
    /// Part of the name.
    pub text: Option<String>,
    /// With this role.
    pub role: Option<Role>,
    /// In this state.
    pub status: Option<UserStatus>,
}

/// One page of people.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UserListRequest {
    /// Which ones.
    pub filter: UserFilter,
    /// In which order.
    pub sort: UserSort,
    /// Turned round.
    pub descending: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: u32,
}

impl TryFrom<UserListRequest> for UserQuery {
    type Error = CommandError;

    fn try_from(request: UserListRequest) -> Result<Self, CommandError> {
        Ok(Self {
            text: request.filter.text.unwrap_or_default(),
            role: request.filter.role,
            status: request.filter.status,
            sort: request.sort,
            descending: request.descending,
            after: request.cursor.map(|cursor| id(&cursor, Noun::User)).transpose()?,
            limit: limit(request.limit),
        })
    }
}

/// A page of people.
#[derive(Debug, Serialize, Type)]
pub struct UserPage {
    /// The rows.
    pub rows: Vec<UserView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

impl From<app::UserPage> for UserPage {
    fn from(page: app::UserPage) -> Self {
        Self {
            rows: page.rows.into_iter().map(UserView::from).collect(),
            next: page.next.map(|next| next.to_string()),
            total: count(page.total),
        }
    }
}

/// A person.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: Vec<Role>,
    /// Invited: has a one-time password and has not chosen an own one.
    pub status: UserStatus,
    /// The caller.
    pub is_you: bool,
    /// The last active Administrator: cannot be removed, disabled, demoted.
    pub last_administrator: bool,
    /// When they were added.
    pub created_at: String,
    /// By whom.
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
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: Vec<Role>,
}

/// A person's name and roles.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UserSaveRequest {
    /// Who.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: Vec<Role>,
}

/// The one-time password of a person: carries a secret, has no `Debug`.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OneTimePasswordView {
    /// Whose.
    pub user: UserView,
    /// The password.
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
