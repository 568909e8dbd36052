//! Passwords that are shown or copied, and the history of a credential's secrets.

use app::{RevealRequest, Revealed, SecretVersion};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::views::{SecretKind, SecretOrigin, SecretVersionState, optional_time, time};

/// A request to show or copy the current password.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SecretRevealRequest {
    pub id: String,
    /// The reason; null: not required.
    pub justification: Option<String>,
    /// The authenticator's code; null: not required.
    pub code: Option<String>,
}

impl SecretRevealRequest {
    /// Returns the reason and the code that the user entered.
    pub fn reveal_request(self) -> RevealRequest {
        RevealRequest { justification: self.justification, code: self.code }
    }
}

/// A request to show or copy one version of a secret.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretVersionRevealRequest {
    pub credential_id: String,
    pub version_id: String,
    /// The reason; null: not required.
    pub justification: Option<String>,
    /// The authenticator's code; null: not required.
    pub code: Option<String>,
}

impl SecretVersionRevealRequest {
    /// Returns the reason and the code that the user entered.
    pub fn reveal_request(self) -> RevealRequest {
        RevealRequest { justification: self.justification, code: self.code }
    }
}

/// The page's report that a password is hidden again.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SecretHiddenRequest {
    /// The number that came with the password.
    pub shown: u32,
}

/// A revealed password. It carries a secret and has no `Debug`.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretView {
    pub password: String,
    /// True if the device may have another password.
    pub doubtful: bool,
    /// The time since which it is current, or the time at which it was stored.
    pub changed_at: String,
    /// True if Chaveiro changed and proved it; false if it was only stored.
    pub changed: bool,
    /// The time for which the page shows it, in seconds.
    pub hide_after_seconds: u32,
    /// The number with which the page reports that it is hidden.
    pub shown: u32,
}

impl SecretView {
    /// Makes the view of a password, with the number under which the window is covered.
    pub fn of(revealed: Revealed, shown: u32) -> Self {
        Self {
            // EXPOSE: the user asked to see the password.
            password: revealed.password.expose().to_owned(),
            doubtful: revealed.doubtful,
            changed_at: time(revealed.changed_at),
            changed: revealed.changed,
            hide_after_seconds: revealed.hide_after_seconds,
            shown,
        }
    }
}

/// The answer to copying a password.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretCopiedView {
    /// The time after which the clipboard is cleared, in seconds.
    pub clears_after_seconds: u32,
}

/// A version of a secret, without its value.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretVersionView {
    pub id: String,
    /// The number of the version, counted from 1 for each kind.
    pub number: u32,
    /// The kind of the secret: a password or a key.
    pub kind: SecretKind,
    /// The role of the version for its credential, for example current or previous.
    pub state: SecretVersionState,
    /// The origin of the version.
    pub origin: SecretOrigin,
    /// The user who entered it or requested the change.
    pub user_name: Option<String>,
    /// The operation that made it.
    pub operation_code: Option<u32>,
    /// The time at which it was stored.
    pub created_at: String,
    /// The time at which it became current.
    pub current_at: Option<String>,
}

impl From<SecretVersion> for SecretVersionView {
    fn from(version: SecretVersion) -> Self {
        Self {
            id: version.id.to_string(),
            number: version.number,
            kind: version.kind,
            state: version.state,
            origin: version.origin,
            user_name: version.user_name,
            operation_code: version.operation_code.map(|code| u32::try_from(code).unwrap_or(u32::MAX)),
            created_at: time(version.created_at),
            current_at: optional_time(version.current_at),
        }
    }
}
