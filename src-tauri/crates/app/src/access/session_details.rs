//! The view of a session, of a locked vault and of the executor for the window. It is for display only: nothing is
//! decided from it.

use std::{path::PathBuf, sync::PoisonError};

use chrono::{DateTime, Utc};
use domain::{operation::OperationStep, parameter::Parameter};
use vault::{AuditHead, Backup, Displacement, Milestone, ReadOnly, Reader, SyncService, Vault, VaultError};

use crate::{Action, LockReason, OpenVault, SessionLimit, SessionUser, access::signed_in_user::SignedInUser, may};

/// The signed-in user, their vault, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SessionDetails {
    pub vault_name: String,
    /// The vault's own folder.
    pub vault_folder: PathBuf,
    pub user: SessionUser,
    /// The actions that the user's roles allow together; on a read-only vault without the actions that write.
    pub permitted: Vec<Action>,
    /// The reason why nothing can be changed; None when changes are possible.
    pub read_only: Option<ReadOnly>,
    /// The only thing that the user may do, if there is such a limit.
    pub limit: Option<SessionLimit>,
    /// The state of the vault's recovery kit.
    pub recovery: RecoveryStatus,
    /// The conditions for showing a password, and the times until it disappears again.
    pub reveal: RevealRules,
    /// Minutes of idleness until the window locks; 0 is never.
    pub lock_after_minutes: u32,
    /// The state of the executor, with the numbers of running and waiting operations.
    pub executor: ExecutorDetails,
    /// The warnings about the vault.
    pub warnings: Vec<Warning>,
}

domain::enumeration! {
    /// The state of the recovery kit, and whether a person proved to have it on paper.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RecoveryStatus {
        None = "none",
        /// There is one; its words have not been typed back.
        Unchecked = "unchecked",
        /// There is one, and words of it were typed back.
        Checked = "checked",
    }
}

/// The conditions for showing a password, and the times until it disappears again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevealRules {
    /// A reason is required.
    pub justification: bool,
    /// A code of the authenticator is required.
    pub code: bool,
    /// True if the user has an authenticator.
    pub has_totp: bool,
    /// The time for which a password is shown, in seconds.
    pub hide_after_seconds: u32,
    /// The time for which a copied password stays on the clipboard, in seconds.
    pub clear_after_seconds: u32,
}

/// A warning about the vault that the window shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Warning {
    /// This desktop has seen a newer state of the vault than this file holds.
    RolledBack {
        seen: AuditHead,
        /// The newest state in the file.
        found: AuditHead,
    },
    /// The audit trail has forked: the state that this desktop saw is not part of it.
    Forked {
        seen: AuditHead,
        /// The newest state in the file.
        found: AuditHead,
    },
    /// The database is older than the key slots beside it.
    DatabaseBehind {
        /// The number of changes to people that the database did not contain.
        changes: u64,
        /// The time of the last of these changes.
        newest: DateTime<Utc>,
        /// The newest state in the file.
        found: AuditHead,
    },
    /// A cloud client synchronises the folder.
    SyncedFolder { service: SyncService },
    /// The vault's files have been moved, replaced or deleted. Nothing is changed or saved, but a copy can be.
    Displaced {
        /// The kind of change that was found.
        how: Displacement,
    },
    Damaged {
        /// The newest good backup.
        newest_good: Option<Box<Backup>>,
    },
    /// The structure of the database was altered while the vault was open.
    Altered {
        /// The objects of the schema that differ from those that the program made.
        objects: Vec<String>,
    },
    /// There has been no good backup for this number of days.
    BackupOld { days: u32 },
}

domain::enumeration! {
    /// A kind of [`Warning`].
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum WarningKind {
        RolledBack = "rolledBack",
        Forked = "forked",
        DatabaseBehind = "databaseBehind",
        SyncedFolder = "syncedFolder",
        Displaced = "displaced",
        Damaged = "damaged",
        Altered = "altered",
        BackupOld = "backupOld",
    }
}

impl Warning {
    /// Returns the kind of the warning.
    pub fn kind(&self) -> WarningKind {
        match self {
            Self::RolledBack { .. } => WarningKind::RolledBack,
            Self::Forked { .. } => WarningKind::Forked,
            Self::DatabaseBehind { .. } => WarningKind::DatabaseBehind,
            Self::SyncedFolder { .. } => WarningKind::SyncedFolder,
            Self::Displaced { .. } => WarningKind::Displaced,
            Self::Damaged { .. } => WarningKind::Damaged,
            Self::Altered { .. } => WarningKind::Altered,
            Self::BackupOld { .. } => WarningKind::BackupOld,
        }
    }
}

/// A vault whose window is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct LockedDetails {
    pub vault_name: String,
    /// The vault's own folder.
    pub vault_folder: PathBuf,
    pub user_name: String,
    /// The time at which the window was locked.
    pub at: DateTime<Utc>,
    pub reason: LockReason,
    /// True if this desktop has noted that its key store holds the user's key. The key store itself is not asked.
    pub desktop_key: bool,
    /// The state of the executor behind the locked window.
    pub executor: ExecutorDetails,
}

/// The state of the executor, with the numbers of running and waiting operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExecutorDetails {
    pub state: ExecutorState,
    pub running: u32,
    pub waiting: u32,
}

domain::enumeration! {
    /// The state of the executor, with the reason if it does not work.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum ExecutorState {
        /// It holds the key to passwords and works.
        Working = "working",
        /// No user with the key to passwords has unlocked the vault since the program started.
        WaitingForOperator = "waitingForOperator",
        Paused = "paused",
        /// A parameter forbids work while the window is locked.
        RestingWhileLocked = "restingWhileLocked",
        /// The vault can only be read.
        Off = "off",
    }
}

/// An operation that a sign-out waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct RunningOperation {
    pub code: i64,
    /// The name under which people know the credential.
    pub label: String,
    /// The last step that it reached.
    pub step: Option<OperationStep>,
}

/// Builds the view of a session for the window.
pub(crate) fn session_details(open_vault: &OpenVault, signed_in: &SignedInUser, now: DateTime<Utc>) -> SessionDetails {
    let read_only = signed_in.vault.read_only_reason();
    let limit = signed_in.limit();
    let allowed = |action: &Action| {
        limit.is_none() && may(&signed_in.user.roles, *action) && !(action.writes() && read_only.is_some())
    };
    let parameters = &open_vault.parameters;
    SessionDetails {
        vault_name: signed_in.vault.name().to_owned(),
        vault_folder: signed_in.vault.folder().to_owned(),
        user: signed_in.user.clone(),
        permitted: Action::ALL.into_iter().filter(allowed).collect(),
        read_only,
        limit,
        recovery: recovery_status(&signed_in.vault).unwrap_or(RecoveryStatus::None),
        reveal: RevealRules {
            justification: parameters.is_on(Parameter::RevealNeedsJustification),
            code: parameters.is_on(Parameter::RevealNeedsCode),
            has_totp: signed_in.has_totp,
            hide_after_seconds: parameters.number(Parameter::HideAfter),
            clear_after_seconds: parameters.number(Parameter::ClearClipboardAfter),
        },
        lock_after_minutes: parameters.number(Parameter::LockAfter),
        executor: executor_details(open_vault, now),
        warnings: warnings(open_vault),
    }
}

/// Returns the warnings; those that stop all changes come first.
fn warnings(open_vault: &OpenVault) -> Vec<Warning> {
    let damage = open_vault.damage.lock().unwrap_or_else(PoisonError::into_inner);
    let damaged = damage.as_ref().map(|damage| match damage.altered {
        true => Warning::Altered { objects: damage.findings.clone() },
        false => Warning::Damaged { newest_good: damage.newest_good.clone().map(Box::new) },
    });
    let displaced = open_vault.vault.displacement().map(|how| Warning::Displaced { how });
    displaced.into_iter().chain(damaged).chain(open_vault.warnings.iter().cloned()).collect()
}

/// Reads the state of the executor and counts its operations.
pub(crate) fn executor_details(open_vault: &OpenVault, now: DateTime<Utc>) -> ExecutorDetails {
    let rests = open_vault.signed_in.is_none() && open_vault.rests_while_locked;
    let state = match &open_vault.executor {
        None => ExecutorState::Off,
        Some(executor) if executor.holds_key() => ExecutorState::Working,
        Some(_) if rests => ExecutorState::RestingWhileLocked,
        Some(_) => ExecutorState::WaitingForOperator,
    };
    let counts = open_vault.vault.read(|reader| {
        Ok::<_, VaultError>((reader.operations().running()?.len(), reader.operations().count_due(now)?))
    });
    let (running, waiting) = counts.unwrap_or_default();
    ExecutorDetails { state, running: running as u32, waiting: u32::try_from(waiting).unwrap_or(u32::MAX) }
}

/// Reads the running operations, which a sign-out waits for.
pub(crate) fn running_operations(reader: &Reader<'_>) -> Result<Vec<RunningOperation>, VaultError> {
    let running = reader.operations().running()?;
    let row = |id| reader.operations().row(id);
    let rows = running.into_iter().filter_map(|record| row(record.id).transpose());
    rows.map(|row| {
        row.map(|row| RunningOperation {
            code: row.record.code,
            label: crate::inventory::label::label(&row.username, &row.device_name),
            step: row.record.step,
        })
    })
    .collect()
}

/// Reads whether there is a recovery kit, and whether its words were typed back.
pub(crate) fn recovery_status(vault: &Vault) -> Result<RecoveryStatus, VaultError> {
    if vault.has_recovery_kit().is_none() {
        return Ok(RecoveryStatus::None);
    }
    let checked = vault.read(|reader| reader.milestones().get(Milestone::RecoveryChecked, vault.id().as_uuid()))?;
    Ok(if checked.is_some() { RecoveryStatus::Checked } else { RecoveryStatus::Unchecked })
}
