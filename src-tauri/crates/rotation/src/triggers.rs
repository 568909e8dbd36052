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

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    CredentialId, OperationId, UserId,
    operation::{OperationType, StateName},
    policy::{Policy, TriggerKind},
};
use serde_json::json;
use uuid::Uuid;
use vault::{NewEntry, NewOperation, Object, ScheduleRow, Vault, VaultError, Writer};

use crate::{Parameters, PolicyBook, policy_book::ABSENCE};

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
    let (state, next) = vault.read(|reader| {
        let schedules = reader.schedules();
        Ok::<_, VaultError>((schedules.state()?, schedules.next_due()?))
    })?;
    let noted = state.last_run_at.is_some_and(|last| last <= now && now - last < NOTED);
    if noted && next.is_none_or(|next| next > now) {
        return Ok(next);
    }
    vault.write(|writer| {
        if !noted {
            note_the_time(writer, state.last_run_at, now)?;
        }
        let book = PolicyBook::open(writer, parameters)?;
        compute_stale(writer, &book, now)?;
        fire_due(writer, &book, now)?;
        writer.schedules().next_due()
    })
}

/// Compares the time with that of the last look.
fn note_the_time(writer: &Writer<'_>, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), VaultError> {
    match last {
        Some(last) if last > now + NOTED => {
            tracing::warn!(%last, %now, "the clock was put back; every schedule is computed anew");
            writer.schedules_mut().reconsider_all()?;
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
        let Some((row, policy, kind)) = still_due(writer, book, triggered.credential, now)? else { continue };
        let operation = insert_change(writer, &row, policy, now)?;
        append(writer, &row, policy, kind, operation, now)?;
    }
    Ok(())
}

/// Computes a schedule once more before it is acted on; None when it is not due any more.
fn still_due<'a>(
    writer: &Writer<'_>,
    book: &'a PolicyBook,
    credential: CredentialId,
    now: DateTime<Utc>,
) -> Result<Option<(ScheduleRow, &'a Policy, TriggerKind)>, VaultError> {
    let Some(row) = writer.schedules().row(credential)? else { return Ok(None) };
    let plan = book.plan(&row, now, book.spread_of(1));
    match (plan.change, book.policy_of(&row.subject)) {
        (Some(due), Some(policy)) if due.at <= now => Ok(Some((row, policy, due.kind))),
        _ => {
            writer.schedules_mut().write(&row, &plan)?;
            Ok(None)
        }
    }
}

fn insert_change(
    writer: &Writer<'_>,
    row: &ScheduleRow,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<OperationId, VaultError> {
    let id = OperationId::from_uuid(Uuid::now_v7());
    writer.operations_mut().insert(&NewOperation {
        id,
        kind: OperationType::ChangePassword,
        credential: row.credential,
        device: row.device,
        requester: UserId::from_uuid(policy.id.as_uuid()),
        state: StateName::Scheduled,
        scheduled_at: now,
        immediate: false,
        created_at: now,
    })?;
    writer.schedules_mut().name_policy(policy.id, &policy.details.name)?;
    Ok(id)
}

fn append(
    writer: &Writer<'_>,
    row: &ScheduleRow,
    policy: &Policy,
    kind: TriggerKind,
    operation: OperationId,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    let label = format!("{} on {}", row.subject.username, row.subject.device);
    let object = Some(Object { noun: "credential", id: row.credential.as_uuid(), label: &label });
    let detail = json!({ "operation": operation, "trigger": kind, "policy": policy.details.name });
    let entry = NewEntry { who: None, action: "operation.triggered", object, detail, at: now };
    writer.audit_mut().append(&entry).map(|_| ())
}
