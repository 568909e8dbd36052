//! The fingerprint of a database: it tells whether any page was written again.
//!
//! SQLCipher ends each page with a fresh random vector and an authentication code
//! (<https://www.zetetic.net/sqlcipher/design/>). So a page that was written again differs there, whatever it holds.
//! SQLite's own change counter is of no use: with a write-ahead log it does not change.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    io,
};

use crypto::PAGE_LENGTH;

use crate::file::database_file::DatabaseFile;

/// The largest database, in bytes, that is read: this takes a few milliseconds after each time that the log is moved
/// into it.
const LARGEST: u64 = 16 * 1024 * 1024;
/// The number of bytes at the end of each page that are hashed: 16 of the vector, 64 of the code.
const END: usize = 80;
/// The number of pages that are read at a time.
const CHUNK: usize = 64;

/// A hash over the ends of all pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    /// Reads the whole database and returns its fingerprint; None where it is too large.
    pub(super) fn of(file: &DatabaseFile, hasher: &RandomState) -> io::Result<Option<Self>> {
        let length = file.length()?;
        if length > LARGEST {
            return Ok(None);
        }
        let mut hash = hasher.build_hasher();
        hash.write_u64(length);
        let mut chunk = vec![0; CHUNK * PAGE_LENGTH];
        let mut place = 0;
        loop {
            let read = file.read_at(&mut chunk, place)?;
            let (pages, rest) = chunk[..read].as_chunks::<PAGE_LENGTH>();
            pages.iter().for_each(|page| hash.write(&page[PAGE_LENGTH - END..]));
            hash.write(rest);
            if read < chunk.len() {
                return Ok(Some(Self(hash.finish())));
            }
            place += read as u64;
        }
    }
}
