//! The signed-in user's own password, second factor, key file and desktop unlock.

use app::{AccountDetails, Secret};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::views::{DesktopUnlock, Role, time};

/// The account of the signed-in user.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    pub user_id: String,
    pub user_name: String,
    pub roles: Vec<Role>,
    /// The time of the last password change.
    pub password_changed_at: String,
    /// True if they have an authenticator.
    pub totp: bool,
    /// True if they need a key file.
    pub key_file: bool,
    /// The state of unlocking with this desktop's key store.
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

/// The caller's password, entered again as a confirmation.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmRequest {
    #[specta(type = String)]
    pub password: Secret,
    /// The path of the key file, if one is needed.
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
    /// The path of the key file, if one is needed.
    pub key_file: Option<String>,
}

/// The caller's password and a code of the current authenticator, in order to replace or remove the authenticator.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TotpChangeRequest {
    #[specta(type = String)]
    pub password: Secret,
    /// The path of the key file, if one is needed.
    pub key_file: Option<String>,
    /// A code of the current authenticator, if there is one.
    pub code: Option<String>,
}

/// The secret of a new authenticator. It has no `Debug`, because it carries a secret.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TotpSetupView {
    /// The secret in Base32, in groups of four characters.
    pub secret: String,
    /// The QR code of the `otpauth://…` address, as an SVG document, black on white.
    pub qr_svg: String,
    /// The number with which the page reports that the secret is hidden.
    pub shown: u32,
}

/// The first code of a new authenticator.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TotpConfirmRequest {
    pub code: String,
}

/// A request to make a key file.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyFileRequest {
    #[specta(type = String)]
    pub password: Secret,
    /// The key file that was required until now.
    pub key_file: Option<String>,
    /// The path of the new key file.
    pub path: String,
}
