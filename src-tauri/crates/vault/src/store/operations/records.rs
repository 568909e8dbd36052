//! `operations`: asynchronous work, one row each. `queue` decides the order in which they are taken.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::{
    CredentialId, DeviceId, FailureCode, OperationId, OwnerId, UserId,
    operation::{OperationOrigin, OperationState, OperationStep, OperationType},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column_store::ColumnStore;
use crate::store::value::{Columns, micros};
use crate::{Credentials, VaultError, error::Stored, file::transaction::Changes};

pub(in crate::store) const COLUMNS: &str = "o.id, o.code, o.kind, o.credential_id, o.device_id, o.requester_id, o.state, o.step, \
    o.immediate, o.scheduled_at, o.not_before, o.started_at, o.ended_at, o.attempts, o.failure, o.owner_id, \
    o.lease_until, o.created_at, o.priority, o.origin, o.cause_id";

/// An operation to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NewOperation {
    pub id: OperationId,
    pub kind: OperationType,
    pub credential: CredentialId,
    pub device: DeviceId,
    /// The person who asked for it.
    pub requester: UserId,
    pub state: OperationState,
    pub scheduled_at: DateTime<Utc>,
    /// True to run before every operation that is not immediate.
    pub immediate: bool,
    /// The priority among operations that are all immediate or all not: higher ones first; 0 to 100.
    pub priority: u8,
    /// The reason why it was created.
    pub origin: OperationOrigin,
    /// The operation that it follows: the parent's, or the one that it repairs.
    pub cause: Option<OperationId>,
    pub created_at: DateTime<Utc>,
}

impl NewOperation {
    /// The priority of an operation for which nobody chose one.
    pub const USUAL_PRIORITY: u8 = 50;
}

/// An operation as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct OperationRecord {
    pub id: OperationId,
    /// The number that people know it by: 1, 2, 3 …
    pub code: i64,
    pub kind: OperationType,
    pub credential: CredentialId,
    pub device: DeviceId,
    /// The person who asked for it.
    pub requester: UserId,
    pub state: OperationState,
    /// The step that it has reached while it runs.
    pub step: Option<OperationStep>,
    /// When it was to begin, as asked for.
    pub scheduled_at: DateTime<Utc>,
    /// The time that the queue uses: later than `scheduled_at` after a failed attempt.
    pub not_before: DateTime<Utc>,
    /// When it first ran.
    pub started_at: Option<DateTime<Utc>>,
    /// When it came to an end.
    pub ended_at: Option<DateTime<Utc>>,
    /// The number of attempts.
    pub attempts: u32,
    /// The reason why the last attempt failed.
    pub failure: Option<FailureCode>,
    /// True when it runs before every operation that is not immediate.
    pub immediate: bool,
    /// The running program that holds it.
    pub owner: Option<OwnerId>,
    /// The end of the lease, unless that program renews it.
    pub lease_until: Option<DateTime<Utc>>,
    /// The priority among operations that are all immediate or all not: higher ones first.
    pub priority: u8,
    /// The reason why it was created.
    pub origin: OperationOrigin,
    /// The operation that it follows.
    pub cause: Option<OperationId>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

pub(in crate::store) fn read_operation(row: &Row<'_>) -> rusqlite::Result<OperationRecord> {
    Ok(OperationRecord {
        id: OperationId::from_uuid(row.uuid("id")?),
        code: row.get("code")?,
        kind: row.word("kind")?,
        credential: CredentialId::from_uuid(row.uuid("credential_id")?),
        device: DeviceId::from_uuid(row.uuid("device_id")?),
        requester: UserId::from_uuid(row.uuid("requester_id")?),
        state: row.word("state")?,
        step: row.optional_word("step")?,
        scheduled_at: row.time("scheduled_at")?,
        not_before: row.time("not_before")?,
        started_at: row.optional_time("started_at")?,
        ended_at: row.optional_time("ended_at")?,
        attempts: row.get("attempts")?,
        failure: row.optional_word("failure")?,
        immediate: row.get("immediate")?,
        owner: row.optional_uuid("owner_id")?.map(OwnerId::from_uuid),
        lease_until: row.optional_time("lease_until")?,
        priority: row.get("priority")?,
        origin: row.word("origin")?,
        cause: row.optional_uuid("cause_id")?.map(OperationId::from_uuid),
        created_at: row.time("created_at")?,
    })
}

/// Reads the operations of the vault.
pub struct Operations<'a> {
    pub(crate) connection: &'a Connection,
    /// The columns in memory; `None` inside a write, where the rows differ from the committed ones.
    pub(crate) columns: Option<&'a ColumnStore>,
}

impl Operations<'_> {
    /// Returns an operation; `None` when there is none with this id.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn get(&self, id: OperationId) -> Result<Option<OperationRecord>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM operations o WHERE o.id = ?1"))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], read_operation)
            .optional()
            .stored()
    }

    /// Returns the operations that a program holds, or held when it died; the longest running first.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn running(&self) -> Result<Vec<OperationRecord>, VaultError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM operations o WHERE o.state = 'running' ORDER BY o.started_at, o.code"
            ))
            .stored()?
            .query_map([], read_operation)
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()
    }

    /// Returns the operations that follow an operation: those of its children, or the repair of its failure.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn caused_by(&self, id: OperationId) -> Result<Vec<OperationId>, VaultError> {
        self.connection
            .prepare_cached("SELECT id FROM operations WHERE cause_id = ?1 ORDER BY code")
            .stored()?
            .query_map([id.as_uuid().as_bytes()], |row| row.uuid("id").map(OperationId::from_uuid))
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()
    }

    /// Returns the unfinished operation of a credential.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn open_of(&self, credential: CredentialId) -> Result<Option<OperationId>, VaultError> {
        Credentials { connection: self.connection }.open_operation(credential)
    }
}

/// Writes operations, and reads them.
pub struct OperationsMut<'a> {
    pub(crate) reader: Operations<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for OperationsMut<'a> {
    type Target = Operations<'a>;

    fn deref(&self) -> &Operations<'a> {
        &self.reader
    }
}

impl OperationsMut<'_> {
    /// Inserts an operation and returns its code.
    ///
    /// # Errors
    /// [`VaultError::OpenOperation`] when the credential has one that is not finished;
    /// [`VaultError::InvalidReference`] when there is no such credential of this device.
    pub fn insert(&self, new: &NewOperation) -> Result<i64, VaultError> {
        if !is_finished(new.state) && self.open_of(new.credential)?.is_some() {
            return Err(VaultError::OpenOperation);
        }
        let code: Option<i64> = self
            .connection
            .prepare_cached(
                "INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, \
                 state, immediate, scheduled_at, not_before, created_at, priority, origin, cause_id, held, \
                 exclusion_group) \
                 SELECT ?1, ?2, c.id, c.device_id, c.username, c.device_name, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, \
                 c.paused_at IS NOT NULL, c.exclusion_group \
                 FROM credentials c WHERE c.id = ?3 AND c.device_id = ?4 RETURNING code",
            )
            .stored()?
            .query_row(
                params![
                    new.id.as_uuid().as_bytes(),
                    new.kind.word(),
                    new.credential.as_uuid().as_bytes(),
                    new.device.as_uuid().as_bytes(),
                    new.requester.as_uuid().as_bytes(),
                    new.state.word(),
                    new.immediate,
                    micros(new.scheduled_at),
                    micros(new.created_at),
                    new.priority.min(100),
                    new.origin.word(),
                    new.cause.map(|cause| cause.as_uuid().into_bytes()),
                ],
                |row| row.get(0),
            )
            .optional()
            .stored()?;
        self.changes.operation(new.id);
        code.ok_or(VaultError::InvalidReference)
    }

    /// Sets the state of an operation. When it is finished, the time is stored; when it does not run, no program holds
    /// it.
    ///
    /// # Errors
    /// [`VaultError::OpenOperation`] when it opens again while another one of the credential is open;
    /// [`VaultError::NotFound`].
    pub fn set_state(
        &self,
        id: OperationId,
        state: OperationState,
        step: Option<OperationStep>,
        now: DateTime<Utc>,
    ) -> Result<(), VaultError> {
        let running = state == OperationState::Running;
        let ended_at = is_finished(state).then(|| micros(now));
        let result = self.set(
            id,
            "state = ?2, step = ?3, ended_at = ?4, owner_id = CASE WHEN ?5 THEN owner_id END, \
             lease_until = CASE WHEN ?5 THEN lease_until END, access_id = CASE WHEN ?5 THEN access_id END",
            params![id.as_uuid().as_bytes(), state.word(), step.map(OperationStep::word), ended_at, running],
        );
        match result {
            Err(VaultError::Taken) => Err(VaultError::OpenOperation),
            other => other,
        }
    }

    /// Writes the step of a running operation. Its state stays the same, so that no index changes.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn set_step(&self, id: OperationId, step: OperationStep) -> Result<(), VaultError> {
        self.set(id, "step = ?2", params![id.as_uuid().as_bytes(), step.word()])
    }

    /// Moves a waiting operation to another time; the requested time stays as it was.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn reschedule(&self, id: OperationId, at: DateTime<Utc>) -> Result<(), VaultError> {
        self.set(id, "not_before = ?2", params![id.as_uuid().as_bytes(), micros(at)])
    }

    /// Puts a waiting operation before everything that is not immediate, now.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn set_immediate(&self, id: OperationId, now: DateTime<Utc>) -> Result<(), VaultError> {
        let what = "immediate = 1, not_before = min(not_before, ?2), scheduled_at = min(scheduled_at, ?2)";
        self.set(id, what, params![id.as_uuid().as_bytes(), micros(now)])
    }

    /// Writes the reason why the last attempt failed, or that it did not fail.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn set_failure(&self, id: OperationId, failure: Option<FailureCode>) -> Result<(), VaultError> {
        self.set(id, "failure = ?2", params![id.as_uuid().as_bytes(), failure.map(FailureCode::word)])
    }

    /// Counts an attempt and returns the number of attempts.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn count_attempt(&self, id: OperationId) -> Result<u32, VaultError> {
        let count = self
            .connection
            .prepare_cached("UPDATE operations SET attempts = attempts + 1 WHERE id = ?1 RETURNING attempts")
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| row.get(0))
            .stored()?;
        self.changes.operation(id);
        Ok(count)
    }

    /// Resets the number of attempts, because a person wants it tried again.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn reset_attempts(&self, id: OperationId) -> Result<(), VaultError> {
        self.set(id, "attempts = 0", params![id.as_uuid().as_bytes()])
    }

    fn set(&self, id: OperationId, what: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), VaultError> {
        let sql = format!("UPDATE operations SET {what} WHERE id = ?1");
        if self.connection.prepare_cached(&sql).stored()?.execute(values).stored()? == 0 {
            return Err(VaultError::NotFound);
        }
        self.changes.operation(id);
        Ok(())
    }
}

/// Tells whether an operation in this state is finished, so that only a person can make it run again.
fn is_finished(state: OperationState) -> bool {
    match state {
        OperationState::Succeeded | OperationState::Error | OperationState::Canceled | OperationState::Expired => true,
        OperationState::AwaitingApproval | OperationState::Scheduled | OperationState::Running => false,
    }
}
