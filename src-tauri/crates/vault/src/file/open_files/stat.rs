//! The facts that the system gives about a file without opening it.

use std::{
    fs::{self, File, Metadata},
    io,
    path::Path,
    time::{Duration, SystemTime},
};

/// The identity of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self { device: metadata.dev(), inode: metadata.ino() }
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self {}
    }
}

/// The length and time of the last write, as far as the file system shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        metadata(path).map(|metadata| Self::from(&metadata))
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Tells whether the file was certainly last written longer ago than the given age. After the clock was set back,
    /// nothing is certain.
    pub(super) fn is_older_than(&self, age: Duration) -> bool {
        self.modified.and_then(|at| at.elapsed().ok()).is_some_and(|elapsed| elapsed > age)
    }
}

impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// A file that SQLite has open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stat {
    identity: Identity,
    pub(super) stamp: Stamp,
}

impl Stat {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let metadata = metadata(path)?;
        Ok(Self { identity: Identity::of(&metadata), stamp: Stamp::from(&metadata) })
    }

    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

/// A file or folder that is held open, so that the system gives its inode to no other file.
pub(super) struct HeldFile {
    identity: Identity,
    _file: Option<File>,
}

impl HeldFile {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let identity = Identity::of(&metadata(path)?);
        // On other systems folders cannot be opened, and the program itself could not replace a file that is held open.
        let file = if cfg!(unix) { File::open(path).ok() } else { None };
        Ok(Self { identity, _file: file })
    }

    pub(super) fn is_at(&self, path: &Path) -> io::Result<bool> {
        metadata(path).map(|metadata| Identity::of(&metadata) == self.identity)
    }
}

fn metadata(path: &Path) -> io::Result<Metadata> {
    #[cfg(feature = "attack")]
    crate::attack::stale()?;
    #[cfg(test)]
    crate::attack::faults::blind_look()?;
    fs::metadata(path)
}
