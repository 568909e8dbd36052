//! Whether somebody may decide, what is kept of it when they may not, and what their decision does.

use approval::{ApprovalOutcome, DecisionStatus, RequestState, Unauthorized, VerifiedRequest, open_level};
use domain::{Problem, Rule, parameter::Parameter};
use serde_json::json;
use vault::{Outcome, RequestRecord, Writer};

use super::{CannotDecide, Decide, level};
use crate::{
    App, AppError,
    access::seat::Seat,
    approvals::batches::{ApprovalContext, append, hex},
};

impl App {
    /// Asks once more who it is, where a parameter says so.
    pub(super) fn confirm_decision(&self, seat: &Seat, decide: &Decide) -> Result<(), AppError> {
        let parameters = seat.vault.read(|reader| reader.parameters().all())?;
        if parameters.is_on(Parameter::DecideNeedsPassword) {
            let problem = || AppError::Invalid { problems: vec![Problem::new("password", Rule::Required)] };
            self.check(seat, decide.password.as_ref().ok_or_else(problem)?)?;
        }
        if parameters.is_on(Parameter::DecideNeedsCode) {
            if decide.code.is_none() {
                return Err(AppError::Invalid { problems: vec![Problem::new("code", Rule::Required)] });
            }
            self.check_code(seat, decide.code.as_deref())?;
        }
        Ok(())
    }
}

/// Why whoever sits there may not decide.
pub(super) fn not_mine(
    seat: &Seat,
    moment: &ApprovalContext<'_>,
    state: RequestState,
    examination: &VerifiedRequest,
) -> Option<CannotDecide> {
    let user = seat.user.id;
    let request = examination.request()?;
    if request.requester == user {
        return Some(CannotDecide::OwnRequest);
    }
    if moment.history.ever_held(request.requester, &seat.session.signing_key()) {
        return Some(CannotDecide::SameKeyAsRequester);
    }
    if examination.decisions().iter().any(|decision| decision.approver == user) {
        return Some(CannotDecide::AlreadyDecided);
    }
    if state != RequestState::AwaitingApproval {
        return Some(CannotDecide::Ended);
    }
    if moment.now > request.valid_until {
        return Some(CannotDecide::Expired);
    }
    // A decision would be before what it is about, and not count.
    if moment.now < request.requested_at {
        return Some(CannotDecide::ClockAhead);
    }
    let Some(level) = level(seat, moment) else {
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

/// Why a decision is not taken; what has to be kept of that is written.
pub(super) fn refusal(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &ApprovalContext<'_>,
    record: &RequestRecord,
    examination: &VerifiedRequest,
    decide: &Decide,
) -> Result<Option<AppError>, AppError> {
    let refuse = |why: &str, error: AppError| {
        let detail = json!({ "why": why, "verdict": decide.verdict });
        append(writer, seat, record.id, record.code, "request.decisionRefused", detail, moment.now)?;
        Ok::<_, AppError>(Some(error))
    };
    if examination.is_tampered_with() {
        return note_tampered(writer, seat, moment, record, examination).map(Some);
    }
    match not_mine(seat, moment, record.state, examination) {
        Some(CannotDecide::OwnRequest) => return refuse("own request", AppError::OwnRequest),
        Some(CannotDecide::SameKeyAsRequester) => return refuse("the requester's key", AppError::OwnRequest),
        Some(CannotDecide::Ended) => return Ok(Some(AppError::RequestEnded { state: record.state })),
        Some(CannotDecide::Expired) => {
            writer.expire_requests(moment.now)?;
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

/// What the decisions amount to, and doing it.
pub(super) fn conclude(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &ApprovalContext<'_>,
    record: &RequestRecord,
    examination: VerifiedRequest,
) -> Result<(), AppError> {
    match examination.outcome() {
        ApprovalOutcome::Waiting { .. } => Ok(()),
        ApprovalOutcome::Rejected => {
            writer.end_request(record.id, RequestState::Rejected, moment.now)?;
            Ok(())
        }
        ApprovalOutcome::Expired => {
            writer.end_request(record.id, RequestState::Expired, moment.now)?;
            Ok(())
        }
        ApprovalOutcome::Approved => {
            let authorized = examination.authorize().map_err(unauthorized)?;
            let outcome = writer.apply(authorized, seat.user.id, moment.found.as_ref())?;
            told_outcome(writer, seat, moment, record, &outcome)
        }
    }
}

pub(super) fn told_outcome(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &ApprovalContext<'_>,
    record: &RequestRecord,
    outcome: &Outcome,
) -> Result<(), AppError> {
    let (action, detail) = match outcome {
        Outcome::Applied(applied) => {
            ("request.applied", json!({ "tasks": applied.tasks, "canceledOperations": applied.canceled_operations }))
        }
        Outcome::Conflict(conflicts) => ("request.conflict", json!({ "conflicts": conflicts.len() })),
    };
    append(writer, seat, record.id, record.code, action, detail, moment.now)
}

pub(super) fn unauthorized(why: Unauthorized) -> AppError {
    match why {
        Unauthorized::Tampered(_) => AppError::Tampered,
        Unauthorized::Ended(state) => AppError::RequestEnded { state },
        Unauthorized::NoEmergency => AppError::EmergencyForbidden,
        Unauthorized::NotApproved(_) => AppError::RequestEnded { state: RequestState::Expired },
    }
}

/// Writes down what is not as it was signed, and answers with the refusal.
pub(super) fn note_tampered(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &ApprovalContext<'_>,
    record: &RequestRecord,
    examination: &VerifiedRequest,
) -> Result<AppError, AppError> {
    let findings: Vec<_> = examination.decisions().iter().map(|decision| decision.finding).collect();
    let detail = json!({ "request": examination.integrity(), "decisions": findings });
    append(writer, seat, record.id, record.code, "request.tampered", detail, moment.now)?;
    Ok(AppError::Tampered)
}

/// Writes down decisions that stand there and do not count: no way of the program leads to one.
pub(super) fn note_uncounted(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &ApprovalContext<'_>,
    record: &RequestRecord,
    examination: &VerifiedRequest,
) -> Result<(), AppError> {
    let uncounted = examination.decisions().iter().filter(|decision| decision.finding != DecisionStatus::Valid);
    let told: Vec<_> = uncounted
        .map(|decision| {
            let name = moment.history.name_of(decision.approver).unwrap_or_default();
            format!("{name}: {}", decision.finding.word())
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let detail = json!({ "decisions": told });
    append(writer, seat, record.id, record.code, "request.decisionsNotCounted", detail, moment.now)
}
