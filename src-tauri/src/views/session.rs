//! Who sits at the window, what they may do, and what the window says when nobody does.

use app::{ExecutorDetails, LockedDetails, RunningOperation, Secret, SessionDetails, Warning};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    Action, Displacement, ExecutorState, LockReason, OperationStep, ReadOnlyReason, RecoveryStatus, Role, SessionLimit,
    SyncService, WarningKind, count, time, vault::BackupView,
};

/// A person in front of a vault.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    pub vault_name: String,
    pub vault_path: String,
    pub user_id: String,
    pub user_name: String,
    pub roles: Vec<Role>,
    /// What may be done, the roles together; the window hides the rest. On a read-only vault: without what writes.
    pub permitted: Vec<Action>,
    /// Whether nothing can be changed.
    pub read_only: bool,
    /// Why; null when it can be written.
    pub read_only_reason: Option<ReadOnlyReason>,
    /// Set: nothing but this may be done.
    pub limit: Option<SessionLimit>,
    /// The vault's recovery kit.
    pub recovery: RecoveryStatus,
    /// What stands between a person and a password.
    pub reveal: RevealRules,
    /// Minutes of idleness until the window locks; 0: never.
    pub lock_after_minutes: u32,
    /// What the executor does.
    pub executor: ExecutorView,
    /// What the person should know.
    pub warnings: Vec<VaultWarning>,
}

/// What stands between a person and a password.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RevealRules {
    /// A reason must be typed.
    pub justification: bool,
    /// A code of the authenticator must be typed. True also when the person has none yet: `secret_reveal` then fails
    /// with `codeNeeded`.
    pub code: bool,
    /// Whether the person has an authenticator.
    pub has_totp: bool,
    /// How long a password is shown.
    pub hide_after_seconds: u32,
    /// How long a copied password stays on the clipboard.
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

/// What the person should know about the vault.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum VaultWarning {
    /// This desktop has seen a newer state of the vault than this file holds.
    RolledBack {
        /// What this desktop has seen.
        seen: AuditHeadView,
        /// What the file holds.
        found: AuditHeadView,
    },
    /// The trail went two ways: what this desktop saw is not part of it.
    Forked {
        /// What this desktop has seen.
        seen: AuditHeadView,
        /// What the file holds.
        found: AuditHeadView,
    },
    /// The database is older than the key slots beside it.
    DatabaseBehind {
        /// So many changes of people it did not know.
        changes: u32,
        /// When the last of them was made.
        newest: String,
        /// What the file holds.
        found: AuditHeadView,
    },
    /// A cloud client synchronises the folder.
    SyncedFolder { service: SyncService },
    /// The vault's files are not at their place any more.
    Displaced {
        /// What happened to them.
        how: Displacement,
    },
    Damaged {
        /// The newest good backup.
        #[serde(rename = "newestGood")]
        newest_good: Option<BackupView>,
    },
    /// Somebody altered the structure of the database while the vault was open.
    Altered {
        /// What is not as the program made it.
        objects: String,
    },
    /// No good backup in so many days.
    BackupOld {
        /// Days since the newest one.
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

/// A state of the vault, by its audit trail.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditHeadView {
    pub entries: u32,
    /// The first 16 hexadecimal digits of the last one's hash.
    pub hash: String,
    /// When the last one was written.
    pub at: String,
}

impl From<app::AuditHead> for AuditHeadView {
    fn from(head: app::AuditHead) -> Self {
        Self { entries: count(head.count), hash: hex(&head.hash[..8]), at: time(head.at) }
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes one warning off the session.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct WarningDismissRequest {
    pub kind: WarningKind,
    /// Why a vault was set back; for other warnings null.
    pub reason: Option<String>,
}

/// The code that the second step of a sign-in asks for.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SessionCodeRequest {
    pub code: String,
}

/// What the locked screen says.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LockedView {
    pub vault_name: String,
    pub vault_path: String,
    pub user_name: String,
    /// Since when it is locked.
    pub locked_at: String,
    pub reason: LockReason,
    /// Whether this desktop's key store is said to hold the key of that person.
    pub desktop_key: bool,
    /// What the executor does meanwhile.
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

/// What the executor does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExecutorView {
    /// Whether it works, and if not, what it waits for.
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
    /// What people call the credential.
    pub label: String,
    /// How far it has come.
    pub step: Option<OperationStep>,
}

impl From<RunningOperation> for RunningOperationView {
    fn from(operation: RunningOperation) -> Self {
        Self { code: u32::try_from(operation.code).unwrap_or(u32::MAX), label: operation.label, step: operation.step }
    }
}

/// A vault to be unlocked.
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

/// A user of a vault.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VaultUserRequest {
    pub path: String,
    pub user_name: String,
}

/// A new password for who must choose one.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SessionSetPasswordRequest {
    #[specta(type = String)]
    pub password: Secret,
}

/// The words of a recovery kit.
#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RecoveryOpenRequest {
    pub path: String,
    /// All of them, in order.
    #[specta(type = String)]
    pub words: Secret,
}

/// What a recovery kit opened.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryOpenedView {
    pub vault_name: String,
    /// Active Administrators; the founder first when still one.
    pub administrators: Vec<NamedView>,
    /// Minutes of idleness until it is let go of; 0: never.
    pub lock_after_minutes: u32,
}

/// A record by id and name.
#[derive(Debug, Serialize, Type)]
pub struct NamedView {
    pub id: String,
    pub name: String,
}

/// Whose password is set with the recovery kit, and to what.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoverySetPasswordRequest {
    pub user_id: String,
    #[specta(type = String)]
    pub password: Secret,
}
