//! An open vault: reading, writing, and its listeners.

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

/// The names, the password and the cost of a new vault. Its first person is administrator and operator.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NewVault<'a> {
    /// The vault's name, and that of its folder (`NAME.vault`).
    pub name: &'a str,
    /// The name of its first person.
    pub user_name: &'a str,
    pub password: &'a Secret,
    /// The cost of a guess.
    pub kdf: KdfParameters,
    pub now: DateTime<Utc>,
}

/// Tells whether a text is a valid name of a person.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control)
}

/// The reason why an open vault cannot be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum ReadOnly {
    /// A newer version of the program wrote the vault.
    NewerVersion { version: u32 },
    /// The folder of the vault cannot be written to.
    Folder,
    /// The disk is so full that even the log's index cannot be made.
    DiskFull,
    /// Damage was found while the vault was open.
    Damaged,
    /// Somebody altered the structure while the vault was open.
    Altered,
    /// The files of the vault are not at their place any more.
    Displaced,
}

/// The time at which a transaction is on the disk for good.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Forced {
    Now,
    /// Together with the next transaction that is forced.
    WithTheNext,
}

/// An open vault. Threads share it. When the last owner drops it, the file is closed and then the lock is released. It
/// holds no key to passwords: a caller that reads or writes one passes its own key.
pub struct Vault {
    // ORDER: fields are dropped from top to bottom. The threads that read end first. Then the readers go, so that the
    // writer is the last connection and moves the log into the file. The lock goes last, so that no other process opens
    // the file before that.
    pub(crate) checker: Mutex<Option<Checker>>,
    pub(crate) columns: ColumnStore,
    pub(crate) readers: RwLock<Arc<Pool>>,
    pub(crate) writer: Option<Mutex<Writing>>,
    pub(crate) slots: RwLock<Arc<Keyslots>>,
    pub(crate) roster: RwLock<Arc<Roster>>,
    /// Held during a change of people or of their slots.
    pub(crate) changing: Mutex<()>,
    pub(crate) failures: Failures,
    pub(crate) facts: Facts,
    pub(crate) health: Arc<Health>,
    pub(crate) files: Arc<OpenFiles>,
    pub(crate) listeners: RwLock<Vec<Listener>>,
    pub(crate) on_displaced: Mutex<Vec<OnDisplaced>>,
    pub(crate) writing: Mutex<Option<ThreadId>>,
    /// The changes of people that the database did not contain when it was opened.
    pub(crate) behind: OnceLock<Behind>,
    pub(crate) _lock: Lock,
}

/// The connection that writes, and its state.
pub(crate) struct Writing {
    pub(crate) connection: Connection,
    /// The generation of the secrets key that seals the secrets it writes.
    pub(crate) secrets_generation: u32,
    /// The present setting of the connection for forcing transactions to the disk.
    forced: Forced,
    /// The rows that it changed since its last commit.
    touched: Arc<Mutex<Touched>>,
    compared: Compared,
    /// The number of frames in the log after the last commit; [`NOT_TOLD`] if there was no commit since it was last
    /// read.
    log_pages: Arc<AtomicI32>,
}

/// The value of `log_pages` when nothing was committed.
const NOT_TOLD: i32 = -1;

/// The number of pages from which the log is moved into the database. It is SQLite's own default.
const LONG_LOG: u32 = 1_000;

impl Writing {
    pub(crate) fn new(mut connection: Connection, secrets_generation: u32) -> Self {
        let touched = column_store::watch(&mut connection);
        let log_pages = Arc::new(AtomicI32::new(NOT_TOLD));
        let counted = Arc::clone(&log_pages);
        // This hook replaces SQLite's own, which would write to the database inside the commit. Then nobody could tell
        // whether somebody else wrote to it.
        let _ = connection.wal_hook(Some(move |_: &mut Wal, pages| {
            counted.store(pages, Ordering::Relaxed);
            Ok(())
        }));
        Self { connection, secrets_generation, forced: Forced::Now, touched, compared: Compared::default(), log_pages }
    }

    /// Returns the number of committed frames of the log, or None where nothing was committed since the last call.
    fn take_committed(&self) -> Option<u32> {
        u32::try_from(self.log_pages.swap(NOT_TOLD, Ordering::Relaxed)).ok()
    }

    /// Moves a long log into the database. If a reader prevents it now, a later commit does it.
    fn move_long_log(&self, frames: Option<u32>, files: &OpenFiles) -> Result<(), VaultError> {
        if frames.is_none_or(|frames| frames < LONG_LOG) {
            return Ok(());
        }
        files.check_inside()?;
        // SQLite itself ignores the result too: the committed data are in the log.
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

/// A callback that gets the changes of a commit.
pub type OnChange = Box<dyn Fn(&[Change]) + Send + Sync>;

pub(crate) type Listener = Arc<dyn Fn(&[Change]) + Send + Sync>;

/// The facts that do not change while a vault is open.
pub(crate) struct Facts {
    pub(crate) id: VaultId,
    pub(crate) name: String,
    pub(crate) folder: Folder,
    pub(crate) read_only: Option<ReadOnly>,
    /// The founder's key, in which the ledger is rooted. It was authenticated by the password of the person who opened
    /// the vault.
    pub(crate) founder: [u8; KEY_LENGTH],
}

impl Vault {
    /// Returns the id of the vault.
    pub fn id(&self) -> VaultId {
        self.facts.id
    }

    /// Returns the name of the vault.
    pub fn name(&self) -> &str {
        &self.facts.name
    }

    /// Returns the folder of the vault.
    pub fn folder(&self) -> &Path {
        self.facts.folder.path()
    }

    /// Tells whether every write fails with [`VaultError::ReadOnly`] or [`VaultError::Displaced`].
    pub fn is_read_only(&self) -> bool {
        self.read_only_reason().is_some()
    }

    /// Returns the reason why the vault cannot be written to, if it cannot.
    pub fn read_only_reason(&self) -> Option<ReadOnly> {
        if self.health.is_damaged() {
            let altered = self.health.is_altered();
            return Some(if altered { ReadOnly::Altered } else { ReadOnly::Damaged });
        }
        self.facts.read_only.or_else(|| self.displacement().map(|_| ReadOnly::Displaced))
    }

    /// Returns the known displacement of the vault's files since it was opened. [`Vault::in_place`] checks for a new
    /// one.
    pub fn displacement(&self) -> Option<Displacement> {
        self.files.displacement()
    }

    /// Checks that the open files are still the ones at their paths, by some calls of `stat`, and that nothing in them
    /// is known to be damaged or altered. Every write checks this by itself. Other code calls it before an action that
    /// depends on written data.
    ///
    /// Files that were moved away and came back, the very same ones, are in place again. A vault that was overwritten
    /// stays displaced until it is closed.
    ///
    /// # Errors
    /// [`VaultError::Displaced`]; [`VaultError::ReadOnly`] after damage or an alteration.
    pub fn in_place(&self) -> Result<(), VaultError> {
        self.look()?;
        if self.health.is_damaged() { Err(VaultError::ReadOnly) } else { Ok(()) }
    }

    /// Compares the files, as closely as is possible now, even if damage is known.
    pub(crate) fn look(&self) -> Result<(), VaultError> {
        let looked = match self.writer.as_ref().map(Mutex::try_lock) {
            Some(Ok(_alone)) => self.files.check(),
            _ => self.files.check_paths(),
        };
        self.tell_displacement();
        looked
    }

    /// Registers a callback for when the files are displaced and when they are back. It runs outside any lock of the
    /// vault.
    pub fn on_displaced(&self, callback: OnDisplaced) {
        self.on_displaced.lock().unwrap_or_else(PoisonError::into_inner).push(callback);
    }

    fn tell_displacement(&self) {
        let Some(news) = self.files.untold() else { return };
        for listener in self.on_displaced.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(news);
        }
    }

    /// Returns the changes of people in the key slots that the database beside them did not contain when the vault was
    /// opened, if there were more than a crash can leave. They have been entered since, but the value stays, because an
    /// earlier database was put there.
    pub fn was_behind(&self) -> Option<Behind> {
        self.behind.get().copied()
    }

    /// Registers a callback for every commit that changed something. It runs on the thread that wrote, outside any
    /// lock.
    pub fn on_change(&self, callback: OnChange) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(Arc::from(callback));
    }

    /// Reads one snapshot. Changes that are written meanwhile do not appear in it.
    ///
    /// # Errors
    /// Those of the closure, and a [`VaultError`] where the snapshot cannot be begun.
    pub fn read<T, E: From<VaultError>>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T, E>) -> Result<T, E> {
        let result = self.snapshot(work);
        self.heed_damage();
        result
    }

    fn snapshot<T, E: From<VaultError>>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T, E>) -> Result<T, E> {
        // The pool is held, not the lock on it. So a re-keying does not wait for readers, and readers do not wait for
        // it.
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

    /// Writes in one transaction. When this returns, either all of it is on the disk, or none of it was written.
    ///
    /// # Errors
    /// Those of the closure, after which nothing is written; [`VaultError::ReadOnly`]; [`VaultError::WriteInWrite`]
    /// when the closure of a write begins another write; [`VaultError::DiskFull`]; [`VaultError::Displaced`], where the
    /// files are not the ones at their paths: either nothing was written, or it was written to files that nobody finds.
    pub fn write<T, E: From<VaultError>>(&self, work: impl FnOnce(&Writer<'_>) -> Result<T, E>) -> Result<T, E> {
        let result = self.transaction(Forced::Now, work);
        self.heed_damage();
        self.tell_displacement();
        result
    }

    /// Writes a transaction that nothing depends on. It is written completely or not at all, but a power failure soon
    /// after may undo it. The next [`Vault::write`] forces it to the disk too, so that the order is always kept.
    ///
    /// # Errors
    /// The same as [`Vault::write`].
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
            // A transaction that panicked may have left pages in the log. The check below finds any other difference.
            let writing = poisoned.into_inner();
            let _ = self.files.written(writing.take_committed());
            writer.clear_poison();
            writing
        });
        turn.begin();
        self.files.check().map_err(|displaced| self.named(&mut writing, displaced))?;
        let done = self.commit(&mut writing, forced, work);
        // ORDER: this runs after a failed transaction too, because it may have left pages in the log.
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

    /// Returns the exact error when another program wrote to the files: an altered structure says more than the write
    /// alone.
    fn named(&self, writing: &mut Writing, displaced: VaultError) -> VaultError {
        if !matches!(displaced, VaultError::Displaced { how: Displacement::Overwritten }) {
            return displaced;
        }
        match self.heed_alteration(writing.compared.before_writing(&writing.connection)) {
            Err(altered @ VaultError::SchemaAltered { .. }) => altered,
            _ => displaced,
        }
    }

    /// Runs one transaction of the connection that writes.
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
        // ORDER: from here on nobody else can commit, and no statement of this transaction has run yet.
        self.heed_alteration(compared.before_writing(&transaction))?;
        self.files.check_log()?;
        let roster = self.roster();
        let (result, changes) = {
            let reader = Reader::new(&transaction, self.id(), secrets_generation).with_roster(&roster);
            let writer = Writer::new(reader);
            (work(&writer)?, writer.into_changes())
        };
        write_indexes(&transaction)?;
        // This transaction itself, or others, may have found damage meanwhile.
        if take_damage_seen() {
            self.health.damaged(vec!["a page that was read is not as it was written".to_owned()]);
        }
        if self.health.is_damaged() {
            return Err(VaultError::ReadOnly.into());
        }
        // ORDER: the files are checked before the commit, because data in files that nobody finds are lost and must not
        // be reported as saved.
        self.files.check_inside()?;
        // ORDER: listeners learn of a change only after it is on the disk.
        transaction.commit().stored()?;
        self.columns.committed(touched);
        Ok((result, changes))
    }

    /// Refuses work that must not begin inside the closure of a write.
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

/// A record of the thread that writes. With it, a write inside a write is an error and not a deadlock.
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
        // A thread that never began to write must not clear the record of another one.
        if *holder == Some(thread::current().id()) {
            *holder = None;
        }
    }
}
