//! `scheduler`: one row, what the scheduler remembers between two looks. A higher generation makes every schedule stale.

use chrono::{DateTime, Utc};

use crate::store::{
    policies::schedules::{Schedules, SchedulesMut},
    value::{Columns, micros},
};
use crate::{VaultError, error::Stored};

/// What the scheduler remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulerState {
    /// When it last looked.
    pub last_run_at: Option<DateTime<Utc>>,
    /// What the clock said when it was last seen to have been put back.
    pub set_back_at: Option<DateTime<Utc>>,
    /// The zone that hours are meant in, by its IANA name.
    pub time_zone: String,
}

impl Schedules<'_> {
    /// What the scheduler remembers.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
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
    /// Lets everything be computed anew.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn reconsider_all(&self) -> Result<(), VaultError> {
        self.connection.execute("UPDATE scheduler SET generation = generation + 1", []).stored()?;
        Ok(())
    }

    /// Writes that the clock was put back, and lets everything be computed anew.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn clock_put_back(&self, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.connection.execute("UPDATE scheduler SET set_back_at = ?1", [micros(now)]).stored()?;
        self.reconsider_all()
    }

    /// Writes when the scheduler last looked.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn looked(&self, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.connection
            .prepare_cached("UPDATE scheduler SET last_run_at = ?1")
            .stored()?
            .execute([micros(now)])
            .stored()?;
        Ok(())
    }

    /// Writes in which zone hours are meant, and lets everything be computed anew.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn set_time_zone(&self, name: &str) -> Result<(), VaultError> {
        self.connection.execute("UPDATE scheduler SET time_zone = ?1", [name]).stored()?;
        self.reconsider_all()
    }
}
