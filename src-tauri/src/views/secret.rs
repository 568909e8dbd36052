//! A password on its way to a person, and the history of them.

use app::{Look, Revealed, SecretVersion};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{SecretKind, SecretOrigin, SecretVersionState, optional_time, time};

/// A look at a password.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SecretRevealRequest {
    pub id: String,
    /// Why; null: not asked for.
    pub justification: Option<String>,
    /// The authenticator's code; null: not asked for.
    pub code: Option<String>,
}

impl SecretRevealRequest {
    /// What the person says and proves.
    pub fn look(self) -> Look {
        Look { justification: self.justification, code: self.code }
    }
}

/// A look at one version of a secret.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretVersionRevealRequest {
    pub credential_id: String,
    pub version_id: String,
    /// Why; null: not asked for.
    pub justification: Option<String>,
    /// The authenticator's code; null: not asked for.
    pub code: Option<String>,
}

impl SecretVersionRevealRequest {
    /// What the person says and proves.
    pub fn look(self) -> Look {
        Look { justification: self.justification, code: self.code }
    }
}

/// A password that is hidden again.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SecretHiddenRequest {
    /// The number that came with it.
    pub shown: u32,
}

/// A revealed password. It carries a secret and has no `Debug`.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretView {
    pub password: String,
    /// Whether the device may have another one.
    pub doubtful: bool,
    /// Since when it is current, or when it was stored.
    pub changed_at: String,
    /// Whether Chaveiro changed it and proved it; otherwise it was only stored.
    pub changed: bool,
    /// How long the page shows it.
    pub hide_after_seconds: u32,
    /// The number by which the page says that it is hidden.
    pub shown: u32,
}

impl SecretView {
    /// The password, and the number under which the window is covered for it.
    pub fn of(revealed: Revealed, shown: u32) -> Self {
        Self {
            // EXPOSE: the user asked to see it.
            password: revealed.password.expose().to_owned(),
            doubtful: revealed.doubtful,
            changed_at: time(revealed.changed_at),
            changed: revealed.changed,
            hide_after_seconds: revealed.hide_after_seconds,
            shown,
        }
    }
}

/// A copied password.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretCopiedView {
    /// When the clipboard is cleared.
    pub clears_after_seconds: u32,
}

/// A version of a secret, without its value.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretVersionView {
    pub id: String,
    /// From 1, per kind.
    pub number: u32,
    /// A password or a key.
    pub kind: SecretKind,
    /// What it is to its credential.
    pub state: SecretVersionState,
    /// Where it comes from.
    pub origin: SecretOrigin,
    /// Who entered it or asked for the change.
    pub user_name: Option<String>,
    /// The operation that made it.
    pub operation_code: Option<u32>,
    /// When it was stored.
    pub created_at: String,
    /// When it became current.
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
