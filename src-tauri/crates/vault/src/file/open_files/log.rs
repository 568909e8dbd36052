//! A write-ahead log, and how it is told from another one.
//!
//! SQLite never shortens the log while it is open: once it was moved into the database, the next transaction begins at the
//! front again, under the same length. So neither the length nor the header says how far it goes. Each frame holds a
//! checksum over everything before it since the header (<https://sqlite.org/fileformat2.html#the_write_ahead_log>), so the
//! head of the last committed frame tells all of it from any other log. The head of the frame after it tells whether
//! somebody has appended one.

use std::{fs::File, io, path::Path};

use crypto::PAGE_LENGTH;

use super::stat::Stat;
use crate::file::database_file::read_at;

/// The first bytes of a log: its salts change whenever it begins anew.
const HEADER: usize = 32;
/// The bytes before the page of each frame: its number, the salts, and the checksum.
const FRAME_HEADER: usize = 24;

/// A write-ahead log. SQLite has no POSIX locks on it, so it may be opened and closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Log {
    pub(super) stat: Stat,
    /// So many frames are committed.
    frames: u32,
    header: [u8; HEADER],
    last: [u8; FRAME_HEADER],
    next: [u8; FRAME_HEADER],
}

impl Log {
    /// Reads what stands around the end of so many committed frames.
    pub(super) fn of(path: &Path, frames: u32) -> io::Result<Self> {
        let file = File::open(path)?;
        let mut header = [0; HEADER];
        read_at(&file, &mut header, 0)?;
        let frame = |number: u32| {
            let mut found = [0; FRAME_HEADER];
            let length = (FRAME_HEADER + PAGE_LENGTH) as u64;
            let place = number.checked_sub(1).map(|before| HEADER as u64 + u64::from(before) * length);
            place.map_or(Ok(0), |place| read_at(&file, &mut found, place)).map(|_| found)
        };
        let (last, next) = (frame(frames)?, frame(frames.saturating_add(1))?);
        Ok(Self { stat: Stat::of(path)?, frames, header, last, next })
    }

    /// Reads the same log as it is now.
    pub(super) fn again(&self, path: &Path) -> io::Result<Self> {
        Self::of(path, self.frames)
    }

    /// Reads the log after a transaction of this program, which has committed up to so many frames; none where it has
    /// committed nothing. Even then it may have begun the log anew, and left frames there that do not count.
    pub(super) fn after_writing(path: &Path, frames: Option<u32>, before: Option<&Self>) -> io::Result<Self> {
        let known = before.map_or(0, |before| before.frames);
        let now = Self::of(path, frames.unwrap_or(known))?;
        let began_anew = before.is_some_and(|before| before.header != now.header);
        if frames.is_none() && began_anew { Self::of(path, 0) } else { Ok(now) }
    }

    /// A time that moved alone says nothing.
    pub(super) fn has_same_content(&self, other: &Self) -> bool {
        let content = |log: &Self| (log.stat.stamp.length(), log.header, log.last, log.next);
        content(self) == content(other)
    }
}
