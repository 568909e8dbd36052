//! The vault's folder: its files, its lock, and the replacement of a file, after which the file is either the old one
//! or the new one.

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
/// The endings of a database's file and of the files that SQLite keeps beside it.
const COMPANIONS: [&str; 4] = ["", "-wal", "-shm", "-journal"];
/// The key slots in the first format, which are kept until the founder's password changes.
const FIRST_FORMAT: &str = "keyslots-1.json";
const LOCK: &str = "lock";
const EXTENSION: &str = "vault";
/// The longest name of a vault, in characters. With its extension it fits every file system.
const LONGEST_NAME: usize = 80;

/// The folder of one vault, and the generation of the database that counts. The key slots name the generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder(PathBuf, u32);

impl Folder {
    /// Takes a folder that holds a vault, or the rest of one.
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

    /// Refuses a folder that contains a link, because reading and writing would reach a file that somebody else chose.
    /// The folder itself, and those above it, may be reached through links.
    fn refuse_links(&self) -> Result<(), VaultError> {
        for entry in fs::read_dir(&self.0).map_err(from_file)? {
            let entry = entry.map_err(from_file)?;
            if entry.file_type().map_err(from_file)?.is_symlink() {
                return Err(VaultError::LinkInside { name: entry.file_name().to_string_lossy().into_owned() });
            }
        }
        Ok(())
    }

    /// Removes the rights of other users on files of earlier versions, and removes the files that a killed process
    /// left. Nothing depends on it: a file of another owner stays as it is, and the log says so.
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
                    // The name of a backup contains the name of the vault, which the log must not contain.
                    let place = if path.starts_with(&backups) { "backups" } else { "vault" };
                    tracing::warn!(place, %error, "other users of this computer may be able to read a file of the vault");
                }
                _ => {}
            }
        }
    }

    /// Takes an empty folder that will be filled with the files of a vault.
    pub(crate) fn empty(path: &Path) -> Self {
        Self(path.to_owned(), 1)
    }

    /// Returns the folder of a new vault. It refuses names that are invalid or taken.
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

    /// Gives a finished vault its name.
    pub(crate) fn finish(self, finished: &Self) -> Result<(), VaultError> {
        // ORDER: everything in the folder reaches the disk before the folder gets its name, so that every folder with
        // the name is a whole vault.
        sync_folder(&self.0)?;
        fs::rename(&self.0, &finished.0).map_err(from_file)?;
        match finished.0.parent() {
            Some(parent) => sync_folder(parent),
            None => Ok(()),
        }
    }

    /// Removes a vault that could not be built. It never had a name, and nobody relied on it.
    pub(crate) fn discard(&self) {
        // If it cannot be removed, it stays under a name that marks it as unfinished.
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

    /// Returns the same folder with another database.
    pub(crate) fn at(&self, generation: u32) -> Self {
        Self(self.0.clone(), generation)
    }

    /// Returns the same folder with another database, which must exist.
    pub(crate) fn with_database(&self, generation: u32) -> Result<Self, VaultError> {
        let folder = self.at(generation);
        if folder.database().is_file() { Ok(folder) } else { Err(VaultError::Damaged { part: Part::Database }) }
    }

    /// Removes a database that does not count, as far as the system allows it.
    pub(crate) fn remove_database(&self) {
        for companion in COMPANIONS {
            // If another program has the file open and it cannot be removed, the next opening of the vault tries again.
            let _ = fs::remove_file(self.0.join(format!("{}{companion}", database_name(self.1))));
        }
    }

    /// Removes the files that an interrupted re-keying left: every database except the one that counts.
    pub(crate) fn remove_other_databases(&self) {
        let others: Vec<u32> = self.databases().filter(|generation| *generation != self.1).collect();
        for generation in others {
            self.at(generation).remove_database();
        }
    }

    /// Makes sure that the database and its name are on the disk.
    pub(crate) fn sync_database(&self) -> Result<(), VaultError> {
        OpenOptions::new().write(true).open(self.database()).and_then(|file| file.sync_all()).map_err(from_file)?;
        sync_folder(&self.0)
    }

    /// Keeps a copy of the key slots in the first format before they are written in the present one.
    pub(crate) fn keep_first_format(&self, content: &[u8]) -> Result<(), VaultError> {
        self.replace(FIRST_FORMAT, content)
    }

    /// Removes that copy, because it opens with a password that does not count any more.
    pub(crate) fn forget_first_format(&self) {
        // Most vaults have no such copy.
        let _ = fs::remove_file(self.0.join(FIRST_FORMAT));
    }

    /// Returns the generations of all databases in the folder.
    fn databases(&self) -> impl Iterator<Item = u32> {
        let names = fs::read_dir(&self.0).into_iter().flatten().flatten();
        names.filter_map(|entry| generation_of(entry.file_name().to_str()?))
    }

    /// Tells whether the write-ahead log holds anything that is not in the database file yet.
    pub(crate) fn has_log(&self) -> bool {
        fs::metadata(self.log()).is_ok_and(|log| log.len() > 0)
    }

    /// Returns the path of the write-ahead log.
    pub(crate) fn log(&self) -> PathBuf {
        self.0.join(format!("{}-wal", database_name(self.1)))
    }

    /// Returns the length of the database file, in bytes.
    pub(crate) fn database_length(&self) -> Option<u64> {
        fs::metadata(self.database()).ok().map(|file| file.len())
    }

    /// Replaces the key slots, or writes them for the first time. After an error, the old ones count. There is no error
    /// once the new ones have their name, because they count from then on.
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
        // ORDER: the name is on the disk before the caller continues.
        self.rename_over(name, content)?;
        sync_folder(&self.0)
    }

    /// Gives a new file the name of another one. After an error, the other file still has it.
    fn rename_over(&self, name: &str, content: &[u8]) -> Result<(), VaultError> {
        let mut new = Replacement::of(&self.0.join(name)).map_err(from_file)?;
        // ORDER: the new content is on the disk before it takes the old one's name. If the process or the machine stops
        // in between, one of the two files is whole.
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
                // This is a copy on a read-only disk without a lock file: nobody can write to it.
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

/// Returns the name of a database. The first one is `vault.db`, because early versions had only one. The second is
/// `vault-2.db`.
fn database_name(generation: u32) -> String {
    if generation == 1 { format!("{DATABASE}.db") } else { format!("{DATABASE}-{generation}.db") }
}

fn generation_of(name: &str) -> Option<u32> {
    let middle = name.strip_prefix(DATABASE)?.strip_suffix(".db")?;
    let generation = if middle.is_empty() { 1 } else { middle.strip_prefix('-')?.parse().ok()? };
    (database_name(generation) == name).then_some(generation)
}

/// The lock of a vault, held until it is dropped. Its file is never removed, because two processes could then lock two
/// files.
pub(crate) struct Lock {
    /// None where not even the lock file can be made.
    file: Option<File>,
    /// True when files can be written in the folder.
    pub(crate) writable: bool,
}

impl Drop for Lock {
    /// Unlocks explicitly. Closing the file is not enough while a child process that is just starting still shares it.
    fn drop(&mut self) {
        // If the system refuses, the closing of the file, which comes next, unlocks it.
        let _ = self.file.as_ref().map(File::unlock);
    }
}

/// Makes sure that names which were added to or removed from a folder are on the disk.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Result<(), VaultError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(from_file)
}

/// Does nothing: other systems write names in order and offer no such call.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_path: &Path) -> Result<(), VaultError> {
    Ok(())
}
