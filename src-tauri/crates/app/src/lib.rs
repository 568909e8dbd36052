//! Everything a user can do, without a window.
//!
//! [`App`] holds at most one open vault and the executor that works on it. Who sits at the window (the *seat*) and what
//! the executor holds are two things: [`Vaults::lock`] empties the seat, and the executor works on.
//!
//! Each noun has one door: [`App::vaults`], [`App::devices`], [`App::credentials`], [`App::secrets`],
//! [`App::operations`], [`App::plugins`]. Every call goes the same way: permission, validation, one vault transaction
//! with its audit entries. What changed is told to the listener after the commit, by id only.

mod credentials;
mod devices;
mod error;
mod execution_lists;
mod explanation;
mod export;
mod home;
mod operations;
mod permission;
mod plugins;
mod policies;
mod repair;
mod saved_filters;
mod seat;
mod secrets;
mod strength_meter;
mod strengths;
mod vaults;

pub use credentials::{CredentialForm, Credentials};
pub use devices::{DeviceForm, Devices, HostKeyOffer, HostKeyStanding};
pub use error::AppError;
pub use execution_lists::{Acted, OperationInFull, Refused, RotationStatus};
pub use explanation::{PolicyReason, PolicyStanding, Reason, Rotation};
pub use export::{Exported, Headings, Report};
pub use home::{Home, HomeDoor, NextItem};
pub use operations::{Action as OperationAction, OperationDetails, Operations, Requested, Selection, Skipped};
pub use permission::{ACTIONS, Action, may};
pub use plugins::{PluginDescription, Plugins, TemplateDescription};
pub use policies::{Move, Policies, PolicyForm, Preview};
pub use saved_filters::{FilteredList, Filters, SavedFilters};
pub use seat::SeatedUser;
pub use secrets::{Revealed, Secrets};
pub use strength_meter::{Guess, Hint, guess};
pub use strengths::{Estimate, PluginLimit, StrengthForm, Strengths};
pub use vaults::{CreateVault, SessionDetails, UnlockVault, Vaults};

// What a caller needs to talk to this crate, so that the shell depends on nothing below it.
pub use connector::Connector;
pub use domain;
pub use rotation::{Clock, Connectors, Ended, Moment, OnMoment, Parameters, SystemClock, Waiting};
pub use secret::Secret;
pub use template::starter::{self, Connects, Starter};
pub use vault::{
    AttemptOutcome, AttemptQuery, AttemptRecord, AttemptRow, AttemptSort, Chain, ChainNode, ChainOperation,
    CredentialQuery, CredentialRow, CredentialSort, Cursor, DeviceQuery, DeviceRow, DeviceSort, Direction, Expiration,
    ExpirationQuery, ExpirationSort, Figures, Hold, KdfParameters, LastEnd, Missed, Noun, OperationChoices,
    OperationQuery, OperationRecord, OperationRow, OperationSort, Overdue, Page, PolicyQuery, PolicyRow, PolicySort,
    Range, SavedFilter, StrengthQuery, StrengthRecord, StrengthSort, TranscriptLine, Upcoming, VaultError,
};

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{DeviceId, HostKey, operation::OperationType};
use rotation::Executor;
use uuid::Uuid;
use vault::Vault;

use seat::Seat;

/// What happened, for whoever shows it. Carries ids only; who is told reads again what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppEvent {
    /// Records of one kind changed and are committed.
    RecordsChanged {
        /// Which kind.
        noun: Noun,
        /// Which ones.
        ids: Vec<Uuid>,
    },
    /// An operation has ended.
    OperationEnded(Ended),
    /// A reconciliation has ended; told in addition to its end.
    ReconciliationEnded(Ended),
    /// The seat is empty.
    Locked,
}

/// Called after each commit.
pub type Listener = Arc<dyn Fn(AppEvent) + Send + Sync>;

/// What an [`App`] works with.
pub struct AppSetup {
    /// The change plugins.
    pub connectors: Connectors,
    /// The templates; [`template::starter::ALL`] are those that come with the program.
    pub templates: &'static [Starter],
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Bounds and waits of the executor, until [`Vaults::retune`] sets others.
    pub parameters: Parameters,
    /// Cost of a new vault's key derivation.
    pub kdf: KdfParameters,
    /// Told what changed.
    pub listener: Listener,
    /// Called before and after each written state of an operation; for the crash tests.
    pub on_moment: Option<OnMoment>,
}

/// The program without its window.
pub struct App {
    setup: AppSetup,
    held: Mutex<Option<Held>>,
    /// Bounds and waits that count now.
    parameters: Mutex<Parameters>,
    /// Host keys that were shown and may be accepted; exactly these, nothing that a page makes up.
    offers: Mutex<HashMap<DeviceId, HostKey>>,
}

/// An open vault, the executor on it, and who sits in front of it.
struct Held {
    vault: Arc<Vault>,
    executor: Option<Executor>,
    seat: Option<Seat>,
}

impl App {
    /// Makes an app without an open vault.
    pub fn new(setup: AppSetup) -> Self {
        let parameters = Mutex::new(setup.parameters.clone());
        Self { setup, parameters, held: Mutex::new(None), offers: Mutex::new(HashMap::new()) }
    }

    /// Creating, unlocking and locking vaults.
    pub fn vaults(&self) -> Vaults<'_> {
        Vaults(self)
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

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who sits at the window, if they may do this; with the vault to do it on.
    fn seated(&self, action: Action) -> Result<Seat, AppError> {
        let held = self.held();
        let seat = held.as_ref().and_then(|held| held.seat.clone()).ok_or(AppError::Locked)?;
        if !may(&seat.user.roles, action) {
            return Err(AppError::Forbidden);
        }
        if action.writes() && seat.vault.is_read_only() {
            return Err(AppError::ReadOnly);
        }
        Ok(seat)
    }

    /// The bounds and waits that count now.
    fn parameters(&self) -> Parameters {
        self.parameters.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells of an operation that a person called off.
    fn tell_canceled(&self, record: &OperationRecord) {
        tell_end(&self.setup.listener, &Ended::canceled(record));
    }

    fn wake_executor(&self) {
        if let Some(executor) = self.held().as_ref().and_then(|held| held.executor.as_ref()) {
            executor.wake();
        }
    }

    fn new_uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Tells the listener of an operation's end.
fn tell_end(listener: &Listener, ended: &Ended) {
    listener(AppEvent::OperationEnded(ended.clone()));
    if ended.kind == OperationType::Reconciliation {
        listener(AppEvent::ReconciliationEnded(ended.clone()));
    }
}
