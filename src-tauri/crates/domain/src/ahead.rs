//! Times that are ahead of the clock. A time comes from the clock of its author, and the clocks of two computers differ
//! by a little. A time that is further ahead comes from a wrong clock, or from somebody who lied. It starts and ends
//! nothing.

use chrono::{DateTime, TimeDelta, Utc};

/// The most that a credible time may be ahead of the clock.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Returns the latest time that is credible now.
pub fn latest_credible(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(AHEAD).unwrap_or(now)
}

/// Tells whether a time is so far ahead that the clock by which it was written was ahead.
pub fn is_ahead(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at > latest_credible(now)
}
