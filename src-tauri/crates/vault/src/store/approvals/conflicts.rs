//! Conflicts: differences between a request and the state of the vault at the time the request is applied.

use std::collections::{HashMap, HashSet};

use approval::{
    Batch, BatchAction, CredentialSnapshot, FieldChange, NamedCredential, NamedDevice, OperationTask, Task,
};
use domain::{CredentialId, CredentialStatus, DeviceId, OperationId, RequestId, operation::OperationState};

use super::{
    batch::credential_snapshot,
    requests::{Conflict, ConflictReason},
};
use crate::{VaultError, Writer, error::Stored};

/// Finds a row when the chain of parents above the credential `?1` leads back to it.
const FOLLOWS_ITSELF: &str = "WITH RECURSIVE above(id) AS ( \
        SELECT parent_credential_id FROM credentials WHERE id = ?1 AND parent_credential_id IS NOT NULL \
        UNION \
        SELECT c.parent_credential_id FROM above JOIN credentials c ON c.id = above.id \
            WHERE c.parent_credential_id IS NOT NULL) \
    SELECT 1 FROM above WHERE id = ?1";

/// Finds a row when the credential `?1` logs in with a credential of another device, or when a credential of another
/// device logs in with it.
const LOGS_IN_ELSEWHERE: &str = "SELECT 1 FROM credentials c JOIN credentials a ON a.id = c.access_credential_id \
        WHERE c.id = ?1 AND a.device_id <> c.device_id \
    UNION ALL \
    SELECT 1 FROM credentials c JOIN credentials a ON a.id = c.access_credential_id \
        WHERE c.access_credential_id = ?1 AND a.device_id <> c.device_id";

/// Finds a row when the credential `?1` is reconciled through a credential of another device, or reconciles one of
/// another device.
const REPAIRED_ELSEWHERE: &str = "SELECT 1 FROM credentials c \
        JOIN credentials r ON r.id = c.reconciliation_credential_id WHERE c.id = ?1 AND r.device_id <> c.device_id \
    UNION ALL \
    SELECT 1 FROM credentials c JOIN credentials r ON r.id = c.reconciliation_credential_id \
        WHERE c.reconciliation_credential_id = ?1 AND r.device_id <> c.device_id";

impl Writer<'_> {
    /// Finds all conflicts of a batch.
    pub(in crate::store) fn conflicts(&self, batch: &Batch) -> Result<Vec<Conflict>, VaultError> {
        let mut conflicts = Vec::new();
        let mut referred = Referred::default();
        for task in &batch.tasks {
            match credential_snapshot(self.connection, task.credential)? {
                None => conflicts.push(Conflict::new(task, ConflictReason::Gone)),
                Some(snapshot) => task_conflicts(batch.action, task, &snapshot, &mut conflicts),
            }
            for change in &task.changes {
                if !self.refers_well(change, &mut referred)? {
                    let found =
                        Conflict { field: Some(change.field()), ..Conflict::new(task, ConflictReason::Refused) };
                    conflicts.push(found);
                }
            }
        }
        Ok(conflicts)
    }

    /// Tells whether the record that a change refers to exists under the name that was approved.
    fn refers_well(&self, change: &FieldChange, referred: &mut Referred) -> Result<bool, VaultError> {
        match change {
            FieldChange::Device(change) => self.is_device(&change.to, referred),
            FieldChange::Parent(change) => self.is_credential(change.to.parent.as_ref(), false, referred),
            FieldChange::PasswordChange(change) => self.is_credential(change.to.access.as_ref(), true, referred),
            FieldChange::Reconciliation(change) => {
                self.is_credential(change.to.credential.as_ref(), change.to.enabled, referred)
            }
            FieldChange::PasswordType(_)
            | FieldChange::Domain(_)
            | FieldChange::AdditionalInformation(_)
            | FieldChange::Tags(_)
            | FieldChange::Status(_)
            | FieldChange::ExpiresAt(_) => Ok(true),
        }
    }

    fn is_device(&self, device: &NamedDevice, referred: &mut Referred) -> Result<bool, VaultError> {
        let name = match referred.devices.get(&device.id) {
            Some(name) => name,
            None => {
                let found = self.devices().get(device.id)?.map(|found| found.details.name);
                referred.devices.entry(device.id).or_insert(found)
            }
        };
        Ok(name.as_ref() == Some(&device.name))
    }

    fn is_credential(
        &self,
        credential: Option<&NamedCredential>,
        active: bool,
        referred: &mut Referred,
    ) -> Result<bool, VaultError> {
        let Some(credential) = credential else {
            return Ok(true);
        };
        let found = match referred.credentials.get(&credential.id) {
            Some(found) => found,
            None => {
                let snapshot = credential_snapshot(self.connection, credential.id)?;
                let found = snapshot
                    .map(|snapshot| (format!("{} on {}", snapshot.username, snapshot.device.name), snapshot.status));
                referred.credentials.entry(credential.id).or_insert(found)
            }
        };
        Ok(found
            .as_ref()
            .is_some_and(|(name, status)| *name == credential.name && (!active || *status == CredentialStatus::Active)))
    }

    /// Finds a conflict that only appears after everything is written: one task may move a record that another task
    /// depends on.
    pub(in crate::store) fn conflict_after(&self, batch: &Batch) -> Result<Option<Conflict>, VaultError> {
        for task in &batch.tasks {
            let changes = |which: fn(&FieldChange) -> bool| task.changes.iter().any(which);
            let moves = changes(|change| matches!(change, FieldChange::Device(_)));
            let logs_in = moves || changes(|change| matches!(change, FieldChange::PasswordChange(_)));
            let repaired = moves || changes(|change| matches!(change, FieldChange::Reconciliation(_)));
            let follows = changes(|change| matches!(change, FieldChange::Parent(_)));
            for (asked, sql, reason) in [
                (logs_in, LOGS_IN_ELSEWHERE, ConflictReason::Refused),
                (repaired, REPAIRED_ELSEWHERE, ConflictReason::Refused),
                (follows, FOLLOWS_ITSELF, ConflictReason::Cycle),
            ] {
                if asked && self.holds_for(sql, task.credential)? {
                    return Ok(Some(Conflict::new(task, reason)));
                }
            }
        }
        Ok(None)
    }

    fn holds_for(&self, sql: &str, credential: CredentialId) -> Result<bool, VaultError> {
        self.connection.prepare_cached(sql).stored()?.exists([credential.as_uuid().as_bytes()]).stored()
    }

    pub(in crate::store) fn operation_conflicts(
        &self,
        request: RequestId,
        tasks: &[OperationTask],
    ) -> Result<Vec<Conflict>, VaultError> {
        let waiting: HashSet<OperationId> = self.requests_mut().waiting_operations(request)?.into_iter().collect();
        let mut conflicts = Vec::new();
        for task in tasks {
            let found = self.operations().row(task.operation)?;
            let reason = match found {
                None => Some(ConflictReason::Gone),
                // A person canceled it meanwhile: there is nothing left to allow.
                Some(row) if row.record.state == OperationState::Canceled => None,
                Some(row) if !waiting.contains(&task.operation) || !is_as_approved(&row, task) => {
                    Some(ConflictReason::Changed)
                }
                Some(_) => None,
            };
            conflicts.extend(reason.map(|reason| Conflict {
                credential: task.credential,
                username: task.username.clone(),
                device_name: task.device_name.clone(),
                reason,
                field: None,
                expected: String::new(),
                found: String::new(),
            }));
        }
        Ok(conflicts)
    }
}

/// The devices and credentials that were looked up already.
#[derive(Default)]
struct Referred {
    devices: HashMap<DeviceId, Option<String>>,
    credentials: HashMap<CredentialId, Option<(String, CredentialStatus)>>,
}

/// Tells whether an operation is the one that was approved: credential, device, names, type and date.
pub(crate) fn is_as_approved(row: &crate::OperationRow, task: &OperationTask) -> bool {
    let record = &row.record;
    record.id == task.operation
        && record.kind == task.kind
        && record.credential == task.credential
        && record.device == task.device
        && row.username == task.username
        && row.device_name == task.device_name
        && record.scheduled_at == task.scheduled_at
}

fn task_conflicts(action: BatchAction, task: &Task, snapshot: &CredentialSnapshot, conflicts: &mut Vec<Conflict>) {
    if snapshot.username != task.username || snapshot.device.name != task.device_name {
        let (expected, found) = (
            format!("{} on {}", task.username, task.device_name),
            format!("{} on {}", snapshot.username, snapshot.device.name),
        );
        conflicts.push(Conflict { expected, found, ..Conflict::new(task, ConflictReason::Changed) });
    }
    for change in &task.changes {
        let now = change.rebased(snapshot);
        if now == *change {
            continue;
        }
        let (before, found) = (change.parts(), now.parts());
        let texts = |parts: Vec<approval::Part>| parts.into_iter().map(|part| part.from).collect::<Vec<_>>().join(", ");
        conflicts.push(Conflict {
            field: Some(change.field()),
            expected: texts(before),
            found: texts(found),
            ..Conflict::new(task, ConflictReason::Changed)
        });
    }
    let disturbed = task.changes.iter().any(FieldChange::disturbs_operations);
    if let Some(open) = snapshot.open_operation.filter(|_| disturbed)
        && !(action == BatchAction::Inactivate && open.can_be_canceled())
    {
        conflicts.push(Conflict::new(task, ConflictReason::OpenOperation));
    }
}
