//! `schedules` at a glance: the status of the credentials, the coming changes, and the missed ones.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    CredentialId,
    policy::{Due, PolicyStatus},
};

use crate::store::{
    policies::schedules::Schedules,
    value::{Columns, micros},
};
use crate::{VaultError, error::Stored};

/// The number of active credentials in each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Figures {
    pub credentials: u32,
    /// Proven, and not older than the policy allows.
    pub within_policy: u32,
    pub overdue: u32,
    /// The last change ended in error.
    pub in_error: u32,
    /// No stored password logs in.
    pub out_of_sync: u32,
    pub without_policy: u32,
    /// No change succeeded yet.
    pub never_changed: u32,
    /// The stored password is not proven.
    pub not_verified: u32,
}

/// The changes and verifications that were missed during downtime and are now spread over the time to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Missed {
    pub count: u32,
    pub until: DateTime<Utc>,
}

/// An operation that a trigger will schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Upcoming {
    pub credential: CredentialId,
    pub username: String,
    pub device_name: String,
    /// The trigger and the time.
    pub due: Due,
}

impl Schedules<'_> {
    /// Counts the active credentials in each status.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn figures(&self, now: DateTime<Utc>) -> Result<Figures, VaultError> {
        let mut figures = Figures::default();
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT standing, count(*) AS count, \
                 coalesce(sum(standing = 'withinPolicy' AND overdue_at <= ?1), 0) AS overdue \
                 FROM schedules WHERE standing IS NOT NULL GROUP BY standing",
            )
            .stored()?;
        let mut rows = statement.query([micros(now)]).stored()?;
        while let Some(row) = rows.next().stored()? {
            let (count, overdue): (u32, u32) = (row.get("count").stored()?, row.get("overdue").stored()?);
            figures.credentials += count;
            match row.word::<PolicyStatus>("standing").stored()? {
                PolicyStatus::WithinPolicy => {
                    figures.within_policy += count - overdue;
                    figures.overdue += overdue;
                }
                PolicyStatus::Overdue => figures.overdue += count,
                PolicyStatus::InError => figures.in_error += count,
                PolicyStatus::OutOfSync => figures.out_of_sync += count,
                PolicyStatus::WithoutPolicy => figures.without_policy += count,
                PolicyStatus::NeverChanged => figures.never_changed += count,
                PolicyStatus::NotVerified => figures.not_verified += count,
            }
        }
        Ok(figures)
    }

    /// Counts the missed changes and verifications that still wait for the time they were moved to; `None` when there
    /// are none.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn missed(&self, now: DateTime<Utc>) -> Result<Option<Missed>, VaultError> {
        let (count, until) = self
            .connection
            .prepare_cached(
                "SELECT count(*) AS count, max(not_before) AS until FROM schedules \
                 WHERE not_before > ?1 AND (change_due IS NOT NULL OR verify_due IS NOT NULL)",
            )
            .stored()?
            .query_row([micros(now)], |row| Ok((row.get("count")?, row.optional_time("until")?)))
            .stored()?;
        Ok(until.map(|until| Missed { count, until }))
    }

    /// Returns the operations that triggers will schedule next, at most `limit`.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn upcoming(&self, limit: u32) -> Result<Vec<Upcoming>, VaultError> {
        let one = |at: &str, kind: &str| {
            format!(
                "SELECT * FROM (SELECT c.id, c.username, c.device_name, {at} AS due, {kind} AS kind FROM schedules s \
                 JOIN credentials c ON c.number = s.credential WHERE {at} IS NOT NULL ORDER BY {at} LIMIT ?1)"
            )
        };
        let (change, verification) = (one("s.change_due", "s.change_kind"), one("s.verify_due", "'verification'"));
        self.connection
            .prepare_cached(&format!("{change} UNION ALL {verification} ORDER BY due LIMIT ?1"))
            .stored()?
            .query_map([limit], |row| {
                Ok(Upcoming {
                    credential: CredentialId::from_uuid(row.uuid("id")?),
                    username: row.get("username")?,
                    device_name: row.get("device_name")?,
                    due: Due { kind: row.word("kind")?, at: row.time("due")? },
                })
            })
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()
    }

    /// Counts the operations that become due in each of the next `hours` hours: those of triggers, and those that are
    /// scheduled already.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn hours(&self, from: DateTime<Utc>, hours: u32) -> Result<Vec<u32>, VaultError> {
        let hour = TimeDelta::hours(1).num_microseconds().unwrap_or(i64::MAX);
        let mut counts = vec![0; hours as usize];
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT (at - ?1) / ?3 AS hour, count(*) AS count FROM ( \
                 SELECT change_due AS at FROM schedules WHERE change_due >= ?1 AND change_due < ?2 \
                 UNION ALL SELECT verify_due FROM schedules WHERE verify_due >= ?1 AND verify_due < ?2 \
                 UNION ALL SELECT not_before FROM operations \
                     WHERE state = 'scheduled' AND immediate = 0 AND not_before >= ?1 AND not_before < ?2) GROUP BY hour",
            )
            .stored()?;
        let start = micros(from);
        let mut rows = statement.query([start, start.saturating_add(hour * i64::from(hours)), hour]).stored()?;
        while let Some(row) = rows.next().stored()? {
            let place: u32 = row.get("hour").stored()?;
            if let Some(count) = counts.get_mut(place as usize) {
                *count = row.get("count").stored()?;
            }
        }
        Ok(counts)
    }
}
