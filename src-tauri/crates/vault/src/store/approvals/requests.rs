//! `requests` and `decisions`: the requests that others must approve, and their decisions.

use std::ops::Deref;

use approval::{
    ApproverHistory, BatchField, Emergency, Request, RequestState, SettingsChain, StoredDecision, StoredRequest, Task,
    Verdict, VerifiedRequest, open_level, statement,
};
use chrono::{DateTime, Utc};
use crypto::DIGEST_LENGTH;
use domain::latest_credible;
use domain::{CredentialId, OperationId, RequestId, UserId, VaultId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{approval_settings, emergencies::read_emergency};
use crate::store::value::{Columns, fold, json, micros, must_be_kept};
use crate::{Session, VaultError, error::Stored, file::transaction::Changes};

/// A difference that was found when a request was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Conflict {
    pub credential: CredentialId,
    pub username: String,
    pub device_name: String,
    /// The kind of conflict.
    pub reason: ConflictReason,
    /// The field, where it is about one.
    pub field: Option<BatchField>,
    /// The value that the request was made from.
    pub expected: String,
    pub found: String,
}

impl Conflict {
    /// Makes a conflict that concerns a task as a whole and none of its fields.
    pub(in crate::store) fn new(task: &Task, reason: ConflictReason) -> Self {
        Self {
            credential: task.credential,
            username: task.username.clone(),
            device_name: task.device_name.clone(),
            reason,
            field: None,
            expected: String::new(),
            found: String::new(),
        }
    }
}

domain::enumeration! {
    /// The reasons for a conflict.
    pub enum ConflictReason {
        /// A field holds something else.
        Changed = "changed",
        /// There is no such credential any more.
        Gone = "gone",
        /// An operation works with it.
        OpenOperation = "openOperation",
        /// Another credential of the device has the name.
        Duplicate = "duplicate",
        /// It would follow itself.
        Cycle = "cycle",
        /// The record that it would refer to is gone, is inactive, or belongs elsewhere.
        Refused = "refused",
    }
}

/// A request as it is stored, without its signed content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct RequestRecord {
    /// The number that people know it by.
    pub code: i64,
    pub id: RequestId,
    pub state: RequestState,
    /// When it came to an end.
    pub ended_at: Option<DateTime<Utc>>,
    /// The conflicts found when the request was applied.
    pub conflicts: Vec<Conflict>,
    /// How many operations were called off by applying it.
    pub canceled_operations: u32,
    pub emergency: Option<Emergency>,
}

const COLUMNS: &str = "r.code, r.id, r.state, r.ended_at, r.conflicts, r.canceled_operations, r.emergency_by, \
    r.emergency_at, r.emergency_reason, r.emergency_signature";

fn read_record(row: &Row<'_>) -> rusqlite::Result<RequestRecord> {
    Ok(RequestRecord {
        code: row.get("code")?,
        id: RequestId::from_uuid(row.uuid("id")?),
        state: row.word("state")?,
        ended_at: row.optional_time("ended_at")?,
        conflicts: row.json("conflicts")?,
        canceled_operations: row.get("canceled_operations")?,
        emergency: read_emergency(row)?,
    })
}

/// Reads and verifies requests.
pub struct Requests<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) vault_id: VaultId,
}

impl Requests<'_> {
    /// Returns one request, as it is stored.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn get(&self, id: RequestId) -> Result<Option<RequestRecord>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM requests r WHERE r.id = ?1"))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], read_record)
            .optional()
            .stored()
    }

    /// Verifies a request and its decisions: the signed content, the signatures, and the rights of the signers.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database. A failed verification is part of the result, not an
    /// error.
    pub fn examine(
        &self,
        id: RequestId,
        history: &ApproverHistory,
        chain: &SettingsChain,
        now: DateTime<Utc>,
    ) -> Result<Option<VerifiedRequest>, VaultError> {
        let Some(evidence) = self.evidence(id)? else {
            return Ok(None);
        };
        // These are read only when the verification fails. If the file cannot be read, no name is shown.
        let others = || self.other_digests(id).unwrap_or_default();
        Ok(Some(VerifiedRequest::verify(self.vault_id, evidence, history, chain, others, now)))
    }

    /// Verifies the chain of settings that name the approvers.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database. A broken chain is a finding, not an error.
    pub fn settings_chain(&self, history: &ApproverHistory) -> Result<SettingsChain, VaultError> {
        let stored = approval_settings::all(self.connection)?;
        let newest: Option<i64> = self
            .connection
            .prepare_cached("SELECT max(settings) FROM requests")
            .stored()?
            .query_row([], |row| row.get(0))
            .stored()?;
        let newest = u64::try_from(newest.unwrap_or(0)).unwrap_or(u64::MAX);
        Ok(SettingsChain::verify(self.vault_id, &stored, newest, history))
    }

    /// Returns the current time, but never a time before an audit entry that is at most five minutes ahead. So a
    /// decision made on a machine whose clock is a little ahead does not lie in the future. An entry that is further
    /// ahead is ignored, so that it cannot end a deadline.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn decision_time(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, VaultError> {
        let last = self
            .connection
            .prepare_cached("SELECT max(at) AS at FROM audit WHERE at <= ?1")
            .stored()?
            .query_row([micros(latest_credible(now))], |row| row.optional_time("at"))
            .stored()?;
        // Truncated to the precision of the tables, so that the signed time equals the time that is read back.
        let now = DateTime::from_timestamp_micros(micros(now)).unwrap_or(now);
        Ok(last.map_or(now, |last| last.max(now)))
    }

    /// Counts the requests that wait for a person at a level: not their own, not decided by them, still valid.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn waiting_for(&self, user: UserId, level: u64, now: DateTime<Utc>) -> Result<u64, VaultError> {
        let sql = "SELECT count(*) FROM requests r WHERE r.state = 'awaitingApproval' AND r.valid_until >= ?1 \
             AND r.open_level = ?2 AND r.requester_id <> ?3 AND NOT EXISTS \
             (SELECT 1 FROM decisions d WHERE d.request_id = r.id AND d.approver_id = ?3)";
        let level = i64::try_from(level).unwrap_or(i64::MAX);
        let count: i64 = self
            .connection
            .prepare_cached(sql)
            .stored()?
            .query_row(params![micros(now), level, user.as_uuid().as_bytes()], |row| row.get(0))
            .stored()?;
        Ok(count.unsigned_abs())
    }

    /// Returns the requests whose validity is over and that still wait for approval.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn overdue(&self, now: DateTime<Utc>) -> Result<Vec<RequestId>, VaultError> {
        let sql = "SELECT id FROM requests WHERE state = 'awaitingApproval' AND valid_until < ?1 ORDER BY valid_until";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let rows = statement.query_map([micros(now)], |row| row.uuid("id").map(RequestId::from_uuid)).stored()?;
        rows.collect::<rusqlite::Result<_>>().stored()
    }

    /// Returns the operations that wait for a request.
    pub(in crate::store) fn waiting_operations(&self, id: RequestId) -> Result<Vec<OperationId>, VaultError> {
        let sql = "SELECT id FROM operations WHERE request_id = ?1 AND state = 'awaitingApproval' ORDER BY code";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let rows = statement
            .query_map([id.as_uuid().as_bytes()], |row| row.uuid("id").map(OperationId::from_uuid))
            .stored()?;
        rows.collect::<rusqlite::Result<_>>().stored()
    }

    /// Returns the request that an operation waits for, or was allowed by.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn of_operation(&self, operation: OperationId) -> Result<Option<RequestId>, VaultError> {
        let sql = "SELECT request_id FROM operations WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let found = statement.query_row([operation.as_uuid().as_bytes()], |row| row.optional_uuid("request_id"));
        Ok(found.optional().stored()?.flatten().map(RequestId::from_uuid))
    }

    fn evidence(&self, id: RequestId) -> Result<Option<StoredRequest>, VaultError> {
        let sql = "SELECT content, signature, state, emergency_by, emergency_at, emergency_reason, \
             emergency_signature FROM requests WHERE id = ?1";
        let decisions = self.decisions(id)?;
        self.connection
            .prepare_cached(sql)
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| {
                Ok(StoredRequest {
                    id,
                    content: row.get("content")?,
                    signature: row.get("signature")?,
                    state: row.word("state")?,
                    decisions,
                    emergency: read_emergency(row)?,
                })
            })
            .optional()
            .stored()
    }

    fn decisions(&self, id: RequestId) -> Result<Vec<StoredDecision>, VaultError> {
        let sql = "SELECT approver_id, verdict, reason, at, signature FROM decisions WHERE request_id = ?1 \
             ORDER BY at, number";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let rows = statement
            .query_map([id.as_uuid().as_bytes()], |row| {
                Ok(StoredDecision {
                    approver: UserId::from_uuid(row.uuid("approver_id")?),
                    verdict: row.word("verdict")?,
                    reason: row.get("reason")?,
                    at: row.time("at")?,
                    signature: row.get("signature")?,
                })
            })
            .stored()?;
        rows.collect::<rusqlite::Result<_>>().stored()
    }

    fn other_digests(&self, id: RequestId) -> Result<Vec<(RequestId, [u8; DIGEST_LENGTH])>, VaultError> {
        let sql = "SELECT id, content FROM requests WHERE id <> ?1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let rows = statement
            .query_map([id.as_uuid().as_bytes()], |row| {
                let content: Vec<u8> = row.get("content")?;
                Ok((RequestId::from_uuid(row.uuid("id")?), approval::digest_of_request(&content)))
            })
            .stored()?;
        rows.collect::<rusqlite::Result<_>>().stored()
    }
}

/// Writes requests, and reads them.
pub struct RequestsMut<'a> {
    pub(crate) reader: Requests<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for RequestsMut<'a> {
    type Target = Requests<'a>;

    fn deref(&self) -> &Requests<'a> {
        &self.reader
    }
}

/// A decision to be signed and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NewDecision<'a> {
    pub request: RequestId,
    /// The content that the approver was shown.
    pub digest: [u8; DIGEST_LENGTH],
    pub verdict: Verdict,
    pub reason: &'a str,
    pub at: DateTime<Utc>,
}

impl RequestsMut<'_> {
    /// Signs a request, inserts it and returns its code.
    ///
    /// # Errors
    /// [`VaultError::InvalidReference`] when it is another person's, or another vault's.
    pub fn submit(&self, request: &Request, requester_name: &str, signer: &Session) -> Result<i64, VaultError> {
        if signer.user().id != request.requester || request.vault != self.vault_id {
            return Err(VaultError::InvalidReference);
        }
        let content = request.encode();
        let digest = approval::digest_of_request(&content);
        let statement = statement::request(self.vault_id, request.id, &digest, request.requester);
        let needed: u64 = request.rules.needed.iter().sum();
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let code: i64 = self
            .connection
            .prepare_cached(
                "INSERT INTO requests (id, content, signature, action, requester_id, requester_name, reason, tasks, \
                 settings, requested_at, valid_until, state, open_level, approvals_needed) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) RETURNING code",
            )
            .stored()?
            .query_row(
                params![
                    request.id.as_uuid().as_bytes(),
                    content,
                    signer.sign(statement.as_bytes()).0,
                    request.action().word(),
                    request.requester.as_uuid().as_bytes(),
                    requester_name,
                    request.reason,
                    number(request.content.tasks() as u64),
                    number(request.settings),
                    micros(request.requested_at),
                    micros(request.valid_until),
                    RequestState::AwaitingApproval.word(),
                    open_level(&request.rules, [0; 3]).map(number),
                    number(needed.max(1)),
                ],
                |row| row.get(0),
            )
            .stored()?;
        let sql =
            "INSERT INTO open_request_credentials (credential_id, request) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        for credential in request.content.credentials() {
            statement.execute(params![credential.as_uuid().as_bytes(), code]).stored()?;
        }
        self.changes.request(request.id);
        Ok(code)
    }

    /// Signs a decision and stores it.
    ///
    /// # Errors
    /// [`VaultError::Taken`] when this person has decided already.
    pub fn decide(&self, new: &NewDecision<'_>, signer: &Session) -> Result<(), VaultError> {
        let NewDecision { request, digest, verdict, reason, at } = new;
        let statement = statement::decision(self.vault_id, *request, digest, *verdict, reason, *at, signer.user().id);
        let kept = self
            .connection
            .prepare_cached(
                "INSERT INTO decisions (request_id, approver_id, verdict, reason, at, signature) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .stored()?
            .execute(params![
                request.as_uuid().as_bytes(),
                signer.user().id.as_uuid().as_bytes(),
                verdict.word(),
                reason,
                micros(*at),
                signer.sign(statement.as_bytes()).0,
            ])
            .stored()?;
        must_be_kept(kept)?;
        self.changes.request(*request);
        Ok(())
    }

    /// Writes the counted decisions into the columns that the lists show.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn note_count(&self, examination: &VerifiedRequest) -> Result<(), VaultError> {
        let Some(request) = examination.request() else {
            return Ok(());
        };
        let approvals = examination.approvals();
        let rejections = examination.decisions().iter().filter(|decision| {
            decision.finding == approval::DecisionStatus::Valid && decision.verdict == Verdict::Rejected
        });
        let level = open_level(&request.rules, approvals).map(|level| i64::try_from(level).unwrap_or(i64::MAX));
        let sum = i64::try_from(approvals.iter().sum::<u64>()).unwrap_or(i64::MAX);
        let rejections = i64::try_from(rejections.count()).unwrap_or(i64::MAX);
        self.set(
            request.id,
            "approvals = ?2, rejections = ?3, open_level = ?4",
            params![request.id.as_uuid().as_bytes(), sum, rejections, level],
        )
    }

    /// Ends a request that was not applied; the operations that waited for it end with it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn end(
        &self,
        id: RequestId,
        state: RequestState,
        conflicts: &[Conflict],
        now: DateTime<Utc>,
    ) -> Result<Vec<OperationId>, VaultError> {
        let waiting = self.waiting_operations(id)?;
        self.set(
            id,
            "state = ?2, ended_at = ?3, conflicts = ?4, open_level = NULL",
            params![id.as_uuid().as_bytes(), state.word(), micros(now), json(&conflicts)?],
        )?;
        self.close(id)?;
        Ok(waiting)
    }

    pub(in crate::store) fn ended_applied(
        &self,
        id: RequestId,
        canceled_operations: u32,
        now: DateTime<Utc>,
    ) -> Result<(), VaultError> {
        self.set(
            id,
            "state = ?2, ended_at = ?3, canceled_operations = ?4, open_level = NULL",
            params![id.as_uuid().as_bytes(), RequestState::Applied.word(), micros(now), canceled_operations],
        )?;
        self.close(id)
    }

    /// Records the request that an operation waits for.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn bind_operation(&self, operation: OperationId, request: RequestId) -> Result<(), VaultError> {
        let sql = "UPDATE operations SET request_id = ?2 WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let changed =
            statement.execute(params![operation.as_uuid().as_bytes(), request.as_uuid().as_bytes()]).stored()?;
        if changed == 0 { Err(VaultError::NotFound) } else { Ok(()) }
    }

    fn close(&self, id: RequestId) -> Result<(), VaultError> {
        let sql = "DELETE FROM open_request_credentials WHERE request = (SELECT code FROM requests WHERE id = ?1)";
        self.connection.prepare_cached(sql).stored()?.execute([id.as_uuid().as_bytes()]).stored()?;
        Ok(())
    }

    pub(in crate::store) fn set(
        &self,
        id: RequestId,
        what: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<(), VaultError> {
        let sql = format!("UPDATE requests SET {what} WHERE id = ?1");
        if self.connection.prepare_cached(&sql).stored()?.execute(values).stored()? == 0 {
            return Err(VaultError::NotFound);
        }
        self.changes.request(id);
        Ok(())
    }
}

/// Returns the words of a search in the form in which the list compares them.
pub(in crate::store) fn folded_words(text: &str) -> Vec<String> {
    crate::store::search::terms(text).iter().map(|word| fold(word)).collect()
}
