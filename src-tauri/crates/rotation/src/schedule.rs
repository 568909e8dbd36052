//! Putting operations into the queue. What people request goes through `app`; what the program decides comes here.

use chrono::{DateTime, Utc};
use domain::{
    CredentialId, OperationId, UserId,
    operation::{OperationOrigin, OperationState, OperationType, VerificationResult},
};
use uuid::Uuid;
use vault::{NewEntry, NewOperation, Object, SecretsKey, VaultError, Writer};

use crate::chain;

/// An operation to be scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Schedule {
    pub credential: CredentialId,
    pub kind: OperationType,
    pub origin: OperationOrigin,
    /// The operation that it follows.
    pub cause: Option<OperationId>,
    /// Who asked for it, or for what it follows.
    pub requester: UserId,
    pub at: DateTime<Utc>,
    /// Higher ones first, 0 to 100.
    pub priority: u8,
    /// Before everything that is not immediate.
    pub immediate: bool,
}

/// Schedules an operation, with its entry in the audit trail.
///
/// # Errors
/// [`VaultError::NotFound`] for the credential; [`VaultError::OpenOperation`] when it has one that is not finished.
pub fn schedule(writer: &Writer<'_>, order: &Schedule, now: DateTime<Utc>) -> Result<OperationId, VaultError> {
    let row = writer.credentials().row(order.credential)?.ok_or(VaultError::NotFound)?;
    let id = OperationId::from_uuid(Uuid::now_v7());
    let code = writer.operations_mut().insert(&NewOperation {
        id,
        kind: order.kind,
        credential: order.credential,
        device: row.credential.details.device,
        requester: order.requester,
        state: OperationState::Scheduled,
        scheduled_at: order.at,
        immediate: order.immediate,
        priority: order.priority,
        origin: order.origin,
        cause: order.cause,
        created_at: now,
    })?;
    let by_person = order.origin == OperationOrigin::Person;
    let label = format!("{} on {}", row.credential.details.username, row.device_name);
    writer.audit_mut().append(&NewEntry {
        who: by_person.then_some(order.requester),
        action: if by_person { "operation.requested" } else { "operation.scheduled" },
        object: Some(Object { noun: "credential", id: order.credential.as_uuid(), label: &label }),
        detail: serde_json::json!({
            "operation": code,
            "type": order.kind,
            "origin": order.origin,
            "scheduledAt": order.at,
        }),
        at: now,
    })?;
    Ok(id)
}

/// Schedules a verification of every credential that can be verified. Those that rest, that have an open operation, or
/// whose password was refused already are left out: a refused password is never tried again by itself.
///
/// # Errors
/// [`VaultError::Storage`] and its like.
pub fn schedule_verification(
    writer: &Writer<'_>,
    credentials: &[CredentialId],
    at: DateTime<Utc>,
    requester: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<OperationId>, VaultError> {
    let mut scheduled = Vec::new();
    if writer.pauses().everything()?.is_some() {
        return Ok(scheduled);
    }
    for credential in credentials {
        let Some(row) = writer.credentials().row(*credential)? else {
            continue;
        };
        let refused = row.credential.verified.is_some_and(|verified| verified.result == VerificationResult::Refused);
        if row.not_verifiable.is_some() || row.credential.pause.is_some() || refused {
            continue;
        }
        let order = Schedule {
            credential: *credential,
            kind: OperationType::PasswordVerification,
            origin: OperationOrigin::Verification,
            cause: None,
            requester,
            at,
            priority: 0,
            immediate: false,
        };
        scheduled.push(schedule(writer, &order, now)?);
    }
    Ok(scheduled)
}

/// Lets what waited for the end of an operation follow. Whoever ends an operation outside the executor (a person who
/// calls it off) calls this in the same transaction.
///
/// # Errors
/// [`VaultError::Storage`] and its like.
pub fn after_end(
    writer: &Writer<'_>,
    key: Option<&SecretsKey>,
    credential: CredentialId,
    ended: OperationId,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    chain::catch_up(writer, key, credential, ended, now)
}
