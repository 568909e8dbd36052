//! The watchdog: it finds operations that are due and do not run, and operations that run without a sign of life, and
//! gives the reason why an operation waits.

use chrono::{DateTime, Utc};
use domain::operation::OperationState;
use rusqlite::{OptionalExtension, params};

use crate::store::{
    operations::records::{COLUMNS, read_operation},
    value::{Columns, micros},
};
use crate::{OperationRecord, Operations, VaultError, error::Stored};

/// The number of rows at which counting stops.
const MOST: u32 = 100_000;

/// The limits beyond which an operation counts as overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverdueQuery {
    /// A waiting operation is overdue when it was due before this time.
    pub due_before: DateTime<Utc>,
    /// A running operation is stuck when its lease ended before this time.
    pub lease_before: DateTime<Utc>,
    /// The largest number of operations to return.
    pub limit: u32,
}

/// The overdue operations that the watchdog found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overdue {
    /// The number of waiting operations without the paused ones, counted up to 100,000.
    pub waiting: u32,
    /// The number of operations that run without a sign of life.
    pub stuck: u32,
    /// The time at which the first of them was due.
    pub since: Option<DateTime<Utc>>,
    /// The first of them, stuck ones first.
    pub records: Vec<OperationRecord>,
}

domain::enumeration! {
    /// The reason why a scheduled operation that is due does not run.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum BlockReason {
        EverythingPaused = "everythingPaused",
        CredentialPaused = "credentialPaused",
        /// The device rests after refused logins.
        DeviceResting = "deviceResting",
        /// The allowed number of operations already runs on the device.
        DeviceBusy = "deviceBusy",
        /// Another operation of the same exclusion group runs.
        ExclusionGroup = "exclusionGroup",
        /// Another operation logs in with the credential, or the credential that it logs in with is being changed.
        CredentialBusy = "credentialBusy",
    }
}

/// The conditions on an operation (`o`) that is due; the first one that holds is reported.
const HOLDS: [(BlockReason, &str); 6] = [
    (BlockReason::EverythingPaused, "immediate = 0 AND EXISTS (SELECT 1 FROM pause)"),
    (BlockReason::CredentialPaused, "immediate = 0 AND held"),
    (BlockReason::DeviceResting, "EXISTS (SELECT 1 FROM devices d WHERE d.id = o.device_id AND d.rest_until > ?2)"),
    (
        BlockReason::DeviceBusy,
        "(SELECT count(*) FROM operations r WHERE r.state = 'running' AND r.device_id = o.device_id) \
         >= (SELECT per_device FROM queue_limits)",
    ),
    (
        BlockReason::ExclusionGroup,
        "o.exclusion_group <> '' AND EXISTS (SELECT 1 FROM operations r WHERE r.state = 'running' \
         AND r.exclusion_group <> '' AND r.exclusion_group = o.exclusion_group)",
    ),
    (
        BlockReason::CredentialBusy,
        "EXISTS (SELECT 1 FROM operations r WHERE r.state = 'running' AND (r.access_id = o.credential_id \
         OR r.credential_id IN (SELECT CASE o.kind WHEN 'reconciliation' THEN c.reconciliation_credential_id \
         ELSE c.access_credential_id END FROM credentials c WHERE c.id = o.credential_id)))",
    ),
];

impl Operations<'_> {
    /// Finds the overdue operations.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn overdue(&self, query: &OverdueQuery) -> Result<Overdue, VaultError> {
        let (due, lease) = (micros(query.due_before), micros(query.lease_before));
        let (waiting, since) = self
            .connection
            .prepare_cached(
                "SELECT count(*) AS waiting, min(not_before) AS since FROM (SELECT not_before FROM operations \
                 WHERE state = 'scheduled' AND immediate IN (0, 1) AND not_before < ?1 AND lane IS NOT NULL \
                 AND (immediate OR NOT EXISTS (SELECT 1 FROM pause)) LIMIT ?2)",
            )
            .stored()?
            .query_row(params![due, MOST], |row| Ok((row.get("waiting")?, row.optional_time("since")?)))
            .stored()?;
        let stuck = self
            .connection
            .prepare_cached("SELECT count(*) FROM operations WHERE state = 'running' AND lease_until < ?1")
            .stored()?
            .query_row([lease], |row| row.get(0))
            .stored()?;
        let records = self
            .connection
            .prepare_cached(&format!(
                "SELECT * FROM (SELECT {COLUMNS} FROM operations o WHERE o.state = 'running' AND o.lease_until < ?2 \
                 ORDER BY o.lease_until LIMIT ?3) \
                 UNION ALL SELECT * FROM (SELECT {COLUMNS} FROM operations o WHERE o.state = 'scheduled' \
                 AND o.immediate IN (0, 1) AND o.not_before < ?1 AND o.lane IS NOT NULL \
                 AND (o.immediate OR NOT EXISTS (SELECT 1 FROM pause)) ORDER BY o.not_before LIMIT ?3) LIMIT ?3"
            ))
            .stored()?
            .query_map(params![due, lease, query.limit], read_operation)
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()?;
        Ok(Overdue { waiting, stuck, since, records })
    }

    /// Returns the reason why an operation that is due does not run; None when nothing blocks it, or when it is not
    /// due.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn hold(&self, record: &OperationRecord, now: DateTime<Utc>) -> Result<Option<BlockReason>, VaultError> {
        if record.state != OperationState::Scheduled || record.not_before > now {
            return Ok(None);
        }
        let sql = HOLDS.iter().enumerate().fold("SELECT CASE".to_owned(), |sql, (place, (_, condition))| {
            format!("{sql} WHEN {condition} THEN {place}")
        });
        let sql = format!("{sql} END FROM operations o WHERE o.code = ?1");
        let mut statement = self.connection.prepare_cached(&sql).stored()?;
        let place: Option<u32> =
            statement.query_row(params![record.code, micros(now)], |row| row.get(0)).optional().stored()?.flatten();
        Ok(place.and_then(|place| HOLDS.get(place as usize)).map(|(hold, _)| *hold))
    }
}
