//! Reconciling and pausing credentials, and their chains of parents.

use chrono::{DateTime, Utc};
use domain::{
    CredentialId, NotReconcilable, OperationId,
    operation::{OperationState, OperationType},
};
use serde_json::json;
use vault::{Chain, NewEntry, Noun, Object, Writer};

use crate::{
    Action, AppError, Credentials, ListedOperation, OperationAction, Selection,
    access::signed_in_user::SignedInUser,
    inventory::label::label,
    operations::{
        actions::{by_person, call_off, selected},
        pauses::pause_of,
        reconcilable::not_reconcilable,
    },
};

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Credential };

impl Credentials<'_> {
    /// Schedules a new operation that sets a new password through the reconciliation credential, without the lost
    /// password. `operation` is the operation that failed, or one that waits and has not found out which password the
    /// device has; a waiting one is canceled in the same transaction.
    ///
    /// # Errors
    /// [`AppError::NotReconcilable`]; [`AppError::IllegalState`] if the operation is neither; as [`Credentials::get`].
    pub fn reconcile(
        &self,
        credential: CredentialId,
        operation: Option<OperationId>,
        scheduled_at: Option<DateTime<Utc>>,
    ) -> Result<OperationId, AppError> {
        let signed_in = self.0.authorize(Action::WriteOperations)?;
        let now = self.0.setup.clock.now();
        let (id, ended) = signed_in.vault.write(|writer| {
            writer.credentials().get(credential)?.ok_or(NOT_FOUND)?;
            if let Some(reason) = writer.credentials().not_reconcilable(credential)? {
                return Err(AppError::NotReconcilable { reason });
            }
            let ended = make_way(writer, &signed_in, credential, operation, now)?;
            let at = scheduled_at.unwrap_or(now);
            let order = by_person(&signed_in, credential, OperationType::Reconciliation, operation, at);
            Ok::<_, AppError>((rotation::schedule(writer, &order, now)?, ended))
        })?;
        self.0.wake_executor();
        if let Some(ended) = ended {
            self.0.tell_canceled(&ended);
        }
        Ok(id)
    }

    /// As [`Credentials::reconcile`], and returns the operation as the list shows it.
    ///
    /// # Errors
    /// As [`Credentials::reconcile`].
    pub fn reconcile_listed(
        &self,
        credential: CredentialId,
        operation: Option<OperationId>,
        scheduled_at: Option<DateTime<Utc>>,
    ) -> Result<ListedOperation, AppError> {
        let scheduled = self.reconcile(credential, operation, scheduled_at)?;
        Ok(self.0.listed(self.0.operations().get(scheduled)?.row, None))
    }

    /// Returns the reason why a credential cannot be reconciled now; none if it can. A waiting operation whose new
    /// password may be on the device does not prevent it.
    ///
    /// # Errors
    /// As [`Credentials::get`].
    pub fn not_reconcilable(&self, id: CredentialId) -> Result<Option<NotReconcilable>, AppError> {
        let signed_in = self.0.authorize(Action::ReadCredentials)?;
        signed_in.vault.read(|reader| not_reconcilable(reader, id))
    }

    /// Returns the whole tree of parents and children of a credential.
    ///
    /// # Errors
    /// As [`Credentials::get`].
    pub fn chain(&self, id: CredentialId) -> Result<Chain, AppError> {
        let signed_in = self.0.authorize(Action::ReadCredentials)?;
        signed_in.vault.read(|reader| {
            reader.credentials().get(id)?.ok_or(NOT_FOUND)?;
            Ok(reader.credentials().chain(id)?)
        })
    }

    /// Pauses every selected credential: its triggers and its scheduled work wait until it is resumed. Work that a
    /// person starts with "immediate execution" runs all the same. Returns the number of credentials that were not
    /// paused before.
    ///
    /// # Errors
    /// As [`Credentials::list`], and [`AppError::Invalid`] with the field `reason`.
    pub fn pause(&self, selection: &Selection, reason: &str) -> Result<u32, AppError> {
        let signed_in = self.0.authorize(Action::WriteOperations)?;
        let pause = pause_of(&signed_in, reason, self.0.setup.clock.now())?;
        signed_in.vault.write(|writer| {
            let mut count = 0;
            for id in selected(writer, selection)? {
                let known = writer.credentials().get(id)?.is_some_and(|credential| credential.pause.is_none());
                if known {
                    writer.pauses_mut().pause_credential(id, &pause)?;
                    append(writer, &signed_in, id, "credential.paused", Some(&pause.reason), pause.at)?;
                    count += 1;
                }
            }
            Ok(count)
        })
    }

    /// Resumes every selected credential. Returns the number of credentials that were paused.
    ///
    /// # Errors
    /// As [`Credentials::list`].
    pub fn resume(&self, selection: &Selection) -> Result<u32, AppError> {
        let signed_in = self.0.authorize(Action::WriteOperations)?;
        let now = self.0.setup.clock.now();
        let count = signed_in.vault.write(|writer| {
            let mut count = 0;
            for id in selected(writer, selection)? {
                if writer.credentials().get(id)?.is_some_and(|credential| credential.pause.is_some()) {
                    writer.pauses_mut().resume_credential(id)?;
                    append(writer, &signed_in, id, "credential.resumed", None, now)?;
                    count += 1;
                }
            }
            Ok::<_, AppError>(count)
        })?;
        self.0.wake_executor();
        Ok(count)
    }
}

/// Cancels the operation that waits without having found out which password the device has. Any other open operation
/// stays.
fn make_way(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    credential: CredentialId,
    operation: Option<OperationId>,
    now: DateTime<Utc>,
) -> Result<Option<vault::OperationRecord>, AppError> {
    if let Some(named) = operation {
        let record = writer.operations().get(named)?.filter(|record| record.credential == credential);
        let record = record.ok_or(AppError::NotFound { noun: Noun::Operation })?;
        if !matches!(record.state, OperationState::Error | OperationState::Scheduled) {
            return Err(AppError::IllegalState { state: record.state, action: OperationAction::Reconcile });
        }
    }
    let Some(open) = writer.operations().open_of(credential)? else {
        return Ok(None);
    };
    let row = writer.operations().row(open)?.ok_or(AppError::NotFound { noun: Noun::Operation })?;
    let stuck = row.record.state == OperationState::Scheduled
        && row.candidate_sent
        && row.record.kind != OperationType::Reconciliation;
    if !stuck {
        return Err(AppError::NotReconcilable { reason: NotReconcilable::OpenOperation });
    }
    call_off(writer, signed_in, &row.record, true, now)?;
    Ok(Some(row.record))
}

fn append(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    id: CredentialId,
    action: &str,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let row = writer.credentials().row(id)?.ok_or(NOT_FOUND)?;
    let label = label(&row.credential.details.username, &row.device_name);
    let object = Some(Object { noun: "credential", id: id.as_uuid(), label: &label });
    let detail = json!({ "reason": reason });
    writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object, detail, at: now })?;
    Ok(())
}
