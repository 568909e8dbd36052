//! The queue: it decides which waiting operation is taken next.
//!
//! The queue is the table; nothing is remembered outside it. Database triggers maintain `queue_heads`, which holds the
//! first waiting operation of each device, for each group and lane. A single statement takes the next operation. It
//! reads only `queue_heads`, and there only the devices that have room. So it costs the same however many operations
//! wait, also behind a busy device.
//!
//! Exclusion: a device runs only as many changes at a time as it allows, usually one. In a group, one operation runs at
//! a time. A running operation locks its target exclusively, and locks the credential that it logs in with together
//! with other operations (a shared lock). The login credential is stored on the row when the operation is taken, so
//! that editing the credential meanwhile has no effect.

use chrono::{DateTime, Utc};
use domain::OwnerId;
use rusqlite::{OptionalExtension, params};

use crate::store::{
    operations::records::{COLUMNS, read_operation},
    value::{Columns, micros},
};
use crate::{OperationRecord, Operations, OperationsMut, VaultError, error::Stored};

/// A program's request for the next operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ClaimRequest {
    pub owner: OwnerId,
    pub now: DateTime<Utc>,
    /// The end of the lease, unless the program renews it.
    pub lease_until: DateTime<Utc>,
    /// The largest number of operations that may run at a time.
    pub overall: u32,
}

/// The credential that an operation logs in with, if not with its own. `c` is its credential.
const LOGS_IN_WITH: &str = "CASE {kind} WHEN 'reconciliation' THEN c.reconciliation_credential_id \
    ELSE c.access_credential_id END";

/// The first queue of a lane that may run now (`?1`). While the vault is paused, only immediate operations may run.
const FIRST_OF_LANE: &str = "SELECT h.code FROM queue_heads h \
    WHERE h.full = 0 AND h.lane = lanes.lane AND h.not_before <= ?1 \
    AND (h.lane < 1000 OR NOT EXISTS (SELECT 1 FROM pause)) \
    AND NOT EXISTS (SELECT 1 FROM devices d WHERE d.id = h.device_id AND d.rest_until > ?1) \
    AND NOT EXISTS (SELECT 1 FROM operations r WHERE h.exclusion_group <> '' AND r.exclusion_group <> '' \
        AND r.exclusion_group = h.exclusion_group AND r.state = 'running') \
    AND NOT EXISTS (SELECT 1 FROM operations r WHERE r.state = 'running' AND r.access_id = h.credential_id) \
    AND NOT EXISTS (SELECT 1 FROM operations w JOIN credentials c ON c.id = w.credential_id \
        JOIN operations r ON r.credential_id = {logs_in_with} WHERE w.code = h.code AND r.state = 'running') \
    ORDER BY h.not_before, h.operation_id LIMIT 1";

/// Returns the statement that takes the next row. It finds the lanes one after the other on the index. So it reads only
/// one queue for each lane in use, however many devices have one.
pub(crate) fn claim_statement() -> String {
    let of_kind = |kind| LOGS_IN_WITH.replace("{kind}", kind);
    format!(
        "UPDATE operations AS o SET state = 'running', step = 'claimed', owner_id = ?3, lease_until = ?4, \
         started_at = coalesce(o.started_at, ?1), \
         access_id = (SELECT {} FROM credentials c WHERE c.id = o.credential_id) \
         WHERE o.code = ( \
             WITH RECURSIVE lanes (lane) AS ( \
                 SELECT min(h.lane) FROM queue_heads h WHERE h.full = 0 \
                 UNION ALL \
                 SELECT (SELECT min(h.lane) FROM queue_heads h WHERE h.full = 0 AND h.lane > lanes.lane) \
                 FROM lanes WHERE lanes.lane IS NOT NULL) \
             SELECT code FROM (SELECT ({}) AS code FROM lanes WHERE lanes.lane IS NOT NULL) \
             WHERE code IS NOT NULL AND (SELECT count(*) FROM operations WHERE state = 'running') < ?2 LIMIT 1) \
         RETURNING {}",
        of_kind("o.kind"),
        FIRST_OF_LANE.replace("{logs_in_with}", &of_kind("w.kind")),
        COLUMNS.replace("o.", ""),
    )
}

impl OperationsMut<'_> {
    /// Takes the next operation that may run: immediate ones first, then by priority, then by time, then by id. None
    /// when nothing is due, when the allowed number is running, or when every due operation must wait for another.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
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

    /// Sets how many operations may run on one device at a time.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn set_per_device(&self, most: u32) -> Result<(), VaultError> {
        let changed = self
            .connection
            .prepare_cached("UPDATE queue_limits SET per_device = ?1 WHERE per_device <> ?1")
            .stored()?
            .execute([most.max(1)])
            .stored()?;
        if changed > 0 {
            self.connection
                .prepare_cached(
                    "UPDATE queue_heads SET full = (SELECT count(*) FROM operations r \
                     WHERE r.state = 'running' AND r.device_id = queue_heads.device_id) >= ?1 \
                     WHERE device_id IN (SELECT device_id FROM operations WHERE state = 'running')",
                )
                .stored()?
                .execute([most.max(1)])
                .stored()?;
        }
        Ok(())
    }

    /// Renews the leases of all operations that a program holds.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn renew_lease(&self, owner: OwnerId, until: DateTime<Utc>) -> Result<(), VaultError> {
        let sql = "UPDATE operations SET lease_until = ?2 WHERE state = 'running' AND owner_id = ?1";
        // The change is not announced, because no person sees a lease.
        self.connection
            .prepare_cached(sql)
            .stored()?
            .execute(params![owner.as_uuid().as_bytes(), micros(until)])
            .stored()?;
        Ok(())
    }
}

impl Operations<'_> {
    /// Returns when something may become due next after a time: the time of a waiting operation, or the end of the rest
    /// period of a device with a waiting operation.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn next_due(&self, after: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, VaultError> {
        self.connection
            .prepare_cached(
                "SELECT min(at) AS at FROM ( \
                 SELECT min(not_before) AS at FROM operations \
                     WHERE state = 'scheduled' AND immediate = 1 AND not_before > ?1 \
                 UNION ALL SELECT min(not_before) FROM operations \
                     WHERE state = 'scheduled' AND immediate = 0 AND not_before > ?1 \
                 UNION ALL SELECT min(d.rest_until) FROM devices d WHERE d.rest_until > ?1 AND EXISTS \
                     (SELECT 1 FROM queue_heads h WHERE h.device_id = d.id))",
            )
            .stored()?
            .query_row([micros(after)], |row| row.optional_time("at"))
            .stored()
    }
}
