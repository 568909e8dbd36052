//! The delay after failed sign-ins. It only slows down somebody at the keyboard, because the file can be copied. The
//! key derivation is what protects the file.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

/// The number of failures without a delay, because everybody mistypes.
const FREE: u32 = 5;
/// The longest wait before a sign-in.
const LONGEST: Duration = Duration::from_secs(16);

/// Failed sign-ins in a row at one vault, in this process.
#[derive(Clone, Default)]
pub(crate) struct Failures(Arc<Mutex<u32>>);

impl Failures {
    /// Returns the count for a vault's folder. It is kept when the vault is closed.
    pub(crate) fn of(folder: &Path) -> Self {
        static ALL: Mutex<Option<HashMap<PathBuf, Failures>>> = Mutex::new(None);
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        all.get_or_insert_default().entry(folder).or_default().clone()
    }

    /// Waits before a sign-in if there were failures, runs it, and counts its result.
    pub(crate) fn count<T, E>(&self, sign_in: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let failed = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        thread::sleep(wait_after(failed));
        let result = sign_in();
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *failures = if result.is_ok() { 0 } else { failures.saturating_add(1) };
        result
    }
}

/// Returns the wait: half a second after the free failures, and twice as long after each further one.
fn wait_after(failures: u32) -> Duration {
    match failures.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(beyond) => Duration::from_millis(500).saturating_mul(1 << beyond.min(10)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Failures, wait_after};

    #[test]
    fn the_wait_begins_after_some_failures_doubles_and_is_bounded() {
        let waits = [0, 4, 5, 6, 7, 100].map(|failures| wait_after(failures).as_millis());
        assert_eq!(waits, [0, 0, 500, 1_000, 2_000, 16_000], "half a second, one, two, at most sixteen");
    }

    #[test]
    fn a_success_ends_the_wait() {
        let failures = Failures::default();
        for _ in 0..5 {
            let _ = failures.count(|| Err::<(), _>(()));
        }
        let begun = Instant::now();
        let _ = failures.count(|| Ok::<_, ()>(()));
        assert!(begun.elapsed() >= Duration::from_millis(500), "the sixth waits");
        let begun = Instant::now();
        let _ = failures.count(|| Ok::<_, ()>(()));
        assert!(begun.elapsed() < Duration::from_millis(400), "the next does not");
    }
}
