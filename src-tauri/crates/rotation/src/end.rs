//! What follows the end of an operation, in the transaction that ends it.

use chrono::{DateTime, Utc};
use domain::{
    CredentialId, FailureClass, FailureCode, OperationId, UserId,
    operation::{OperationOrigin, OperationType, StateName},
};
use vault::{NewOperation, OperationRecord, SecretsKey, VaultError, Writer};

use crate::{Schedule, chain, schedule};

/// An operation that has ended; told to who listens after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The operation.
    pub operation: OperationId,
    /// The number that people know it by.
    pub code: i64,
    /// The credential.
    pub credential: CredentialId,
    /// What it did.
    pub kind: OperationType,
    /// Why there was one.
    pub origin: OperationOrigin,
    /// Who asked for it, or for what it follows.
    pub requester: UserId,
    /// How it ended.
    pub state: StateName,
    /// Why it failed, if it did.
    pub failure: Option<FailureCode>,
}

impl Ended {
    /// The end of an operation that a person called off.
    pub fn canceled(record: &OperationRecord) -> Self {
        Self::of(record, StateName::Canceled, record.failure)
    }

    pub(crate) fn of(record: &OperationRecord, state: StateName, failure: Option<FailureCode>) -> Self {
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
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    if is_repairable(ended) {
        repair(writer, ended, now)?;
    }
    chain::catch_up(writer, key, ended.credential, ended.operation, now)
}

/// Only a change is repaired: a reconciliation that failed is not tried again by itself.
fn is_repairable(ended: &Ended) -> bool {
    let change = matches!(ended.kind, OperationType::ChangePassword | OperationType::ChildPasswordChange);
    let denied = ended.failure.is_some_and(|failure| failure.class() == FailureClass::Denied);
    change && denied && ended.state == StateName::Error
}

fn repair(writer: &Writer<'_>, ended: &Ended, now: DateTime<Utc>) -> Result<(), VaultError> {
    let Some(credential) = writer.credentials().get(ended.credential)? else {
        return Ok(());
    };
    let settings = &credential.details.execution.reconciliation;
    if !settings.autorun || writer.credentials().not_reconcilable(ended.credential)?.is_some() {
        return Ok(());
    }
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
