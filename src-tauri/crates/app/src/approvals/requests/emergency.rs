//! What is applied without approvals, and that every approver learns of it.

use approval::Unauthorized;
use domain::{RequestId, Role, UserId};
use serde_json::json;
use vault::{EMERGENCY_APPLIED, EMERGENCY_SEEN, Outcome, Reader, RequestRow, Writer};

use super::{NOT_FOUND, Requests, deciding, examine, level};
use crate::{
    Action, AppError, AppEvent,
    access::seat::Seat,
    approvals::batches::{ApprovalContext, append, checked_reason, hex},
};

/// What waits for whoever sits there.
#[derive(Debug, Clone)]
pub struct WaitingRequests {
    /// So many requests wait for their decision.
    pub waiting: u64,
    /// These were applied without approvals, and they have not said yet that they know; oldest first.
    pub emergencies: Vec<RequestRow>,
}

impl Requests<'_> {
    /// Applies a request without approvals. Every report shows it, and approvers are told until each has said that they
    /// know.
    ///
    /// # Errors
    /// As [`Requests::decide`], and [`AppError::EmergencyForbidden`]. What is refused leaves an entry in the audit trail.
    pub fn apply_in_emergency(&self, id: RequestId, digest: &str, justification: &str) -> Result<(), AppError> {
        let seat = self.0.seated(Action::ApplyInEmergency)?;
        let justification = checked_reason("justification", justification)?;
        let done =
            self.0.in_request(&seat, |writer, moment| urgent(writer, &seat, moment, id, digest, &justification))?;
        let done = done?;
        if done {
            (self.0.setup.listener)(AppEvent::EmergencyApplied { request: id.as_uuid() });
        }
        self.0.wake_executor();
        Ok(())
    }

    /// What was applied without approvals while whoever sits there was an approver, who has not said yet that they know;
    /// oldest first.
    ///
    /// # Errors
    /// As [`Requests::waiting`].
    pub fn emergencies_unseen(&self) -> Result<Vec<RequestRow>, AppError> {
        let seat = self.0.seated(Action::ReadBatches)?;
        if !crate::may(&seat.user.roles, Action::Decide) {
            return Ok(Vec::new());
        }
        self.0.look(&seat, |reader, moment| unseen_rows(reader, moment, seat.user.id))
    }

    /// What waits for whoever sits there: how many requests, and which emergencies they have not said that they know.
    ///
    /// # Errors
    /// As [`Requests::waiting`].
    pub fn waiting_in_full(&self) -> Result<WaitingRequests, AppError> {
        let seat = self.0.seated(Action::ReadBatches)?;
        let decides = crate::may(&seat.user.roles, Action::Decide);
        self.0.look(&seat, |reader, moment| {
            let waiting = match level(&seat, moment) {
                Some(level) => reader.requests().waiting_for(seat.user.id, level, moment.now)?,
                None => 0,
            };
            let emergencies = if decides { unseen_rows(reader, moment, seat.user.id)? } else { Vec::new() };
            Ok(WaitingRequests { waiting, emergencies })
        })
    }

    /// An approver says that they know of a request that was applied without approvals.
    ///
    /// # Errors
    /// As [`Requests::get`]; [`AppError::NotFound`] when there is nothing to say.
    pub fn acknowledge_emergency(&self, id: RequestId) -> Result<(), AppError> {
        let seat = self.0.seated(Action::Decide)?;
        self.0.in_request(&seat, |writer, moment| {
            let record = writer.requests().get(id)?.ok_or(NOT_FOUND)?;
            if !unseen(writer, moment, seat.user.id)?.contains(&id) {
                return Err(NOT_FOUND);
            }
            append(writer, &seat, id, record.code, EMERGENCY_SEEN, json!({}), moment.now)?;
            writer.requests_mut().touch(id);
            Ok(())
        })
    }
}

/// The same as rows of the list.
fn unseen_rows(reader: &Reader<'_>, moment: &ApprovalContext<'_>, user: UserId) -> Result<Vec<RequestRow>, AppError> {
    let unseen = unseen(reader, moment, user)?.into_iter();
    let rows = unseen.map(|id| reader.requests().row(id, moment.now, user));
    Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// What somebody was to be told of, being an approver when it happened, and has not confirmed.
pub(super) fn unseen(
    reader: &Reader<'_>,
    moment: &ApprovalContext<'_>,
    user: UserId,
) -> Result<Vec<RequestId>, AppError> {
    let applied = reader.requests().emergencies_unseen_by(user)?.into_iter();
    let told = applied.filter(|(_, at)| moment.history.roles_at(user, *at).contains(&Role::Approver));
    Ok(told.map(|(id, _)| id).collect())
}

/// Applies it, or keeps in the audit trail why not; tells whether all of it was done.
fn urgent(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &ApprovalContext<'_>,
    id: RequestId,
    digest: &str,
    justification: &str,
) -> Result<Result<bool, AppError>, AppError> {
    let record = writer.requests().get(id)?.ok_or(NOT_FOUND)?;
    let examination = examine(writer, moment, id)?;
    let refuse = |why: &str, error: AppError| {
        let detail = json!({ "why": why, "justification": justification });
        append(writer, seat, id, record.code, "request.emergencyRefused", detail, moment.now)?;
        // Committed, so that the audit trail keeps it.
        Ok(Err(error))
    };
    if examination.is_tampered_with() {
        return deciding::note_tampered(writer, seat, moment, &record, &examination).map(Err);
    }
    let shown = examination.digest();
    if hex(&shown) != digest {
        return refuse("not what was shown", AppError::ContentChanged);
    }
    let emergency = writer.requests().sign_emergency(id, &shown, justification, moment.now, &seat.session);
    let switch = writer.switch(moment.history, &moment.chain, moment.now)?;
    let switch = switch.as_ref();
    let authorized = match examination.authorize_emergency(&emergency, moment.history, &moment.chain, switch) {
        Ok(authorized) => authorized,
        Err(why @ Unauthorized::NoEmergency) => return refuse("not allowed", deciding::unauthorized(why)),
        Err(why) => return Ok(Err(deciding::unauthorized(why))),
    };
    let outcome = writer.apply(authorized, seat.user.id, moment.found.as_ref())?;
    let done = matches!(outcome, Outcome::Applied(_));
    if done {
        writer.requests_mut().note_emergency(id, &emergency)?;
        let detail = json!({ "justification": justification, "digest": hex(&shown) });
        append(writer, seat, id, record.code, EMERGENCY_APPLIED, detail, moment.now)?;
    }
    deciding::told_outcome(writer, seat, moment, &record, &outcome)?;
    Ok(Ok(done))
}
