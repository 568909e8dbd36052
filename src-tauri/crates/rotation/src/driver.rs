//! Drives one operation through the state machine: write the state down, carry out the effect, feed back what happened.

use std::sync::Arc;

use connector::ConnectorError;
use domain::{
    FailureCode,
    operation::{Effect, Event, IllegalEvent, State},
};
use vault::{OperationRecord, VaultError};

use crate::{
    change::{Change, GatherError},
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

/// Runs a claimed operation until it is finished or waits again.
pub(crate) fn drive(context: &Arc<Context>, record: &OperationRecord) -> Result<(), DriveError> {
    let change = gather(context, record)?;
    let mut attempt = Attempt::begin(context, record, change)?;
    let standing = attempt.candidate_standing()?;
    let (mut state, mut effects) = State::Scheduled.on(Event::Claimed(standing))?;
    loop {
        context.reached(Moment::Before, &state);
        attempt.write_down(&state, &effects)?;
        context.reached(Moment::After, &state);
        let Some(effect) = effects.last().copied().filter(|_| matches!(state, State::Running(_))) else {
            return Ok(());
        };
        let event = carry_out(&mut attempt, effect)?;
        (state, effects) = state.on(event)?;
    }
}

/// Gathers what the change needs; what is missing becomes a failure of the attempt, not of the driver.
fn gather(context: &Context, record: &OperationRecord) -> Result<Result<Change, ConnectorError>, VaultError> {
    let key = context.secrets_key()?;
    let gathered = context.vault.read(|reader| {
        Change::gather((reader, &key), &context.connectors, &context.parameters(), record.id, record.credential)
    });
    match gathered {
        Ok(change) => Ok(Ok(change)),
        Err(GatherError::NotPossible(error)) => Ok(Err(error)),
        Err(GatherError::Vault(error)) => Err(error),
    }
}

fn carry_out(attempt: &mut Attempt<'_>, effect: Effect) -> Result<Event, DriveError> {
    match effect {
        Effect::StoreCandidate => Ok(attempt.make_candidate()),
        Effect::OpenConnection => Ok(attempt.open()),
        Effect::MarkApply => Ok(Event::ApplyMarked),
        Effect::RunTemplate => Ok(attempt.apply()),
        Effect::LogIn(which) => Ok(attempt.log_in(which)?),
        // These end a run; they are written down with the state and leave nothing to carry out.
        Effect::PromoteCandidate
        | Effect::RestorePrevious
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

/// Takes an operation that no living worker holds back into the queue.
pub(crate) fn recover(context: &Context, record: &OperationRecord) -> Result<(), DriveError> {
    let running = queue::running_state(record);
    let (state, effects) = running.on(Event::Crashed)?;
    let now = context.clock.now();
    context.vault.write(|writer| {
        queue::close_interrupted_attempt(writer, record, now)?;
        if effects.contains(&Effect::DeclareChecking) {
            writer.operations_mut().set_failure(record.id, Some(record.failure.unwrap_or(FailureCode::Interrupted)))?;
            writer.credentials_mut().set_sync(record.credential, domain::SyncState::Checking, now)?;
        }
        writer.operations_mut().set_state(record.id, state.name(), state.step(), now)?;
        writer.operations_mut().reschedule(record.id, now)
    })?;
    tracing::info!(operation = %record.id, "took an interrupted operation back into the queue");
    Ok(())
}
