//! Tests of the log files over several days, with a clock that the test controls.

use std::{
    fs,
    io::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Context, Result};
use chrono::{Days, NaiveDate};

use super::{DAYS_KEPT, DailyLog, FULL, MOST_A_DAY};

/// Opens a log, and returns it with the number of days that have passed, which the test can raise.
fn log_with_days(folder: &Path) -> Result<(Arc<DailyLog>, Arc<AtomicU64>)> {
    let passed = Arc::new(AtomicU64::new(0));
    let first = NaiveDate::from_ymd_opt(2026, 11, 30).context("a day")?;
    let clock = Arc::clone(&passed);
    let today = move || first + Days::new(clock.load(Ordering::SeqCst));
    Ok((DailyLog::open_with_clock(folder, today)?, passed))
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(DailyLog::files(folder)?.iter().map(|path| name(path)).collect())
}

#[test]
fn keeps_the_files_of_fourteen_days_and_nothing_else_is_removed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("chaveiro.notes.log"), "not ours")?;
    let (log, passed) = log_with_days(folder.path())?;
    for day in 0..20 {
        passed.store(day, Ordering::SeqCst);
        (&*log).write_all(format!("day {day}\n").as_bytes())?;
    }
    let names = names(folder.path())?;
    assert_eq!(names.len(), DAYS_KEPT);
    assert_eq!(names.first().map(String::as_str), Some("chaveiro.2026-12-06.log"), "the oldest six are gone");
    let newest = folder.path().join("chaveiro.2026-12-19.log");
    assert_eq!(fs::read_to_string(newest)?, "day 19\n", "each day has a file of its own");
    assert!(folder.path().join("chaveiro.notes.log").is_file());
    Ok(())
}

#[test]
fn a_second_start_on_the_same_day_appends() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for line in ["first\n", "second\n"] {
        let (log, _) = log_with_days(folder.path())?;
        (&*log).write_all(line.as_bytes())?;
    }
    let text = fs::read_to_string(folder.path().join("chaveiro.2026-11-30.log"))?;
    assert_eq!(text, "first\nsecond\n");
    Ok(())
}

#[test]
fn a_day_that_is_full_says_so_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("chaveiro.2026-11-30.log");
    fs::File::create(&file)?.set_len(MOST_A_DAY - 3)?;
    let (log, _) = log_with_days(folder.path())?;
    for _ in 0..5 {
        (&*log).write_all(b"a line\n")?;
    }
    let length = u64::try_from(FULL.len())?;
    assert_eq!(fs::metadata(&file)?.len(), MOST_A_DAY - 3 + length);
    Ok(())
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_log() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let above = tempfile::tempdir()?;
    let folder = above.path().join("logs");
    fs::create_dir(&folder)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
    let _log = log_with_days(&folder)?;
    let mode = |path: &Path| -> Result<u32> { Ok(fs::metadata(path)?.permissions().mode() & 0o777) };
    assert_eq!(mode(&folder)?, 0o700);
    assert_eq!(mode(&folder.join("chaveiro.2026-11-30.log"))?, 0o600);
    Ok(())
}

#[test]
fn a_folder_that_is_a_file_is_an_error() -> Result<()> {
    let above = tempfile::tempdir()?;
    let folder = above.path().join("logs");
    fs::write(&folder, "in the way")?;
    assert!(DailyLog::open(&folder).is_err());
    Ok(())
}
