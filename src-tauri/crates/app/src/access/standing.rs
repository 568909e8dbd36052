//! What the window shows of a session, of a locked vault and of the executor: data that is read off, never decided on.

use std::{path::PathBuf, sync::PoisonError};

use chrono::{DateTime, Utc};
use domain::{operation::OperationStep, parameter::Parameter};
use vault::{AuditHead, Backup, Displacement, Milestone, ReadOnly, Reader, SyncService, Vault, VaultError};

use crate::{Action, Held, LockReason, SeatedUser, SessionLimit, access::seat::Seat, may};

/// Who sits in front of which vault, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SessionDetails {
    pub vault_name: String,
    /// The vault's own folder.
    pub vault_folder: PathBuf,
    pub user: SeatedUser,
    /// What may be done, the roles together; on a read-only vault without what writes.
    pub permitted: Vec<Action>,
    /// Why nothing can be changed; None when it can.
    pub read_only: Option<ReadOnly>,
    /// The one thing that may be done.
    pub limit: Option<SessionLimit>,
    /// The vault's recovery kit.
    pub recovery: RecoveryStatus,
    /// What stands between a person and a password.
    pub reveal: RevealRules,
    /// Minutes of idleness until the window locks; 0 is never.
    pub lock_after_minutes: u32,
    /// What the executor does.
    pub executor: ExecutorDetails,
    /// What the person should know.
    pub warnings: Vec<Warning>,
}

domain::enumeration! {
    /// Whether there is a recovery kit, and whether somebody proved to have it on paper.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RecoveryStatus {
        None = "none",
        /// There is one; nobody has typed words of it back.
        Unchecked = "unchecked",
        /// There is one, and words of it were typed back.
        Checked = "checked",
    }
}

/// What stands between a person and a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevealRules {
    /// A reason must be given.
    pub justification: bool,
    /// A code of the authenticator must be given.
    pub code: bool,
    /// Whether the person has an authenticator.
    pub has_totp: bool,
    /// How long a password is shown.
    pub hide_after_seconds: u32,
    /// How long a copied password stays on the clipboard.
    pub clear_after_seconds: u32,
}

/// What a person should know about the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Warning {
    /// This desktop has seen a newer state of the vault than this file holds.
    RolledBack {
        seen: AuditHead,
        /// What the file holds.
        found: AuditHead,
    },
    /// The trail went two ways: what this desktop saw is not part of it.
    Forked {
        seen: AuditHead,
        /// What the file holds.
        found: AuditHead,
    },
    /// The database is older than the key slots beside it.
    DatabaseBehind {
        /// So many changes of people it did not know.
        changes: u64,
        /// When the last of them was made.
        newest: DateTime<Utc>,
        /// What the file holds.
        found: AuditHead,
    },
    /// A cloud client synchronises the folder.
    SyncedFolder { service: SyncService },
    /// The vault's files are not at their place any more. Nothing is changed or saved; a copy can be.
    Displaced {
        /// What happened to them.
        how: Displacement,
    },
    Damaged {
        /// The newest good backup.
        newest_good: Option<Box<Backup>>,
    },
    /// Somebody altered the structure of the database while the vault was open.
    Altered {
        /// What is not as the program made it.
        objects: Vec<String>,
    },
    /// No good backup in so many days.
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
    /// Which kind it is.
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
    /// Since when it is locked.
    pub at: DateTime<Utc>,
    pub reason: LockReason,
    /// Whether this desktop's key store is said to hold that person's key.
    pub desktop_key: bool,
    /// What the executor does meanwhile.
    pub executor: ExecutorDetails,
}

/// What the executor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExecutorDetails {
    /// Whether it works, and if not, what it waits for.
    pub state: ExecutorState,
    pub running: u32,
    pub waiting: u32,
}

domain::enumeration! {
    /// Whether the executor works.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum ExecutorState {
        /// It holds the key to passwords and works.
        Working = "working",
        /// Nobody with the key to passwords has unlocked since the start.
        WaitingForOperator = "waitingForOperator",
        Paused = "paused",
        /// The parameter says: not while locked.
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
    /// What people call the credential.
    pub label: String,
    /// How far it has come.
    pub step: Option<OperationStep>,
}

/// Reads off what the window shows of a session.
pub(crate) fn session_details(held: &Held, seat: &Seat, now: DateTime<Utc>) -> SessionDetails {
    let read_only = seat.vault.read_only_reason();
    let limit = seat.limit();
    let allowed = |action: &Action| {
        limit.is_none() && may(&seat.user.roles, *action) && !(action.writes() && read_only.is_some())
    };
    let parameters = &held.parameters;
    SessionDetails {
        vault_name: seat.vault.name().to_owned(),
        vault_folder: seat.vault.folder().to_owned(),
        user: seat.user.clone(),
        permitted: Action::ALL.into_iter().filter(allowed).collect(),
        read_only,
        limit,
        recovery: recovery_standing(&seat.vault).unwrap_or(RecoveryStatus::None),
        reveal: RevealRules {
            justification: parameters.is_on(Parameter::RevealNeedsJustification),
            code: parameters.is_on(Parameter::RevealNeedsCode),
            has_totp: seat.has_totp,
            hide_after_seconds: parameters.number(Parameter::HideAfter),
            clear_after_seconds: parameters.number(Parameter::ClearClipboardAfter),
        },
        lock_after_minutes: parameters.number(Parameter::LockAfter),
        executor: executor_details(held, now),
        warnings: warnings(held),
    }
}

/// What the person should know, first what stops everything.
fn warnings(held: &Held) -> Vec<Warning> {
    let damage = held.damage.lock().unwrap_or_else(PoisonError::into_inner);
    let damaged = damage.as_ref().map(|damage| match damage.altered {
        true => Warning::Altered { objects: damage.findings.clone() },
        false => Warning::Damaged { newest_good: damage.newest_good.clone().map(Box::new) },
    });
    let displaced = held.vault.displacement().map(|how| Warning::Displaced { how });
    displaced.into_iter().chain(damaged).chain(held.warnings.iter().cloned()).collect()
}

/// Reads off what the executor does.
pub(crate) fn executor_details(held: &Held, now: DateTime<Utc>) -> ExecutorDetails {
    let rests = held.seat.is_none() && held.rests_while_locked;
    let state = match &held.executor {
        None => ExecutorState::Off,
        Some(executor) if executor.holds_key() => ExecutorState::Working,
        Some(_) if rests => ExecutorState::RestingWhileLocked,
        Some(_) => ExecutorState::WaitingForOperator,
    };
    let counts = held.vault.read(|reader| {
        Ok::<_, VaultError>((reader.operations().running()?.len(), reader.operations().count_due(now)?))
    });
    let (running, waiting) = counts.unwrap_or_default();
    ExecutorDetails { state, running: running as u32, waiting: u32::try_from(waiting).unwrap_or(u32::MAX) }
}

/// Reads off what a sign-out waits for.
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

/// Whether there is a recovery kit that somebody has on paper.
pub(crate) fn recovery_standing(vault: &Vault) -> Result<RecoveryStatus, VaultError> {
    if vault.has_recovery_kit().is_none() {
        return Ok(RecoveryStatus::None);
    }
    let checked = vault.read(|reader| reader.milestones().get(Milestone::RecoveryChecked, vault.id().as_uuid()))?;
    Ok(if checked.is_some() { RecoveryStatus::Checked } else { RecoveryStatus::Unchecked })
}
