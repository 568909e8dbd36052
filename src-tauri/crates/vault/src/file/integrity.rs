//! The integrity of the database file: the checks, the time of each, and the consequences of damage.
//!
//! Reading every page of a large vault takes too long to wait for. So a vault opens after a quick check
//! (`check::quickly`), and a thread of its own reads it wholly (`check::wholly`) while people work. A small vault is
//! read wholly before it opens, because nobody notices the time.
//!
//! The rule: a vault that is known to be damaged is never written to. As soon as that thread, or any statement of any
//! reader, finds a page that differs from what was written, [`Health`] refuses every write. When the vault is closed,
//! the log is not moved into the file. The same holds for a file that somebody else wrote to. `integrity.json` in the
//! folder remembers damage, so that the next opening reads everything first.

mod check;
mod pages;
mod record;

pub(crate) use check::{quickly, wholly};

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use chrono::{DateTime, Utc};
use secret::Key;
use std::ops::ControlFlow;

use crate::{
    Backup, OnProgress, Part, Phase, Vault, VaultError,
    file::{
        backup, connection, database_file::DatabaseFile, folder::Folder, open_files::OpenFiles, progress::Progress,
    },
};

domain::enumeration! {
    /// The known state of a vault's files.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum IntegrityStatus {
        /// No check has finished yet.
        #[default]
        Unknown = "unknown",
        Running = "running",
        /// Every page is as it was written.
        Sound = "sound",
        /// A part of the vault differs from what was written. The vault is not written to any more.
        Damaged = "damaged",
        /// The vault's files are not at their place any more. The result of an earlier check says nothing about the
        /// files that are there now.
        Displaced = "displaced",
    }
}

/// The result of the last full check of a vault.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Integrity {
    pub status: IntegrityStatus,
    /// The time at which the last check ended.
    pub checked_at: Option<DateTime<Utc>>,
    /// The number of pages of the database.
    pub pages: u64,
    /// The number of pages that the running check has read.
    pub done: u64,
    /// The findings: sentences of the database and of the program, which name places and no content.
    pub findings: Vec<String>,
}

/// Damage, or an alteration, that was found while a vault was open.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Damage {
    /// True when somebody altered the structure. The findings are then the objects that differ from what the program
    /// made.
    pub altered: bool,
    pub part: Part,
    pub findings: Vec<String>,
    /// The newest backup that is whole.
    pub newest_good: Option<Backup>,
}

/// A callback for found damage. It runs on the thread that found it.
pub type OnDamage = Box<dyn Fn(&Damage) + Send + Sync>;

/// The known health of an open vault. Readers, the writer and the thread that checks share it.
pub(crate) struct Health {
    /// The database that this is about. A re-keying makes another one.
    file: Mutex<Arc<DatabaseFile>>,
    /// The open files, which tell whether a record would be written into the vault's own folder. Not set while the
    /// vault is being opened.
    files: OnceLock<Arc<OpenFiles>>,
    /// True when the record can be written in the folder.
    writable: bool,
    damaged: AtomicBool,
    /// True when the finding is an alteration by somebody.
    altered: AtomicBool,
    known: Mutex<Integrity>,
    listeners: Mutex<Vec<OnDamage>>,
    damage: Mutex<Option<Damage>>,
    /// Held while a backup is made or tested: one at a time.
    backing_up: Mutex<()>,
}

impl Health {
    pub(crate) fn new(file: &Arc<DatabaseFile>, writable: bool) -> Self {
        let known = record::read(file.folder()).unwrap_or_default();
        Self {
            file: Mutex::new(Arc::clone(file)),
            files: OnceLock::new(),
            writable,
            damaged: AtomicBool::new(false),
            altered: AtomicBool::new(false),
            known: Mutex::new(known),
            listeners: Mutex::new(Vec::new()),
            damage: Mutex::new(None),
            backing_up: Mutex::new(()),
        }
    }

    /// Switches to the new database after a re-keying, which has just read every page of it. Returns the file of the
    /// old database, which the caller closes after its connections.
    #[must_use]
    pub(crate) fn follow(&self, file: Arc<DatabaseFile>) -> Arc<DatabaseFile> {
        let before = std::mem::replace(&mut *lock(&self.file), file);
        self.was_sound();
        before
    }

    /// Stores the open files, once the vault is open.
    pub(crate) fn opened(&self, files: Arc<OpenFiles>) {
        // This is set only once, because a vault is opened once.
        let _ = self.files.set(files);
    }

    fn file(&self) -> Arc<DatabaseFile> {
        Arc::clone(&lock(&self.file))
    }

    fn folder(&self) -> Folder {
        self.file().folder().clone()
    }

    /// Tells whether the record may be written. It never goes into a folder that has taken the vault's place.
    fn keeps_record(&self) -> bool {
        self.writable && self.files.get().is_none_or(|files| files.check_paths().is_ok())
    }

    /// Waits until no other backup is being made or tested.
    pub(crate) fn permit(&self) -> MutexGuard<'_, ()> {
        lock(&self.backing_up)
    }

    /// Tells whether the known finding is an alteration by somebody.
    pub(crate) fn is_altered(&self) -> bool {
        self.altered.load(Ordering::SeqCst)
    }

    /// Records that somebody altered the structure. Nothing is written any more, as with damage. The folder gets no
    /// record of it, because every opening compares the structure.
    pub(crate) fn altered(&self, objects: Vec<String>) {
        if self.is_damaged() {
            return;
        }
        // ORDER: the reason is set first, so that everyone who sees that nothing may be written also sees the reason.
        self.altered.store(true, Ordering::SeqCst);
        if !self.damaged.swap(true, Ordering::SeqCst) {
            self.tell(Damage { altered: true, part: Part::Database, findings: objects, newest_good: None });
        }
    }

    /// Tells whether the vault is known to be damaged.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::SeqCst)
    }

    /// Records damage. Only the first call has an effect.
    pub(crate) fn damaged(&self, findings: Vec<String>) {
        // ORDER: no write may begin from here on. Everything else can wait.
        if self.damaged.swap(true, Ordering::SeqCst) {
            return;
        }
        self.conclude(IntegrityStatus::Damaged, findings.clone());
        let newest_good = backup::newest_good(&backup::of_vault(self.folder().path())).unwrap_or_default();
        self.tell(Damage { altered: false, part: Part::Database, findings, newest_good });
    }

    fn tell(&self, damage: Damage) {
        *lock(&self.damage) = Some(damage.clone());
        for listener in lock(&self.listeners).iter() {
            listener(&damage);
        }
    }

    /// Stores the result of a full check, here and in the folder.
    pub(crate) fn conclude(&self, status: IntegrityStatus, findings: Vec<String>) {
        let mut known = lock(&self.known);
        known.status = status;
        known.findings = findings;
        // The system clock is read here, because the thread that checks gets no time from a caller.
        known.checked_at = Some(Utc::now());
        if self.keeps_record() {
            // If the record cannot be written, the next opening checks again. Nothing is lost.
            let _ = record::write(&self.folder(), &known);
        }
    }

    /// Records that every page was read before the vault opened. It removes the record in the folder: the next opening
    /// reads the vault again.
    pub(crate) fn was_sound(&self) {
        let mut known = lock(&self.known);
        let pages = self.folder().database_length().unwrap_or_default() / crypto::PAGE_LENGTH as u64;
        *known = Integrity {
            status: IntegrityStatus::Sound,
            checked_at: Some(Utc::now()),
            pages,
            done: pages,
            findings: Vec::new(),
        };
        if self.keeps_record() {
            record::forget(&self.folder());
        }
    }

    /// Handles the result of a finished check: no findings, or damage.
    fn heed(&self, looked: Result<Vec<String>, VaultError>, before: IntegrityStatus) -> Result<(), VaultError> {
        match looked {
            Ok(findings) if findings.is_empty() && !self.is_damaged() => {
                self.conclude(IntegrityStatus::Sound, findings);
            }
            Ok(findings) if findings.is_empty() => {}
            Ok(findings) => self.damaged(findings),
            Err(VaultError::Damaged { .. }) => self.damaged(vec!["a page could not be read".to_owned()]),
            Err(error) => {
                lock(&self.known).status = if self.is_damaged() { IntegrityStatus::Damaged } else { before };
                return Err(error);
            }
        }
        Ok(())
    }

    /// Reads every page and records the result.
    fn look(&self, key: &Key, vault_is_written: bool, progress: &mut OnProgress<'_>) -> Result<(), VaultError> {
        let before = {
            let mut known = lock(&self.known);
            std::mem::replace(&mut known.status, IntegrityStatus::Running)
        };
        let mut keep = |now: Progress| {
            if now.phase == Phase::CheckingPages {
                let mut known = lock(&self.known);
                (known.done, known.pages) = (now.done, now.total);
            }
            progress(now)
        };
        let looked = self.read_all(key, vault_is_written, &mut keep);
        self.heed(looked, before)
    }

    fn read_all(
        &self,
        key: &Key,
        vault_is_written: bool,
        progress: &mut OnProgress<'_>,
    ) -> Result<Vec<String>, VaultError> {
        let file = self.file();
        let folder = file.folder();
        let connection = if vault_is_written {
            Some(connection::beside(folder, key)?)
        } else if folder.has_log() {
            // The one open connection reads the log. A second one would have to write its index.
            None
        } else {
            Some(connection::reading(folder, key, self.writable)?.0)
        };
        wholly(&file, key, connection, progress)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread that reads everything. Dropping it stops the thread and waits for its end.
pub(crate) struct Checker {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checker {
    /// Begins to read. Where no thread can be started, nothing is read, and the status stays unknown.
    pub(crate) fn begin(health: &Arc<Health>, key: Key, vault_is_written: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (health, stopped) = (Arc::clone(health), Arc::clone(&stop));
        let work = move || {
            let mut listen = |_: Progress| match stopped.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            };
            // The check was stopped, or the system reported an error. The status is the earlier one again, and the
            // window shows it.
            let _ = health.look(&key, vault_is_written, &mut listen);
        };
        let thread = thread::Builder::new().name("integrity".to_owned()).spawn(work).ok();
        Self { stop, thread }
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has also ended.
            let _ = thread.join();
        }
    }
}

/// Tells whether a vault must be read wholly before it opens: it is small, or the last check found damage.
pub(crate) fn comes_first(folder: &Folder) -> bool {
    let small = folder.database_length().is_none_or(|length| length <= check::SMALL);
    small || record::read(folder).is_some_and(|known| known.status == IntegrityStatus::Damaged)
}

impl Vault {
    /// Returns the known state of the vault's files.
    pub fn integrity(&self) -> Integrity {
        let known = lock(&self.health.known).clone();
        match self.displacement() {
            Some(_) if known.status != IntegrityStatus::Damaged => {
                Integrity { status: IntegrityStatus::Displaced, ..known }
            }
            _ => known,
        }
    }

    /// Calls back when damage is found while the vault is open, or at once if it is known already.
    pub fn on_damage(&self, callback: OnDamage) {
        let known = lock(&self.health.damage).clone();
        if let Some(damage) = known {
            callback(&damage);
        }
        lock(&self.health.listeners).push(callback);
    }

    /// Checks everything now, on this thread, and returns the result. Damage has the same consequences as when the
    /// vault's own thread finds it.
    ///
    /// # Errors
    /// [`VaultError::Displaced`]; [`VaultError::Stopped`]; [`VaultError::File`] and other errors of the files. Damage
    /// is no error here.
    pub fn check_fully(&self, progress: &mut OnProgress<'_>) -> Result<Integrity, VaultError> {
        self.look()?;
        self.stop_checking();
        self.health.look(&self.database_key(), self.writer.is_some(), progress)?;
        Ok(self.integrity())
    }

    /// Ends the thread that reads everything, before its file is replaced.
    pub(crate) fn stop_checking(&self) {
        drop(lock(&self.checker).take());
    }

    /// Returns a copy of the database key, for a separate connection.
    pub(crate) fn database_key(&self) -> Key {
        self.readers.read().unwrap_or_else(PoisonError::into_inner).database_key.duplicate()
    }

    /// Records an alteration that a comparison of the schema found.
    pub(crate) fn heed_alteration(&self, compared: Result<(), VaultError>) -> Result<(), VaultError> {
        if let Err(VaultError::SchemaAltered { objects }) = &compared {
            self.health.altered(objects.clone());
        }
        compared
    }

    /// Records damage that a statement of this thread found. Then it checks whether somebody wrote to the files, which
    /// would be the cause.
    pub(crate) fn heed_damage(&self) {
        if crate::error::take_damage_seen() {
            self.health.damaged(vec!["a page that was read is not as it was written".to_owned()]);
            // The result is stored in the state of the files.
            let _ = self.look();
        }
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        if !self.health.is_damaged() && self.files.may_take_log() {
            return;
        }
        // A damaged file keeps every byte, and so does a file that somebody else put there. The log stays beside it and
        // is not moved into it.
        if let Some(writer) = &mut self.writer {
            connection::keep_log(&writer.get_mut().unwrap_or_else(PoisonError::into_inner).connection);
        }
        self.readers.get_mut().unwrap_or_else(PoisonError::into_inner).each(connection::keep_log);
    }
}
