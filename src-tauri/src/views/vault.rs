//! The vault itself: its keys, its recovery kit, its backups, whether it is whole.

use app::{
    Backup, BackupRow, DamageDetails, Drill, IntegrityDetails, KeyCost, MemoryStatus, RecoveryDetails, Secret,
    VaultDetails,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    BackupReason, BackupStatus, IntegrityStatus, RecoveryStatus, SyncService, Task, count, optional_time, time,
};

/// A vault's folder.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct VaultPathRequest {
    pub path: String,
}

/// A folder in which a vault is to be made.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FolderCheckRequest {
    pub folder: String,
}

/// What is known of a folder.
#[derive(Debug, Serialize, Type)]
pub struct FolderCheckView {
    /// The cloud client that synchronises it.
    pub service: Option<SyncService>,
    /// Whether a vault can be made in it.
    pub writable: bool,
}

/// What a file is picked for.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FilePurpose {
    /// To sign in with.
    KeyFile,
    SaveKeyFile,
    Backup,
}

/// Opens the system's file dialogue.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FilePickRequest {
    pub purpose: FilePurpose,
}

/// What is known of a damaged vault.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DamageView {
    pub path: String,
    pub vault_name: String,
    /// Newest first, good ones only.
    pub backups: Vec<BackupView>,
    /// Where a restored vault may go.
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
    /// The format of its slots.
    pub format: u32,
    /// When it was made.
    pub created_at: String,
    pub founder: String,
    /// How often it was re-keyed.
    pub generation: u32,
    /// When it was last re-keyed.
    pub rekeyed_at: Option<String>,
    pub recovery: RecoveryView,
    /// What a guess costs.
    pub key_parameters: KeyParametersView,
    /// How many people's slots still have weaker ones; they follow at their next sign-in.
    pub slots_behind: u32,
    /// Where its backups are.
    pub backup_folder: String,
    /// The newest backup that is good.
    pub newest_good: Option<BackupView>,
    /// Whether it is whole.
    pub integrity: IntegrityView,
    /// The cloud client that synchronises its folder.
    pub service: Option<SyncService>,
    /// How much of the memory for keys and passwords is locked.
    pub memory: MemoryView,
}

/// The memory for keys and passwords of the whole program.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemoryView {
    /// Kibibytes that are locked: never written to swap.
    pub locked_kibibytes: u32,
    /// Kibibytes that should be.
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
    /// Whether there is one, and whether it was checked.
    pub standing: RecoveryStatus,
    /// When it was made.
    pub made_at: Option<String>,
    pub made_by: Option<String>,
    /// When its words were typed back.
    pub checked_at: Option<String>,
}

impl From<RecoveryDetails> for RecoveryView {
    fn from(details: RecoveryDetails) -> Self {
        Self {
            standing: details.standing,
            made_at: optional_time(details.made_at),
            made_by: details.made_by,
            checked_at: optional_time(details.checked_at),
        }
    }
}

/// A recovery kit to be made.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoveryMakeRequest {
    /// The caller's password; needed only when a kit is replaced.
    #[specta(type = Option<String>)]
    pub password: Option<Secret>,
    /// The caller's key file, where one is needed.
    pub key_file: Option<String>,
}

/// A recovery kit, shown once: carries a secret, has no `Debug`.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryKitView {
    pub vault_name: String,
    pub vault_path: String,
    /// When it was made.
    pub made_at: String,
    pub words: Vec<String>,
    /// An SVG document of the same.
    pub qr_svg: String,
    /// The two positions, from 1, that are asked back.
    pub asked: Vec<u32>,
    /// The number by which the page says that the words are hidden.
    pub shown: u32,
}

/// Words that are typed back.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCheckRequest {
    pub words: Vec<RecoveryWord>,
}

/// A word that is typed back.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RecoveryWord {
    pub position: u32,
    #[specta(type = String)]
    pub word: Secret,
}

/// How long a guess is to take here.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalibrateRequest {
    pub target_milliseconds: u32,
}

/// What a guess of a password costs.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeyParametersView {
    pub memory_mebibytes: u32,
    /// Passes over the memory.
    pub passes: u32,
    pub lanes: u32,
    /// Measured here; null: not measured.
    pub milliseconds: Option<u32>,
    /// At the floor: nothing weaker is allowed.
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

/// What a guess of a password is to cost.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyParametersSaveRequest {
    pub memory_mebibytes: u32,
    /// Passes over the memory.
    pub passes: u32,
    pub lanes: u32,
    #[specta(type = String)]
    pub password: Secret,
    /// The caller's key file, where one is needed.
    pub key_file: Option<String>,
}

/// A backup.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    pub path: String,
    /// When it was made.
    pub made_at: String,
    pub reason: BackupReason,
    pub size_kibibytes: u32,
    /// How many audit entries it holds: tells how far back it goes.
    pub audit_entries: u32,
    /// Whether it was found whole.
    pub standing: BackupStatus,
}

impl From<BackupRow> for BackupView {
    fn from(row: BackupRow) -> Self {
        let BackupRow { backup, standing } = row;
        Self { standing, ..Self::from(backup) }
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
            standing: BackupStatus::Good,
        }
    }
}

/// A copy of the open vault.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct VaultCopyRequest {
    /// The folder in which it is made.
    pub folder: String,
}

/// A backup to be made.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BackupMakeRequest {
    /// Null: the vault's own backup folder.
    pub folder: Option<String>,
}

/// A backup.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BackupPathRequest {
    pub path: String,
}

/// A backup to be restored into a new vault.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BackupRestoreRequest {
    pub path: String,
    /// The folder in which the new vault is made.
    pub folder: String,
    /// The new vault's name.
    pub name: String,
}

/// What a restore drill found.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DrillView {
    /// Whether all of it is as it must be.
    pub good: bool,
    /// Whether every page is whole.
    pub pages_sound: bool,
    /// Entries of the audit trail.
    pub audit_entries: u32,
    /// Whether the trail holds.
    pub audit_intact: bool,
    pub secrets: u32,
    /// How many of them opened.
    pub secrets_opened: u32,
    /// How long it took.
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

/// Whether the vault is whole.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityView {
    pub standing: IntegrityStatus,
    pub checked_at: Option<String>,
    /// How many pages were checked.
    pub pages: Option<u32>,
    /// Plain sentences of the engine, at most five.
    pub findings: Vec<String>,
}

impl From<IntegrityDetails> for IntegrityView {
    fn from(details: IntegrityDetails) -> Self {
        Self {
            standing: details.standing,
            checked_at: optional_time(details.checked_at),
            pages: details.pages.map(count),
            findings: details.findings.into_iter().take(5).collect(),
        }
    }
}

/// A long work.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TaskRequest {
    pub task: Task,
}
