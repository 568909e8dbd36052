//! The session: the signed-in user, the permitted actions, the locked screen, and recovery.

use app::{ExecutorDetails, LockedDetails, RunningOperation, Secret, SessionDetails, Warning};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::views::{
    Action, Displacement, ExecutorState, LockReason, OperationStep, ReadOnlyReason, RecoveryStatus, Role, SessionLimit,
    SyncService, WarningKind, count, time, vault::BackupView,
};

/// The session of a signed-in user.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    pub vault_name: String,
    pub vault_path: String,
    pub user_id: String,
    pub user_name: String,
    pub roles: Vec<Role>,
    /// The actions that the user's roles together permit; the window hides all others. On a read-only vault it excludes
    /// the actions that write.
    pub permitted: Vec<Action>,
    /// True if the vault is open for reading only.
    pub read_only: bool,
    /// The reason why it is read-only; null: it is writable.
    pub read_only_reason: Option<ReadOnlyReason>,
    /// The only thing that the session may do, if it is limited.
    pub limit: Option<SessionLimit>,
    /// The vault's recovery kit.
    pub recovery: RecoveryStatus,
    /// The rules for showing and copying passwords.
    pub reveal: RevealRules,
    /// The minutes of idleness after which the window locks; 0: never.
    pub lock_after_minutes: u32,
    /// The status of the executor.
    pub executor: ExecutorView,
    /// The warnings about the vault.
    pub warnings: Vec<VaultWarning>,
}

/// The rules for showing and copying passwords.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RevealRules {
    /// True if a reason must be typed.
    pub justification: bool,
    /// True if a code of the authenticator must be typed. This applies even if the user has no authenticator yet: then
    /// `secret_reveal` fails with `codeNeeded`.
    pub code: bool,
    /// True if the user has an authenticator.
    pub has_totp: bool,
    /// The time for which a password is shown, in seconds.
    pub hide_after_seconds: u32,
    /// The time for which a copied password stays on the clipboard, in seconds.
    pub clear_after_seconds: u32,
}

impl From<SessionDetails> for SessionView {
    fn from(details: SessionDetails) -> Self {
        Self {
            vault_name: details.vault_name,
            vault_path: details.vault_folder.to_string_lossy().into_owned(),
            user_id: details.user.id.to_string(),
            user_name: details.user.name,
            roles: details.user.roles.into_iter().collect(),
            permitted: details.permitted.into_iter().collect(),
            read_only: details.read_only.is_some(),
            read_only_reason: details.read_only.map(ReadOnlyReason::from),
            limit: details.limit,
            recovery: details.recovery,
            reveal: RevealRules {
                justification: details.reveal.justification,
                code: details.reveal.code,
                has_totp: details.reveal.has_totp,
                hide_after_seconds: details.reveal.hide_after_seconds,
                clear_after_seconds: details.reveal.clear_after_seconds,
            },
            lock_after_minutes: details.lock_after_minutes,
            executor: details.executor.into(),
            warnings: details.warnings.into_iter().map(VaultWarning::from).collect(),
        }
    }
}

/// A warning about the vault.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum VaultWarning {
    /// This desktop has seen a newer state of the vault than this file holds.
    RolledBack {
        /// The state that this desktop has seen.
        seen: AuditHeadView,
        /// The state that the file holds.
        found: AuditHeadView,
    },
    /// The audit trail was forked: the state that this desktop has seen is not part of it.
    Forked {
        /// The state that this desktop has seen.
        seen: AuditHeadView,
        /// The state that the file holds.
        found: AuditHeadView,
    },
    /// The database is older than the key slots beside it.
    DatabaseBehind {
        /// The number of changes of users that are missing in the database.
        changes: u32,
        /// The time of the last of these changes.
        newest: String,
        /// The state that the file holds.
        found: AuditHeadView,
    },
    /// A cloud client synchronises the folder.
    SyncedFolder { service: SyncService },
    /// The vault's files are not at their place any more.
    Displaced {
        /// The way in which they were lost.
        how: Displacement,
    },
    Damaged {
        /// The newest good backup.
        #[serde(rename = "newestGood")]
        newest_good: Option<BackupView>,
    },
    /// Somebody altered the structure of the database while the vault was open.
    Altered {
        /// The tables, indexes and other objects that differ from the program's own.
        objects: String,
    },
    /// The newest good backup is too old.
    BackupOld {
        /// The number of days since the newest good backup.
        days: u32,
    },
}

impl From<Warning> for VaultWarning {
    fn from(warning: Warning) -> Self {
        match warning {
            Warning::RolledBack { seen, found } => Self::RolledBack { seen: seen.into(), found: found.into() },
            Warning::Forked { seen, found } => Self::Forked { seen: seen.into(), found: found.into() },
            Warning::DatabaseBehind { changes, newest, found } => {
                Self::DatabaseBehind { changes: count(changes), newest: time(newest), found: found.into() }
            }
            Warning::SyncedFolder { service } => Self::SyncedFolder { service },
            Warning::Displaced { how } => Self::Displaced { how },
            Warning::Damaged { newest_good } => {
                Self::Damaged { newest_good: newest_good.map(|backup| BackupView::from(*backup)) }
            }
            Warning::Altered { objects } => Self::Altered { objects: objects.join(", ") },
            Warning::BackupOld { days } => Self::BackupOld { days },
        }
    }
}

/// A state of the vault, identified by the last entry of its audit trail.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditHeadView {
    pub entries: u32,
    /// The first 16 hexadecimal digits of the last entry's hash.
    pub hash: String,
    /// The time at which the last entry was written.
    pub at: String,
}

impl From<app::AuditHead> for AuditHeadView {
    fn from(head: app::AuditHead) -> Self {
        Self { entries: count(head.count), hash: hex(&head.hash[..8]), at: time(head.at) }
    }
}

/// Formats bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A request to dismiss one warning.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct WarningDismissRequest {
    pub kind: WarningKind,
    /// The reason why the vault was set back to an older state; null for other warnings.
    pub reason: Option<String>,
}

/// The code that the second step of a sign-in asks for.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SessionCodeRequest {
    pub code: String,
}

/// The content of the locked screen.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LockedView {
    pub vault_name: String,
    pub vault_path: String,
    pub user_name: String,
    /// The time since which it is locked.
    pub locked_at: String,
    pub reason: LockReason,
    /// True if this desktop's key store probably holds the key of that user. The key store itself is not asked.
    pub desktop_key: bool,
    /// The status of the executor, which may go on working.
    pub executor: ExecutorView,
}

impl From<LockedDetails> for LockedView {
    fn from(details: LockedDetails) -> Self {
        Self {
            vault_name: details.vault_name,
            vault_path: details.vault_folder.to_string_lossy().into_owned(),
            user_name: details.user_name,
            locked_at: time(details.at),
            reason: details.reason,
            desktop_key: details.desktop_key,
            executor: details.executor.into(),
        }
    }
}

/// The status of the executor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExecutorView {
    /// The executor's state: working, or the reason why it waits.
    pub state: ExecutorState,
    pub running: u32,
    pub waiting: u32,
}

impl From<ExecutorDetails> for ExecutorView {
    fn from(details: ExecutorDetails) -> Self {
        Self { state: details.state, running: details.running, waiting: details.waiting }
    }
}

/// An operation that a sign-out waits for.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunningOperationView {
    pub code: u32,
    /// The name of the credential.
    pub label: String,
    /// The current step of the operation.
    pub step: Option<OperationStep>,
}

impl From<RunningOperation> for RunningOperationView {
    fn from(operation: RunningOperation) -> Self {
        Self { code: u32::try_from(operation.code).unwrap_or(u32::MAX), label: operation.label, step: operation.step }
    }
}

/// A request to unlock a vault with a password.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VaultUnlockRequest {
    pub path: String,
    pub user_name: String,
    #[specta(type = String)]
    pub password: Secret,
    /// Their key file, if they use one.
    pub key_file: Option<String>,
}

/// A vault and the name of one of its users.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VaultUserRequest {
    pub path: String,
    pub user_name: String,
}

/// The new password of a user who must choose one.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SessionSetPasswordRequest {
    #[specta(type = String)]
    pub password: Secret,
}

/// A request to open a vault with its recovery kit.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RecoveryOpenRequest {
    pub path: String,
    /// All words of the kit, in order.
    #[specta(type = String)]
    pub words: Secret,
}

/// A vault that a recovery kit has opened.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryOpenedView {
    pub vault_name: String,
    /// The active Administrators. The founder comes first if still an Administrator.
    pub administrators: Vec<NamedView>,
    /// The minutes of idleness after which it is closed; 0: never.
    pub lock_after_minutes: u32,
}

/// A record by id and name.
#[derive(Debug, Serialize, Type)]
pub struct NamedView {
    pub id: String,
    pub name: String,
}

/// A request to set a user's password with the recovery kit.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoverySetPasswordRequest {
    pub user_id: String,
    #[specta(type = String)]
    pub password: Secret,
}
