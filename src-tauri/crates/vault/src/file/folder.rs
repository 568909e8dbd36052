//! The vault's folder: its files, its lock, and writing a file so that it is either the old one or the new one.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{
    Part, VaultError,
    error::from_file,
    file::{
        backup,
        private_file::{self, Replacement, is_left_over},
    },
};

const KEYSLOTS: &str = "keyslots.json";
const DATABASE: &str = "vault";
/// What SQLite keeps beside a database while it works.
const COMPANIONS: [&str; 4] = ["", "-wal", "-shm", "-journal"];
/// The key slots as they were in the first format, until the founder's password changes.
const FIRST_FORMAT: &str = "keyslots-1.json";
const LOCK: &str = "lock";
const EXTENSION: &str = "vault";
/// The longest name of a vault, in characters: with its ending it fits every file system.
const LONGEST_NAME: usize = 80;

/// The folder of one vault, and which of its databases counts: the key slots say which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder(PathBuf, u32);

impl Folder {
    /// Takes a folder that holds a vault, or what is left of one.
    pub(crate) fn existing(path: &Path) -> Result<Self, VaultError> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(VaultError::Missing),
            Err(error) => return Err(from_file(error)),
        };
        let folder = Self(path.to_owned(), 1);
        if !metadata.is_dir() {
            return Err(VaultError::NotAVault);
        }
        folder.refuse_links()?;
        let has_database = folder.databases().next().is_some();
        match (folder.keyslots().is_file(), has_database) {
            (true, true) => Ok(folder),
            (true, false) => Err(VaultError::Damaged { part: Part::Database }),
            (false, true) => Err(VaultError::Damaged { part: Part::Keyslots }),
            (false, false) => Err(VaultError::NotAVault),
        }
    }

    /// Refuses a folder with a link in it: reading and writing would reach what somebody else chose. The folder itself, and
    /// those above it, may be reached through links.
    fn refuse_links(&self) -> Result<(), VaultError> {
        for entry in fs::read_dir(&self.0).map_err(from_file)? {
            let entry = entry.map_err(from_file)?;
            if entry.file_type().map_err(from_file)?.is_symlink() {
                return Err(VaultError::LinkInside { name: entry.file_name().to_string_lossy().into_owned() });
            }
        }
        Ok(())
    }

    /// Takes every right from others on what an earlier version made, and removes what a killed process left. Nothing
    /// depends on it: a file that somebody else owns stays as it is, and the log says so.
    pub(crate) fn tidy(&self) {
        let inside = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let backups = backup::of_vault(&self.0);
        // The folder may be reached through a link, which has no rights of its own.
        let folder = self.0.canonicalize().unwrap_or_else(|_| self.0.clone());
        for path in [folder, backups.clone()].into_iter().chain(inside(&self.0)).chain(inside(&backups)) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let done = if is_left_over(&name) { fs::remove_file(&path) } else { private_file::tighten(&path) };
            match done {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    // A backup's name holds that of the vault, which the log must not.
                    let place = if path.starts_with(&backups) { "backups" } else { "vault" };
                    tracing::warn!(place, %error, "other users of this computer may be able to read a file of the vault");
                }
                _ => {}
            }
        }
    }

    /// Takes an empty folder, to fill it with the files of a vault.
    pub(crate) fn empty(path: &Path) -> Self {
        Self(path.to_owned(), 1)
    }

    /// Names the folder of a new vault, and refuses names that are none or that are taken.
    pub(crate) fn for_new(parent: &Path, name: &str) -> Result<Self, VaultError> {
        let forbidden = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
        let odd_ends = name.starts_with('.') || name.trim() != name;
        if name.is_empty() || name.chars().count() > LONGEST_NAME || odd_ends || name.chars().any(forbidden) {
            return Err(VaultError::InvalidName);
        }
        let path = parent.join(format!("{name}.{EXTENSION}"));
        match fs::symlink_metadata(&path) {
            Ok(_) => Err(VaultError::Exists),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self(path, 1)),
            Err(error) => Err(from_file(error)),
        }
    }

    /// Makes the folder in which a new vault is built before it gets its name.
    pub(crate) fn make_unfinished(&self, mark: &str) -> Result<Self, VaultError> {
        let mut name = OsString::from(".");
        name.push(self.0.file_name().ok_or(VaultError::InvalidName)?);
        name.push(format!(".{mark}"));
        let unfinished = Self(self.0.with_file_name(name), 1);
        private_file::create_folder(&unfinished.0, false).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => VaultError::Missing,
            _ => from_file(error),
        })?;
        Ok(unfinished)
    }

    /// Gives a vault that was built its name.
    pub(crate) fn finish(self, finished: &Self) -> Result<(), VaultError> {
        // ORDER: everything in the folder reaches the disk before the folder gets its name, so that whatever has the
        // name is a whole vault.
        sync_folder(&self.0)?;
        fs::rename(&self.0, &finished.0).map_err(from_file)?;
        match finished.0.parent() {
            Some(parent) => sync_folder(parent),
            None => Ok(()),
        }
    }

    /// Removes a vault that could not be built. It never had a name, and nobody relied on it.
    pub(crate) fn discard(&self) {
        // What cannot be removed is left behind under a name that says that it is unfinished.
        let _ = fs::remove_dir_all(&self.0);
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn keyslots(&self) -> PathBuf {
        self.0.join(KEYSLOTS)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join(database_name(self.1))
    }

    /// The same folder with another database.
    pub(crate) fn at(&self, generation: u32) -> Self {
        Self(self.0.clone(), generation)
    }

    /// The same folder with another database, which must be there.
    pub(crate) fn with_database(&self, generation: u32) -> Result<Self, VaultError> {
        let folder = self.at(generation);
        if folder.database().is_file() { Ok(folder) } else { Err(VaultError::Damaged { part: Part::Database }) }
    }

    /// Removes a database that does not count, as far as the system lets it.
    pub(crate) fn remove_database(&self) {
        for companion in COMPANIONS {
            // What cannot be removed (another program looks at it) is tried again when the vault is opened next.
            let _ = fs::remove_file(self.0.join(format!("{}{companion}", database_name(self.1))));
        }
    }

    /// Removes what a re-keying that was killed left behind: every database but the one that counts.
    pub(crate) fn remove_other_databases(&self) {
        let others: Vec<u32> = self.databases().filter(|generation| *generation != self.1).collect();
        for generation in others {
            self.at(generation).remove_database();
        }
    }

    /// Sees the database and its name onto the disk.
    pub(crate) fn sync_database(&self) -> Result<(), VaultError> {
        OpenOptions::new().write(true).open(self.database()).and_then(|file| file.sync_all()).map_err(from_file)?;
        sync_folder(&self.0)
    }

    /// Keeps a copy of the key slots in the first format before they are written in the present one.
    pub(crate) fn keep_first_format(&self, content: &[u8]) -> Result<(), VaultError> {
        self.replace(FIRST_FORMAT, content)
    }

    /// Removes that copy: it opens with a password that does not count any more.
    pub(crate) fn forget_first_format(&self) {
        // Most vaults have none.
        let _ = fs::remove_file(self.0.join(FIRST_FORMAT));
    }

    /// The generations of all databases in the folder.
    fn databases(&self) -> impl Iterator<Item = u32> {
        let names = fs::read_dir(&self.0).into_iter().flatten().flatten();
        names.filter_map(|entry| generation_of(entry.file_name().to_str()?))
    }

    /// Tells whether the write-ahead log holds anything that is not in the database file yet.
    pub(crate) fn has_log(&self) -> bool {
        fs::metadata(self.log()).is_ok_and(|log| log.len() > 0)
    }

    /// The write-ahead log.
    pub(crate) fn log(&self) -> PathBuf {
        self.0.join(format!("{}-wal", database_name(self.1)))
    }

    /// How long the database file is.
    pub(crate) fn database_length(&self) -> Option<u64> {
        fs::metadata(self.database()).ok().map(|file| file.len())
    }

    /// Replaces the key slots, or writes them for the first time. After an error, the ones of before count. There is none
    /// once the new ones have their name, since they count then.
    pub(crate) fn write_keyslots(&self, content: &[u8]) -> Result<(), VaultError> {
        #[cfg(test)]
        crate::attack::faults::before_rename().map_err(from_file)?;
        self.rename_over(KEYSLOTS, content)?;
        let synced = sync_folder(&self.0);
        #[cfg(test)]
        let synced = synced.and_then(|()| crate::attack::faults::after_rename().map_err(from_file));
        if let Err(error) = synced {
            tracing::warn!(%error, "a power failure now may bring the key slots of before back");
        }
        Ok(())
    }

    /// Replaces a file of the folder, or writes it for the first time.
    pub(crate) fn replace(&self, name: &str, content: &[u8]) -> Result<(), VaultError> {
        // ORDER: the name is on the disk before anyone is told.
        self.rename_over(name, content)?;
        sync_folder(&self.0)
    }

    /// Gives a new file the name of another one. After an error, the other one still has it.
    fn rename_over(&self, name: &str, content: &[u8]) -> Result<(), VaultError> {
        let mut new = Replacement::of(&self.0.join(name)).map_err(from_file)?;
        // ORDER: the new content is on the disk before it takes the old one's name. Whatever dies in between, one of the
        // two files is whole.
        new.write_all(content).and_then(|()| new.finish()).map_err(from_file)
    }

    /// Takes the lock. The system releases it when the process ends, however it ends.
    pub(crate) fn lock(&self) -> Result<Lock, VaultError> {
        let path = self.0.join(LOCK);
        let (file, writable) = match private_file::open_lock(&path) {
            Ok(file) => (file, true),
            Err(_) if fs::symlink_metadata(&path).is_ok_and(|facts| facts.is_symlink()) => {
                return Err(VaultError::LinkInside { name: LOCK.to_owned() });
            }
            Err(error) => match (from_file(error), File::open(&path)) {
                (VaultError::FolderReadOnly, Ok(file)) => (file, false),
                // A copy on a read-only disk without a lock file: nobody can write to it.
                (VaultError::FolderReadOnly, Err(_)) => return Ok(Lock { file: None, writable: false }),
                (other, _) => return Err(other),
            },
        };
        match file.try_lock() {
            Ok(()) => Ok(Lock { file: Some(file), writable }),
            Err(TryLockError::WouldBlock) => Err(VaultError::InUse),
            Err(TryLockError::Error(error)) => Err(from_file(error)),
        }
    }
}

/// The first database is `vault.db`, as it was when there was one only; the second is `vault-2.db`.
fn database_name(generation: u32) -> String {
    if generation == 1 { format!("{DATABASE}.db") } else { format!("{DATABASE}-{generation}.db") }
}

fn generation_of(name: &str) -> Option<u32> {
    let middle = name.strip_prefix(DATABASE)?.strip_suffix(".db")?;
    let generation = if middle.is_empty() { 1 } else { middle.strip_prefix('-')?.parse().ok()? };
    (database_name(generation) == name).then_some(generation)
}

/// The lock of a vault, for as long as it lives. The file stays: removing it would let two processes lock two files.
pub(crate) struct Lock {
    /// None where not even the lock's own file can be made.
    file: Option<File>,
    /// Whether the folder lets files be written.
    pub(crate) writable: bool,
}

impl Drop for Lock {
    /// Unlocks by word: closing the file is not enough while a child process that is just being started still shares it.
    fn drop(&mut self) {
        // A system that refuses leaves it to the closing of the file, which comes next.
        let _ = self.file.as_ref().map(File::unlock);
    }
}

/// Makes sure that names which were given or taken away in a folder are on the disk.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Result<(), VaultError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(from_file)
}

/// Elsewhere the system writes names in order and offers no such call.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_path: &Path) -> Result<(), VaultError> {
    Ok(())
}
