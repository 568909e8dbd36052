//! Everything a user can do, without a window.
//!
//! [`App`] holds at most one open vault and the executor that works on it. Who sits at the window (the *seat*) and what
//! the executor holds are two things: [`Sessions::lock`] empties the seat, and the executor works on.
//!
//! Each noun has one door: [`App::vaults`], [`App::sessions`], [`App::users`], [`App::account`], [`App::parameters`],
//! [`App::recovery`], [`App::vault_settings`], [`App::backups`], [`App::audit`], [`App::devices`], [`App::credentials`],
//! [`App::secrets`], [`App::operations`], [`App::plugins`]. Every call goes the same way: permission, validation, one
//! vault transaction with its audit entries. What changed is told to the listener after the commit, by id only.

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
pub use access::seat::{SeatedUser, SessionLimit};
pub use access::sessions::{Sessions, UnlockVault};
pub use access::standing::{
    ExecutorDetails, ExecutorState, LockedDetails, RecoveryStatus, RevealRules, RunningOperation, SessionDetails,
    Warning, WarningKind,
};
pub use access::users::{OneTimePassword, UserPage, UserQuery, UserRow, UserSort, UserStatus, Users};
pub use approvals::approvers::{ApproverPerson, Approvers, ApproversDetails, ApproversForm, OPERATION_TYPES};
pub use approvals::batches::{
    BatchCandidate, BatchCheck, BatchDraft, BatchFlag, BatchReview, BatchUpdate, Batches, ChangeGroup, ParentUpdate,
    PasswordChangeUpdate, ReconciliationUpdate, RefusalReason, ReviewTab, ShownPage, ShownTask, TagsUpdate, Window,
};
pub use approvals::requests::{
    CannotDecide, Decide, LevelProgress, ListedRequest, RequestAction, RequestDetails, RequestScope, Requests,
    WaitingRequests,
};
pub use error::AppError;
pub use inventory::credentials::{CredentialForm, CredentialInFull, Credentials};
pub use inventory::devices::{DeviceForm, Devices, HostKeyStatus, IdentityOffer};
pub use inventory::plugins::{Plugins, TemplateDescription};
pub use inventory::secrets::{Look, Revealed, SecretVersion, Secrets};
pub use keeping::audit::{AuditChange, AuditDetails, AuditDoor, ListedEntry};
pub use keeping::backups::{BackupRow, BackupStatus, Backups, DamageDetails, Drill, IntegrityDetails};
pub use keeping::export::{Exported, Headings, Report};
pub use keeping::home::{Home, HomeDoor, NextItem};
pub use keeping::parameters::{ParameterDoor, ParameterRow};
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

// What a caller needs to talk to this crate, so that the shell depends on nothing below it.
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
use access::doorstep::Awaited;
use access::failures::Failures;
use access::idle::Idle;
use access::recovery::Opened;
use access::seat::Seat;
use access::sessions::Locked;

/// What happened, for whoever shows it. Carries ids only; who is told reads again what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum AppEvent {
    /// Records of one kind changed and are committed.
    RecordsChanged { noun: Noun, ids: Vec<Uuid> },
    /// An operation has ended.
    OperationEnded(Ended),
    /// A reconciliation has ended; told in addition to its end.
    ReconciliationEnded(Ended),
    /// The seat is empty.
    Locked(Box<LockedDetails>),
    /// The vault is closed and every key is wiped.
    SignedOut,
    /// A sign-out waits for these.
    SigningOut(Vec<RunningOperation>),
    /// What [`Sessions::get`] tells is another thing now.
    SessionChanged,
    /// What [`Sessions::executor`] tells is another thing now.
    ExecutorChanged,
    /// A long work came further.
    Progress(TaskProgress),
    /// Damage was found in the open vault, which is read-only from now on.
    DamageFound(PathBuf),
    /// The files of the open vault are not at their place any more.
    VaultDisplaced(PathBuf),
    /// A request was applied without approvals.
    EmergencyApplied { request: Uuid },
}

/// Called after each commit.
pub type Listener = Arc<dyn Fn(AppEvent) + Send + Sync>;

/// What an [`App`] works with.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AppSetup {
    pub connectors: Connectors,
    /// The templates; [`template::starter::ALL`] are those that come with the program.
    pub templates: &'static [Starter],
    pub clock: Arc<dyn Clock>,
    /// Bounds and waits of the executor, until [`rotation::Executor::retune`] sets others.
    pub parameters: Parameters,
    /// The least that a guess of a password costs.
    pub kdf: KdfParameters,
    /// How long unlocking a new vault is to take on this machine, which settles what a guess costs there. None: the least.
    pub unlock_takes: Option<Duration>,
    /// The desktop that the program runs on.
    pub desktop: Arc<dyn Desktop>,
    pub listener: Listener,
    /// Called before and after each written state of an operation; for the crash tests.
    pub on_moment: Option<OnMoment>,
}

/// The program without its window.
pub struct App {
    setup: AppSetup,
    held: Mutex<Option<Held>>,
    /// Host keys that were shown and may be accepted; exactly these, nothing that a page makes up.
    offers: Mutex<HashMap<DeviceId, (PluginId, Trust)>>,
    failures: Mutex<Failures>,
    running: keeping::tasks::Running,
    /// An authenticator that has not shown a code yet.
    half_done: Mutex<Option<HalfDone>>,
    /// The last step of each person's authenticator that was accepted, also where the vault cannot remember it.
    accepted_steps: Mutex<HashMap<UserId, u64>>,
    /// Somebody whose password was right, and who owes a code.
    awaited: Mutex<Option<Awaited>>,
    /// A recovery kit whose words nobody has typed back yet.
    unchecked_kit: Mutex<Option<RecoveryKit>>,
    /// What a recovery kit opened.
    recovered: Mutex<Option<Opened>>,
    /// What is known of the files of backups.
    backups: Mutex<HashMap<PathBuf, BackupStatus>>,
    /// Who was told last of requests that wait, and of how many; nobody in particular at a locked window.
    told_waiting: Mutex<(Option<UserId>, u64)>,
}

/// An open vault, the executor on it, and who sits in front of it.
struct Held {
    vault: Arc<Vault>,
    executor: Option<Executor>,
    seat: Option<Seat>,
    idle: Idle,
    /// What an administrator tuned, as it counts now.
    parameters: domain::parameter::Parameters,
    /// Since when nobody sits there.
    locked: Option<Locked>,
    /// The executor gave up its key because the window is locked.
    rests_while_locked: bool,
    warnings: Vec<Warning>,
    /// What was found damaged since the vault was opened.
    damage: Arc<Mutex<Option<vault::Damage>>>,
}

impl App {
    /// Makes an app without an open vault.
    pub fn new(setup: AppSetup) -> Self {
        Self {
            setup,
            held: Mutex::default(),
            offers: Mutex::default(),
            failures: Mutex::default(),
            running: keeping::tasks::Running::default(),
            half_done: Mutex::default(),
            accepted_steps: Mutex::default(),
            awaited: Mutex::default(),
            unchecked_kit: Mutex::default(),
            recovered: Mutex::default(),
            backups: Mutex::default(),
            told_waiting: Mutex::default(),
        }
    }

    /// Creating and closing vaults.
    pub fn vaults(&self) -> Vaults<'_> {
        Vaults(self)
    }

    /// Signing in, locking, signing out.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// The people of the vault.
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// The signed-in person's own account.
    pub fn account(&self) -> Account<'_> {
        Account(self)
    }

    /// What an administrator tunes.
    pub fn parameters(&self) -> ParameterDoor<'_> {
        ParameterDoor(self)
    }

    /// The recovery kit.
    pub fn recovery(&self) -> Recovery<'_> {
        Recovery(self)
    }

    /// The settings of the open vault.
    pub fn vault_settings(&self) -> VaultSettings<'_> {
        VaultSettings(self)
    }

    /// Backups, and whether the vault is whole.
    pub fn backups(&self) -> Backups<'_> {
        Backups(self)
    }

    /// The audit trail.
    pub fn audit(&self) -> AuditDoor<'_> {
        AuditDoor(self)
    }

    /// Target systems.
    pub fn devices(&self) -> Devices<'_> {
        Devices(self)
    }

    /// Usernames on devices.
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials(self)
    }

    /// Passwords, one at a time.
    pub fn secrets(&self) -> Secrets<'_> {
        Secrets(self)
    }

    /// Asynchronous work.
    pub fn operations(&self) -> Operations<'_> {
        Operations(self)
    }

    /// Which credentials are changed by themselves, and when.
    pub fn policies(&self) -> Policies<'_> {
        Policies(self)
    }

    /// How passwords are generated.
    pub fn strengths(&self) -> Strengths<'_> {
        Strengths(self)
    }

    /// Everything at a glance.
    pub fn home(&self) -> HomeDoor<'_> {
        HomeDoor(self)
    }

    /// What a person filters lists by.
    pub fn saved_filters(&self) -> SavedFilters<'_> {
        SavedFilters(self)
    }

    /// Change plugins and templates.
    pub fn plugins(&self) -> Plugins<'_> {
        Plugins(self)
    }

    /// Bulk actions, up to asking for them.
    pub fn batches(&self) -> Batches<'_> {
        Batches(self)
    }

    /// What others must approve.
    pub fn requests(&self) -> Requests<'_> {
        Requests(self)
    }

    /// Who may decide.
    pub fn approvers(&self) -> Approvers<'_> {
        Approvers(self)
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who sits at the window, whatever they may do.
    fn seat(&self) -> Result<Seat, AppError> {
        self.held().as_ref().and_then(|held| held.seat.clone()).ok_or(AppError::Locked)
    }

    /// Who sits at the window, if they may do this; with the vault to do it on.
    fn seated(&self, action: Action) -> Result<Seat, AppError> {
        let seat = self.seated_to_read(action)?;
        match seat.vault.read_only_reason().filter(|_| action.writes()) {
            None => Ok(seat),
            Some(ReadOnly::Displaced) => {
                Err(VaultError::Displaced { how: seat.vault.displacement().unwrap_or_default() }.into())
            }
            Some(_) => Err(AppError::ReadOnly),
        }
    }

    /// The executor's bounds and waits, as they count now.
    fn bounds(&self) -> Parameters {
        match self.held().as_ref() {
            Some(held) => keeping::parameters::of_rotation(&held.parameters, &self.setup.parameters),
            None => self.setup.parameters.clone(),
        }
    }

    /// Tells of an operation that a person called off.
    fn tell_canceled(&self, record: &OperationRecord) {
        tell_end(&self.setup.listener, &Ended::canceled(record));
    }

    /// The same, to look at what the action would change.
    fn seated_to_read(&self, action: Action) -> Result<Seat, AppError> {
        let seat = self.seat()?.unlimited()?;
        if may(&seat.user.roles, action) { Ok(seat) } else { Err(AppError::Forbidden) }
    }

    fn wake_executor(&self) {
        if let Some(executor) = self.held().as_ref().and_then(|held| held.executor.as_ref()) {
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

    fn awaited(&self) -> MutexGuard<'_, Option<Awaited>> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unchecked_kit(&self) -> MutexGuard<'_, Option<RecoveryKit>> {
        self.unchecked_kit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recovered(&self) -> MutexGuard<'_, Option<Opened>> {
        self.recovered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of every secret that waits for a person's next step: nobody is there to take it.
    fn forget_half_done(&self) {
        *self.half_done() = None;
        *self.unchecked_kit() = None;
        *self.recovered() = None;
        *self.awaited() = None;
    }

    /// Somebody moved or typed who sits nowhere yet.
    fn touch_at_the_door(&self, now: Instant) {
        if let Some(awaited) = self.awaited().as_mut() {
            awaited.doorstep.touch(now);
        }
        if let Some(opened) = self.recovered().as_mut() {
            opened.0.touch(now);
        }
    }

    /// Lets go of who walked away before they sat down.
    fn look_at_the_door(&self, now: Instant, wall: DateTime<Utc>) {
        let mut awaited = self.awaited();
        if awaited.as_mut().is_some_and(|awaited| awaited.doorstep.is_left(now, wall)) {
            *awaited = None;
        }
        drop(awaited);
        let mut recovered = self.recovered();
        if recovered.as_mut().is_some_and(|opened| opened.0.is_left(now, wall)) {
            *recovered = None;
        }
    }

    fn checked_backups(&self) -> HashMap<PathBuf, BackupStatus> {
        self.backups.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note_backup(&self, path: &std::path::Path, standing: BackupStatus) {
        self.backups.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), standing);
    }

    /// The person at the window has an authenticator now, or has none any more.
    fn note_totp(&self, has: bool) {
        if let Some(seat) = self.held().as_mut().and_then(|held| held.seat.as_mut()) {
            seat.has_totp = has;
        }
    }
}

/// Tells the listener of an operation's end.
fn tell_end(listener: &Listener, ended: &Ended) {
    listener(AppEvent::OperationEnded(ended.clone()));
    if ended.kind == OperationType::Reconciliation {
        listener(AppEvent::ReconciliationEnded(ended.clone()));
    }
}
