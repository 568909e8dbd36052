//! The scheduler: what triggers make due becomes an operation.
//!
//! [`look`] takes no input but the time: it reads what is recorded, does what follows from it, and can be called at any
//! moment and any number of times. It computes stale schedules anew, and fires what is due **and still due when it is
//! computed once more**, so that whatever changed since the schedule was stored counts.
//!
//! # Time
//! A trigger that was not fired when it was due (the program did not run, the machine slept, the clock jumped) is not
//! fired at once: with all the others it is spread over the time to come, inside its hours. A clock that was put back
//! makes every schedule be computed anew from now.

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    CredentialId, UserId,
    operation::{OperationOrigin, OperationType},
    policy::{Policy, TriggerKind},
};
use vault::{NewSchedule, ScheduleRow, Vault, VaultError, Writer};

use crate::{Parameters, PolicyBook, Schedule, policy_book::ABSENCE, schedule, schedule_verification};

/// How many schedules are computed, and how many triggers fired, in one transaction.
const PORTION: u32 = 500;
/// How often it is written down that somebody looked.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// Looks once. Answers with when to look again: now, when there is more than one portion of work.
pub(crate) fn look(
    vault: &Vault,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, VaultError> {
    let (state, next, paused, stale) = vault.read(|reader| {
        let schedules = reader.schedules();
        let paused = reader.pauses().everything()?.is_some();
        Ok::<_, VaultError>((schedules.state()?, schedules.next_due()?, paused, !schedules.stale(1)?.is_empty()))
    })?;
    let noted = state.last_run_at.is_some_and(|last| last <= now && now - last < NOTED);
    if noted && next.is_none_or(|next| next > now) {
        return Ok(next);
    }
    if noted && paused && !stale {
        return Ok(None);
    }
    // What is lost is computed once more.
    vault.write_unforced(|writer| {
        if !noted {
            note_the_time(writer, state.last_run_at, now)?;
        }
        let book = PolicyBook::open(writer, parameters)?;
        compute_stale(writer, &book, now)?;
        if writer.pauses().everything()?.is_some() {
            // What is due stays due; what was computed from the records may be looked at all the same.
            return Ok(writer.schedules().stale(1)?.first().map(|_| now));
        }
        fire_due(writer, &book, now)?;
        writer.schedules().next_due()
    })
}

/// Compares the time with that of the last look.
fn note_the_time(writer: &Writer<'_>, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), VaultError> {
    match last {
        Some(last) if last > now + NOTED => {
            tracing::warn!(%last, %now, "the clock was put back; every schedule is computed anew");
            writer.schedules_mut().clock_put_back(now)?;
        }
        Some(last) if now - last > ABSENCE => writer.schedules_mut().reconsider_due(now)?,
        Some(_) | None => {}
    }
    writer.schedules_mut().looked(now)
}

fn compute_stale(writer: &Writer<'_>, book: &PolicyBook, now: DateTime<Utc>) -> Result<(), VaultError> {
    let stale = writer.schedules().stale(PORTION)?;
    let spread = book.spread_of(stale.len());
    for row in &stale {
        writer.schedules_mut().write(row, &book.plan(row, now, spread))?;
    }
    Ok(())
}

fn fire_due(writer: &Writer<'_>, book: &PolicyBook, now: DateTime<Utc>) -> Result<(), VaultError> {
    for triggered in writer.schedules().due_changes(now, PORTION)? {
        let Some((row, plan, policy)) = considered(writer, book, triggered.credential, now)? else { continue };
        match plan.change.filter(|due| due.at <= now) {
            Some(due) => schedule_change(writer, row.credential, policy, due.kind, now)?,
            None => writer.schedules_mut().write(&row, &plan)?,
        }
    }
    for triggered in writer.schedules().due_verifications(now, PORTION)? {
        let Some((row, plan, policy)) = considered(writer, book, triggered.credential, now)? else { continue };
        if plan.verification.is_none_or(|at| at > now) {
            writer.schedules_mut().write(&row, &plan)?;
            continue;
        }
        writer.schedules_mut().name_policy(policy.id, &policy.details.name)?;
        if schedule_verification(writer, &[row.credential], now, asks(policy), now)?.is_empty() {
            writer.schedules_mut().skip_verification(row.credential)?;
        }
    }
    Ok(())
}

/// Computes a schedule once more before it is acted on. None when no policy applies any more; then it is written.
fn considered<'a>(
    writer: &Writer<'_>,
    book: &'a PolicyBook,
    credential: CredentialId,
    now: DateTime<Utc>,
) -> Result<Option<(ScheduleRow, NewSchedule, &'a Policy)>, VaultError> {
    let Some(row) = writer.schedules().row(credential)? else { return Ok(None) };
    let plan = book.plan(&row, now, book.spread_of(1));
    match book.policy_of(&row.subject) {
        Some(policy) => Ok(Some((row, plan, policy))),
        None => {
            writer.schedules_mut().write(&row, &plan)?;
            Ok(None)
        }
    }
}

fn schedule_change(
    writer: &Writer<'_>,
    credential: CredentialId,
    policy: &Policy,
    kind: TriggerKind,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    let order = Schedule {
        credential,
        kind: OperationType::ChangePassword,
        origin: match kind {
            TriggerKind::Period => OperationOrigin::Period,
            TriggerKind::View => OperationOrigin::View,
            TriggerKind::Expiry => OperationOrigin::Expiry,
            TriggerKind::Verification => OperationOrigin::Verification,
        },
        cause: None,
        requester: asks(policy),
        at: now,
        priority: u8::try_from(policy.details.priority).unwrap_or(u8::MAX),
        immediate: false,
    };
    writer.schedules_mut().name_policy(policy.id, &policy.details.name)?;
    schedule(writer, &order, now).map(|_| ())
}

/// A policy asks for operations as a person does.
fn asks(policy: &Policy) -> UserId {
    UserId::from_uuid(policy.id.as_uuid())
}
