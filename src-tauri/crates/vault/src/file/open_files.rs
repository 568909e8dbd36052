//! The files of an open vault, and the check that they are still the ones at their paths.
//!
//! Linux and macOS keep an open file after its name is gone. A vault whose folder was deleted, moved or replaced would
//! accept changes that nobody finds again. So the device and inode of the folder, `vault.db`, its log and
//! `keyslots.json` are remembered at opening and compared with those at the paths around every transaction: some calls
//! of `stat`.
//!
//! A file that is overwritten in place (`cp older.db vault.db`) keeps its inode. Between two transactions only this
//! program writes to the vault's files, so their lengths and times do not change. If only a time changed, this is only
//! a suspicion (`touch` changes it): then the pages decide, see [`pages`]. ADR 19 lists the alternatives that were
//! tried.
//!
//! On Windows, nobody can delete, move or replace a file that SQLite has open. There, and wherever files have no inode,
//! only the presence of the files, their lengths and their times are compared.

mod log;
mod pages;
mod stat;

use std::{
    fs,
    hash::{BuildHasher, RandomState},
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use self::{
    log::Log,
    pages::Fingerprint,
    stat::{HeldFile, Stamp, Stat},
};
use crate::{VaultError, error::from_file, file::database_file::DatabaseFile};

domain::enumeration! {
    /// The way in which the files of an open vault were displaced.
    #[derive(Default)]
    pub enum Displacement {
        /// The folder or a file of it was deleted or moved, or its disk does not answer any more.
        #[default]
        Gone = "gone",
        /// Other files are at the paths.
        Replaced = "replaced",
        /// The files are the same, but somebody else wrote to them.
        Overwritten = "overwritten",
    }
}

impl From<io::Error> for Displacement {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// A callback: it is called with the displacement when the files are found to be displaced, and with None when they are
/// back.
pub type OnDisplaced = Box<dyn Fn(Option<Displacement>) + Send + Sync>;

/// Two writes that are further apart than this have different times in the file system.
const MOMENT: Duration = Duration::from_secs(3);

/// The depth of a comparison of the files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Compares the identity of the files. This is always possible.
    Paths,
    /// Also compares whether somebody wrote to the database. Only the holder of the writing connection can do this.
    Database,
    /// Also compares the log. This is possible only outside a transaction, because a large one writes to the log before
    /// it is committed.
    Everything,
}

/// The files of an open vault, as they were when this program last wrote to them.
pub(crate) struct OpenFiles {
    known: Mutex<KnownFiles>,
    verdict: Mutex<Verdict>,
    hasher: RandomState,
}

#[derive(Default)]
struct Verdict {
    now: Option<Displacement>,
    reported: Option<Displacement>,
    /// True once the files were overwritten. They stay so, whatever is found at the paths later.
    overwritten: bool,
}

struct KnownFiles {
    file: Arc<DatabaseFile>,
    /// True after a re-keying put other files there, while the rest of this still describes the old ones.
    is_behind: bool,
    folder: HeldFile,
    database: Stat,
    /// The fingerprint of the database's pages; None where the database is too large for it.
    pages: Option<Fingerprint>,
    /// True when the pages must be compared once more although nothing seems to have changed: two writes at almost the
    /// same time have equal times.
    is_fresh: bool,
    log: Option<Log>,
    /// None where the system reported an error after they were written. The next comparison of their content sets it.
    keyslots: Option<HeldFile>,
    keyslots_stamp: Option<Stamp>,
    keyslots_hash: u64,
}

impl OpenFiles {
    /// Remembers the files of a vault that has just been opened.
    pub(crate) fn remember(file: Arc<DatabaseFile>) -> Result<Self, VaultError> {
        let hasher = RandomState::new();
        let known = KnownFiles::of(file, &hasher).map_err(from_file)?;
        Ok(Self { known: Mutex::new(known), verdict: Mutex::default(), hasher })
    }

    /// Returns the known displacement of the files.
    pub(crate) fn displacement(&self) -> Option<Displacement> {
        lock(&self.verdict).now
    }

    /// Returns a change of the displacement that was not reported yet, and marks it as reported.
    pub(crate) fn untold(&self) -> Option<Option<Displacement>> {
        let mut verdict = lock(&self.verdict);
        let news = (verdict.now != verdict.reported).then_some(verdict.now);
        verdict.reported = verdict.now;
        news
    }

    /// Compares everything. The caller holds the writing connection, outside a transaction.
    pub(crate) fn check(&self) -> Result<(), VaultError> {
        self.look(Depth::Everything)
    }

    /// Compares the same, except the log, inside a transaction.
    pub(crate) fn check_inside(&self) -> Result<(), VaultError> {
        self.look(Depth::Database)
    }

    /// Compares a last time, before the vault is closed, and tells whether the log may be moved into the database. A
    /// log whose name is gone may be moved, because nobody would find its content elsewhere. Nobody else may be
    /// writing.
    pub(crate) fn may_take_log(&self) -> bool {
        let mut known = lock(&self.known);
        if matches!(fs::metadata(known.file.folder().log()), Err(error) if error.kind() == io::ErrorKind::NotFound) {
            known.log = None;
        }
        self.conclude(known.compare(Depth::Everything, &self.hasher)).is_ok()
    }

    /// Compares the log alone, in a transaction that has written nothing yet. From here on nobody else can append to
    /// the log.
    pub(crate) fn check_log(&self) -> Result<(), VaultError> {
        let known = lock(&self.known);
        self.conclude(known.compare_log())
    }

    /// Compares only the identity of the files, while others may be writing.
    pub(crate) fn check_paths(&self) -> Result<(), VaultError> {
        self.look(Depth::Paths)
    }

    /// Compares the files after a transaction, and remembers the log as it is now, with the number of committed frames,
    /// or None where nothing was committed. The database has not changed: only [`OpenFiles::moved_log`] accepts that.
    pub(crate) fn written(&self, frames: Option<u32>) -> Result<(), VaultError> {
        self.look(Depth::Database)?;
        let mut known = lock(&self.known);
        known.log = Log::after_writing(&known.file.folder().log(), frames, known.log.as_ref()).ok();
        Ok(())
    }

    /// Remembers the database after this program moved its log into it.
    pub(crate) fn moved_log(&self) -> Result<(), VaultError> {
        self.look(Depth::Paths)?;
        let mut known = lock(&self.known);
        let known = &mut *known;
        let now = Stat::of(&known.file.folder().database()).map_err(from_file)?;
        // A long reader keeps the log from being moved. Then the pages need not be read again after each commit.
        if now.stamp == known.database.stamp && now.stamp.is_older_than(MOMENT) {
            return Ok(());
        }
        known.database = now;
        known.pages = Fingerprint::of(&known.file, &self.hasher).map_err(from_file)?;
        known.is_fresh = true;
        Ok(())
    }

    /// Replaces the key slots if the files are in place, and remembers the new ones by the written content. The lock
    /// keeps others from comparing meanwhile, so that nobody takes the new slots for a foreign change. A failure after
    /// they were written is not an error, because they count already.
    pub(crate) fn replace_keyslots(
        &self,
        content: &[u8],
        write: impl FnOnce(&[u8]) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let mut known = lock(&self.known);
        self.conclude(known.compare(Depth::Paths, &self.hasher))?;
        write(content)?;
        known.keyslots_hash = self.hasher.hash_one(content);
        let path = known.keyslots_path();
        known.keyslots_stamp = Stamp::of(&path).ok();
        known.keyslots = HeldFile::of(&path).ok();
        Ok(())
    }

    /// Switches to the new database after a re-keying.
    pub(crate) fn follow(&self, file: Arc<DatabaseFile>) {
        match KnownFiles::of(Arc::clone(&file), &self.hasher) {
            Ok(known) => *lock(&self.known) = known,
            // The system did not report everything. The next comparison asks again.
            Err(_) => {
                let mut known = lock(&self.known);
                (known.file, known.is_behind) = (file, true);
            }
        }
    }

    fn look(&self, depth: Depth) -> Result<(), VaultError> {
        // The lock is held until the result is stored, so that the latest comparison decides.
        let mut known = lock(&self.known);
        self.conclude(known.compare(depth, &self.hasher))
    }

    fn conclude(&self, compared: Result<(), Displacement>) -> Result<(), VaultError> {
        let found = compared.err();
        let mut verdict = lock(&self.verdict);
        verdict.overwritten |= found == Some(Displacement::Overwritten);
        let how = if verdict.overwritten { Some(Displacement::Overwritten) } else { found };
        verdict.now = how;
        how.map_or(Ok(()), |how| Err(VaultError::Displaced { how }))
    }
}

impl KnownFiles {
    fn of(file: Arc<DatabaseFile>, hasher: &RandomState) -> io::Result<Self> {
        let folder = file.folder();
        let known = Self {
            folder: HeldFile::of(folder.path())?,
            database: Stat::of(&folder.database())?,
            pages: Fingerprint::of(&file, hasher)?,
            is_fresh: true,
            // The log was moved into the database at opening, and is as long as the frames written since.
            log: Log::of(&folder.log(), 0).ok(),
            keyslots_stamp: Some(Stamp::of(&folder.keyslots())?),
            keyslots_hash: hasher.hash_one(fs::read(folder.keyslots())?.as_slice()),
            keyslots: Some(HeldFile::of(&folder.keyslots())?),
            is_behind: false,
            file,
        };
        Ok(known)
    }

    fn compare(&mut self, depth: Depth, hasher: &RandomState) -> Result<(), Displacement> {
        if self.is_behind {
            *self = Self::of(Arc::clone(&self.file), hasher)?;
        }
        let folder = self.file.folder().clone();
        let same = |same: bool| if same { Ok(()) } else { Err(Displacement::Replaced) };
        same(self.folder.is_at(folder.path())?)?;
        let database = Stat::of(&folder.database())?;
        same(self.database.is_same_file(&database))?;
        if let Some(keyslots) = &self.keyslots {
            same(keyslots.is_at(&folder.keyslots())?)?;
        }
        if let Some(log) = &self.log {
            same(log.stat.is_same_file(&Stat::of(&folder.log())?))?;
        }
        if depth == Depth::Paths {
            return Ok(());
        }
        self.compare_database(database, hasher)?;
        self.compare_keyslots(hasher)?;
        if depth == Depth::Everything { self.compare_log() } else { Ok(()) }
    }

    fn keyslots_path(&self) -> PathBuf {
        self.file.folder().keyslots()
    }

    /// Compares the pages if the length or the time of the database changed although this program has not written.
    fn compare_database(&mut self, now: Stat, hasher: &RandomState) -> Result<(), Displacement> {
        if now.stamp == self.database.stamp && !self.is_fresh {
            return Ok(());
        }
        let unchanged = now.stamp == self.database.stamp;
        let pages = Fingerprint::of(&self.file, hasher)?;
        if pages != self.pages || (pages.is_none() && !unchanged) {
            return Err(Displacement::Overwritten);
        }
        (self.database, self.is_fresh) = (now, false);
        Ok(())
    }

    fn compare_keyslots(&mut self, hasher: &RandomState) -> Result<(), Displacement> {
        let path = self.keyslots_path();
        let now = Some(Stamp::of(&path)?);
        if now != self.keyslots_stamp || self.keyslots.is_none() {
            let held = HeldFile::of(&path)?;
            if hasher.hash_one(fs::read(&path)?.as_slice()) != self.keyslots_hash {
                return Err(Displacement::Overwritten);
            }
            self.keyslots_stamp = now;
            self.keyslots.get_or_insert(held);
        }
        Ok(())
    }

    /// Compares the log with the remembered one, because only this program may write to it.
    fn compare_log(&self) -> Result<(), Displacement> {
        let Some(before) = &self.log else { return Ok(()) };
        let now = before.again(&self.file.folder().log())?;
        if before.has_same_content(&now) { Ok(()) } else { Err(Displacement::Overwritten) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
