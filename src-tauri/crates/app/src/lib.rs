//! The operations of the program, independent of any window.
//!
//! [`App`] holds at most one open vault and the executor that works on it. The signed-in user's keys and the executor's
//! key are separate: [`Sessions::lock`] wipes the user's keys, and the executor works on with its own.
//!
//! Each kind of record has one entry point: [`App::vaults`], [`App::sessions`], [`App::users`], [`App::account`],
//! [`App::parameters`], [`App::recovery`], [`App::vault_settings`], [`App::backups`], [`App::audit`], [`App::devices`],
//! [`App::credentials`], [`App::secrets`], [`App::operations`], [`App::plugins`]. Every call follows the same order:
//! check the permission, validate the input, run one vault transaction with its audit entries. The listener is informed
//! after the commit and gets ids only.

mod access;
mod approvals;
mod error;
mod inventory;
mod keeping;
mod operations;
mod policies;

pub use access::account::{Account, AccountDetails, Confirmation, DesktopUnlock, TotpSetup};
pub use access::desktop::{Desktop, Forgetful, KeyOwner, KeyStoreError};
pub use access::idle::LockReason;
pub use access::permission::{Action, may};
pub use access::recovery::{KitToPrint, Recovery, RecoveryDetails, RecoveryOpened};
pub use access::session_details::{
    ExecutorDetails, ExecutorState, LockedDetails, RecoveryStatus, RevealRules, RunningOperation, SessionDetails,
    Warning, WarningKind,
};
pub use access::sessions::{Sessions, UnlockVault};
pub use access::signed_in_user::{SessionLimit, SessionUser};
pub use access::users::{OneTimePassword, UserPage, UserQuery, UserRow, UserSort, UserStatus, Users};
pub use approvals::approvers::{ApproverPerson, Approvers, ApproversDetails, ApproversForm, OPERATION_TYPES};
pub use approvals::batches::{
    BatchCandidate, BatchCheck, BatchDraft, BatchFlag, BatchReview, BatchUpdate, Batches, ChangeGroup, PageRequest,
    ParentUpdate, PasswordChangeUpdate, ReconciliationUpdate, RefusalReason, ReviewTab, ShownPage, ShownTask,
    TagsUpdate,
};
pub use approvals::requests::{
    CannotDecide, Decide, LevelProgress, ListedRequest, RequestAction, RequestDetails, RequestScope, Requests,
    WaitingRequests,
};
pub use error::AppError;
pub use inventory::credentials::{CredentialForm, CredentialInFull, Credentials};
pub use inventory::devices::{DeviceForm, Devices, HostKeyStatus, IdentityOffer};
pub use inventory::plugins::{Plugins, TemplateDescription};
pub use inventory::secrets::{RevealRequest, Revealed, SecretVersion, Secrets};
pub use keeping::audit::{AuditChange, AuditDetails, AuditTrail, ListedEntry};
pub use keeping::backups::{BackupRow, BackupStatus, Backups, DamageDetails, Drill, IntegrityDetails};
pub use keeping::export::{Exported, Headings, Report};
pub use keeping::home::{Home, HomeReader, NextItem};
pub use keeping::parameters::{ParameterRow, ParameterSettings};
pub use keeping::saved_filters::{FilteredList, Filters, SavedFilters};
pub use keeping::tasks::{Task, TaskPhase, TaskProgress};
pub use keeping::vault_figures::VaultFigures;
pub use keeping::vault_settings::{KeyCost, VaultDetails, VaultSettings};
pub use keeping::vaults::{CreateVault, Vaults};
pub use operations::actions::{OperationAction, OperationDetails, Operations, Requested, Selection, Skipped};
pub use operations::execution_lists::{Acted, Refused, RotationStatus};
pub use operations::explanation::{PolicyMatch, PolicyReason, Reason, Rotation};
pub use operations::listed::{AttemptDetails, ListedOperation, OperationInFull};
pub use operations::notices::{Audience, Notice, NoticeKind, Subject};
pub use policies::rules::{Move, Policies, PolicyForm, Preview};
pub use policies::strength_meter::{Guess, StrengthHint, guess};
pub use policies::strengths::{Estimate, PluginLimit, StrengthForm, Strengths};

// Types that a caller of this crate needs. They are exported here, so that the shell depends on no lower crate.
pub use approval::{self, DecisionStatus, ExaminedDecision, RequestIntegrity, VerifiedRequest};
pub use connector::{Connector, Descriptor, FieldKind, FormField};
pub use domain;
pub use rotation::{Clock, Connectors, Ended, Moment, OnMoment, Parameters, SystemClock};
pub use secret::{Key, MemoryStatus, Secret, memory_status};
pub use template::starter::{self, Connects, Starter};
pub use uuid::Uuid;
pub use vault::{
    AttemptFilter, AttemptOutcome, AttemptQuery, AttemptRecord, AttemptRow, AttemptSort, AuditBreak, AuditChoices,
    AuditEntry, AuditFormat, AuditHead, AuditQuery, AuditVerdict, Backup, BackupReason, BlockReason, Chain, ChainNode,
    ChainOperation, Conflict, ConflictReason, CredentialQuery, CredentialRow, CredentialSort, Cursor, DesktopKey,
    DeviceQuery, DeviceRow, DeviceSort, Direction, Displacement, Expiration, ExpirationQuery, ExpirationSort, Figures,
    IntegrityStatus, KdfParameters, KeyFile, LastEnd, LateBounds, ListQuery, Missed, Noun, OperationChoices,
    OperationFilter, OperationQuery, OperationRecord, OperationRow, OperationSort, Overdue, Page, PolicyQuery,
    PolicyRow, PolicySort, Range, ReadOnly, RequestQuery, RequestRow, RequestSort, SavedFilter, StrengthQuery,
    StrengthRecord, StrengthSort, SyncService, TemplateUsed, TranscriptLine, Upcoming, VaultError, private_file,
    synced_folder,
};

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::{DeviceId, PluginId, Trust, UserId, operation::OperationType};
use rotation::Executor;
use vault::{RecoveryKit, Vault};

use access::account::HalfDone;
use access::failures::Failures;
use access::idle::Idle;
use access::pending_sign_in::PendingSignIn;
use access::recovery::Opened;
use access::sessions::Locked;
use access::signed_in_user::SignedInUser;

/// An event for the window. It carries ids only; the receiver reads the records again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum AppEvent {
    /// Records of one kind changed and are committed.
    RecordsChanged { noun: Noun, ids: Vec<Uuid> },
    /// An operation has ended.
    OperationEnded(Ended),
    /// A reconciliation has ended. This event follows its [`AppEvent::OperationEnded`].
    ReconciliationEnded(Ended),
    /// The window was locked.
    Locked(Box<LockedDetails>),
    /// The vault is closed and every key is wiped.
    SignedOut,
    /// A sign-out waits for these operations.
    SigningOut(Vec<RunningOperation>),
    /// The result of [`Sessions::get`] has changed.
    SessionChanged,
    /// The result of [`Sessions::executor`] has changed.
    ExecutorChanged,
    /// A long task has made progress.
    Progress(TaskProgress),
    /// Damage was found in the open vault, which is read-only from now on.
    DamageFound(PathBuf),
    /// The files of the open vault have been moved, replaced or deleted.
    VaultDisplaced(PathBuf),
    /// A request was applied without approvals.
    EmergencyApplied { request: Uuid },
}

/// A function that receives each event, after its commit.
pub type Listener = Arc<dyn Fn(AppEvent) + Send + Sync>;

/// The settings and the surroundings of an [`App`].
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AppSetup {
    pub connectors: Connectors,
    /// The templates; [`template::starter::ALL`] are those that come with the program.
    pub templates: &'static [Starter],
    pub clock: Arc<dyn Clock>,
    /// Bounds and waits of the executor, until [`rotation::Executor::retune`] sets others.
    pub parameters: Parameters,
    /// The lowest cost of the key derivation from a password.
    pub kdf: KdfParameters,
    /// The time that unlocking a new vault should take on this machine. The cost of the key derivation follows from it;
    /// None: the lowest cost.
    pub unlock_takes: Option<Duration>,
    /// The desktop that the program runs on.
    pub desktop: Arc<dyn Desktop>,
    pub listener: Listener,
    /// Called before and after each written state of an operation; for the crash tests.
    pub on_moment: Option<OnMoment>,
}

/// The program without its window: at most one open vault, its executor, and unfinished steps of the user.
pub struct App {
    setup: AppSetup,
    open_vault: Mutex<Option<OpenVault>>,
    /// Host keys that were shown and may be accepted. Only these are accepted, so that the window cannot invent one.
    offers: Mutex<HashMap<DeviceId, (PluginId, Trust)>>,
    failures: Mutex<Failures>,
    running: keeping::tasks::Running,
    /// A new authenticator that is not yet confirmed by a code.
    half_done: Mutex<Option<HalfDone>>,
    /// The last accepted step of each person's authenticator. It is kept here for vaults that cannot store it.
    accepted_steps: Mutex<HashMap<UserId, u64>>,
    /// A sign-in whose password was right and whose code is still missing.
    pending_sign_in: Mutex<Option<PendingSignIn>>,
    /// A recovery kit whose words have not been typed back yet.
    unchecked_kit: Mutex<Option<RecoveryKit>>,
    /// The vault that a recovery kit opened.
    recovered: Mutex<Option<Opened>>,
    /// The result of the last check of each backup file.
    backups: Mutex<HashMap<PathBuf, BackupStatus>>,
    /// The user who was last notified of waiting requests, with their number; no user at a locked window.
    reported_waiting: Mutex<(Option<UserId>, u64)>,
}

/// An open vault, its executor, and the signed-in user.
struct OpenVault {
    vault: Arc<Vault>,
    executor: Option<Executor>,
    signed_in: Option<SignedInUser>,
    idle: Idle,
    /// The values of the parameters that are in force.
    parameters: domain::parameter::Parameters,
    /// The time and the reason of the lock, while the window is locked.
    locked: Option<Locked>,
    /// The executor gave up its key because the window is locked.
    rests_while_locked: bool,
    warnings: Vec<Warning>,
    /// The damage that was found since the vault was opened.
    damage: Arc<Mutex<Option<vault::Damage>>>,
}

impl App {
    /// Makes an app without an open vault.
    pub fn new(setup: AppSetup) -> Self {
        Self {
            setup,
            open_vault: Mutex::default(),
            offers: Mutex::default(),
            failures: Mutex::default(),
            running: keeping::tasks::Running::default(),
            half_done: Mutex::default(),
            accepted_steps: Mutex::default(),
            pending_sign_in: Mutex::default(),
            unchecked_kit: Mutex::default(),
            recovered: Mutex::default(),
            backups: Mutex::default(),
            reported_waiting: Mutex::default(),
        }
    }

    /// Returns the operations that create and close vaults.
    pub fn vaults(&self) -> Vaults<'_> {
        Vaults(self)
    }

    /// Returns the operations for signing in, locking and signing out.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// Returns the operations on the people of the vault.
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Returns the operations on the signed-in user's own account.
    pub fn account(&self) -> Account<'_> {
        Account(self)
    }

    /// Returns the operations on the parameters that an administrator sets.
    pub fn parameters(&self) -> ParameterSettings<'_> {
        ParameterSettings(self)
    }

    /// Returns the operations on the recovery kit.
    pub fn recovery(&self) -> Recovery<'_> {
        Recovery(self)
    }

    /// Returns the operations on the settings of the open vault.
    pub fn vault_settings(&self) -> VaultSettings<'_> {
        VaultSettings(self)
    }

    /// Returns the operations on backups and on the integrity of the vault.
    pub fn backups(&self) -> Backups<'_> {
        Backups(self)
    }

    /// Returns the operations on the audit trail.
    pub fn audit(&self) -> AuditTrail<'_> {
        AuditTrail(self)
    }

    /// Returns the operations on devices, the target systems.
    pub fn devices(&self) -> Devices<'_> {
        Devices(self)
    }

    /// Returns the operations on credentials: usernames on devices.
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials(self)
    }

    /// Returns the operations that show, copy and enter single passwords.
    pub fn secrets(&self) -> Secrets<'_> {
        Secrets(self)
    }

    /// Returns the operations on the queue of the executor.
    pub fn operations(&self) -> Operations<'_> {
        Operations(self)
    }

    /// Returns the operations on policies: which credentials are rotated automatically, and when.
    pub fn policies(&self) -> Policies<'_> {
        Policies(self)
    }

    /// Returns the operations on strengths: the rules for generated passwords.
    pub fn strengths(&self) -> Strengths<'_> {
        Strengths(self)
    }

    /// Returns the operations of the home screen.
    pub fn home(&self) -> HomeReader<'_> {
        HomeReader(self)
    }

    /// Returns the operations on a user's saved filters.
    pub fn saved_filters(&self) -> SavedFilters<'_> {
        SavedFilters(self)
    }

    /// Returns the operations on change plugins and templates.
    pub fn plugins(&self) -> Plugins<'_> {
        Plugins(self)
    }

    /// Returns the operations on bulk actions, up to requesting them.
    pub fn batches(&self) -> Batches<'_> {
        Batches(self)
    }

    /// Returns the operations on requests that need approval.
    pub fn requests(&self) -> Requests<'_> {
        Requests(self)
    }

    /// Returns the operations on approvers.
    pub fn approvers(&self) -> Approvers<'_> {
        Approvers(self)
    }

    fn open_vault(&self) -> MutexGuard<'_, Option<OpenVault>> {
        self.open_vault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the signed-in user without checking what they may do.
    fn signed_in(&self) -> Result<SignedInUser, AppError> {
        self.open_vault().as_ref().and_then(|open_vault| open_vault.signed_in.clone()).ok_or(AppError::Locked)
    }

    /// Returns the signed-in user with the vault, if their roles allow the action and the vault can be written where
    /// the action writes.
    fn authorize(&self, action: Action) -> Result<SignedInUser, AppError> {
        let signed_in = self.authorize_reading(action)?;
        match signed_in.vault.read_only_reason().filter(|_| action.writes()) {
            None => Ok(signed_in),
            Some(ReadOnly::Displaced) => {
                Err(VaultError::Displaced { how: signed_in.vault.displacement().unwrap_or_default() }.into())
            }
            Some(_) => Err(AppError::ReadOnly),
        }
    }

    /// Returns the bounds and waits of the executor that are in force.
    fn bounds(&self) -> Parameters {
        match self.open_vault().as_ref() {
            Some(open_vault) => keeping::parameters::of_rotation(&open_vault.parameters, &self.setup.parameters),
            None => self.setup.parameters.clone(),
        }
    }

    /// Informs the listener of an operation that a person canceled.
    fn tell_canceled(&self, record: &OperationRecord) {
        tell_end(&self.setup.listener, &Ended::canceled(record));
    }

    /// As [`App::authorize`], but for a preview of the action: a vault that cannot be written is accepted.
    fn authorize_reading(&self, action: Action) -> Result<SignedInUser, AppError> {
        let signed_in = self.signed_in()?.unlimited()?;
        if may(&signed_in.user.roles, action) { Ok(signed_in) } else { Err(AppError::Forbidden) }
    }

    fn wake_executor(&self) {
        if let Some(executor) = self.open_vault().as_ref().and_then(|open_vault| open_vault.executor.as_ref()) {
            executor.wake();
        }
    }

    fn new_uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn half_done(&self) -> MutexGuard<'_, Option<HalfDone>> {
        self.half_done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accepted_steps(&self) -> MutexGuard<'_, HashMap<UserId, u64>> {
        self.accepted_steps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pending_sign_in(&self) -> MutexGuard<'_, Option<PendingSignIn>> {
        self.pending_sign_in.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unchecked_kit(&self) -> MutexGuard<'_, Option<RecoveryKit>> {
        self.unchecked_kit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recovered(&self) -> MutexGuard<'_, Option<Opened>> {
        self.recovered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops every secret that waits for the user's next step, because nobody is there to take it.
    fn forget_half_done(&self) {
        *self.half_done() = None;
        *self.unchecked_kit() = None;
        *self.recovered() = None;
        *self.pending_sign_in() = None;
    }

    /// Records activity during an unfinished sign-in, which restarts its idle time.
    fn touch_at_the_door(&self, now: Instant) {
        if let Some(pending_sign_in) = self.pending_sign_in().as_mut() {
            pending_sign_in.pending.touch(now);
        }
        if let Some(opened) = self.recovered().as_mut() {
            opened.0.touch(now);
        }
    }

    /// Ends unfinished sign-ins that were idle for too long.
    fn look_at_the_door(&self, now: Instant, wall: DateTime<Utc>) {
        let mut pending_sign_in = self.pending_sign_in();
        if pending_sign_in.as_mut().is_some_and(|pending_sign_in| pending_sign_in.pending.is_left(now, wall)) {
            *pending_sign_in = None;
        }
        drop(pending_sign_in);
        let mut recovered = self.recovered();
        if recovered.as_mut().is_some_and(|opened| opened.0.is_left(now, wall)) {
            *recovered = None;
        }
    }

    fn checked_backups(&self) -> HashMap<PathBuf, BackupStatus> {
        self.backups.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note_backup(&self, path: &std::path::Path, session_details: BackupStatus) {
        self.backups.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), session_details);
    }

    /// Notes whether the signed-in user has an authenticator.
    fn note_totp(&self, has: bool) {
        if let Some(signed_in) = self.open_vault().as_mut().and_then(|open_vault| open_vault.signed_in.as_mut()) {
            signed_in.has_totp = has;
        }
    }
}

/// Informs the listener of the end of an operation.
fn tell_end(listener: &Listener, ended: &Ended) {
    listener(AppEvent::OperationEnded(ended.clone()));
    if ended.kind == OperationType::Reconciliation {
        listener(AppEvent::ReconciliationEnded(ended.clone()));
    }
}
