//! Emergencies: requests that are applied without approvals, and the confirmation of every approver that they know of
//! it.

use approval::Unauthorized;
use domain::{RequestId, Role, UserId};
use serde_json::json;
use vault::{EMERGENCY_APPLIED, EMERGENCY_SEEN, Outcome, Reader, RequestRow, Writer};

use super::{NOT_FOUND, Requests, deciding, examine, level};
use crate::{
    Action, AppError, AppEvent,
    access::signed_in_user::SignedInUser,
    approvals::batches::{ApprovalContext, append, checked_reason, hex},
};

/// The requests that wait for the signed-in user.
#[derive(Debug, Clone)]
pub struct WaitingRequests {
    /// The number of requests that wait for their decision.
    pub waiting: u64,
    /// Requests that were applied without approvals and that the user has not confirmed yet; oldest first.
    pub emergencies: Vec<RequestRow>,
}

impl Requests<'_> {
    /// Applies a request without approvals. Every report shows it, and approvers are reminded until each has confirmed
    /// it.
    ///
    /// # Errors
    /// As [`Requests::decide`], and [`AppError::EmergencyForbidden`]. A refusal leaves an entry in the audit trail.
    pub fn apply_in_emergency(&self, id: RequestId, digest: &str, justification: &str) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::ApplyInEmergency)?;
        let justification = checked_reason("justification", justification)?;
        let done = self.0.in_request(&signed_in, |writer, context| {
            urgent(writer, &signed_in, context, id, digest, &justification)
        })?;
        let done = done?;
        if done {
            (self.0.setup.listener)(AppEvent::EmergencyApplied { request: id.as_uuid() });
        }
        self.0.wake_executor();
        Ok(())
    }

    /// Returns the requests that were applied without approvals while the signed-in user was an approver, and that the
    /// user has not confirmed yet; oldest first.
    ///
    /// # Errors
    /// As [`Requests::waiting`].
    pub fn emergencies_unseen(&self) -> Result<Vec<RequestRow>, AppError> {
        let signed_in = self.0.authorize(Action::ReadBatches)?;
        if !crate::may(&signed_in.user.roles, Action::Decide) {
            return Ok(Vec::new());
        }
        self.0.look(&signed_in, |reader, context| unseen_rows(reader, context, signed_in.user.id))
    }

    /// Returns the number of requests that wait for the signed-in user, and the emergencies that the user has not
    /// confirmed yet.
    ///
    /// # Errors
    /// As [`Requests::waiting`].
    pub fn waiting_in_full(&self) -> Result<WaitingRequests, AppError> {
        let signed_in = self.0.authorize(Action::ReadBatches)?;
        let decides = crate::may(&signed_in.user.roles, Action::Decide);
        self.0.look(&signed_in, |reader, context| {
            let waiting = match level(&signed_in, context) {
                Some(level) => reader.requests().waiting_for(signed_in.user.id, level, context.now)?,
                None => 0,
            };
            let emergencies = if decides { unseen_rows(reader, context, signed_in.user.id)? } else { Vec::new() };
            Ok(WaitingRequests { waiting, emergencies })
        })
    }

    /// Stores the user's confirmation that they know of a request that was applied without approvals.
    ///
    /// # Errors
    /// As [`Requests::get`]; [`AppError::NotFound`] if there is nothing to confirm.
    pub fn acknowledge_emergency(&self, id: RequestId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::Decide)?;
        self.0.in_request(&signed_in, |writer, context| {
            let record = writer.requests().get(id)?.ok_or(NOT_FOUND)?;
            if !unseen(writer, context, signed_in.user.id)?.contains(&id) {
                return Err(NOT_FOUND);
            }
            append(writer, &signed_in, id, record.code, EMERGENCY_SEEN, json!({}), context.now)?;
            writer.requests_mut().touch(id);
            Ok(())
        })
    }
}

/// Returns the unconfirmed emergencies as rows of the list.
fn unseen_rows(reader: &Reader<'_>, context: &ApprovalContext<'_>, user: UserId) -> Result<Vec<RequestRow>, AppError> {
    let unseen = unseen(reader, context, user)?.into_iter();
    let rows = unseen.map(|id| reader.requests().row(id, context.now, user));
    Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Returns the emergencies that happened while the user was an approver and that the user has not confirmed.
pub(super) fn unseen(
    reader: &Reader<'_>,
    context: &ApprovalContext<'_>,
    user: UserId,
) -> Result<Vec<RequestId>, AppError> {
    let applied = reader.requests().emergencies_unseen_by(user)?.into_iter();
    let reported = applied.filter(|(_, at)| context.history.roles_at(user, *at).contains(&Role::Approver));
    Ok(reported.map(|(id, _)| id).collect())
}

/// Applies the request, or writes an audit entry with the reason for the refusal. Returns whether all of it was
/// applied.
fn urgent(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    id: RequestId,
    digest: &str,
    justification: &str,
) -> Result<Result<bool, AppError>, AppError> {
    let record = writer.requests().get(id)?.ok_or(NOT_FOUND)?;
    let examination = examine(writer, context, id)?;
    let refuse = |why: &str, error: AppError| {
        let detail = json!({ "why": why, "justification": justification });
        append(writer, signed_in, id, record.code, "request.emergencyRefused", detail, context.now)?;
        // The transaction is committed, so that the audit entry of the refusal is kept.
        Ok(Err(error))
    };
    if examination.is_tampered_with() {
        return deciding::note_tampered(writer, signed_in, context, &record, &examination).map(Err);
    }
    let shown = examination.digest();
    if hex(&shown) != digest {
        return refuse("not what was shown", AppError::ContentChanged);
    }
    let emergency = writer.requests().sign_emergency(id, &shown, justification, context.now, &signed_in.session);
    let switch = writer.switch(context.history, &context.chain, context.now)?;
    let switch = switch.as_ref();
    let authorized = match examination.authorize_emergency(&emergency, context.history, &context.chain, switch) {
        Ok(authorized) => authorized,
        Err(why @ Unauthorized::NoEmergency) => return refuse("not allowed", deciding::unauthorized(why)),
        Err(why) => return Ok(Err(deciding::unauthorized(why))),
    };
    let outcome = writer.apply(authorized, signed_in.user.id, context.found.as_ref())?;
    let done = matches!(outcome, Outcome::Applied(_));
    if done {
        writer.requests_mut().note_emergency(id, &emergency)?;
        let detail = json!({ "justification": justification, "digest": hex(&shown) });
        append(writer, signed_in, id, record.code, EMERGENCY_APPLIED, detail, context.now)?;
    }
    deciding::told_outcome(writer, signed_in, context, &record, &outcome)?;
    Ok(Ok(done))
}
