//! Drives one operation through the state machine: write the state down, carry out the effect, feed back what happened.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    FailureCode, SyncState,
    operation::{Effect, Event, IllegalEvent, OperationState, OperationType, State, Step},
};
use serde_json::json;
use vault::{NewEntry, Object, OperationRecord, VaultError};

use crate::{
    Ended, end,
    executor::{Context, Moment},
    queue,
    steps::Attempt,
};

/// Why driving stopped before the operation left the running state. Recovery takes it up again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DriveError {
    #[error("the vault refused to write the state of an operation")]
    Vault(#[from] VaultError),
    #[error("the driver and the state machine disagree")]
    Illegal(#[from] IllegalEvent),
}

/// Runs a claimed operation until it is finished or waits again. One whose stored password does not open ends: trying
/// again would find the same, for ever.
pub(crate) fn drive(context: &Arc<Context>, record: &OperationRecord) -> Result<(), DriveError> {
    match run(context, record) {
        Err(DriveError::Vault(VaultError::CannotBeOpened)) => end_altered(context, record)?,
        other => other?,
    }
    // ORDER: only here. What ended in any other way leaves its passwords in memory, for a copy of the vault.
    context.let_go(record.id);
    Ok(())
}

/// Ends an operation because a stored password was altered, and says so in the audit trail. Every candidate stays.
fn end_altered(context: &Context, record: &OperationRecord) -> Result<(), VaultError> {
    let (now, failure) = (context.clock.now(), FailureCode::SecretAltered);
    context.vault.write(|writer| {
        queue::close_interrupted_attempt(writer, record, now)?;
        writer.operations_mut().set_failure(record.id, Some(failure))?;
        writer.operations_mut().set_state(record.id, OperationState::Error, None, now)?;
        let label = record.code.to_string();
        let object = Some(Object { noun: "operation", id: record.id.as_uuid(), label: &label });
        let detail = json!({ "credential": record.credential });
        let entry = NewEntry { who: None, action: "secret.altered", object, detail, at: now };
        writer.audit_mut().append(&entry)?;
        Ok::<_, VaultError>(())
    })?;
    tracing::warn!(operation = %record.id, "a stored password was altered; the operation ends");
    let ended = Ended::of(record, OperationState::Error, Some(failure));
    context.tell_end(&ended);
    // ORDER: by itself, after the end: what follows may come upon the same password, and is noted until it is done.
    let follows =
        context.vault.write(|writer| end::settle(writer, context.secrets_key().ok().as_deref(), &ended, None, now));
    match follows {
        Err(VaultError::CannotBeOpened) => Ok(()),
        other => other,
    }
}

fn run(context: &Arc<Context>, record: &OperationRecord) -> Result<(), DriveError> {
    if let Some(until) = too_soon(context, record)? {
        return Ok(put_back(context, record, until)?);
    }
    let mut attempt = Attempt::begin(context, record)?;
    let _span = attempt.span().entered();
    let (mut state, mut effects) = State::Scheduled.on(attempt.claimed())?;
    loop {
        context.reached(Moment::Before, &state);
        let ended = if is_passed(&state) { None } else { attempt.write_down(&state, &effects)? };
        context.reached(Moment::After, &state);
        log_state(&state, ended.as_ref());
        if let Some(ended) = ended {
            context.tell_end(&ended);
        }
        let Some(effect) = effects.last().copied().filter(|_| matches!(state, State::Running(_))) else {
            return Ok(());
        };
        let event = carry_out(&mut attempt, effect)?;
        (state, effects) = state.on(event)?;
        if state == State::Running(Step::Closing) && !attempt.has_closing() {
            // Nothing follows the proof, so the end is written down together with it.
            let (end, rest) = state.on(Event::Closed)?;
            effects.extend(rest);
            state = end;
        }
    }
}

/// Logs how far the attempt has come. The span around it names the operation and the attempt.
fn log_state(state: &State, ended: Option<&Ended>) {
    let failure = ended.and_then(|ended| ended.failure).map(FailureCode::word);
    match state.step() {
        Some(step) => tracing::info!(step = step.word(), "reached"),
        None => tracing::info!(state = state.name().word(), failure, "the attempt ended"),
    }
}

/// States that need no writing of their own: the claim wrote itself down, and an open connection is written down with
/// the mark, which follows at once.
fn is_passed(state: &State) -> bool {
    matches!(state, State::Running(Step::Claimed | Step::Opened))
}

/// Until when a reconciliation must leave the device alone: a candidate that another operation sent could still be set
/// after this one's.
fn too_soon(context: &Context, record: &OperationRecord) -> Result<Option<DateTime<Utc>>, VaultError> {
    if record.kind != OperationType::Reconciliation {
        return Ok(None);
    }
    let facts = context.vault.read(|reader| reader.secrets().candidate_facts(record.credential))?;
    let settled = facts
        .filter(|facts| facts.operation != Some(record.id))
        .and_then(|facts| facts.sent_at)
        .map(|sent_at| sent_at + context.parameters().settle);
    Ok(settled.filter(|settled| *settled > context.clock.now()))
}

fn put_back(context: &Context, record: &OperationRecord, until: DateTime<Utc>) -> Result<(), VaultError> {
    let now = context.clock.now();
    context.vault.write(|writer| {
        writer.operations_mut().set_state(record.id, OperationState::Scheduled, None, now)?;
        writer.operations_mut().reschedule(record.id, until)
    })
}

/// Tells whether something is sent to a device.
fn sends(effect: Effect) -> bool {
    matches!(effect, Effect::OpenConnection | Effect::RunTemplate | Effect::LogIn(_) | Effect::RunOnSuccess)
}

fn carry_out(attempt: &mut Attempt<'_>, effect: Effect) -> Result<Event, DriveError> {
    if sends(effect) {
        // ORDER: right before it is sent. What is written down must be where somebody finds it.
        attempt.in_place()?;
    }
    match effect {
        Effect::StoreCandidate => Ok(attempt.make_candidate()),
        Effect::OpenConnection => Ok(attempt.open()),
        Effect::MarkApply => Ok(Event::ApplyMarked),
        Effect::RunTemplate => Ok(attempt.apply()),
        Effect::LogIn(which) => Ok(attempt.log_in(which)?),
        Effect::RunOnSuccess => Ok(attempt.close()),
        // These end a run; they are written down with the state and leave nothing to carry out.
        Effect::PromoteCandidate
        | Effect::RestoreUnresolved
        | Effect::RestorePrevious
        | Effect::RecordVerification(_)
        | Effect::AbandonCandidate
        | Effect::ConfirmCurrent
        | Effect::DeclareOutOfSync
        | Effect::DeclareChecking
        | Effect::Retry
        | Effect::ProbeLater
        | Effect::LookAgain
        | Effect::Resume => Ok(Event::Crashed),
    }
}

/// Takes an operation that no living worker holds back into the queue, or to its end where nothing is left to be done.
pub(crate) fn recover(context: &Context, record: &OperationRecord) -> Result<(), DriveError> {
    let running = queue::running_state(record);
    let (state, effects) = running.on(Event::Crashed)?;
    let now = context.clock.now();
    let ended = context.vault.write(|writer| {
        queue::close_interrupted_attempt(writer, record, now)?;
        let mut failure = record.failure;
        if effects.contains(&Effect::DeclareChecking) {
            failure = Some(failure.unwrap_or(FailureCode::Interrupted));
            writer.credentials_mut().set_sync(record.credential, SyncState::Checking, now)?;
        }
        for effect in &effects {
            match effect {
                Effect::RecordVerification(result) => {
                    failure = Some(FailureCode::Interrupted);
                    writer.credentials_mut().set_verified(record.credential, *result, now)?;
                }
                Effect::AbandonCandidate => writer.secrets_mut().abandon_candidate(record.credential, now)?,
                _ => {}
            }
        }
        match state {
            State::SuccessfullyPerformed => failure = None,
            State::Error => failure = failure.or(Some(FailureCode::Interrupted)),
            _ => {}
        }
        writer.operations_mut().set_failure(record.id, failure)?;
        writer.operations_mut().set_state(record.id, state.name(), state.step(), now)?;
        if !state.is_finished() {
            writer.operations_mut().reschedule(record.id, now)?;
            return Ok(None);
        }
        let ended = Ended::of(record, state.name(), failure);
        let credential = writer.credentials().get(record.credential)?;
        let label = credential.map(|credential| credential.details.username).unwrap_or_default();
        end::audit(writer, &ended, &label, (None, None), now)?;
        // What logins told before the crash is not known, so nothing begins by itself.
        end::settle(writer, context.secrets_key().ok().as_deref(), &ended, None, now)?;
        Ok::<_, VaultError>(Some(ended))
    })?;
    if let Some(ended) = ended {
        context.let_go(record.id);
        context.tell_end(&ended);
    }
    tracing::info!(operation = %record.id, state = state.name().word(), "took up an interrupted operation");
    Ok(())
}
