//! When the window locks by itself: after idleness, and after the machine slept.
//!
//! Two clocks are looked at, a few seconds apart. The monotonic one measures idleness, so that setting the wall clock
//! neither locks nor keeps open. The wall clock tells of a sleep, during which the monotonic one stands still on some
//! systems and runs on others: when it has moved much further than looks are apart, the machine was asleep, or the
//! program was halted for as long; in both cases somebody else may sit there now. A person who moves the wall clock by
//! hand locks the window, which does no harm.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::parameter::{Parameter, Parameters};

/// Further than this between two looks, and the machine slept. Looks are a few seconds apart.
const LONGEST_GAP: Duration = Duration::from_secs(30);

domain::enumeration! {
    /// Why the window locked.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum LockReason {
        /// Somebody asked for it.
        Person = "person",
        /// Nobody touched it for a while.
        Idle = "idle",
        Sleep = "sleep",
        /// The desktop's own screen was locked.
        Screen = "screen",
    }
}

/// What is remembered between two looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Idle {
    touched: Instant,
    looked: DateTime<Utc>,
}

/// When to lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LockRules {
    /// After so long without a touch; None is never.
    pub(crate) after: Option<Duration>,
    /// When the machine slept.
    pub(crate) on_sleep: bool,
}

impl LockRules {
    /// As an administrator tuned them.
    pub(crate) fn of(parameters: &Parameters) -> Self {
        Self {
            after: Some(parameters.duration(Parameter::LockAfter)).filter(|after| !after.is_zero()),
            on_sleep: parameters.is_on(Parameter::LockOnSleep),
        }
    }
}

impl Idle {
    /// Begins with a touch: somebody has just signed in.
    pub(crate) fn new(now: Instant, wall: DateTime<Utc>) -> Self {
        Self { touched: now, looked: wall }
    }

    /// Somebody moved or typed.
    pub(crate) fn touch(&mut self, now: Instant) {
        self.touched = now;
    }

    /// Looks at both clocks and answers with the reason to lock now, if there is one.
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

    /// Looks every five seconds until something happens, at most so many seconds; the wall clock moves as told.
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
