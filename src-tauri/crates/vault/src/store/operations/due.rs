//! The number of operations that wait in the queue.

use chrono::{DateTime, Utc};
use domain::operation::OperationState;

use crate::store::{operations::records::Operations, value::micros};
use crate::{VaultError, error::Stored};

impl Operations<'_> {
    /// Counts the operations that are due and wait for their turn.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn count_due(&self, now: DateTime<Utc>) -> Result<u64, VaultError> {
        self.connection
            .prepare_cached("SELECT count(*) FROM operations WHERE state = ?1 AND (immediate = 1 OR not_before <= ?2)")
            .stored()?
            .query_row((OperationState::Scheduled.word(), micros(now)), |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
            .stored()
    }
}
