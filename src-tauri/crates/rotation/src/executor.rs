//! The thread that works the queue off.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    thread,
    time::{Duration, Instant},
};

use diagnostics::chain;
use domain::{
    CredentialId, OperationId, OwnerId,
    operation::{OperationStep, OperationType, State},
};
use template::starter::Starter;
use tokio::{
    runtime,
    sync::Notify,
    task::{self, JoinError, JoinSet},
    time,
};
use uuid::Uuid;
use vault::{KeptPassword, OperationRecord, SecretsKey, Vault, VaultError};

use crate::{
    Clock, Connectors, Ended, Parameters, approval, driver, queue, triggers,
    turns::{Turn, Turns},
};

/// The longest sleep between two looks at the queue: leases are renewed and orphans found at least this often.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);

/// How soon orphans, requests and triggers are looked at again while other operations run: many that end one after the
/// other make one look.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);
/// How often a vault whose files are not at their place is looked at again.
const UNTIL_BACK: Duration = Duration::from_secs(2);
/// How often what runs gives a sign of life.
const BETWEEN_SIGNS: Duration = Duration::from_secs(5);

/// Whether a new state is about to be written down, or has been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// What led to the state has happened; the vault does not know it yet.
    Before,
    /// The vault knows it, or what leads to it; what follows has not begun.
    After,
}

/// Called at every [`Moment`] of every operation. The crash tests end the process here.
pub type OnMoment = Arc<dyn Fn(Moment, &State) + Send + Sync>;

/// Called after the commit of every operation's end.
pub type OnEnded = Arc<dyn Fn(&Ended) + Send + Sync>;

/// The most threads that operations run on, whatever the parameters say.
const MOST_AT_ONCE: usize = 500;

/// How often who waits for the executor's end is told what it waits for.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// An operation that is running.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Waiting {
    pub operation: OperationId,
    /// The number that people know it by.
    pub code: i64,
    pub kind: OperationType,
    /// How far it has come.
    pub step: Option<OperationStep>,
    pub credential: CredentialId,
}

/// What an executor works with.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExecutorSetup {
    pub vault: Arc<Vault>,
    /// The key to passwords, the executor's own copy. Without one nothing is claimed.
    pub secrets_key: Option<SecretsKey>,
    pub connectors: Connectors,
    pub templates: &'static [Starter],
    pub clock: Arc<dyn Clock>,
    pub parameters: Parameters,
    /// Called at every moment of every operation, if given.
    pub on_moment: Option<OnMoment>,
    /// Called after every end, if given.
    pub on_ended: Option<OnEnded>,
}

/// What every operation of one executor shares.
pub(crate) struct Context {
    pub(crate) vault: Arc<Vault>,
    pub(crate) connectors: Connectors,
    pub(crate) templates: &'static [Starter],
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) owner: OwnerId,
    parameters: RwLock<Arc<Parameters>>,
    key: RwLock<Option<Arc<SecretsKey>>>,
    on_moment: Option<OnMoment>,
    on_ended: Option<OnEnded>,
    turns: Turns,
    /// What operations work with, until their ends are written down: the rows may be in files that nobody finds.
    in_hand: Mutex<HashMap<OperationId, Vec<KeptPassword>>>,
}

impl Context {
    /// Holds the passwords of an operation in memory until [`Context::let_go`].
    pub(crate) fn hold(&self, operation: OperationId, passwords: Vec<KeptPassword>) {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner).insert(operation, passwords);
    }

    /// Drops the passwords of an operation: what became of them is written down.
    pub(crate) fn let_go(&self, operation: OperationId) {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner).remove(&operation);
    }

    pub(crate) fn reached(&self, moment: Moment, state: &State) {
        if let Some(on_moment) = &self.on_moment {
            on_moment(moment, state);
        }
    }

    /// Those that count now.
    pub(crate) fn parameters(&self) -> Arc<Parameters> {
        Arc::clone(&self.parameters.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn tell_end(&self, ended: &Ended) {
        if let Some(on_ended) = &self.on_ended {
            on_ended(ended);
        }
    }

    pub(crate) fn new_uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    /// The key to passwords, as it is now: a re-keying may replace it between two steps.
    pub(crate) fn secrets_key(&self) -> Result<Arc<SecretsKey>, VaultError> {
        self.key.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(VaultError::NoSecretsKey)
    }

    /// Waits for a turn to log in; the turn ends when the guard is dropped.
    pub(crate) fn authenticating(&self) -> Turn<'_> {
        self.turns.take()
    }
}

/// A running executor. Dropping it stops it without waiting for what runs; [`Executor::stop`] waits.
pub struct Executor {
    context: Arc<Context>,
    wake: Arc<Notify>,
    stop: Arc<Notify>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Executor {
    /// Starts the thread. What an earlier program left running is recovered first.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(setup: ExecutorSetup) -> std::io::Result<Self> {
        let (wake, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let context = Arc::new(Context {
            turns: Turns::new(setup.parameters.authenticating_at_once),
            vault: setup.vault,
            connectors: setup.connectors,
            templates: setup.templates,
            clock: setup.clock,
            parameters: RwLock::new(Arc::new(setup.parameters)),
            owner: OwnerId::from_uuid(Uuid::now_v7()),
            key: RwLock::new(setup.secrets_key.map(Arc::new)),
            on_moment: setup.on_moment,
            on_ended: setup.on_ended,
            in_hand: Mutex::default(),
        });
        limit_devices(&context);
        let runtime = runtime::Builder::new_current_thread()
            .enable_time()
            .max_blocking_threads(MOST_AT_ONCE)
            .thread_name("rotation-worker")
            .build()?;
        let (wakes, stops) = (Arc::clone(&wake), Arc::clone(&stop));
        let kept = Arc::clone(&context);
        let thread = thread::Builder::new().name("rotation".to_owned()).spawn(move || {
            let mut work = Work { context, running: JoinSet::new(), held: HashMap::new() };
            runtime.block_on(work.until_stopped(&wakes, &stops));
        })?;
        Ok(Self { context: kept, wake, stop, thread: Some(thread) })
    }

    /// Says that something new may be due.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Lets other bounds and waits count from now on; what runs goes on with those that it began a step with.
    pub fn retune(&self, parameters: Parameters) {
        self.context.turns.allow(parameters.authenticating_at_once);
        *self.context.parameters.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(parameters);
        limit_devices(&self.context);
        self.wake();
    }

    /// Gives the executor another key to passwords (an Operator unlocked, or everything was re-keyed), or takes it away:
    /// then nothing new is claimed, and what runs goes back into the queue at its next use of a password.
    pub fn hold_key(&self, key: Option<SecretsKey>) {
        *self.context.key.write().unwrap_or_else(PoisonError::into_inner) = key.map(Arc::new);
        self.wake();
    }

    /// The passwords that operations work with whose ends are not written down, and the key to seal them with, for a copy
    /// of a vault whose files are not at their place.
    pub fn passwords_in_hand(&self) -> (Option<Arc<SecretsKey>>, Vec<KeptPassword>) {
        let held = self.context.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        let duplicate = |kept: &KeptPassword| KeptPassword { secret: kept.secret.duplicate(), ..*kept };
        (self.context.secrets_key().ok(), held.values().flatten().map(duplicate).collect())
    }

    /// Tells whether it can work. Without a key, due operations wait for an Operator to unlock.
    pub fn holds_key(&self) -> bool {
        self.context.secrets_key().is_ok()
    }

    /// Takes nothing new from now on; what runs goes on to its end.
    pub fn retire(&self) {
        self.stop.notify_one();
    }

    /// Tells whether nothing runs any more, after [`Executor::retire`].
    pub fn is_at_rest(&self) -> bool {
        self.thread.as_ref().is_none_or(thread::JoinHandle::is_finished)
    }

    /// What is running now.
    pub fn waiting_for(&self) -> Vec<Waiting> {
        let running = self.context.vault.read(|reader| reader.operations().running());
        let running = running.inspect_err(report).unwrap_or_default();
        let mine = running.into_iter().filter(|record| record.owner == Some(self.context.owner));
        mine.map(|record| Waiting {
            operation: record.id,
            code: record.code,
            kind: record.kind,
            step: record.step,
            credential: record.credential,
        })
        .collect()
    }

    /// Takes nothing new, and waits until what runs is finished or parked, but no longer than the bound. Meanwhile it
    /// tells what it waits for. Answers with what still ran: that goes on until the process ends, and is recovered when
    /// the vault is opened next.
    pub fn stop_within(mut self, bound: Duration, told: &mut dyn FnMut(&[Waiting])) -> Vec<Waiting> {
        self.stop.notify_one();
        let until = Instant::now() + bound;
        let Some(thread) = self.thread.take() else {
            return Vec::new();
        };
        while !thread.is_finished() && Instant::now() < until {
            told(&self.waiting_for());
            thread::sleep(TELL_EVERY.min(until.saturating_duration_since(Instant::now())));
        }
        if !thread.is_finished() {
            return self.waiting_for();
        }
        if thread.join().is_err() {
            tracing::error!("the executor's thread ended by a defect");
        }
        Vec::new()
    }

    /// Takes nothing new, and waits until what runs is finished or parked.
    pub fn stop(mut self) {
        self.stop.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the executor's thread ended by a defect");
        }
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}

/// The loop's own state.
struct Work {
    context: Arc<Context>,
    running: JoinSet<()>,
    /// What each worker holds. A row that is running but not here is an orphan.
    held: HashMap<task::Id, OperationId>,
}

impl Work {
    async fn until_stopped(&mut self, wake: &Notify, stop: &Notify) {
        let (mut not_before, mut renewed) = (None, None);
        loop {
            let sleep = self.look_and_claim(&mut not_before, &mut renewed);
            tokio::select! {
                () = stop.notified() => break,
                () = wake.notified() => {}
                Some(ended) = self.running.join_next_with_id() => self.release(ended),
                () = time::sleep(sleep) => {}
            }
        }
        while let Some(ended) = self.running.join_next_with_id().await {
            self.release(ended);
        }
    }

    /// One look at the queue; answers with how long to sleep. Nothing is claimed or written while the vault's files are
    /// not at their place.
    fn look_and_claim(&mut self, not_before: &mut Option<Instant>, renewed: &mut Option<Instant>) -> Duration {
        if self.context.vault.in_place().is_err() {
            return UNTIL_BACK;
        }
        let look_again = self.look_around(not_before);
        self.claim_what_is_due();
        if renewed.is_none_or(|at| at.elapsed() >= BETWEEN_SIGNS) {
            *renewed = Some(Instant::now());
            self.renew_lease();
        }
        self.until_next().min(look_again)
    }

    /// Looks at everything that is not claimed: orphans, requests whose time is over, triggers. Answers with how long it
    /// is until it has to be done again.
    fn look_around(&mut self, not_before: &mut Option<Instant>) -> Duration {
        let now = Instant::now();
        if let Some(at) = *not_before
            && at > now
            && !self.running.is_empty()
        {
            return at - now;
        }
        self.recover_orphans();
        self.expire_requests();
        let wait = self.look_at_triggers();
        *not_before = Some(Instant::now() + wait.min(BETWEEN_LOOKS));
        wait
    }

    /// Turns what triggers made due into operations; answers with how long it is until they have to be looked at again.
    fn look_at_triggers(&self) -> Duration {
        let now = self.context.clock.now();
        match triggers::look(&self.context.vault, &self.context.parameters(), now) {
            Ok(Some(next)) => (next - now).to_std().unwrap_or_default(),
            Ok(None) => LONGEST_SLEEP,
            Err(error) => {
                report(&error);
                LONGEST_SLEEP
            }
        }
    }

    fn recover_orphans(&mut self) {
        let orphans = self.context.vault.read(|reader| reader.operations().running());
        match orphans {
            Ok(records) => {
                for record in records.iter().filter(|record| !self.is_held(record.id)) {
                    if let Err(error) = driver::recover(&self.context, record) {
                        tracing::error!(operation = %record.id, error = %chain(&error), "an operation could not be recovered yet");
                    }
                }
            }
            Err(error) => report(&error),
        }
    }

    fn expire_requests(&self) {
        if let Err(error) = approval::expire(&self.context) {
            report(&error);
        }
    }

    fn is_held(&self, operation: OperationId) -> bool {
        self.held.values().any(|held| *held == operation)
    }

    fn claim_what_is_due(&mut self) {
        if self.context.secrets_key().is_err() {
            return;
        }
        let room = self.context.parameters().at_once.min(MOST_AT_ONCE).saturating_sub(self.running.len());
        if room == 0 {
            return;
        }
        match queue::claim(&self.context, room) {
            Ok(claimed) => claimed.into_iter().for_each(|record| self.start(record)),
            Err(error) => report(&error),
        }
    }

    fn start(&mut self, record: OperationRecord) {
        let (context, id) = (Arc::clone(&self.context), record.id);
        let worker = self.running.spawn_blocking(move || {
            let _span = tracing::info_span!("operation", id = %record.id, kind = record.kind.word()).entered();
            if let Err(error) = driver::drive(&context, &record) {
                tracing::error!(error = %chain(&error), "an operation stopped; it will be recovered");
            }
        });
        self.held.insert(worker.id(), id);
    }

    fn release(&mut self, ended: Result<(task::Id, ()), JoinError>) {
        let worker = match ended {
            Ok((worker, ())) => worker,
            Err(error) => {
                tracing::error!(error = %chain(&error), "a worker ended by a defect; its operation will be recovered");
                error.id()
            }
        };
        self.held.remove(&worker);
    }

    fn renew_lease(&self) {
        if self.held.is_empty() {
            return;
        }
        let until = self.context.clock.now() + self.context.parameters().lease;
        let renewed = self.context.vault.write(|writer| writer.operations_mut().renew_lease(self.context.owner, until));
        if let Err(error) = renewed {
            report(&error);
        }
    }

    fn until_next(&self) -> Duration {
        let now = self.context.clock.now();
        let next = self.context.vault.read(|reader| reader.operations().next_due(now));
        match next {
            Ok(Some(at)) => (at - now).to_std().unwrap_or_default().min(LONGEST_SLEEP),
            Ok(None) => LONGEST_SLEEP,
            Err(error) => {
                report(&error);
                LONGEST_SLEEP
            }
        }
    }
}

/// Writes down how many may run on one device, where the queue sees it.
fn limit_devices(context: &Context) {
    let most = context.parameters().per_device;
    if let Err(error) = context.vault.write(|writer| writer.operations_mut().set_per_device(most)) {
        report(&error);
    }
}

fn report(error: &VaultError) {
    tracing::error!(error = %chain(error), "the queue could not be read or written");
}
