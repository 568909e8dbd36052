//! A time is told by the clock of whoever wrote it, and clocks of two computers differ by a little. Further ahead than
//! that, it is the time of a clock that was wrong, or of somebody who lied: it starts and ends nothing.

use chrono::{DateTime, TimeDelta, Utc};

/// A time further ahead of the clock than this is none.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// The latest time that can be believed now.
pub fn latest_credible(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(AHEAD).unwrap_or(now)
}

/// Tells whether a time is so far ahead that the clock by which it was written was ahead.
pub fn is_ahead(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at > latest_credible(now)
}
