//! A log file for each day, readable by its owner alone; files older than two weeks are removed.
//!
//! A line is written at once and unbuffered: the last line before a crash is the one that is needed. An error of writing is
//! returned to the caller, who drops it, and the next line opens the file anew, so that a full disk costs lines and
//! nothing else.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{NaiveDate, Utc};

/// How many days of the log are kept, today included.
pub const DAYS_KEPT: usize = 14;
/// The most that is written in a day. Something that repeats an error endlessly must not fill the disk.
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
    /// Opens the file of today. Days are those of UTC, as the times in the log are.
    ///
    /// # Errors
    /// What the system says where the folder or the file can't be made or written.
    pub fn open(folder: &Path) -> io::Result<Arc<Self>> {
        Self::open_with_clock(folder, || Utc::now().date_naive())
    }

    fn open_with_clock(folder: &Path, today: impl Fn() -> NaiveDate + Send + Sync + 'static) -> io::Result<Arc<Self>> {
        make_private_folder(folder)?;
        let log = Self { folder: folder.to_owned(), today: Box::new(today), open: Mutex::new(None) };
        log.append(b"")?;
        Ok(Arc::new(log))
    }

    /// The files of a folder, the oldest first.
    ///
    /// # Errors
    /// What the system says where the folder can't be read.
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
        // ORDER: put back only after a write that worked, so that the next line opens a file that went bad anew.
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

    /// A file that can't be removed stays, and is tried again tomorrow.
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

/// On Windows the folder takes the access list of the user's profile, which names that user alone.
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
