//! The queue: which waiting operation is taken next.
//!
//! The queue is the table; nothing is remembered outside it. Taking the next one is a single statement that walks one
//! partial index in queue order and stops at the first row that may run, so it costs the same however many wait behind
//! it. Rows that must be passed over are judged from the index and from the few running operations.
//!
//! Exclusion: a device has one change at a time. A running operation holds its target for itself and the credential that
//! it logs in with together with others; what it logs in with is written on its row when it is taken, so that editing
//! the credential meanwhile changes nothing.

use chrono::{DateTime, Utc};
use domain::OwnerId;
use rusqlite::{OptionalExtension, params};

use super::{
    operations::{COLUMNS, read_operation},
    value::{Columns, micros},
};
use crate::{OperationRecord, Operations, OperationsMut, VaultError, error::Stored};

/// Who wants the next operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimRequest {
    /// The running program.
    pub owner: OwnerId,
    /// Now.
    pub now: DateTime<Utc>,
    /// Until when it holds the operation without a sign of life.
    pub lease_until: DateTime<Utc>,
    /// How many may run at a time in all.
    pub overall: u32,
}

/// The first row of one half of the queue that may run now (`?1`), with fewer than `?2` running.
fn first(immediate: u8) -> String {
    format!(
        "SELECT * FROM (SELECT w.code FROM operations w \
         WHERE w.state = 'scheduled' AND w.immediate = {immediate} AND w.not_before <= ?1 \
         AND (SELECT count(*) FROM operations WHERE state = 'running') < ?2 \
         AND NOT EXISTS (SELECT 1 FROM operations r WHERE r.state = 'running' AND r.device_id = w.device_id) \
         AND NOT EXISTS (SELECT 1 FROM devices d WHERE d.id = w.device_id AND d.rest_until > ?1) \
         AND NOT EXISTS (SELECT 1 FROM operations r WHERE r.state = 'running' AND r.access_id = w.credential_id) \
         AND NOT EXISTS (SELECT 1 FROM credentials c JOIN operations r ON r.credential_id = c.access_credential_id \
             WHERE c.id = w.credential_id AND r.state = 'running') \
         ORDER BY w.not_before, w.id LIMIT 1)"
    )
}

/// Takes the next row.
pub(crate) fn claim_statement() -> String {
    format!(
        "UPDATE operations AS o SET state = 'running', step = 'claimed', ended_at = NULL, owner_id = ?3, lease_until = ?4, \
         started_at = coalesce(o.started_at, ?1), \
         access_id = (SELECT c.access_credential_id FROM credentials c WHERE c.id = o.credential_id) \
         WHERE o.code = (SELECT code FROM ({} UNION ALL {}) LIMIT 1) RETURNING {}",
        first(1),
        first(0),
        COLUMNS.replace("o.", ""),
    )
}

impl OperationsMut<'_> {
    /// Takes the next operation that may run: immediate ones first, then by time, then by id. None when nothing is due,
    /// when as many as allowed are running, or when every due one must wait for another.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn claim_next(&self, request: &ClaimRequest) -> Result<Option<OperationRecord>, VaultError> {
        let claimed = self
            .connection
            .prepare_cached(&claim_statement())
            .stored()?
            .query_row(
                params![
                    micros(request.now),
                    request.overall,
                    request.owner.as_uuid().as_bytes(),
                    micros(request.lease_until),
                ],
                read_operation,
            )
            .optional()
            .stored()?;
        if let Some(record) = &claimed {
            self.changes.operation(record.id);
        }
        Ok(claimed)
    }

    /// Gives a sign of life for everything that a program holds.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn renew_lease(&self, owner: OwnerId, until: DateTime<Utc>) -> Result<(), VaultError> {
        let sql = "UPDATE operations SET lease_until = ?2 WHERE state = 'running' AND owner_id = ?1";
        // Nobody is told: a lease is nothing that a person sees.
        self.connection
            .prepare_cached(sql)
            .stored()?
            .execute(params![owner.as_uuid().as_bytes(), micros(until)])
            .stored()?;
        Ok(())
    }
}

impl Operations<'_> {
    /// When something may become due after a time: a waiting operation's own time, or the end of the rest of a device
    /// that has one waiting.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn next_due(&self, after: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, VaultError> {
        self.connection
            .prepare_cached(
                "SELECT min(at) AS at FROM ( \
                 SELECT min(not_before) AS at FROM operations \
                     WHERE state = 'scheduled' AND immediate = 1 AND not_before > ?1 \
                 UNION ALL SELECT min(not_before) FROM operations \
                     WHERE state = 'scheduled' AND immediate = 0 AND not_before > ?1 \
                 UNION ALL SELECT min(d.rest_until) FROM devices d WHERE d.rest_until > ?1 AND EXISTS \
                     (SELECT 1 FROM operations w WHERE w.state = 'scheduled' AND w.device_id = d.id))",
            )
            .stored()?
            .query_row([micros(after)], |row| row.optional_time("at"))
            .stored()
    }
}
