//! The vault itself: its keys, its recovery kit, its backups, and its integrity.

use app::{
    Backup, BackupRow, DamageDetails, Drill, IntegrityDetails, KeyCost, MemoryStatus, RecoveryDetails, Secret,
    VaultDetails,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::views::{
    BackupReason, BackupStatus, IntegrityStatus, RecoveryStatus, SyncService, Task, count, optional_time, time,
};

/// A request that names a vault by its folder.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct VaultPathRequest {
    pub path: String,
}

/// A request to check a folder in which a vault is to be created.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FolderCheckRequest {
    pub folder: String,
}

/// The result of checking a folder.
#[derive(Debug, Serialize, Type)]
pub struct FolderCheckView {
    /// The cloud client that synchronises it.
    pub service: Option<SyncService>,
    /// True if a vault can be created in it.
    pub writable: bool,
}

/// The purpose for which a file is picked.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FilePurpose {
    /// An existing key file to sign in with.
    KeyFile,
    SaveKeyFile,
    Backup,
}

/// A request to open the system's file dialogue.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FilePickRequest {
    pub purpose: FilePurpose,
}

/// The known facts about a damaged vault.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DamageView {
    pub path: String,
    pub vault_name: String,
    /// The good backups, the newest first.
    pub backups: Vec<BackupView>,
    /// The suggested folder of a restored vault.
    pub suggested_folder: String,
}

impl From<DamageDetails> for DamageView {
    fn from(details: DamageDetails) -> Self {
        Self {
            path: details.folder.to_string_lossy().into_owned(),
            vault_name: details.vault_name,
            backups: details.backups.into_iter().map(BackupView::from).collect(),
            suggested_folder: details.suggested_folder.to_string_lossy().into_owned(),
        }
    }
}

/// The settings of the open vault.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VaultView {
    pub name: String,
    pub path: String,
    /// The format of its key slots.
    pub format: u32,
    /// The time at which it was made.
    pub created_at: String,
    pub founder: String,
    /// The number of times that its keys were replaced.
    pub generation: u32,
    /// The time at which its keys were last replaced.
    pub rekeyed_at: Option<String>,
    pub recovery: RecoveryView,
    /// The key-derivation parameters, which determine the cost of guessing a password.
    pub key_parameters: KeyParametersView,
    /// The number of users whose key slots still have weaker parameters. A slot is updated at the user's next sign-in.
    pub slots_behind: u32,
    /// The folder of its backups.
    pub backup_folder: String,
    /// The newest backup that is good.
    pub newest_good: Option<BackupView>,
    /// The result of the last integrity check.
    pub integrity: IntegrityView,
    /// The cloud client that synchronises its folder.
    pub service: Option<SyncService>,
    /// The part of the memory for keys and passwords that is locked.
    pub memory: MemoryView,
}

/// The memory for keys and passwords of the whole program.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemoryView {
    /// The kibibytes that are locked, which means that they are never written to swap.
    pub locked_kibibytes: u32,
    /// The kibibytes that should be locked.
    pub wanted_kibibytes: u32,
}

impl From<MemoryStatus> for MemoryView {
    fn from(status: MemoryStatus) -> Self {
        let kibibytes = |bytes: usize| u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        Self { locked_kibibytes: kibibytes(status.locked_bytes), wanted_kibibytes: kibibytes(status.wanted_bytes) }
    }
}

impl From<VaultDetails> for VaultView {
    fn from(details: VaultDetails) -> Self {
        Self {
            name: details.name,
            path: details.folder.to_string_lossy().into_owned(),
            format: details.format,
            created_at: time(details.created_at),
            founder: details.founder,
            generation: details.generation,
            rekeyed_at: optional_time(details.rekeyed_at),
            recovery: details.recovery.into(),
            key_parameters: details.key_cost.into(),
            slots_behind: details.slots_behind,
            backup_folder: details.backup_folder.to_string_lossy().into_owned(),
            newest_good: details.newest_good.map(BackupView::from),
            integrity: details.integrity.into(),
            service: details.service,
            memory: details.memory.into(),
        }
    }
}

/// A recovery kit, without its words.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryView {
    /// The status: no kit, an unchecked kit, or a checked kit.
    pub status: RecoveryStatus,
    /// The time at which it was made.
    pub made_at: Option<String>,
    pub made_by: Option<String>,
    /// The time at which the user checked its words by typing them.
    pub checked_at: Option<String>,
}

impl From<RecoveryDetails> for RecoveryView {
    fn from(details: RecoveryDetails) -> Self {
        Self {
            status: details.status,
            made_at: optional_time(details.made_at),
            made_by: details.made_by,
            checked_at: optional_time(details.checked_at),
        }
    }
}

/// A request to make a recovery kit.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoveryMakeRequest {
    /// The caller's password; required only if a kit is replaced.
    #[specta(type = Option<String>)]
    pub password: Option<Secret>,
    /// The path of the caller's key file, if one is needed.
    pub key_file: Option<String>,
}

/// A new recovery kit, which is shown once. It has no `Debug`, because it carries a secret.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryKitView {
    pub vault_name: String,
    pub vault_path: String,
    /// The time at which it was made.
    pub made_at: String,
    pub words: Vec<String>,
    /// The same words as a QR code, in an SVG document.
    pub qr_svg: String,
    /// The two positions, from 1, of the words that the user must type as a check.
    pub asked: Vec<u32>,
    /// The number with which the page reports that the words are hidden.
    pub shown: u32,
}

/// The words of the recovery kit that the user typed as a check.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCheckRequest {
    pub words: Vec<RecoveryWord>,
}

/// A word of the recovery kit that the user typed.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RecoveryWord {
    pub position: u32,
    #[specta(type = String)]
    pub word: Secret,
}

/// A request to propose key-derivation parameters for a duration on this machine.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalibrateRequest {
    pub target_milliseconds: u32,
}

/// The key-derivation parameters, which determine the cost of guessing a password.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeyParametersView {
    pub memory_mebibytes: u32,
    /// The number of passes over the memory.
    pub passes: u32,
    pub lanes: u32,
    /// The duration of one derivation, measured on this machine; null: not measured.
    pub milliseconds: Option<u32>,
    /// True for the minimum parameters: weaker ones are not allowed.
    pub floor: bool,
}

impl From<KeyCost> for KeyParametersView {
    fn from(cost: KeyCost) -> Self {
        Self {
            memory_mebibytes: cost.parameters.memory_kib / 1024,
            passes: cost.parameters.iterations,
            lanes: cost.parameters.parallelism,
            milliseconds: cost.milliseconds,
            floor: cost.parameters == app::KdfParameters::FLOOR,
        }
    }
}

/// A request to set the key-derivation parameters.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyParametersSaveRequest {
    pub memory_mebibytes: u32,
    /// The number of passes over the memory.
    pub passes: u32,
    pub lanes: u32,
    #[specta(type = String)]
    pub password: Secret,
    /// The path of the caller's key file, if one is needed.
    pub key_file: Option<String>,
}

/// A backup of a vault, as the list shows it.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    pub path: String,
    /// The time at which it was made.
    pub made_at: String,
    pub reason: BackupReason,
    pub size_kibibytes: u32,
    /// The number of audit entries in it, which shows how old its content is.
    pub audit_entries: u32,
    /// The result of checking the backup.
    pub status: BackupStatus,
}

impl From<BackupRow> for BackupView {
    fn from(row: BackupRow) -> Self {
        let BackupRow { backup, status } = row;
        Self { status, ..Self::from(backup) }
    }
}

impl From<Backup> for BackupView {
    fn from(backup: Backup) -> Self {
        Self {
            path: backup.path.to_string_lossy().into_owned(),
            made_at: time(backup.made_at),
            reason: backup.reason,
            size_kibibytes: count(backup.bytes.div_ceil(1024)),
            audit_entries: count(backup.audit_entries),
            status: BackupStatus::Good,
        }
    }
}

/// A request to save a copy of the open vault.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct VaultCopyRequest {
    /// The folder in which the copy is made.
    pub folder: String,
}

/// A request to make a backup.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BackupMakeRequest {
    /// The folder of the backup; null: the vault's own backup folder.
    pub folder: Option<String>,
}

/// A request that names a backup by its path.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BackupPathRequest {
    pub path: String,
}

/// A request to restore a backup into a new vault.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BackupRestoreRequest {
    pub path: String,
    /// The folder in which the new vault is made.
    pub folder: String,
    /// The new vault's name.
    pub name: String,
}

/// The result of a restore drill.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DrillView {
    /// True if all checks have passed.
    pub good: bool,
    /// True if every page of the database is intact.
    pub pages_sound: bool,
    /// The number of entries of the audit trail.
    pub audit_entries: u32,
    /// True if the audit trail is intact.
    pub audit_intact: bool,
    pub secrets: u32,
    /// The number of secrets that could be decrypted.
    pub secrets_opened: u32,
    /// The duration of the drill.
    pub milliseconds: u32,
}

impl From<Drill> for DrillView {
    fn from(drill: Drill) -> Self {
        Self {
            good: drill.good,
            pages_sound: drill.pages_sound,
            audit_entries: count(drill.audit_entries),
            audit_intact: drill.audit_intact,
            secrets: count(drill.secrets),
            secrets_opened: count(drill.secrets_opened),
            milliseconds: u32::try_from(drill.took.as_millis()).unwrap_or(u32::MAX),
        }
    }
}

/// The result of checking the vault's integrity.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityView {
    pub status: IntegrityStatus,
    pub checked_at: Option<String>,
    /// The number of pages that were checked.
    pub pages: Option<u32>,
    /// The messages of the database engine, at most five.
    pub findings: Vec<String>,
}

impl From<IntegrityDetails> for IntegrityView {
    fn from(details: IntegrityDetails) -> Self {
        Self {
            status: details.status,
            checked_at: optional_time(details.checked_at),
            pages: details.pages.map(count),
            findings: details.findings.into_iter().take(5).collect(),
        }
    }
}

/// A request that names a long task.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TaskRequest {
    pub task: Task,
}
