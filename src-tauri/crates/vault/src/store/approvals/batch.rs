//! The application of an approved request: all of it, or nothing and the reasons.
//!
//! The order: first every credential is compared with the values that the request was made from. Only when there is no
//! conflict is anything written. Some conflicts only appear while writing (two credentials of one device with one
//! name). Such a conflict is an error that rolls the transaction back; the decision is then recorded once more,
//! together with the conflict. A savepoint would keep the decision too, but inside a savepoint every statement costs as
//! much as all statements before it.

use approval::{
    Authorized, Batch, BatchAction, ChangeSettings, Content, CredentialSnapshot, FieldChange, NamedCredential,
    NamedDevice, OpenOperation, OperationTask, Parent, ReconciliationSettings, RequestState, Task,
};
use chrono::{DateTime, Utc};
use domain::{
    CredentialId, DeviceId, RequestId, UserId,
    operation::{Event, OperationState, State},
};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter, types::Value};
use serde_json::json;

use super::requests::{Conflict, ConflictReason, Requests};
use crate::store::{
    keeping::audit::{NewEntry, Object},
    value::{Columns, fold, json as text_of, micros},
};
use crate::{VaultError, Writer, error::Stored};

/// The word of a child that gets a password of its own.
const OWN_PASSWORD: &str = "own";
/// The most conflicts that are kept for display.
const MOST_CONFLICTS: usize = 500;

/// The counts of a request's changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// The number of credentials or operations.
    pub tasks: u32,
    /// Operations that were called off.
    pub canceled_operations: u32,
}

/// The result of applying a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Outcome {
    /// Every change was made.
    Applied(Applied),
    Conflict(Vec<Conflict>),
}

/// The columns that a bulk action can change, with the names of the records they refer to. They are read by position,
/// because there can be tens of thousands of rows.
const COLUMNS: &str = "c.id, c.username, c.password_type, c.domain, c.device_id, c.device_name, \
    c.additional_information, c.tags, c.status, c.automatic_change, c.plugin, c.template, \
    c.access_credential_id, a.username, a.device_name, \
    c.parent_credential_id, p.username, p.device_name, c.child_password, \
    c.reconciliation, c.reconciliation_autorun, c.reconciliation_plugin, c.reconciliation_template, \
    c.reconciliation_credential_id, e.username, e.device_name, c.expires_at, o.state, \
    EXISTS (SELECT 1 FROM secret_versions s WHERE s.credential_id = c.id AND s.kind = 'password' \
        AND s.state = 'candidate' AND s.sent_at IS NOT NULL), \
    (SELECT r.id FROM open_request_credentials q JOIN requests r ON r.code = q.request \
        WHERE q.credential_id = c.id LIMIT 1)";

const FROM: &str = "credentials c LEFT JOIN credentials a ON a.id = c.access_credential_id \
    LEFT JOIN credentials p ON p.id = c.parent_credential_id \
    LEFT JOIN credentials e ON e.id = c.reconciliation_credential_id \
    LEFT JOIN operations o ON o.credential_id = c.id AND o.state IN ('awaitingApproval', 'scheduled', 'running')";

fn read_held(row: &Row<'_>) -> rusqlite::Result<CredentialSnapshot> {
    let open: Option<OperationState> = row.optional_word(27)?;
    let sent: bool = row.get(28)?;
    let child_password: String = row.get(18)?;
    Ok(CredentialSnapshot {
        credential: CredentialId::from_uuid(row.uuid(0)?),
        username: row.get(1)?,
        password_type: row.word(2)?,
        domain: row.get(3)?,
        device: NamedDevice { id: DeviceId::from_uuid(row.uuid(4)?), name: row.get(5)? },
        additional_information: row.get(6)?,
        tags: row.json(7)?,
        status: row.word(8)?,
        password_change: ChangeSettings {
            automatic_change: row.get(9)?,
            plugin: row.get(10)?,
            template: row.get(11)?,
            access: named(row, 12)?,
        },
        parent: Parent { parent: named(row, 15)?, own_password: child_password == OWN_PASSWORD },
        reconciliation: ReconciliationSettings {
            enabled: row.get(19)?,
            autorun: row.get(20)?,
            plugin: row.get(21)?,
            template: row.get(22)?,
            credential: named(row, 23)?,
        },
        expires_at: row.optional_time(26)?,
        open_operation: open.map(|state| OpenOperation { state, sent }),
        open_request: row.optional_uuid(29)?.map(RequestId::from_uuid),
    })
}

/// Reads a credential's id, user name and device name, from this column on.
fn named(row: &Row<'_>, place: usize) -> rusqlite::Result<Option<NamedCredential>> {
    let Some(id) = row.optional_uuid(place)?.map(CredentialId::from_uuid) else {
        return Ok(None);
    };
    let (username, device): (Option<String>, Option<String>) = (row.get(place + 1)?, row.get(place + 2)?);
    let name = format!("{} on {}", username.unwrap_or_default(), device.unwrap_or_default());
    Ok(Some(NamedCredential { id, name }))
}

impl Requests<'_> {
    /// Returns the current values of all fields of a credential that a bulk action can change.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn credential_snapshot(&self, credential: CredentialId) -> Result<Option<CredentialSnapshot>, VaultError> {
        credential_snapshot(self.connection, credential)
    }
}

pub(in crate::store) fn credential_snapshot(
    connection: &Connection,
    credential: CredentialId,
) -> Result<Option<CredentialSnapshot>, VaultError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE c.id = ?1"))
        .stored()?
        .query_row([credential.as_uuid().as_bytes()], read_held)
        .optional()
        .stored()
}

impl Writer<'_> {
    /// Applies an authorized request in this transaction. Either everything is done and the request is applied, or
    /// nothing is done and it is in conflict. `by` is the person who gave the last approval, or who applied it in an
    /// emergency. `found` is the conflict that an earlier transaction met while it wrote the same request.
    ///
    /// # Errors
    /// [`VaultError::NotApplied`], when a conflict appears only while writing: nothing of this transaction is written,
    /// and the caller passes the conflict as `found` to the next one. [`VaultError::Storage`] and other errors of the
    /// database.
    pub fn apply(&self, authorized: Authorized, by: UserId, found: Option<&Conflict>) -> Result<Outcome, VaultError> {
        let (request, now) = (authorized.request(), authorized.at());
        let conflicts = match &request.content {
            _ if found.is_some() => found.into_iter().cloned().collect(),
            Content::Batch(batch) => self.conflicts(batch)?,
            Content::Operations(tasks) => self.operation_conflicts(request.id, tasks)?,
            Content::AllowEmergency => Vec::new(),
        };
        if !conflicts.is_empty() {
            return self.in_conflict(request.id, conflicts, now);
        }
        let applied = match &request.content {
            Content::Batch(batch) => self.apply_batch(&authorized, batch, by)?,
            Content::Operations(tasks) => self.allow_operations(request.id, tasks, now)?,
            Content::AllowEmergency => Applied::default(),
        };
        self.requests_mut().ended_applied(request.id, applied.canceled_operations, now)?;
        Ok(Outcome::Applied(applied))
    }

    fn in_conflict(
        &self,
        request: RequestId,
        mut conflicts: Vec<Conflict>,
        now: DateTime<Utc>,
    ) -> Result<Outcome, VaultError> {
        conflicts.truncate(MOST_CONFLICTS);
        for operation in self.requests_mut().end(request, RequestState::Conflict, &conflicts, now)? {
            self.operations_mut().set_state(operation, OperationState::Canceled, None, now)?;
        }
        Ok(Outcome::Conflict(conflicts))
    }

    fn apply_batch(&self, authorized: &Authorized, batch: &Batch, by: UserId) -> Result<Applied, VaultError> {
        let now = authorized.at();
        let mut applied = Applied { tasks: batch.tasks.len().try_into().unwrap_or(u32::MAX), ..Applied::default() };
        for task in &batch.tasks {
            self.write_changes(task, now).map_err(|error| match error {
                VaultError::Taken => not_applied(Conflict::new(task, ConflictReason::Duplicate)),
                VaultError::InvalidReference => not_applied(Conflict::new(task, ConflictReason::Refused)),
                error => error,
            })?;
            if batch.action == BatchAction::Inactivate {
                applied.canceled_operations += u32::from(self.call_off(task.credential, now)?);
            }
        }
        if let Some(conflict) = self.conflict_after(batch)? {
            return Err(not_applied(conflict));
        }
        self.audit_changes(authorized, batch, by)?;
        Ok(applied)
    }

    fn write_changes(&self, task: &Task, now: DateTime<Utc>) -> Result<(), VaultError> {
        let mut set = String::from("updated_at = ?2");
        let mut values = vec![blob(task.credential), Value::Integer(micros(now))];
        for change in &task.changes {
            for (column, value) in columns(change)? {
                values.push(value);
                set.push_str(&format!(", {column} = ?{}", values.len()));
            }
            if let FieldChange::Device(_) = change {
                // The device's id is the value that was pushed last.
                set.push_str(&format!(", device_name = (SELECT name FROM devices WHERE id = ?{})", values.len()));
            }
        }
        // OR FAIL: an error rolls back the whole transaction, so that SQLite need not be able to undo a single
        // statement.
        let sql = format!("UPDATE OR FAIL credentials SET {set} WHERE id = ?1");
        let changed = self.connection.prepare_cached(&sql).stored()?.execute(params_from_iter(values)).stored()?;
        if changed == 0 {
            return Err(VaultError::NotFound);
        }
        for change in &task.changes {
            if let FieldChange::Tags(change) = change {
                self.credentials_mut().change_tags(task.credential, &change.from, &change.to)?;
            }
        }
        self.changed(task.credential);
        Ok(())
    }

    /// Cancels the operation that waits on a credential, and returns whether there was one.
    fn call_off(&self, credential: CredentialId, now: DateTime<Utc>) -> Result<bool, VaultError> {
        let Some(open) = self.operations().open_of(credential)? else {
            return Ok(false);
        };
        if self.secrets().candidate_facts(credential)?.is_some() {
            self.secrets_mut().abandon_candidate(credential, now)?;
        }
        self.operations_mut().set_state(open, OperationState::Canceled, None, now)?;
        Ok(true)
    }

    fn audit_changes(&self, authorized: &Authorized, batch: &Batch, by: UserId) -> Result<(), VaultError> {
        let request = authorized.request().id;
        for task in &batch.tasks {
            let label = format!("{} on {}", task.username, task.device_name);
            let changes: Vec<_> = task.changes.iter().map(described).collect();
            let detail = json!({ "request": request, "emergency": authorized.is_emergency(), "changes": changes });
            let object = Some(Object { noun: "credential", id: task.credential.as_uuid(), label: &label });
            let action = "credential.changedInBatch";
            self.audit_mut().append(&NewEntry { who: Some(by), action, object, detail, at: authorized.at() })?;
        }
        Ok(())
    }

    fn allow_operations(
        &self,
        request: RequestId,
        tasks: &[OperationTask],
        now: DateTime<Utc>,
    ) -> Result<Applied, VaultError> {
        for operation in self.requests_mut().waiting_operations(request)? {
            let state = match State::AwaitingApproval.on(Event::Approved) {
                Ok((state, _)) => state.name(),
                Err(_) => OperationState::Scheduled,
            };
            self.operations_mut().set_state(operation, state, None, now)?;
        }
        Ok(Applied { tasks: tasks.len().try_into().unwrap_or(u32::MAX), canceled_operations: 0 })
    }
}

fn not_applied(conflict: Conflict) -> VaultError {
    VaultError::NotApplied { conflict: Box::new(conflict) }
}

/// Returns a change in the form that the audit trail stores.
fn described(change: &FieldChange) -> serde_json::Value {
    let parts = change.parts().into_iter();
    let parts: Vec<_> = parts.map(|part| json!({ "part": part.name, "from": part.from, "to": part.to })).collect();
    json!({ "field": change.field(), "parts": parts })
}

/// Returns the columns that a change writes.
fn columns(change: &FieldChange) -> Result<Vec<(&'static str, Value)>, VaultError> {
    let text = |text: &str| Value::Text(text.to_owned());
    let optional = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    let reference = |named: &Option<NamedCredential>| named.as_ref().map_or(Value::Null, |named| blob(named.id));
    let switch = |on: bool| Value::Integer(i64::from(on));
    Ok(match change {
        FieldChange::PasswordType(change) => vec![("password_type", text(change.to.word()))],
        FieldChange::Domain(change) => {
            vec![("domain", text(&change.to)), ("domain_folded", Value::Text(fold(&change.to)))]
        }
        FieldChange::Device(change) => vec![("device_id", Value::Blob(change.to.id.as_uuid().into_bytes().to_vec()))],
        FieldChange::AdditionalInformation(change) => vec![("additional_information", text(&change.to))],
        FieldChange::Tags(change) => vec![("tags", Value::Text(text_of(&change.to)?))],
        FieldChange::Parent(change) => vec![
            ("parent_credential_id", reference(&change.to.parent)),
            ("child_password", text(if change.to.own_password { OWN_PASSWORD } else { "same" })),
        ],
        FieldChange::PasswordChange(change) => vec![
            ("automatic_change", switch(change.to.automatic_change)),
            ("plugin", optional(&change.to.plugin)),
            ("template", optional(&change.to.template)),
            ("access_credential_id", reference(&change.to.access)),
        ],
        FieldChange::Reconciliation(change) => vec![
            ("reconciliation", switch(change.to.enabled)),
            ("reconciliation_autorun", switch(change.to.autorun)),
            ("reconciliation_credential_id", reference(&change.to.credential)),
            ("reconciliation_plugin", optional(&change.to.plugin)),
            ("reconciliation_template", optional(&change.to.template)),
        ],
        FieldChange::Status(change) => vec![("status", text(change.to.word()))],
        FieldChange::ExpiresAt(change) => {
            vec![("expires_at", change.to.map_or(Value::Null, |at| Value::Integer(micros(at))))]
        }
    })
}

fn blob(credential: CredentialId) -> Value {
    Value::Blob(credential.as_uuid().into_bytes().to_vec())
}
