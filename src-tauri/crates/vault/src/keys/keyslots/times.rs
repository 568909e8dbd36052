//! The times from which the entries of the ledger are valid.
//!
//! The entries are in the order in which they were made, and each states a time by the clock of its author. A clock may
//! have been ahead, or stopped. The longest run of times that never goes back is believed, as far as none is ahead of
//! the clock of the reader. Of two runs of the same length, the one that ends earlier is believed. An entry outside
//! that run was made at some time between its neighbours in the run.
//!
//! Where the time is not known, a valid signature must stay valid. So the rights that an entry gives begin at the
//! earliest time at which it may have been made, and the rights that it takes end at the latest. They have ended by now
//! in any case.

use chrono::{DateTime, Utc};
use domain::is_ahead;

use super::PersonStatus;
use crate::GrantRecord;

type Time = DateTime<Utc>;

/// Sets for every entry the time from which it is valid.
pub(super) fn set_times(records: &mut [GrantRecord], now: Time) {
    let stated: Vec<Time> = records.iter().map(|record| record.at).collect();
    let in_order = longest_in_order(&stated, now);
    let earliest = earliest(&stated, &in_order);
    let latest = latest(&stated, &in_order, now);
    let takes: Vec<bool> = (0..records.len()).map(|place| takes(records, place)).collect();
    for (place, record) in records.iter_mut().enumerate() {
        record.at = if takes[place] { latest[place] } else { earliest[place] };
    }
    // An entry is valid at most until the next entry about the same person.
    for place in (0..records.len()).rev() {
        let (before, after) = records.split_at_mut(place + 1);
        if let Some(record) = before.last_mut()
            && let Some(next) = after.iter().find(|next| next.user == record.user)
        {
            record.at = record.at.min(next.at);
        }
    }
}

/// Tells for each time whether it belongs to the longest run that never goes back.
fn longest_in_order(stated: &[Time], now: Time) -> Vec<bool> {
    // For each length of a run, this holds the last place of the run that ends earliest.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; stated.len()];
    for (place, time) in stated.iter().enumerate().filter(|(_, time)| !is_ahead(**time, now)) {
        let length = ends.partition_point(|end| stated[*end] <= *time);
        before[place] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut in_order = vec![false; stated.len()];
    let mut place = ends.last().copied();
    while let Some(found) = place {
        in_order[found] = true;
        place = before[found];
    }
    in_order
}

/// Returns the earliest times: the stated one, or that of the believed entry before.
fn earliest(stated: &[Time], in_order: &[bool]) -> Vec<Time> {
    let mut last = DateTime::UNIX_EPOCH;
    let each = stated.iter().zip(in_order).map(|(time, is_believed)| {
        if *is_believed {
            last = *time;
        }
        last
    });
    each.collect()
}

/// Returns the latest times: the stated one, or that of the believed entry after, or now. None is before the time of an
/// entry before it, as far as none is ahead.
fn latest(stated: &[Time], in_order: &[bool], now: Time) -> Vec<Time> {
    let mut next = now;
    let mut latest: Vec<Time> = Vec::with_capacity(stated.len());
    for (time, is_believed) in stated.iter().zip(in_order).rev() {
        if *is_believed {
            next = *time;
        }
        latest.push(next);
    }
    latest.reverse();
    let mut most = DateTime::UNIX_EPOCH;
    for (time, latest) in stated.iter().zip(&mut latest) {
        if !is_ahead(*time, now) {
            most = most.max(*time);
        }
        *latest = (*latest).max(most.min(now));
    }
    latest
}

/// Tells whether an entry takes rights from its person.
fn takes(records: &[GrantRecord], place: usize) -> bool {
    let record = &records[place];
    let Some(before) = records[..place].iter().rev().find(|before| before.user == record.user) else { return false };
    !signs(record) || (signs(before) && before.roles.iter().any(|role| !record.roles.contains(role)))
}

/// Tells whether the person's signatures count.
fn signs(record: &GrantRecord) -> bool {
    record.status == PersonStatus::Active && !record.one_time
}
