//! The first screen, and the session.

use app::{Guess, Secret};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    Language, StrengthHint, Theme,
    session::{LockedView, SessionView},
};
use crate::preferences::{self, RecentVault};

/// What the first screen needs.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StartView {
    pub version: String,
    pub recent_vaults: Vec<RecentVaultView>,
    /// Where a new vault goes unless the user says otherwise.
    pub suggested_folder: String,
    /// Light, dark, or as the system.
    pub theme: Theme,
    pub language: Option<Language>,
    /// Who sits at the window, if anyone does.
    pub session: Option<SessionView>,
    /// A vault that is open with its window locked.
    pub locked: Option<LockedView>,
    /// For each recent vault, in the same order: whether this desktop is said to hold a key for the user named there. No
    /// key store is asked.
    pub desktop_keys: Vec<bool>,
}

/// A vault that was opened before.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecentVaultView {
    pub name: String,
    pub path: String,
    /// Who opened it last.
    pub user_name: String,
    /// Whether it is still there.
    pub exists: bool,
}

impl From<RecentVault> for RecentVaultView {
    fn from(vault: RecentVault) -> Self {
        let exists = preferences::is_there(&vault.path);
        Self { name: vault.name, path: vault.path, user_name: vault.user_name, exists }
    }
}

/// Theme and language.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PreferencesRequest {
    /// Light, dark, or as the system.
    pub theme: Theme,
    pub language: Option<Language>,
}

/// What a folder is picked for.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FolderPurpose {
    /// To make a vault in it.
    CreateVault,
    /// Because it is a vault.
    OpenVault,
}

/// Opens the system's folder dialogue.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FolderPickRequest {
    pub purpose: FolderPurpose,
}

/// A password to be estimated.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordStrengthRequest {
    #[specta(type = String)]
    pub password: Secret,
    /// Words that an attacker would try first: the owner's name, the vault's.
    pub user_inputs: Vec<String>,
}

/// How well a password resists guessing.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PasswordStrengthView {
    /// From 0 (guessed at once) to 4 (out of reach).
    pub score: u32,
    /// Seconds of an offline attack.
    #[specta(type = specta_typescript::Number)]
    pub crack_seconds: f64,
    /// What makes it weak.
    pub hint: Option<StrengthHint>,
}

impl From<Guess> for PasswordStrengthView {
    fn from(guess: Guess) -> Self {
        Self { score: u32::from(guess.score), crack_seconds: guess.crack_seconds, hint: guess.hint }
    }
}

/// A vault to be created.
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

/// A vault to be forgotten.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct VaultForgetRequest {
    pub path: String,
}
