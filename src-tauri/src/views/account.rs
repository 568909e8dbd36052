//! The signed-in person's own password, second factor, key file and desktop.

use app::{AccountDetails, Secret};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{DesktopUnlock, Role, time};

/// The signed-in person.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    pub user_id: String,
    pub user_name: String,
    pub roles: Vec<Role>,
    /// Since when their password is what it is.
    pub password_changed_at: String,
    /// Whether they have an authenticator.
    pub totp: bool,
    /// Whether they need a key file.
    pub key_file: bool,
    /// Whether this desktop unlocks for them.
    pub desktop: DesktopUnlock,
}

impl From<AccountDetails> for AccountView {
    fn from(details: AccountDetails) -> Self {
        Self {
            user_id: details.user.id.to_string(),
            user_name: details.user.name,
            roles: details.user.roles.into_iter().collect(),
            password_changed_at: time(details.password_changed_at),
            totp: details.totp,
            key_file: details.key_file,
            desktop: details.desktop,
        }
    }
}

/// The caller's password again.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmRequest {
    #[specta(type = String)]
    pub password: Secret,
    /// The key file, where one is needed.
    pub key_file: Option<String>,
}

/// The caller's old and new password.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountChangePasswordRequest {
    #[specta(type = String)]
    pub current: Secret,
    #[specta(type = String)]
    pub password: Secret,
    /// The key file, where one is needed.
    pub key_file: Option<String>,
}

/// The caller's password, and a code of the authenticator that they have, to set up another or none.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TotpChangeRequest {
    #[specta(type = String)]
    pub password: Secret,
    /// The key file, where one is needed.
    pub key_file: Option<String>,
    /// A code of the authenticator, where there is one.
    pub code: Option<String>,
}

/// What an authenticator is told: carries a secret, has no `Debug`.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TotpSetupView {
    /// Base32, in groups of four.
    pub secret: String,
    /// `otpauth://…` as an SVG document, black on white.
    pub qr_svg: String,
    /// The number by which the page says that the secret is hidden.
    pub shown: u32,
}

/// The first code of a new authenticator.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TotpConfirmRequest {
    pub code: String,
}

/// A key file to be made.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyFileRequest {
    #[specta(type = String)]
    pub password: Secret,
    /// The one that was needed until now.
    pub key_file: Option<String>,
    /// Where it is made.
    pub path: String,
}
