//! The hours in which a trigger may run, in a time zone with its changes of the clock.
//!
//! A window begins on one of its weekdays and ends before its end, on the next day where the end is not later than the
//! beginning. Where the clocks are put forward over a window's beginning or end, the first instant after the gap
//! counts. A window that lies entirely in the gap is moved behind it and keeps its length, so that none is skipped.
//! Where the clocks are put back, a window begins at the first and ends at the second of two equal times. It is one
//! window and does not run twice.

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{Problem, Rule};

crate::enumeration! {
    /// A day of the week.
    #[allow(missing_docs, reason = "their names say everything")]
    pub enum Weekday {
        Monday = "monday",
        Tuesday = "tuesday",
        Wednesday = "wednesday",
        Thursday = "thursday",
        Friday = "friday",
        Saturday = "saturday",
        Sunday = "sunday",
    }
}

/// Hours of some weekdays in which a trigger may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The days on which the window begins.
    pub weekdays: Vec<Weekday>,
    /// The beginning, in minutes after midnight.
    pub from: u16,
    /// The end (excluded), in minutes after midnight. If it is not after `from`, it is on the next day.
    pub to: u16,
}

/// The number of minutes of a day.
pub(crate) const DAY: u16 = 24 * 60;

impl Weekday {
    fn of(date: NaiveDate) -> Self {
        match date.weekday() {
            chrono::Weekday::Mon => Self::Monday,
            chrono::Weekday::Tue => Self::Tuesday,
            chrono::Weekday::Wed => Self::Wednesday,
            chrono::Weekday::Thu => Self::Thursday,
            chrono::Weekday::Fri => Self::Friday,
            chrono::Weekday::Sat => Self::Saturday,
            chrono::Weekday::Sun => Self::Sunday,
        }
    }
}

impl Window {
    pub(super) fn problems(&self, field: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.weekdays.is_empty() {
            problems.push(Problem::new(format!("{field}.weekdays"), Rule::Required));
        }
        if self.from >= DAY {
            problems.push(Problem::new(format!("{field}.from"), Rule::InvalidWindow));
        }
        if self.to > DAY || self.to == self.from {
            problems.push(Problem::new(format!("{field}.to"), Rule::InvalidWindow));
        }
        problems
    }

    /// Returns the beginning and the end of the window that begins on a date.
    fn on(&self, date: NaiveDate, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let midnight = date.and_hms_opt(0, 0, 0)?;
        let begins = midnight + TimeDelta::minutes(i64::from(self.from));
        let length = if self.to > self.from { self.to - self.from } else { self.to + DAY - self.from };
        let ends = begins + TimeDelta::minutes(i64::from(length));
        let start = instant(begins, zone, OfTwo::Earlier)?;
        let end = instant(ends, zone, OfTwo::Later)?;
        if end > start { Some((start, end)) } else { Some((start, start + TimeDelta::minutes(i64::from(length)))) }
    }
}

/// The choice between two equal local times, where the clock is put back.
#[derive(Clone, Copy)]
enum OfTwo {
    Earlier,
    Later,
}

/// Returns the instant of a local time, or the first instant after the gap for a local time that does not exist.
fn instant(local: NaiveDateTime, zone: Tz, of_two: OfTwo) -> Option<DateTime<Utc>> {
    let mut local = local;
    // The longest gap so far was a whole day (Pacific/Apia, 30 December 2011).
    for _ in 0..26 * 60 {
        match (zone.from_local_datetime(&local), of_two) {
            (LocalResult::Single(at), _) => return Some(at.to_utc()),
            (LocalResult::Ambiguous(earlier, _), OfTwo::Earlier) => return Some(earlier.to_utc()),
            (LocalResult::Ambiguous(_, later), OfTwo::Later) => return Some(later.to_utc()),
            (LocalResult::None, _) => local += TimeDelta::minutes(1),
        }
    }
    None
}

/// Returns the beginning and the end of the window that is open at a time, or of the next one that opens after it. None
/// when no window ever opens. An empty list means that it is always open.
pub fn next_open(windows: &[Window], zone: Tz, at: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if windows.is_empty() {
        return Some((DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC));
    }
    let today = at.with_timezone(&zone).date_naive();
    // A window that began yesterday may still be open. A weekday that a gap swallowed comes again a week later.
    let dates = (0..=16).filter_map(|days| today.checked_sub_days(Days::new(1))?.checked_add_days(Days::new(days)));
    let open = dates.flat_map(|date| {
        let begin = windows.iter().filter(move |window| window.weekdays.contains(&Weekday::of(date)));
        begin.filter_map(move |window| window.on(date, zone))
    });
    open.filter(|(_, end)| *end > at).min_by_key(|(start, end)| ((*start).max(at), std::cmp::Reverse(*end)))
}
