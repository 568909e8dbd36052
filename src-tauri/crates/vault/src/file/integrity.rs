//! Is the file whole? What is looked at when, and what happens when it is not.
//!
//! Reading every page of a large vault takes longer than anyone waits for it to open. So a vault opens after a quick look
//! (`check::quickly`), and is read wholly (`check::wholly`) on a thread of its own while people work. A small vault is read
//! wholly before it opens: that costs nothing that can be felt.
//!
//! The rule is that a damaged vault is never written to once it is known to be damaged. From the moment on when a page is
//! found that is not as it was written, by that thread or by any statement of any reader, [`Health`] refuses every write,
//! and the log is not moved into the file when the vault is closed, as it is not into a file that somebody else wrote to.
//! `integrity.json` in the folder remembers damage, so that the next opening reads everything first.

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
    /// What is known of a vault's files.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum IntegrityStatus {
        /// Nobody has looked yet.
        #[default]
        Unknown = "unknown",
        Running = "running",
        /// All of it was as it was written.
        Sound = "sound",
        /// Something was not. The vault is not written to any more.
        Damaged = "damaged",
        /// The vault's files are not at their place any more: whatever was found of them says nothing of what is there now.
        Displaced = "displaced",
    }
}

/// What the last look at all of a vault found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Integrity {
    pub standing: IntegrityStatus,
    /// When the last look came to its end.
    pub checked_at: Option<DateTime<Utc>>,
    /// How many pages the database has.
    pub pages: u64,
    /// So many of them the running look has read.
    pub done: u64,
    /// What was found: sentences of the database and of the program, which name places and no content.
    pub findings: Vec<String>,
}

/// Damage, or an alteration, that was found while a vault was open.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Damage {
    /// Whether somebody altered the structure; the findings are then what is not as the program made it.
    pub altered: bool,
    pub part: Part,
    pub findings: Vec<String>,
    /// The newest backup that is whole.
    pub newest_good: Option<Backup>,
}

/// What is called when damage is found, on whatever thread found it.
pub type OnDamage = Box<dyn Fn(&Damage) + Send + Sync>;

/// What is known of an open vault's health. Readers, the writer and the thread that checks share it.
pub(crate) struct Health {
    /// Which database it is about: a re-keying makes another.
    file: Mutex<Arc<DatabaseFile>>,
    /// Says whether the record that is written reaches the vault's own folder; none while the vault is being opened.
    files: OnceLock<Arc<OpenFiles>>,
    /// Whether the folder lets the record be written.
    writable: bool,
    damaged: AtomicBool,
    /// Whether what was found is somebody's alteration.
    altered: AtomicBool,
    known: Mutex<Integrity>,
    listeners: Mutex<Vec<OnDamage>>,
    damage: Mutex<Option<Damage>>,
    /// Who makes a backup or tries one out: one at a time.
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

    /// Follows a re-keying to the new database, every page of which was just read. The answer is the file of the old
    /// one, which is closed after its connections.
    #[must_use]
    pub(crate) fn follow(&self, file: Arc<DatabaseFile>) -> Arc<DatabaseFile> {
        let before = std::mem::replace(&mut *lock(&self.file), file);
        self.was_sound();
        before
    }

    /// Says where the vault's files are, once it is open.
    pub(crate) fn opened(&self, files: Arc<OpenFiles>) {
        // Once: a vault is opened once.
        let _ = self.files.set(files);
    }

    fn file(&self) -> Arc<DatabaseFile> {
        Arc::clone(&lock(&self.file))
    }

    fn folder(&self) -> Folder {
        self.file().folder().clone()
    }

    /// Whether the record may be written: never into a folder that has taken the vault's place.
    fn keeps_record(&self) -> bool {
        self.writable && self.files.get().is_none_or(|files| files.check_paths().is_ok())
    }

    /// Waits until no other backup is being made or tried out.
    pub(crate) fn turn(&self) -> MutexGuard<'_, ()> {
        lock(&self.backing_up)
    }

    /// Tells whether what is known is an alteration by somebody.
    pub(crate) fn is_altered(&self) -> bool {
        self.altered.load(Ordering::SeqCst)
    }

    /// Takes note that somebody altered the structure: nothing is written any more, as with damage. The folder gets no
    /// record of it, since every opening compares.
    pub(crate) fn altered(&self, objects: Vec<String>) {
        if self.is_damaged() {
            return;
        }
        // ORDER: whoever sees that nothing may be written sees also why.
        self.altered.store(true, Ordering::SeqCst);
        if !self.damaged.swap(true, Ordering::SeqCst) {
            self.tell(Damage { altered: true, part: Part::Database, findings: objects, newest_good: None });
        }
    }

    /// Tells whether damage is known.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::SeqCst)
    }

    /// Takes note of damage; only the first time counts.
    pub(crate) fn damaged(&self, findings: Vec<String>) {
        // ORDER: no write may begin from here on; everything else can wait.
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

    /// Keeps what a look at everything found, here and in the folder.
    pub(crate) fn conclude(&self, standing: IntegrityStatus, findings: Vec<String>) {
        let mut known = lock(&self.known);
        known.standing = standing;
        known.findings = findings;
        // The clock itself: the thread that checks has nobody who could tell it the time.
        known.checked_at = Some(Utc::now());
        if self.keeps_record() {
            // A folder that takes no record makes the next opening look again; nothing is lost.
            let _ = record::write(&self.folder(), &known);
        }
    }

    /// Takes note that all of it was read before the vault opened. It leaves no record: the next opening reads it again.
    pub(crate) fn was_sound(&self) {
        let mut known = lock(&self.known);
        let pages = self.folder().database_length().unwrap_or_default() / crypto::PAGE_LENGTH as u64;
        *known = Integrity {
            standing: IntegrityStatus::Sound,
            checked_at: Some(Utc::now()),
            pages,
            done: pages,
            findings: Vec::new(),
        };
        if self.keeps_record() {
            record::forget(&self.folder());
        }
    }

    /// What a finished look found: nothing, or damage.
    fn heed(&self, looked: Result<Vec<String>, VaultError>, before: IntegrityStatus) -> Result<(), VaultError> {
        match looked {
            Ok(findings) if findings.is_empty() && !self.is_damaged() => {
                self.conclude(IntegrityStatus::Sound, findings);
            }
            Ok(findings) if findings.is_empty() => {}
            Ok(findings) => self.damaged(findings),
            Err(VaultError::Damaged { .. }) => self.damaged(vec!["a page could not be read".to_owned()]),
            Err(error) => {
                lock(&self.known).standing = if self.is_damaged() { IntegrityStatus::Damaged } else { before };
                return Err(error);
            }
        }
        Ok(())
    }

    /// Reads everything, and takes note of what it finds.
    fn look(&self, key: &Key, vault_is_written: bool, progress: &mut OnProgress<'_>) -> Result<(), VaultError> {
        let before = {
            let mut known = lock(&self.known);
            std::mem::replace(&mut known.standing, IntegrityStatus::Running)
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
            // The log is read by the one connection that is open; a second one would have to write its index.
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
    /// Begins to read. Where no thread can be had, nothing is read, and the standing stays unknown.
    pub(crate) fn begin(health: &Arc<Health>, key: Key, vault_is_written: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (health, stopped) = (Arc::clone(health), Arc::clone(&stop));
        let work = move || {
            let mut listen = |_: Progress| match stopped.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            };
            // Stopped, or the system said no: the standing is again what it was, and the window shows it.
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
            // A thread that panicked has ended too.
            let _ = thread.join();
        }
    }
}

/// Tells whether a vault is read wholly before it opens: it is small, or the last look found damage.
pub(crate) fn comes_first(folder: &Folder) -> bool {
    let small = folder.database_length().is_none_or(|length| length <= check::SMALL);
    small || record::read(folder).is_some_and(|known| known.standing == IntegrityStatus::Damaged)
}

impl Vault {
    /// What is known of the vault's files.
    pub fn integrity(&self) -> Integrity {
        let known = lock(&self.health.known).clone();
        match self.displacement() {
            Some(_) if known.standing != IntegrityStatus::Damaged => {
                Integrity { standing: IntegrityStatus::Displaced, ..known }
            }
            _ => known,
        }
    }

    /// Calls back when damage is found while the vault is open; at once, where it is known already.
    pub fn on_damage(&self, callback: OnDamage) {
        let known = lock(&self.health.damage).clone();
        if let Some(damage) = known {
            callback(&damage);
        }
        lock(&self.health.listeners).push(callback);
    }

    /// Reads everything now, on this thread. What it finds is in the answer, and is heeded as what the vault's own thread
    /// finds.
    ///
    /// # Errors
    /// [`VaultError::Displaced`]; [`VaultError::Stopped`]; [`VaultError::File`] and its like. Damage is no error here.
    pub fn check_fully(&self, progress: &mut OnProgress<'_>) -> Result<Integrity, VaultError> {
        self.look()?;
        self.stop_checking();
        self.health.look(&self.database_key(), self.writer.is_some(), progress)?;
        Ok(self.integrity())
    }

    /// Ends the thread that reads everything, before something replaces what it reads.
    pub(crate) fn stop_checking(&self) {
        drop(lock(&self.checker).take());
    }

    /// A copy of the database key, for a connection of one's own.
    pub(crate) fn database_key(&self) -> Key {
        self.readers.read().unwrap_or_else(PoisonError::into_inner).database_key.duplicate()
    }

    /// Takes note of an alteration that a comparison of the schema came upon.
    pub(crate) fn heed_alteration(&self, compared: Result<(), VaultError>) -> Result<(), VaultError> {
        if let Err(VaultError::SchemaAltered { objects }) = &compared {
            self.health.altered(objects.clone());
        }
        compared
    }

    /// Takes note of damage that a statement of this thread has come upon, and looks whether somebody wrote to the files:
    /// then that is what happened.
    pub(crate) fn heed_damage(&self) {
        if crate::error::take_damage_seen() {
            self.health.damaged(vec!["a page that was read is not as it was written".to_owned()]);
            // The answer is in what is known of the files from now on.
            let _ = self.look();
        }
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        if !self.health.is_damaged() && self.files.may_take_log() {
            return;
        }
        // A damaged file keeps every byte, and so does what somebody else put there: the log stays beside it and is not
        // moved in.
        if let Some(writer) = &mut self.writer {
            connection::keep_log(&writer.get_mut().unwrap_or_else(PoisonError::into_inner).connection);
        }
        self.readers.get_mut().unwrap_or_else(PoisonError::into_inner).each(connection::keep_log);
    }
}
