//! A write-ahead log, and the comparison that tells it from another one.
//!
//! SQLite never shortens the log while it is open: once the log was moved into the database, the next transaction
//! begins at the front again, and the length stays. So neither the length nor the header shows how far it goes. Each
//! frame holds a checksum over everything before it since the header
//! (<https://sqlite.org/fileformat2.html#the_write_ahead_log>), so the head of the last committed frame tells the whole
//! log from any other one. The head of the frame after it shows whether somebody has appended a frame.

use std::{fs::File, io, path::Path};

use crypto::PAGE_LENGTH;

use super::stat::Stat;
use crate::file::database_file::read_at;

/// The length of a log's header, in bytes. Its salts change whenever the log begins again.
const HEADER: usize = 32;
/// The bytes before the page of each frame: its number, the salts, and the checksum.
const FRAME_HEADER: usize = 24;

/// A write-ahead log. SQLite has no POSIX locks on it, so it may be opened and closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Log {
    pub(super) stat: Stat,
    /// The number of committed frames.
    frames: u32,
    header: [u8; HEADER],
    last: [u8; FRAME_HEADER],
    next: [u8; FRAME_HEADER],
}

impl Log {
    /// Reads the heads around the end of the committed frames.
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

    /// Reads the log after a transaction of this program. `frames` is the number of committed frames; None where
    /// nothing was committed. Even then the transaction may have begun the log again, and left frames in it that do not
    /// count.
    pub(super) fn after_writing(path: &Path, frames: Option<u32>, before: Option<&Self>) -> io::Result<Self> {
        let known = before.map_or(0, |before| before.frames);
        let now = Self::of(path, frames.unwrap_or(known))?;
        let began_anew = before.is_some_and(|before| before.header != now.header);
        if frames.is_none() && began_anew { Self::of(path, 0) } else { Ok(now) }
    }

    /// Compares the content of two logs. A changed time alone does not count.
    pub(super) fn has_same_content(&self, other: &Self) -> bool {
        let content = |log: &Self| (log.stat.stamp.length(), log.header, log.last, log.next);
        content(self) == content(other)
    }
}
