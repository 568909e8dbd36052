//! The database as plain bytes, read without SQLite.
//!
//! A process that closes any descriptor of a file loses every POSIX lock that it has on that file, including those of
//! SQLite (<https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_>). So
//! the file of an open vault is opened here once, before SQLite opens it, read by position, and closed after SQLite has
//! closed it.

use std::{fs::File, io};

use crate::{VaultError, error::from_file, file::folder::Folder};

/// The file of one database, open for reading.
pub(crate) struct DatabaseFile {
    folder: Folder,
    file: File,
}

impl DatabaseFile {
    /// Opens the database of a folder. It must be dropped after every connection that has the database open.
    pub(crate) fn open(folder: &Folder) -> Result<Self, VaultError> {
        let file = File::open(folder.database()).map_err(from_file)?;
        Ok(Self { folder: folder.clone(), file })
    }

    /// Returns the folder that it was opened in.
    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Returns the present length of the open file, even if another file is at its path.
    pub(crate) fn length(&self) -> io::Result<u64> {
        self.file.metadata().map(|file| file.len())
    }

    /// Fills the buffer from a position on, as far as the file goes.
    pub(crate) fn read_at(&self, buffer: &mut [u8], place: u64) -> io::Result<usize> {
        read_at(&self.file, buffer, place)
    }
}

/// Fills the buffer from a place of a file on, as far as the file goes.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], place: u64) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match read_some(file, &mut buffer[length..], place + length as u64) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

#[cfg(unix)]
fn read_some(file: &File, buffer: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, place)
}

#[cfg(windows)]
fn read_some(file: &File, buffer: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, place)
}
