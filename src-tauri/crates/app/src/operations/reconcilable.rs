//! The check before a reconciliation: the credential's settings, and an operation that is open on it.

use domain::{
    CredentialId, NotReconcilable,
    operation::{OperationState, OperationType},
};
use vault::{Noun, Reader, VaultError};

use crate::AppError;

/// Finds the reason why a credential cannot be reconciled now, if there is one.
pub(crate) fn not_reconcilable(reader: &Reader<'_>, id: CredentialId) -> Result<Option<NotReconcilable>, AppError> {
    let reason = reader.credentials().not_reconcilable(id).map_err(not_found)?;
    if reason.is_some() {
        return Ok(reason);
    }
    let Some(open) = reader.operations().open_of(id)? else {
        return Ok(None);
    };
    let stuck = reader.operations().row(open)?.is_some_and(|row| {
        row.record.state == OperationState::Scheduled
            && row.candidate_sent
            && row.record.kind != OperationType::Reconciliation
    });
    Ok((!stuck).then_some(NotReconcilable::OpenOperation))
}

fn not_found(error: VaultError) -> AppError {
    match error {
        VaultError::NotFound => AppError::NotFound { noun: Noun::Credential },
        other => other.into(),
    }
}
