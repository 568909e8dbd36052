//! The queue is a table: claiming from it, and what recovery needs to know of a row.

use chrono::{DateTime, Utc};
use domain::{
    FailureClass, FailureCode,
    operation::{OperationStep, OperationType, Probe, State, Step, Which},
};
use vault::{AttemptEnd, ClaimRequest, OperationRecord, VaultError, Writer};

use crate::{approval, executor::Context};

/// Claims the next operations that are due and may run beside those that run and beside each other, so many at most.
pub(crate) fn claim(context: &Context, most: usize) -> Result<Vec<OperationRecord>, VaultError> {
    let (now, parameters) = (context.clock.now(), context.parameters());
    let request = ClaimRequest {
        owner: context.owner,
        now,
        lease_until: now + parameters.lease,
        overall: u32::try_from(parameters.at_once).unwrap_or(u32::MAX),
    };
    approval::claim_allowed(context, &request, most)
}

/// The state of a row that some worker held when it died. How a search had gone is not kept: it begins anew.
pub(crate) fn running_state(record: &OperationRecord) -> State {
    State::Running(match record.step.unwrap_or(OperationStep::Claimed) {
        OperationStep::Claimed => Step::Claimed,
        OperationStep::Prepared => Step::Prepared,
        OperationStep::Opened => Step::Opened,
        OperationStep::Marked => Step::Marked,
        OperationStep::Applied => Step::Applied,
        OperationStep::Closing => Step::Closing,
        OperationStep::Verifying if record.kind == OperationType::PasswordVerification => Step::Verifying,
        OperationStep::Verifying => Step::Proving,
        OperationStep::Probing => Step::Probing(Probe {
            cause: FailureClass::Uncertain,
            settled: false,
            now: Which::Candidate,
            rest: Vec::new(),
        }),
    })
}

/// Ends the attempt that a dead worker left open.
pub(crate) fn close_interrupted_attempt(
    writer: &Writer<'_>,
    record: &OperationRecord,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    let attempts = writer.attempts_mut().list(record.id)?;
    let Some(open) = attempts.iter().find(|attempt| attempt.ended_at.is_none()) else {
        return Ok(());
    };
    let end = AttemptEnd {
        ended_at: now,
        failure: Some(FailureCode::Interrupted),
        words: None,
        expected: None,
        transcript: &[],
    };
    writer.attempts_mut().finish(open.id, &end)
}
