//! Failed sign-ins. They delay the next attempt, and are written to the audit trail at the next success.
//!
//! The vault is closed while nobody has signed in, so a failure cannot be written at once. The delay slows down only
//! attempts in this window: against an attacker who copies the file, the key derivation is the only obstacle.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};

/// The number of failures in a row after which the delay begins.
const FREE: u32 = 3;
/// The longest delay before the next attempt.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// The failures at one vault since the last success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) count: u32,
    pub(crate) first: DateTime<Utc>,
    pub(crate) last: DateTime<Utc>,
    at: Instant,
}

/// The failures at every vault.
#[derive(Default)]
pub(crate) struct Failures(HashMap<PathBuf, Failed>);

impl Failures {
    /// Counts a failure at a vault.
    pub(crate) fn note(&mut self, folder: &Path, now: Instant, wall: DateTime<Utc>) {
        let failed = Failed { count: 0, first: wall, last: wall, at: now };
        let failed = self.0.entry(folder.to_owned()).or_insert(failed);
        *failed = Failed { count: failed.count + 1, last: wall, at: now, ..*failed };
    }

    /// Returns the time until the next attempt is allowed; none if it is allowed now.
    pub(crate) fn rest(&self, folder: &Path, now: Instant) -> Option<Duration> {
        let failed = self.0.get(folder)?;
        let doublings = failed.count.checked_sub(FREE)?;
        let rest = Duration::from_secs(1 << doublings.min(16)).min(LONGEST_REST);
        rest.checked_sub(now.saturating_duration_since(failed.at)).filter(|left| !left.is_zero())
    }

    /// Forgets the failures after a success and returns them.
    pub(crate) fn take(&mut self, folder: &Path) -> Option<Failed> {
        self.0.remove(folder)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        path::Path,
        time::{Duration, Instant},
    };

    use chrono::Utc;

    use super::Failures;

    #[test]
    fn the_rest_begins_after_three_failures_doubles_and_is_bounded() {
        let (folder, now, mut failures) = (Path::new("v"), Instant::now(), Failures::default());
        let mut rests = Vec::new();
        for _ in 0..12 {
            failures.note(folder, now, Utc::now());
            rests.push(failures.rest(folder, now).map_or(0, |rest| rest.as_secs()));
        }
        assert_eq!(rests, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60], "in seconds");
        assert_eq!(failures.rest(folder, now + Duration::from_secs(60)), None, "it ends");
        assert_eq!(failures.rest(Path::new("w"), now), None, "another vault does not rest");
    }

    #[test]
    fn a_success_forgets_them_and_tells_how_many_there_were() {
        let (folder, now, mut failures) = (Path::new("v"), Instant::now(), Failures::default());
        failures.note(folder, now, Utc::now());
        failures.note(folder, now, Utc::now());
        assert_eq!(failures.take(folder).map(|failed| failed.count), Some(2), "two");
        assert_eq!(failures.take(folder), None, "forgotten");
    }
}
