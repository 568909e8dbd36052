//! Files and folders that only their owner can read. They are never made over an existing file or through a link.
//!
//! On Unix a file gets the mode 0600 and a folder 0700, whatever the process's own mask says. On Windows both take the
//! access list of the folder above, which in a user's profile names that user alone.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use chrono::Utc;

use crate::store::value::make_uuid;

/// The ending of the name of an unfinished file, after its final name and a random part.
const ENDING: &str = ".new";
/// The length of the random part, with its dot.
const RANDOM: usize = 37;

/// Makes a file. If anything of this name exists, even a link, this is an error.
///
/// # Errors
/// Those of the system.
pub fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    owner_only(&mut options);
    options.open(path)
}

/// Makes a folder and, with `parents`, those above it that are missing.
///
/// # Errors
/// Those of the system.
pub fn create_folder(path: &Path, parents: bool) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(parents);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a lock file, and makes it if it does not exist. A link is an error.
pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    owner_only(&mut options);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW);
    options.open(path)
}

#[cfg(unix)]
fn owner_only(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(not(unix))]
fn owner_only(_options: &mut OpenOptions) {}

/// Removes the rights of other users on a file or folder of an earlier version. A link is left alone.
///
/// # Errors
/// Those of the system; most often because somebody else owns the file.
pub fn tighten(path: &Path) -> io::Result<()> {
    let facts = fs::symlink_metadata(path)?;
    if facts.is_symlink() { Ok(()) } else { take_from_others(path, facts) }
}

#[cfg(unix)]
fn take_from_others(path: &Path, facts: fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = facts.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700))
}

#[cfg(not(unix))]
fn take_from_others(_path: &Path, _facts: fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// A file under a random name, until it replaces its target. If it is dropped before that, it is removed again.
pub struct Replacement {
    file: File,
    unfinished: PathBuf,
    target: PathBuf,
}

impl Replacement {
    /// Begins a file beside its target.
    ///
    /// # Errors
    /// Those of the system.
    pub fn of(target: &Path) -> io::Result<Self> {
        let mut name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_owned();
        let random = make_uuid(Utc::now()).map_err(io::Error::other)?;
        name.push(format!(".{random}{ENDING}"));
        let unfinished = target.with_file_name(name);
        Ok(Self { file: create_new(&unfinished)?, unfinished, target: target.to_owned() })
    }

    /// Writes the content to the disk and gives the file its name. The file that had the name is gone. If that was a
    /// link, the link is replaced, not its target.
    ///
    /// # Errors
    /// Those of the system; the old file still has the name then.
    pub fn finish(self) -> io::Result<()> {
        // ORDER: the new content is on the disk before it takes the old one's name.
        self.file.sync_all()?;
        fs::rename(&self.unfinished, &self.target)
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // After the rename there is no file of this name any more, because the name was random.
        let _ = fs::remove_file(&self.unfinished);
    }
}

/// Tells whether a name is that of a [`Replacement`] which a killed process left.
pub(crate) fn is_left_over(name: &str) -> bool {
    let random = name.strip_suffix(ENDING).and_then(|name| name.get(name.len().checked_sub(RANDOM)?..));
    random.and_then(|random| random.strip_prefix('.')).is_some_and(|random| uuid::Uuid::try_parse(random).is_ok())
}
