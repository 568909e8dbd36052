//! A password on its way to a person.

use serde::Serialize;
use specta::Type;

/// A revealed password. The one view that carries a secret; it has no `Debug`.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretView {
    /// The password.
    pub password: String,
    /// Whether the device may have another one.
    pub doubtful: bool,
    /// Since when it is current.
    pub changed_at: String,
    /// How long the page shows it.
    pub hide_after_seconds: u32,
}

/// A copied password.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretCopiedView {
    /// When the clipboard is cleared.
    pub clears_after_seconds: u32,
}
