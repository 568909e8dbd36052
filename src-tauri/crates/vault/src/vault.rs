//! An open vault.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicI32, Ordering},
    },
    thread::{self, ThreadId},
};

use chrono::{DateTime, Utc};
use domain::VaultId;
use rusqlite::{Connection, TransactionBehavior, hooks::Wal};
use secret::{KEY_LENGTH, Secret};

use crate::{
    Behind, Change, Displacement, KdfParameters, OnDisplaced, Reader, Roster, VaultError, Writer,
    error::{Stored, take_damage_seen},
    failures::Failures,
    file::{
        connection,
        folder::{Folder, Lock},
        integrity::{Checker, Health},
        open_files::OpenFiles,
        pool::{Pool, Reading},
        schema::Compared,
    },
    keys::keyslots::Keyslots,
    store::{
        operations::column_store::{self, ColumnStore, Touched},
        search::write_indexes,
    },
};

/// What a new vault begins with. Its first person is administrator and operator.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NewVault<'a> {
    /// The vault's name, and that of its folder (`NAME.vault`).
    pub name: &'a str,
    /// The name of its first person.
    pub user_name: &'a str,
    pub password: &'a Secret,
    /// How much work a guess is to be.
    pub kdf: KdfParameters,
    pub now: DateTime<Utc>,
}

/// Tells whether a person can be called so.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control)
}

/// Why an open vault cannot be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum ReadOnly {
    /// A newer version of the program wrote it.
    NewerVersion { version: u32 },
    /// Its folder cannot be written to.
    Folder,
    /// The disk is so full that not even the log's index can be made.
    DiskFull,
    /// Damage was found while it was open.
    Damaged,
    /// Somebody altered its structure while it was open.
    Altered,
    /// Its files are not at their place any more.
    Displaced,
}

/// When a transaction is on the disk for good.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Forced {
    Now,
    /// With the next one that is.
    WithTheNext,
}

/// An open vault. Threads share it; when the last owner drops it, the file is closed and the lock is released, in this
/// order. It holds no key to a password: those who read or write one bring their own.
pub struct Vault {
    // ORDER: fields are dropped from top to bottom. The threads that read end first; then the readers go, so that the
    // writer is the last connection and moves the log into the file; the lock goes last, so that no other process sees
    // the file before that.
    pub(crate) checker: Mutex<Option<Checker>>,
    pub(crate) columns: ColumnStore,
    pub(crate) readers: RwLock<Arc<Pool>>,
    pub(crate) writer: Option<Mutex<Writing>>,
    pub(crate) slots: RwLock<Arc<Keyslots>>,
    pub(crate) roster: RwLock<Arc<Roster>>,
    /// Held by who changes people or their slots.
    pub(crate) changing: Mutex<()>,
    pub(crate) failures: Failures,
    pub(crate) facts: Facts,
    pub(crate) health: Arc<Health>,
    pub(crate) files: Arc<OpenFiles>,
    pub(crate) listeners: RwLock<Vec<Listener>>,
    pub(crate) on_displaced: Mutex<Vec<OnDisplaced>>,
    pub(crate) writing: Mutex<Option<ThreadId>>,
    /// What the database did not know of when it was opened.
    pub(crate) behind: OnceLock<Behind>,
    pub(crate) _lock: Lock,
}

/// The connection that writes.
pub(crate) struct Writing {
    pub(crate) connection: Connection,
    /// Which secrets key seals what it writes.
    pub(crate) secrets_generation: u32,
    /// How its transactions come to the disk, as the connection has been told.
    forced: Forced,
    /// What it changed since its last commit.
    touched: Arc<Mutex<Touched>>,
    compared: Compared,
    /// How many frames the log has, where a commit has told so since this was asked last; else none, as [`NOT_TOLD`].
    log_pages: Arc<AtomicI32>,
}

/// Nothing was committed.
const NOT_TOLD: i32 = -1;

/// A log of so many pages is moved into the database, as SQLite does it by itself.
const LONG_LOG: u32 = 1_000;

impl Writing {
    pub(crate) fn new(mut connection: Connection, secrets_generation: u32) -> Self {
        let touched = column_store::watch(&mut connection);
        let log_pages = Arc::new(AtomicI32::new(NOT_TOLD));
        let counted = Arc::clone(&log_pages);
        // It takes the place of SQLite's own, which would write to the database inside the commit: then nobody could
        // tell whether somebody else has.
        let _ = connection.wal_hook(Some(move |_: &mut Wal, pages| {
            counted.store(pages, Ordering::Relaxed);
            Ok(())
        }));
        Self { connection, secrets_generation, forced: Forced::Now, touched, compared: Compared::default(), log_pages }
    }

    /// So many frames of the log are committed; none where nothing was since this was asked last.
    fn take_committed(&self) -> Option<u32> {
        u32::try_from(self.log_pages.swap(NOT_TOLD, Ordering::Relaxed)).ok()
    }

    /// Moves a long log into the database. What cannot be moved now (somebody reads) is moved after a later commit.
    fn move_long_log(&self, frames: Option<u32>, files: &OpenFiles) -> Result<(), VaultError> {
        if frames.is_none_or(|frames| frames < LONG_LOG) {
            return Ok(());
        }
        files.check_inside()?;
        // As SQLite itself does it, whatever comes of it: what is committed stands in the log.
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        files.moved_log()
    }

    fn force(&mut self, forced: Forced) -> Result<(), VaultError> {
        if self.forced != forced {
            connection::force(&self.connection, forced == Forced::Now)?;
            self.forced = forced;
        }
        Ok(())
    }
}

/// What is called with the changes of a commit.
pub type OnChange = Box<dyn Fn(&[Change]) + Send + Sync>;

pub(crate) type Listener = Arc<dyn Fn(&[Change]) + Send + Sync>;

/// What does not change while a vault is open.
pub(crate) struct Facts {
    pub(crate) id: VaultId,
    pub(crate) name: String,
    pub(crate) folder: Folder,
    pub(crate) read_only: Option<ReadOnly>,
    /// The key that the ledger is rooted in, as the password of who opened the vault authenticated it.
    pub(crate) founder: [u8; KEY_LENGTH],
}

impl Vault {
    /// The vault's id.
    pub fn id(&self) -> VaultId {
        self.facts.id
    }

    /// The vault's name.
    pub fn name(&self) -> &str {
        &self.facts.name
    }

    /// The vault's folder.
    pub fn folder(&self) -> &Path {
        self.facts.folder.path()
    }

    /// Tells whether every write fails with [`VaultError::ReadOnly`] or [`VaultError::Displaced`].
    pub fn is_read_only(&self) -> bool {
        self.read_only_reason().is_some()
    }

    /// Tells why it cannot be written to, if it cannot.
    pub fn read_only_reason(&self) -> Option<ReadOnly> {
        if self.health.is_damaged() {
            let altered = self.health.is_altered();
            return Some(if altered { ReadOnly::Altered } else { ReadOnly::Damaged });
        }
        self.facts.read_only.or_else(|| self.displacement().map(|_| ReadOnly::Displaced))
    }

    /// Tells what happened to the files of the vault since it was opened, as far as it is known: [`Vault::in_place`]
    /// looks.
    pub fn displacement(&self) -> Option<Displacement> {
        self.files.displacement()
    }

    /// Makes sure that the open files are still the ones at their paths, by some calls of `stat`, and that nothing of them
    /// is known to be damaged or altered. Every write does it by itself; others do it before they do what relies on what
    /// is written.
    ///
    /// Files that were moved away and are back, the very same ones, are in place again. A vault that was overwritten is
    /// not until it is closed.
    ///
    /// # Errors
    /// [`VaultError::Displaced`]; [`VaultError::ReadOnly`] after damage or an alteration.
    pub fn in_place(&self) -> Result<(), VaultError> {
        self.look()?;
        if self.health.is_damaged() { Err(VaultError::ReadOnly) } else { Ok(()) }
    }

    /// Looks at the files, as closely as is possible now, whatever is known of their pages.
    pub(crate) fn look(&self) -> Result<(), VaultError> {
        let looked = match self.writer.as_ref().map(Mutex::try_lock) {
            Some(Ok(_alone)) => self.files.check(),
            _ => self.files.check_paths(),
        };
        self.tell_displacement();
        looked
    }

    /// Calls back when the files are found to be displaced, and when they are back; outside any lock of the vault.
    pub fn on_displaced(&self, callback: OnDisplaced) {
        self.on_displaced.lock().unwrap_or_else(PoisonError::into_inner).push(callback);
    }

    fn tell_displacement(&self) {
        let Some(news) = self.files.untold() else { return };
        for listener in self.on_displaced.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(news);
        }
    }

    /// What the key slots told of people, when the vault was opened, that the database beside them did not know: more
    /// than a crash can leave. It has been entered since; that an earlier database was put there remains true.
    pub fn was_behind(&self) -> Option<Behind> {
        self.behind.get().copied()
    }

    /// Calls back after every commit that changed something, on the thread that wrote, outside any lock.
    pub fn on_change(&self, callback: OnChange) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(Arc::from(callback));
    }

    /// Reads one snapshot: nothing that is written meanwhile shows in it.
    ///
    /// # Errors
    /// What the closure says, and a [`VaultError`] where the snapshot cannot be begun.
    pub fn read<T, E: From<VaultError>>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T, E>) -> Result<T, E> {
        let result = self.snapshot(work);
        self.heed_damage();
        result
    }

    fn snapshot<T, E: From<VaultError>>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T, E>) -> Result<T, E> {
        // The pool is held, not the lock on it: a re-keying does not wait for readers, and none waits for it.
        let readers = Arc::clone(&self.readers.read().unwrap_or_else(PoisonError::into_inner));
        let roster = self.roster();
        let mut reading = readers.take().ok_or(VaultError::Missing)?;
        let Reading { connection, compared } = &mut *reading;
        let transaction = connection.transaction().stored()?;
        if !matches!(self.facts.read_only, Some(ReadOnly::NewerVersion { .. })) {
            self.heed_alteration(compared.before_reading(&transaction))?;
        }
        let reader = Reader::new(&transaction, self.id(), readers.secrets_generation).with_columns(&self.columns);
        work(&reader.with_roster(&roster))
        // Dropping the transaction ends the snapshot.
    }

    /// Writes in one transaction: all of it is on the disk when this returns, or nothing of it ever was.
    ///
    /// # Errors
    /// What the closure says, and then nothing is written; [`VaultError::ReadOnly`]; [`VaultError::WriteInWrite`] when
    /// the closure of a write begins another; [`VaultError::DiskFull`]; [`VaultError::Displaced`], where the files are
    /// not the ones at their paths: nothing is written then, or it was written to files that nobody finds.
    pub fn write<T, E: From<VaultError>>(&self, work: impl FnOnce(&Writer<'_>) -> Result<T, E>) -> Result<T, E> {
        let result = self.transaction(Forced::Now, work);
        self.heed_damage();
        self.tell_displacement();
        result
    }

    /// Writes in one transaction that nothing depends on: all of it is there or nothing, but a power failure soon after
    /// may undo it. What [`Vault::write`] writes next takes it to the disk, so that the order is always kept.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn write_unforced<T, E: From<VaultError>>(
        &self,
        work: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let result = self.transaction(Forced::WithTheNext, work);
        self.heed_damage();
        self.tell_displacement();
        result
    }

    fn transaction<T, E: From<VaultError>>(
        &self,
        forced: Forced,
        work: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(writer) = self.writer.as_ref().filter(|_| !self.health.is_damaged()) else {
            return Err(VaultError::ReadOnly.into());
        };
        let turn = Turn::take(&self.writing)?;
        let mut writing = writer.lock().unwrap_or_else(|poisoned| {
            // A transaction that panicked may have left pages in the log. The look that follows finds what else is.
            let writing = poisoned.into_inner();
            let _ = self.files.written(writing.take_committed());
            writer.clear_poison();
            writing
        });
        turn.begin();
        self.files.check().map_err(|displaced| self.named(&mut writing, displaced))?;
        let done = self.commit(&mut writing, forced, work);
        // ORDER: also after a transaction that failed: it may have left pages in the log.
        let frames = writing.take_committed();
        let in_place = self.files.written(frames).and_then(|()| match done {
            Ok(_) => writing.move_long_log(frames, &self.files),
            Err(_) => Ok(()),
        });
        drop(turn);
        drop(writing);
        let (result, changes) = done?;
        self.publish(&changes);
        in_place?;
        Ok(result)
    }

    /// Names what another program did to the files: where it altered the structure, that says more than that it wrote.
    fn named(&self, writing: &mut Writing, displaced: VaultError) -> VaultError {
        if !matches!(displaced, VaultError::Displaced { how: Displacement::Overwritten }) {
            return displaced;
        }
        match self.heed_alteration(writing.compared.before_writing(&writing.connection)) {
            Err(altered @ VaultError::SchemaAltered { .. }) => altered,
            _ => displaced,
        }
    }

    /// One transaction of the connection that writes.
    fn commit<T, E: From<VaultError>>(
        &self,
        writing: &mut Writing,
        forced: Forced,
        work: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<(T, Vec<Change>), E> {
        let secrets_generation = writing.secrets_generation;
        writing.force(forced)?;
        let Writing { connection, compared, touched, .. } = &mut *writing;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).stored()?;
        // ORDER: nobody else can commit from here on, and nothing of this transaction has run yet.
        self.heed_alteration(compared.before_writing(&transaction))?;
        self.files.check_log()?;
        let roster = self.roster();
        let (result, changes) = {
            let reader = Reader::new(&transaction, self.id(), secrets_generation).with_roster(&roster);
            let writer = Writer::new(reader);
            (work(&writer)?, writer.into_changes())
        };
        write_indexes(&transaction)?;
        // Damage may have been found meanwhile, by this transaction itself or by others.
        if take_damage_seen() {
            self.health.damaged(vec!["a page that was read is not as it was written".to_owned()]);
        }
        if self.health.is_damaged() {
            return Err(VaultError::ReadOnly.into());
        }
        // ORDER: what is committed to files that nobody finds is lost; it must not look as if it were kept.
        self.files.check_inside()?;
        // ORDER: nobody hears of a change before it is on the disk.
        transaction.commit().stored()?;
        self.columns.committed(touched);
        Ok((result, changes))
    }

    /// Refuses what must not begin inside the closure of a write.
    pub(crate) fn refuse_inside_write(&self) -> Result<(), VaultError> {
        Turn::take(&self.writing).map(|_| ())
    }

    fn publish(&self, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        let listeners = self.listeners.read().unwrap_or_else(PoisonError::into_inner).clone();
        for listener in listeners {
            listener(changes);
        }
    }
}

/// Notes which thread writes, so that a write inside a write is an error and not a standstill.
struct Turn<'a>(&'a Mutex<Option<ThreadId>>);

impl<'a> Turn<'a> {
    fn take(writing: &'a Mutex<Option<ThreadId>>) -> Result<Self, VaultError> {
        let holder = *writing.lock().unwrap_or_else(PoisonError::into_inner);
        if holder == Some(thread::current().id()) {
            return Err(VaultError::WriteInWrite);
        }
        Ok(Self(writing))
    }

    fn begin(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current().id());
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut holder = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A thread that never got its turn does not end another one's.
        if *holder == Some(thread::current().id()) {
            *holder = None;
        }
    }
}
