//! The automatic lock of the window: after idleness, and after the machine slept.
//!
//! Two clocks are read every few seconds. The monotonic clock measures idleness, so that setting the wall clock neither
//! locks the window nor keeps it open. The wall clock detects a sleep, because the monotonic one stops during sleep on
//! some systems and runs on others. If the wall clock has moved much further than the interval between two readings,
//! the machine slept or the program was halted; in both cases another person may be at the machine now. Setting the
//! wall clock forward by hand locks the window as well, which does no harm.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::parameter::{Parameter, Parameters};

/// A longer gap between two readings of the wall clock means that the machine slept. Readings are a few seconds apart.
const LONGEST_GAP: Duration = Duration::from_secs(30);

domain::enumeration! {
    /// The reason why the window was locked.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum LockReason {
        /// The user locked it.
        Person = "person",
        /// There was no activity for the idle time.
        Idle = "idle",
        Sleep = "sleep",
        /// The desktop's own screen was locked.
        Screen = "screen",
    }
}

/// The time of the last activity, and the wall clock at the last reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Idle {
    touched: Instant,
    looked: DateTime<Utc>,
}

/// The rules for locking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LockRules {
    /// The time without activity after which the window locks; None: never.
    pub(crate) after: Option<Duration>,
    /// True if it locks after the machine slept.
    pub(crate) on_sleep: bool,
}

impl LockRules {
    /// Builds the rules from the parameters.
    pub(crate) fn of(parameters: &Parameters) -> Self {
        Self {
            after: Some(parameters.duration(Parameter::LockAfter)).filter(|after| !after.is_zero()),
            on_sleep: parameters.is_on(Parameter::LockOnSleep),
        }
    }
}

impl Idle {
    /// Starts the idle time: a user has just signed in.
    pub(crate) fn new(now: Instant, wall: DateTime<Utc>) -> Self {
        Self { touched: now, looked: wall }
    }

    /// Records activity, which restarts the idle time.
    pub(crate) fn touch(&mut self, now: Instant) {
        self.touched = now;
    }

    /// Compares both clocks with the last reading and returns the reason to lock now, if there is one.
    pub(crate) fn look(&mut self, now: Instant, wall: DateTime<Utc>, rules: LockRules) -> Option<LockReason> {
        let gap = (wall - self.looked).to_std().unwrap_or_default();
        self.looked = wall;
        if rules.on_sleep && gap > LONGEST_GAP {
            return Some(LockReason::Sleep);
        }
        let idle = now.saturating_duration_since(self.touched);
        rules.after.is_some_and(|after| idle >= after).then_some(LockReason::Idle)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use chrono::{DateTime, TimeDelta, Utc};

    use super::{Idle, LockReason, LockRules};

    const RULES: LockRules = LockRules { after: Some(Duration::from_secs(600)), on_sleep: true };

    /// Reads the clocks every five seconds until there is a reason to lock, for at most this number of seconds.
    fn look_for(idle: &mut Idle, start: (Instant, DateTime<Utc>), seconds: u64) -> Option<(u64, LockReason)> {
        (0..=seconds / 5).map(|look| look * 5).find_map(|second| {
            let now = start.0 + Duration::from_secs(second);
            let wall = start.1 + TimeDelta::seconds(second as i64);
            idle.look(now, wall, RULES).map(|reason| (second, reason))
        })
    }

    #[test]
    fn locks_after_the_idle_time_and_not_before() {
        let start = (Instant::now(), Utc::now());
        let mut idle = Idle::new(start.0, start.1);
        assert_eq!(look_for(&mut idle, start, 3_600), Some((600, LockReason::Idle)), "exactly then");
    }

    #[test]
    fn a_touch_begins_the_idle_time_anew() {
        let start = (Instant::now(), Utc::now());
        let mut idle = Idle::new(start.0, start.1);
        idle.touch(start.0 + Duration::from_secs(500));
        assert_eq!(look_for(&mut idle, start, 3_600), Some((1_100, LockReason::Idle)), "600 after the touch");
    }

    #[test]
    fn a_sleep_locks_although_the_monotonic_clock_stood_still() {
        let start = (Instant::now(), Utc::now());
        let mut idle = Idle::new(start.0, start.1);
        let woken = start.1 + TimeDelta::minutes(2);
        let now = start.0 + Duration::from_secs(5);
        assert_eq!(idle.look(now, woken, RULES), Some(LockReason::Sleep), "two minutes are missing");
        let deaf = LockRules { on_sleep: false, ..RULES };
        let mut idle = Idle::new(start.0, start.1);
        assert_eq!(idle.look(now, woken, deaf), None, "unless the parameter says otherwise");
    }

    #[test]
    fn a_wall_clock_that_is_set_back_keeps_nothing_open() {
        let start = (Instant::now(), Utc::now());
        let mut idle = Idle::new(start.0, start.1);
        let back = start.1 - TimeDelta::hours(1);
        assert_eq!(idle.look(start.0 + Duration::from_secs(600), back, RULES), Some(LockReason::Idle), "still idle");
    }

    #[test]
    fn never_means_never() {
        let start = (Instant::now(), Utc::now());
        let mut idle = Idle::new(start.0, start.1);
        let never = LockRules { after: None, on_sleep: false };
        assert_eq!(idle.look(start.0 + Duration::from_secs(999_999), start.1, never), None, "it stays open");
    }
}
