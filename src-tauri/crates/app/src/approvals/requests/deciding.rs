//! Decisions: the check whether a user may decide, the audit entry of a refusal, and the effect of a decision.

use approval::{ApprovalOutcome, DecisionStatus, RequestState, Unauthorized, VerifiedRequest, open_level};
use domain::{Problem, Rule, parameter::Parameter};
use serde_json::json;
use vault::{Outcome, RequestRecord, Writer};

use super::{CannotDecide, Decide, level};
use crate::{
    App, AppError,
    access::signed_in_user::SignedInUser,
    approvals::batches::{ApprovalContext, append, hex},
};

impl App {
    /// Checks the user's password or code again, if a parameter requires it.
    pub(super) fn confirm_decision(&self, signed_in: &SignedInUser, decide: &Decide) -> Result<(), AppError> {
        let parameters = signed_in.vault.read(|reader| reader.parameters().all())?;
        if parameters.is_on(Parameter::DecideNeedsPassword) {
            let problem = || AppError::Invalid { problems: vec![Problem::new("password", Rule::Required)] };
            self.check(signed_in, decide.password.as_ref().ok_or_else(problem)?)?;
        }
        if parameters.is_on(Parameter::DecideNeedsCode) {
            if decide.code.is_none() {
                return Err(AppError::Invalid { problems: vec![Problem::new("code", Rule::Required)] });
            }
            self.check_code(signed_in, decide.code.as_deref())?;
        }
        Ok(())
    }
}

/// Returns the reason why the signed-in user cannot decide, if there is one.
pub(super) fn not_mine(
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    state: RequestState,
    examination: &VerifiedRequest,
) -> Option<CannotDecide> {
    let user = signed_in.user.id;
    let request = examination.request()?;
    if request.requester == user {
        return Some(CannotDecide::OwnRequest);
    }
    if context.history.ever_held(request.requester, &signed_in.session.signing_key()) {
        return Some(CannotDecide::SameKeyAsRequester);
    }
    if examination.decisions().iter().any(|decision| decision.approver == user) {
        return Some(CannotDecide::AlreadyDecided);
    }
    if state != RequestState::AwaitingApproval {
        return Some(CannotDecide::Ended);
    }
    if context.now > request.valid_until {
        return Some(CannotDecide::Expired);
    }
    // The decision would be earlier than the request and would not count.
    if context.now < request.requested_at {
        return Some(CannotDecide::ClockAhead);
    }
    let Some(level) = level(signed_in, context) else {
        return Some(CannotDecide::NotApprover);
    };
    match open_level(&request.rules, examination.approvals()) {
        Some(open) if open == level => None,
        Some(open) if open < level && needed(request, level) > 0 => Some(CannotDecide::NotYourTurn),
        _ => Some(CannotDecide::OtherLevel),
    }
}

fn needed(request: &approval::Request, level: u64) -> u64 {
    let place = usize::try_from(level.saturating_sub(1)).unwrap_or(usize::MAX);
    request.rules.needed.get(place).copied().unwrap_or(0)
}

/// Returns the reason why a decision is refused, and writes the audit entry of the refusal where there must be one.
pub(super) fn refusal(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    record: &RequestRecord,
    examination: &VerifiedRequest,
    decide: &Decide,
) -> Result<Option<AppError>, AppError> {
    let refuse = |why: &str, error: AppError| {
        let detail = json!({ "why": why, "verdict": decide.verdict });
        append(writer, signed_in, record.id, record.code, "request.decisionRefused", detail, context.now)?;
        Ok::<_, AppError>(Some(error))
    };
    if examination.is_tampered_with() {
        return note_tampered(writer, signed_in, context, record, examination).map(Some);
    }
    match not_mine(signed_in, context, record.state, examination) {
        Some(CannotDecide::OwnRequest) => return refuse("own request", AppError::OwnRequest),
        Some(CannotDecide::SameKeyAsRequester) => return refuse("the requester's key", AppError::OwnRequest),
        Some(CannotDecide::Ended) => return Ok(Some(AppError::RequestEnded { state: record.state })),
        Some(CannotDecide::Expired) => {
            writer.expire_requests(context.now)?;
            return Ok(Some(AppError::RequestEnded { state: RequestState::Expired }));
        }
        Some(why) => return Ok(Some(AppError::NotDecidable { why })),
        None => {}
    }
    if hex(&examination.digest()) != decide.digest {
        return refuse("not what was shown", AppError::ContentChanged);
    }
    Ok(None)
}

/// Ends or applies the request if its decisions are sufficient.
pub(super) fn conclude(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    record: &RequestRecord,
    examination: VerifiedRequest,
) -> Result<(), AppError> {
    match examination.outcome() {
        ApprovalOutcome::Waiting { .. } => Ok(()),
        ApprovalOutcome::Rejected => {
            writer.end_request(record.id, RequestState::Rejected, context.now)?;
            Ok(())
        }
        ApprovalOutcome::Expired => {
            writer.end_request(record.id, RequestState::Expired, context.now)?;
            Ok(())
        }
        ApprovalOutcome::Approved => {
            let authorized = examination.authorize().map_err(unauthorized)?;
            let outcome = writer.apply(authorized, signed_in.user.id, context.found.as_ref())?;
            told_outcome(writer, signed_in, context, record, &outcome)
        }
    }
}

pub(super) fn told_outcome(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    record: &RequestRecord,
    outcome: &Outcome,
) -> Result<(), AppError> {
    let (action, detail) = match outcome {
        Outcome::Applied(applied) => {
            ("request.applied", json!({ "tasks": applied.tasks, "canceledOperations": applied.canceled_operations }))
        }
        Outcome::Conflict(conflicts) => ("request.conflict", json!({ "conflicts": conflicts.len() })),
    };
    append(writer, signed_in, record.id, record.code, action, detail, context.now)
}

pub(super) fn unauthorized(why: Unauthorized) -> AppError {
    match why {
        Unauthorized::Tampered(_) => AppError::Tampered,
        Unauthorized::Ended(state) => AppError::RequestEnded { state },
        Unauthorized::NoEmergency => AppError::EmergencyForbidden,
        Unauthorized::NotApproved(_) => AppError::RequestEnded { state: RequestState::Expired },
    }
}

/// Writes an audit entry about the parts that are not as they were signed, and returns the refusal.
pub(super) fn note_tampered(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    record: &RequestRecord,
    examination: &VerifiedRequest,
) -> Result<AppError, AppError> {
    let findings: Vec<_> = examination.decisions().iter().map(|decision| decision.finding).collect();
    let detail = json!({ "request": examination.integrity(), "decisions": findings });
    append(writer, signed_in, record.id, record.code, "request.tampered", detail, context.now)?;
    Ok(AppError::Tampered)
}

/// Writes an audit entry about stored decisions that do not count. The program itself never produces such decisions.
pub(super) fn note_uncounted(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    record: &RequestRecord,
    examination: &VerifiedRequest,
) -> Result<(), AppError> {
    let uncounted = examination.decisions().iter().filter(|decision| decision.finding != DecisionStatus::Valid);
    let reported: Vec<_> = uncounted
        .map(|decision| {
            let name = context.history.name_of(decision.approver).unwrap_or_default();
            format!("{name}: {}", decision.finding.word())
        })
        .collect();
    if reported.is_empty() {
        return Ok(());
    }
    let detail = json!({ "decisions": reported });
    append(writer, signed_in, record.id, record.code, "request.decisionsNotCounted", detail, context.now)
}
