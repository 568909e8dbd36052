//! From when on an entry of the ledger holds.
//!
//! The entries stand in the order in which they were made, and each states a time by the clock of whoever made it. A clock
//! may have been ahead, or dead. The longest run of times that never goes back is believed, as far as none is ahead of the
//! clock that reads; of two as long, the one that ends earlier. An entry outside that run was made somewhere between those
//! around it.
//!
//! Where the moment is not known, a signature that was good must stay good: what an entry gives, it gives from the earliest
//! moment on that it may have been made at, and what it takes, it takes at the latest. Now, it has taken it in any case.

use chrono::{DateTime, Utc};
use domain::is_ahead;

use super::PersonStatus;
use crate::GrantRecord;

type Time = DateTime<Utc>;

/// Gives every entry the time from which on it holds.
pub(super) fn settle(records: &mut [GrantRecord], now: Time) {
    let stated: Vec<Time> = records.iter().map(|record| record.at).collect();
    let in_order = longest_in_order(&stated, now);
    let earliest = earliest(&stated, &in_order);
    let latest = latest(&stated, &in_order, now);
    let takes: Vec<bool> = (0..records.len()).map(|place| takes(records, place)).collect();
    for (place, record) in records.iter_mut().enumerate() {
        record.at = if takes[place] { latest[place] } else { earliest[place] };
    }
    // Nothing holds longer than until the next entry about the same person.
    for place in (0..records.len()).rev() {
        let (before, after) = records.split_at_mut(place + 1);
        if let Some(record) = before.last_mut()
            && let Some(next) = after.iter().find(|next| next.user == record.user)
        {
            record.at = record.at.min(next.at);
        }
    }
}

/// Tells for each time whether it is one of the longest run that never goes back.
fn longest_in_order(stated: &[Time], now: Time) -> Vec<bool> {
    // Of the runs of each length, the place where the one ends that ends earliest.
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

/// The earliest moments: the stated one, or that of the believed entry before.
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

/// The latest moments: the stated one, or that of the believed entry after, or now; and none before that of an entry before,
/// as far as none is ahead.
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

/// Tells whether an entry takes something from its person.
fn takes(records: &[GrantRecord], place: usize) -> bool {
    let record = &records[place];
    let Some(before) = records[..place].iter().rev().find(|before| before.user == record.user) else { return false };
    !signs(record) || (signs(before) && before.roles.iter().any(|role| !record.roles.contains(role)))
}

/// Tells whether what the person signs counts.
fn signs(record: &GrantRecord) -> bool {
    record.status == PersonStatus::Active && !record.one_time
}
