//! `attempts`: every try of an operation leaves a row, whatever its result.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::{AttemptId, FailureCode, OperationId, operation::OperationStep};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::store::value::{Columns, json, micros, must_be_kept};
use crate::{VaultError, error::Stored, file::transaction::Changes};

const COLUMNS: &str = "id, operation_id, number, template_id, template_name, template_version, step, started_at, \
    apply_at, ended_at, failure, words, expected, transcript";

/// An attempt that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NewAttempt {
    pub id: AttemptId,
    pub operation: OperationId,
    /// The number of the attempt within its operation, from 1.
    pub number: u32,
    pub template_id: String,
    /// The template's name at this time.
    pub template_name: String,
    pub template_version: u32,
    pub started_at: DateTime<Utc>,
}

/// The end of an attempt. The caller has masked every secret in the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AttemptEnd<'a> {
    pub ended_at: DateTime<Utc>,
    /// The reason why it failed, if it did.
    pub failure: Option<FailureCode>,
    /// The message of the device.
    pub words: Option<&'a str>,
    /// The text that the template waited for.
    pub expected: Option<&'a str>,
    pub transcript: &'a [TranscriptLine],
}

domain::enumeration! {
    /// The direction of a line of a transcript.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum Direction {
        Sent = "sent",
        Received = "received",
        /// Neither sent nor received: a note about what happened.
        Note = "note",
    }
}

/// A line of a transcript, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct TranscriptLine {
    pub direction: Direction,
    pub text: String,
    /// The time in milliseconds after the attempt began.
    pub at_ms: u64,
}

/// An attempt as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AttemptRecord {
    pub id: AttemptId,
    pub operation: OperationId,
    /// The number of the attempt within its operation, from 1.
    pub number: u32,
    pub template_id: String,
    /// The template's name at that time.
    pub template_name: String,
    pub template_version: u32,
    /// The last step that it reached.
    pub step: Option<OperationStep>,
    pub started_at: DateTime<Utc>,
    /// The time from which the new password may have been sent.
    pub apply_at: Option<DateTime<Utc>>,
    /// The time it ended; `None` while it runs, and forever when the program died during the attempt.
    pub ended_at: Option<DateTime<Utc>>,
    pub failure: Option<FailureCode>,
    /// The message of the device.
    pub words: Option<String>,
    /// The text that the template waited for.
    pub expected: Option<String>,
    pub transcript: Vec<TranscriptLine>,
}

fn read_attempt(row: &Row<'_>) -> rusqlite::Result<AttemptRecord> {
    Ok(AttemptRecord {
        id: AttemptId::from_uuid(row.uuid("id")?),
        operation: OperationId::from_uuid(row.uuid("operation_id")?),
        number: row.get("number")?,
        template_id: row.get("template_id")?,
        template_name: row.get("template_name")?,
        template_version: row.get("template_version")?,
        step: row.optional_word("step")?,
        started_at: row.time("started_at")?,
        apply_at: row.optional_time("apply_at")?,
        ended_at: row.optional_time("ended_at")?,
        failure: row.optional_word("failure")?,
        words: row.get("words")?,
        expected: row.get("expected")?,
        transcript: row.json("transcript")?,
    })
}

/// Reads the attempts of operations.
pub struct Attempts<'a> {
    pub(crate) connection: &'a Connection,
}

impl Attempts<'_> {
    /// Returns all attempts of an operation, the first one first.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn list(&self, operation: OperationId) -> Result<Vec<AttemptRecord>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM attempts WHERE operation_id = ?1 ORDER BY number"))
            .stored()?
            .query_map([operation.as_uuid().as_bytes()], read_attempt)
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()
    }

    /// Returns the last attempt of an operation.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn last(&self, operation: OperationId) -> Result<Option<AttemptRecord>, VaultError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM attempts WHERE operation_id = ?1 ORDER BY number DESC LIMIT 1"
            ))
            .stored()?
            .query_row([operation.as_uuid().as_bytes()], read_attempt)
            .optional()
            .stored()
    }
}

/// Writes attempts, and reads them.
pub struct AttemptsMut<'a> {
    pub(crate) reader: Attempts<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for AttemptsMut<'a> {
    type Target = Attempts<'a>;

    fn deref(&self) -> &Attempts<'a> {
        &self.reader
    }
}

impl AttemptsMut<'_> {
    /// Inserts an attempt that begins now.
    ///
    /// # Errors
    /// [`VaultError::Taken`] when the operation has an attempt of this number; [`VaultError::InvalidReference`] when
    /// there is no such operation.
    pub fn start(&self, new: &NewAttempt) -> Result<(), VaultError> {
        let kept = self
            .connection
            .prepare_cached(
                "INSERT INTO attempts (id, operation_id, number, template_id, template_name, template_version, \
                 started_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .stored()?
            .execute(params![
                new.id.as_uuid().as_bytes(),
                new.operation.as_uuid().as_bytes(),
                new.number,
                new.template_id,
                new.template_name,
                new.template_version,
                micros(new.started_at),
            ])
            .stored()?;
        must_be_kept(kept)?;
        self.changes.operation(new.operation);
        Ok(())
    }

    /// Records the step that it has reached.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn set_step(&self, id: AttemptId, step: OperationStep) -> Result<(), VaultError> {
        self.set("step = ?2", params![id.as_uuid().as_bytes(), step.word()])
    }

    /// Records that the new password may be sent from now on; only the first time is kept.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn mark_apply(&self, id: AttemptId, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.set("apply_at = coalesce(apply_at, ?2)", params![id.as_uuid().as_bytes(), micros(now)])
    }

    /// Records how the attempt ended.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn finish(&self, id: AttemptId, end: &AttemptEnd<'_>) -> Result<(), VaultError> {
        self.set(
            "ended_at = ?2, failure = ?3, words = ?4, expected = ?5, transcript = ?6",
            params![
                id.as_uuid().as_bytes(),
                micros(end.ended_at),
                end.failure.map(FailureCode::word),
                end.words,
                end.expected,
                json(&end.transcript)?,
            ],
        )
    }

    fn set(&self, what: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), VaultError> {
        let sql = format!("UPDATE attempts SET {what} WHERE id = ?1 RETURNING operation_id");
        let operation = self
            .connection
            .prepare_cached(&sql)
            .stored()?
            .query_row(values, |row| row.uuid("operation_id"))
            .stored()?;
        self.changes.operation(OperationId::from_uuid(operation));
        Ok(())
    }
}
