//! Operations that need an approval run with the proof of it, or not at all; requests end when their time is over.

use approval::ApprovalCheck;
use chrono::{DateTime, Utc};
use domain::{FailureCode, operation::OperationState};
use serde_json::json;
use vault::{ClaimRequest, NewEntry, Object, OperationRecord, VaultError, Writer};

use crate::executor::Context;

/// Claims the next operations that may run, in one transaction. One that may not, because nobody approved it, ends in
/// error, with the reason in the audit trail, and the next one is looked at.
pub(crate) fn claim_allowed(
    context: &Context,
    request: &ClaimRequest,
    most: usize,
) -> Result<Vec<OperationRecord>, VaultError> {
    let history = context.vault.approver_history();
    // A claim that is lost was not made: nothing is sent before the next state is on the disk.
    context.vault.write_unforced(|writer| {
        let mut claimed = Vec::new();
        while claimed.len() < most
            && let Some(record) = writer.operations_mut().claim_next(request)?
        {
            // Once a new password may have been sent, finding out is no question of permission any more.
            let facts = writer.secrets().candidate_facts(record.credential)?;
            if facts.is_some_and(|facts| facts.sent_at.is_some()) {
                claimed.push(record);
                continue;
            }
            match writer.permission(&record, &history, request.now)? {
                ApprovalCheck::NotNeeded | ApprovalCheck::Proven => claimed.push(record),
                refused => refuse(writer, &record, refused, request.now)?,
            }
        }
        Ok(claimed)
    })
}

fn refuse(
    writer: &Writer<'_>,
    record: &OperationRecord,
    permission: ApprovalCheck,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    writer.operations_mut().set_failure(record.id, Some(FailureCode::NotApproved))?;
    writer.operations_mut().set_state(record.id, OperationState::Error, None, now)?;
    let label = record.code.to_string();
    let object = Some(Object { noun: "operation", id: record.id.as_uuid(), label: &label });
    let detail = json!({ "approval": permission.word() });
    let entry = NewEntry { who: None, action: "operation.refused", object, detail, at: now };
    writer.audit_mut().append(&entry)?;
    tracing::warn!(operation = %record.id, ?permission, "an operation without a valid approval was refused");
    Ok(())
}

/// Ends the requests whose validity is over. Looks before it writes: mostly there are none.
pub(crate) fn expire(context: &Context) -> Result<(), VaultError> {
    let now = context.clock.now();
    let overdue = context.vault.read(|reader| reader.requests().overdue(reader.requests().decision_time(now)?))?;
    if !overdue.is_empty() {
        context.vault.write(|writer| writer.expire_requests(now))?;
    }
    Ok(())
}
