//! Requests that were applied without approvals: the person who did it, and the approvers who have acknowledged it.

use approval::{Emergency, statement};
use chrono::{DateTime, Utc};
use crypto::{DIGEST_LENGTH, SIGNATURE_LENGTH};
use domain::{RequestId, UserId};
use rusqlite::{OptionalExtension, Row, params};

use super::requests::{Requests, RequestsMut};
use crate::store::value::{Columns, micros, unknown};
use crate::{Session, VaultError, error::Stored};

/// The audit action for a request that was applied in an emergency, without approvals.
pub const EMERGENCY_APPLIED: &str = "request.appliedInEmergency";
/// The audit action for an approver who acknowledges an emergency.
pub const EMERGENCY_SEEN: &str = "request.emergencySeen";

pub(in crate::store) fn read_emergency(row: &Row<'_>) -> rusqlite::Result<Option<Emergency>> {
    let Some(by) = row.optional_uuid("emergency_by")?.map(UserId::from_uuid) else {
        return Ok(None);
    };
    let at = row.optional_time("emergency_at")?.ok_or_else(|| unknown("emergency_at"))?;
    let justification: Option<String> = row.get("emergency_reason")?;
    let signature: Option<[u8; SIGNATURE_LENGTH]> = row.get("emergency_signature")?;
    let signature = signature.ok_or_else(|| unknown("emergency_signature"))?;
    Ok(Some(Emergency { by, at, justification: justification.unwrap_or_default(), signature }))
}

impl Requests<'_> {
    /// Returns the open request to switch emergencies on.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn open_emergency(&self) -> Result<Option<RequestId>, VaultError> {
        let sql = "SELECT id FROM requests WHERE state = 'awaitingApproval' AND action = 'emergency' LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        statement.query_row([], |row| row.uuid("id").map(RequestId::from_uuid)).optional().stored()
    }

    /// Returns the requests that other people applied without approvals and that this user has not acknowledged yet,
    /// each with its time, oldest first. They are read from the audit trail, because an entry cannot be removed from it
    /// without notice.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn emergencies_unseen_by(&self, user: UserId) -> Result<Vec<(RequestId, DateTime<Utc>)>, VaultError> {
        let sql = "SELECT a.object_id, a.at FROM audit a WHERE a.action = ?1 AND a.object_id IS NOT NULL \
             AND a.who IS NOT ?3 AND NOT EXISTS (SELECT 1 FROM audit s WHERE s.object_id = a.object_id \
                 AND s.action = ?2 AND s.who = ?3) ORDER BY a.number";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let rows = statement
            .query_map(params![EMERGENCY_APPLIED, EMERGENCY_SEEN, user.as_uuid().as_bytes()], |row| {
                Ok((RequestId::from_uuid(row.uuid("object_id")?), row.time("at")?))
            })
            .stored()?;
        rows.collect::<rusqlite::Result<_>>().stored()
    }

    /// Signs that an administrator applies a request without approvals.
    pub fn sign_emergency(
        &self,
        id: RequestId,
        digest: &[u8; DIGEST_LENGTH],
        justification: &str,
        at: DateTime<Utc>,
        signer: &Session,
    ) -> Emergency {
        let by = signer.user().id;
        let statement = statement::emergency(self.vault_id, id, digest, justification, at, by);
        let signature = signer.sign(statement.as_bytes()).0;
        Emergency { by, at, justification: justification.to_owned(), signature }
    }
}

impl RequestsMut<'_> {
    /// Notifies the windows that a request has changed in the lists.
    pub fn touch(&self, id: RequestId) {
        self.changes.request(id);
    }

    /// Records that a request is applied without approvals.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn note_emergency(&self, id: RequestId, emergency: &Emergency) -> Result<(), VaultError> {
        let Emergency { by, at, justification, signature } = emergency;
        self.set(
            id,
            "emergency_by = ?2, emergency_at = ?3, emergency_reason = ?4, emergency_signature = ?5",
            params![id.as_uuid().as_bytes(), by.as_uuid().as_bytes(), micros(*at), justification, signature],
        )
    }
}
