//! A log file for each day, readable by its owner alone; files older than two weeks are removed.
//!
//! A line is written at once and unbuffered, because the last line before a crash is the most important one. A write
//! error is returned to the caller, which ignores it, and the next line reopens the file. So a full disk loses lines of
//! the log and causes no other harm.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{NaiveDate, Utc};

/// The number of days for which the log is kept, today included.
pub const DAYS_KEPT: usize = 14;
/// The most bytes that are written in a day. An endlessly repeated error must not fill the disk.
const MOST_A_DAY: u64 = 32 * 1024 * 1024;
const FULL: &[u8] = b"the log of this day is full; nothing more is written until tomorrow\n";

/// The log files of a folder, `chaveiro.2026-11-30.log` and its like.
pub struct DailyLog {
    folder: PathBuf,
    today: Box<dyn Fn() -> NaiveDate + Send + Sync>,
    open: Mutex<Option<OpenDay>>,
}

struct OpenDay {
    day: NaiveDate,
    file: File,
    written: u64,
}

impl DailyLog {
    /// Opens the file of today. Days are counted in UTC, like the times in the log.
    ///
    /// # Errors
    /// The system's error if the folder or the file cannot be created or written.
    pub fn open(folder: &Path) -> io::Result<Arc<Self>> {
        Self::open_with_clock(folder, || Utc::now().date_naive())
    }

    fn open_with_clock(folder: &Path, today: impl Fn() -> NaiveDate + Send + Sync + 'static) -> io::Result<Arc<Self>> {
        make_private_folder(folder)?;
        let log = Self { folder: folder.to_owned(), today: Box::new(today), open: Mutex::new(None) };
        log.append(b"")?;
        Ok(Arc::new(log))
    }

    /// Returns the log files of a folder, the oldest first.
    ///
    /// # Errors
    /// The system's error if the folder cannot be read.
    pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| day_of(name).is_some()) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn append(&self, line: &[u8]) -> io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let today = (self.today)();
        let mut day = match open.take().filter(|open| open.day == today) {
            Some(day) => day,
            None => self.begin(today)?,
        };
        day.write(line)?;
        // ORDER: the file is put back only after a successful write. After a failed one, the next line opens the file
        // again.
        *open = Some(day);
        Ok(())
    }

    fn begin(&self, day: NaiveDate) -> io::Result<OpenDay> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.folder.join(format!("chaveiro.{day}.log")))?;
        let written = file.metadata()?.len();
        self.remove_old();
        Ok(OpenDay { day, file, written })
    }

    /// Removes the files that are too old. A file that cannot be removed is tried again on the next day.
    fn remove_old(&self) {
        let files = Self::files(&self.folder).unwrap_or_default();
        for old in files.iter().rev().skip(DAYS_KEPT) {
            let _ = fs::remove_file(old);
        }
    }
}

impl OpenDay {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let was_full = self.written >= MOST_A_DAY;
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        self.written = self.written.saturating_add(length);
        match (was_full, self.written >= MOST_A_DAY) {
            (false, false) => self.file.write_all(line),
            (false, true) => self.file.write_all(FULL),
            (true, _) => Ok(()),
        }
    }
}

impl Write for &DailyLog {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.append(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn day_of(name: &str) -> Option<NaiveDate> {
    name.strip_prefix("chaveiro.")?.strip_suffix(".log")?.parse().ok()
}

/// Creates the folder, readable by its owner alone. On Windows it inherits the access list of the user's profile, which
/// names only that user.
fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

#[cfg(test)]
mod tests;
