//! The first screen: recent vaults, preferences, and a session that is already open.

use app::{Guess, Secret};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::preferences::{self, RecentVault};
use crate::views::{
    Language, StrengthHint, Theme,
    session::{LockedView, SessionView},
};

/// The data of the first screen.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StartView {
    pub version: String,
    pub recent_vaults: Vec<RecentVaultView>,
    /// The suggested folder of a new vault.
    pub suggested_folder: String,
    /// The theme: light, dark, or the system's.
    pub theme: Theme,
    pub language: Option<Language>,
    /// The session, if a user is signed in.
    pub session: Option<SessionView>,
    /// The open vault whose window is locked, if there is one.
    pub locked: Option<LockedView>,
    /// For each recent vault, in the same order: true if this desktop's key store probably holds the key of the user
    /// named there. The key store itself is not asked.
    pub desktop_keys: Vec<bool>,
}

/// A vault that was opened before.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecentVaultView {
    pub name: String,
    pub path: String,
    /// The user who opened it last.
    pub user_name: String,
    /// True if it is still there.
    pub exists: bool,
}

impl From<RecentVault> for RecentVaultView {
    fn from(vault: RecentVault) -> Self {
        let exists = preferences::is_there(&vault.path);
        Self { name: vault.name, path: vault.path, user_name: vault.user_name, exists }
    }
}

/// The theme and the language to save.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PreferencesRequest {
    /// The theme: light, dark, or the system's.
    pub theme: Theme,
    pub language: Option<Language>,
}

/// The purpose for which a folder is picked.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FolderPurpose {
    /// A vault is to be created in it.
    CreateVault,
    /// The folder is a vault to be opened.
    OpenVault,
}

/// A request to open the system's folder dialogue.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FolderPickRequest {
    pub purpose: FolderPurpose,
}

/// A request to estimate a password.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordStrengthRequest {
    #[specta(type = String)]
    pub password: Secret,
    /// The words that an attacker would try first, such as the names of the owner and of the vault.
    pub user_inputs: Vec<String>,
}

/// The estimate of how well a password resists guessing.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PasswordStrengthView {
    /// From 0 (guessed at once) to 4 (out of reach).
    pub score: u32,
    /// The duration of a successful offline attack, in seconds.
    #[specta(type = specta_typescript::Number)]
    pub crack_seconds: f64,
    /// The reason why it is weak.
    pub hint: Option<StrengthHint>,
}

impl From<Guess> for PasswordStrengthView {
    fn from(guess: Guess) -> Self {
        Self { score: u32::from(guess.score), crack_seconds: guess.crack_seconds, hint: guess.hint }
    }
}

/// A request to create a vault.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VaultCreateRequest {
    /// The folder in which it is made.
    pub folder: String,
    pub name: String,
    pub user_name: String,
    #[specta(type = String)]
    pub password: Secret,
}

/// A request to remove a vault from the recent ones.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct VaultForgetRequest {
    pub path: String,
}
