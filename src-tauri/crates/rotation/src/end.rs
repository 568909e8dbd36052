//! What follows the end of an operation, in the transaction that ends it.

use chrono::{DateTime, Utc};
use domain::{
    Credential, CredentialId, FailureCode, OperationId, UserId,
    operation::{NoAutorun, OperationOrigin, OperationState, OperationType, StoredPassword, is_repairable},
};
use vault::{NewEntry, NewOperation, Object, OperationRecord, Reader, SecretsKey, VaultError, Writer};

use crate::{Schedule, chain, schedule};

/// An operation that has ended; told to who listens after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Ended {
    pub operation: OperationId,
    /// The number that people know it by.
    pub code: i64,
    pub credential: CredentialId,
    pub kind: OperationType,
    /// Why there was one.
    pub origin: OperationOrigin,
    /// Who asked for it, or for what it follows.
    pub requester: UserId,
    pub state: OperationState,
    /// Why it failed, if it did.
    pub failure: Option<FailureCode>,
}

impl Ended {
    /// The end of an operation that a person called off.
    pub fn canceled(record: &OperationRecord) -> Self {
        Self::of(record, OperationState::Canceled, record.failure)
    }

    pub(crate) fn of(record: &OperationRecord, state: OperationState, failure: Option<FailureCode>) -> Self {
        Self {
            operation: record.id,
            code: record.code,
            credential: record.credential,
            kind: record.kind,
            origin: record.origin,
            requester: record.requester,
            state,
            failure,
        }
    }
}

/// Schedules what follows: the repair of a failure that a reconciliation can repair, and the parent's password that
/// came while the operation was open.
pub(crate) fn settle(
    writer: &Writer<'_>,
    key: Option<&SecretsKey>,
    ended: &Ended,
    autorun: Autorun,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    if autorun == Some(Ok(())) {
        repair(writer, ended, now)?;
    }
    chain::catch_up(writer, key, ended.credential, ended.operation, now)
}

/// Enters the end of an operation in the audit trail: who it was for, what failed after the change, and why no
/// reconciliation began by itself.
pub(crate) fn audit(
    writer: &Writer<'_>,
    ended: &Ended,
    label: &str,
    (closing, autorun): (Option<FailureCode>, Autorun),
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    let mut detail = serde_json::json!({
        "operation": ended.code,
        "state": ended.state,
        "failure": ended.failure,
        "afterTheChange": closing,
    });
    if let Some(Err(reason)) = autorun {
        detail["noAutorun"] = serde_json::json!(reason);
    }
    let object = Some(Object { noun: "operation", id: ended.operation.as_uuid(), label });
    let entry = NewEntry { who: None, action: "operation.ended", object, detail, at: now };
    writer.audit_mut().append(&entry).map(|_| ())
}

/// Whether a reconciliation begins by itself, or why not. None: nothing asks for one.
pub(crate) type Autorun = Option<Result<(), NoAutorun>>;

/// Decides whether a reconciliation follows an end by itself. What a program said counts for nothing here: `stored` is
/// what a login told.
pub(crate) fn autorun(reader: &Reader<'_>, ended: &Ended, stored: StoredPassword) -> Result<Autorun, VaultError> {
    let failure = ended.failure.filter(|failure| ended.state == OperationState::Error && is_repairable(*failure));
    let credential = match failure {
        Some(_) => reader.credentials().get(ended.credential)?,
        None => None,
    };
    let follows = match &credential {
        Some(credential) => may_follow(reader, ended.kind, credential)?,
        None => false,
    };
    Ok(follows.then(|| stored.allows_autorun()))
}

/// Whether a reconciliation may follow a failure by itself at all. Only a change is repaired: a reconciliation that
/// failed is not tried again by itself.
pub(crate) fn may_follow(
    reader: &Reader<'_>,
    kind: OperationType,
    credential: &Credential,
) -> Result<bool, VaultError> {
    let change = matches!(kind, OperationType::ChangePassword | OperationType::ChildPasswordChange);
    let wanted = change && credential.details.execution.reconciliation.autorun;
    Ok(wanted && reader.credentials().not_reconcilable(credential.id)?.is_none())
}

fn repair(writer: &Writer<'_>, ended: &Ended, now: DateTime<Utc>) -> Result<(), VaultError> {
    let order = Schedule {
        credential: ended.credential,
        kind: OperationType::Reconciliation,
        origin: OperationOrigin::Autorun,
        cause: Some(ended.operation),
        requester: ended.requester,
        at: now,
        priority: NewOperation::USUAL_PRIORITY,
        immediate: false,
    };
    schedule(writer, &order, now).map(|_| ())
}
