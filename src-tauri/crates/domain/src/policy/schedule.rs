//! The times at which the triggers of a policy make a credential due: a function of the recorded facts and of the time.
//!
//! Nothing is remembered between calls. A due time comes from the last change, the last view, the expiry or the last
//! verification, and is then moved into the trigger's hours. Credentials that share a policy are spread: each becomes
//! due a little before its period is over, and at its own place in the first half of a window. Both come from a number
//! that is computed from its id. So the same facts give the same times, however often they are asked for.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{TriggerKind, Triggers, Window, next_open};
use crate::CredentialId;

/// The recorded facts about a credential on which its due times depend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Facts {
    pub credential: CredentialId,
    /// The time at which the password last became current.
    pub changed_at: Option<DateTime<Utc>>,
    /// The time at which the password was first shown or copied since then.
    pub viewed_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub verified_at: Option<DateTime<Utc>>,
}

/// A time at which a trigger makes a credential due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Due {
    pub kind: TriggerKind,
    /// The time, inside the trigger's hours.
    pub at: DateTime<Utc>,
}

/// A policy's triggers in the vault's time zone.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Schedule<'a> {
    pub triggers: &'a Triggers,
    /// The time zone of the triggers' hours.
    pub zone: Tz,
}

/// A period ends earlier by up to one part in this number, so that passwords that were changed together are not due
/// together.
const EARLIER: i32 = 20;

impl Schedule<'_> {
    /// Returns the time at which a password expires by the policy.
    pub fn expires_at(&self, changed_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let expiry = self.triggers.expiry.as_ref()?;
        changed_at.checked_add_signed(TimeDelta::days(i64::from(expiry.lifetime_days)))
    }

    /// Returns the due times, soonest first. A recorded time in the future (a clock that was put back) counts as now.
    pub fn due(&self, facts: &Facts, now: DateTime<Utc>) -> Vec<Due> {
        let triggers = self.triggers;
        let changed = facts.changed_at.map(|at| at.min(now));
        let verified = facts.verified_at.max(facts.changed_at).map(|at| at.min(now));
        let mut due: Vec<Due> = [
            (
                TriggerKind::Period,
                triggers
                    .period
                    .as_ref()
                    .zip(changed)
                    .and_then(|(period, at)| ends(at, period.period(), facts.credential)),
            ),
            (
                TriggerKind::View,
                triggers.view.as_ref().zip(facts.viewed_at).and_then(|(view, at)| {
                    at.min(now).checked_add_signed(TimeDelta::minutes(i64::from(view.delay_minutes)))
                }),
            ),
            (TriggerKind::Expiry, facts.expires_at),
            (
                TriggerKind::Verification,
                triggers
                    .verification
                    .as_ref()
                    .zip(verified)
                    .and_then(|(period, at)| ends(at, period.period(), facts.credential)),
            ),
        ]
        .into_iter()
        .filter_map(|(kind, at)| {
            let at = self.allowed(kind, facts.credential, at?)?;
            Some(Due { kind, at })
        })
        .collect();
        due.sort_by_key(|due| due.at);
        due
    }

    /// Returns the first time, at or after the given one, that a trigger's hours allow for a credential.
    pub fn allowed(&self, kind: TriggerKind, credential: CredentialId, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        place(self.triggers.windows(kind)?, self.zone, credential, at)
    }

    /// Returns the time at which a trigger's closed hours end, or None when they are open.
    pub fn closed_until(&self, kind: TriggerKind, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (opens, _) = next_open(self.triggers.windows(kind)?, self.zone, now)?;
        (opens > now).then_some(opens)
    }
}

/// Returns the time at which a period is over for a credential.
fn ends(at: DateTime<Utc>, period: TimeDelta, credential: CredentialId) -> Option<DateTime<Utc>> {
    at.checked_add_signed(period)?.checked_sub_signed(scatter(credential, at, period / EARLIER))
}

/// Returns a time inside the hours as it is. A time outside is moved into the first half of the next window.
fn place(windows: &[Window], zone: Tz, credential: CredentialId, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (opens, closes) = next_open(windows, zone, at)?;
    if opens <= at {
        return Some(at);
    }
    Some(opens + scatter(credential, opens, (closes - opens) / 2))
}

/// Returns a part of a span that belongs to a credential: the same for the same credential and time, evenly spread over
/// all credentials.
pub fn scatter(credential: CredentialId, at: DateTime<Utc>, span: TimeDelta) -> TimeDelta {
    let (high, low) = credential.as_uuid().as_u64_pair();
    // SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): every bit of the input moves every bit of the output.
    let mut mixed = high.rotate_left(32) ^ low ^ at.timestamp().unsigned_abs();
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    let milliseconds = span.num_milliseconds().max(0).unsigned_abs();
    let part = (u128::from(mixed) * u128::from(milliseconds)) >> 64;
    TimeDelta::milliseconds(i64::try_from(part).unwrap_or(0))
}
