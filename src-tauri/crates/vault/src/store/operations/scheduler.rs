//! `scheduler`: one row, with the state that the scheduler keeps between two runs. A higher generation makes every
//! schedule stale.

use chrono::{DateTime, Utc};

use crate::store::{
    policies::schedules::{Schedules, SchedulesMut},
    value::{Columns, micros},
};
use crate::{VaultError, error::Stored};

/// The stored state of the scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulerState {
    /// The time of its last run.
    pub last_run_at: Option<DateTime<Utc>>,
    /// The time on the clock when the scheduler last saw that the clock had been set back.
    pub set_back_at: Option<DateTime<Utc>>,
    /// The IANA name of the time zone that hours are given in.
    pub time_zone: String,
}

impl Schedules<'_> {
    /// Returns the stored state of the scheduler.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn state(&self) -> Result<SchedulerState, VaultError> {
        self.connection
            .prepare_cached("SELECT last_run_at, set_back_at, time_zone FROM scheduler")
            .stored()?
            .query_row([], |row| {
                Ok(SchedulerState {
                    last_run_at: row.optional_time("last_run_at")?,
                    set_back_at: row.optional_time("set_back_at")?,
                    time_zone: row.get("time_zone")?,
                })
            })
            .stored()
    }
}

impl SchedulesMut<'_> {
    /// Makes every schedule stale, so that all are computed again.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn reconsider_all(&self) -> Result<(), VaultError> {
        self.connection.execute("UPDATE scheduler SET generation = generation + 1", []).stored()?;
        Ok(())
    }

    /// Records that the clock was set back, and makes every schedule stale.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn clock_put_back(&self, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.connection.execute("UPDATE scheduler SET set_back_at = ?1", [micros(now)]).stored()?;
        self.reconsider_all()
    }

    /// Records the time of the last run of the scheduler.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn looked(&self, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.connection
            .prepare_cached("UPDATE scheduler SET last_run_at = ?1")
            .stored()?
            .execute([micros(now)])
            .stored()?;
        Ok(())
    }

    /// Sets the time zone of hours, and makes every schedule stale.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn set_time_zone(&self, name: &str) -> Result<(), VaultError> {
        self.connection.execute("UPDATE scheduler SET time_zone = ?1", [name]).stored()?;
        self.reconsider_all()
    }
}
