//! `milestones`: the last time of some events of a person or of the vault, and the person who caused each.
//!
//! The audit trail contains the same and proves it. With this table, a list can show the times without reading the
//! trail. Only one decision depends on it: the end of a one-time password.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::UserId;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::store::value::{Columns, micros};
use crate::{VaultError, error::Stored};

const COLUMNS: &str = "name, subject, at, by";

domain::enumeration! {
    /// The events whose last time is recorded.
    pub enum Milestone {
        /// A person signed in.
        SignedIn = "signedIn",
        /// A person chose a password.
        PasswordChosen = "passwordChosen",
        /// A person got a one-time password.
        OneTimePassword = "oneTimePassword",
        /// The vault got a recovery kit.
        RecoveryMade = "recoveryMade",
        /// The words of the kit were typed back.
        RecoveryChecked = "recoveryChecked",
        /// The vault was re-keyed.
        Rekeyed = "rekeyed",
    }
}

/// The last time a milestone was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Reached {
    pub at: DateTime<Utc>,
    /// The person who did it, if any.
    pub by: Option<UserId>,
}

fn read_reached(row: &Row<'_>) -> rusqlite::Result<Reached> {
    Ok(Reached { at: row.time("at")?, by: row.optional_uuid("by")?.map(UserId::from_uuid) })
}

/// Reads the milestones of people and of the vault.
pub struct Milestones<'a> {
    pub(crate) connection: &'a Connection,
}

impl Milestones<'_> {
    /// Returns when it last happened to the subject; `None` if it never did.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn get(&self, milestone: Milestone, subject: Uuid) -> Result<Option<Reached>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM milestones WHERE name = ?1 AND subject = ?2"))
            .stored()?
            .query_row(params![milestone.word(), subject.as_bytes()], read_reached)
            .optional()
            .stored()
    }

    /// Returns when the vault was made.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn vault_created_at(&self) -> Result<DateTime<Utc>, VaultError> {
        self.connection.query_row("SELECT created_at FROM vault", [], |row| row.time("created_at")).stored()
    }
}

/// Writes the milestones of people and of the vault.
pub struct MilestonesMut<'a> {
    pub(crate) reader: Milestones<'a>,
}

impl<'a> Deref for MilestonesMut<'a> {
    type Target = Milestones<'a>;

    fn deref(&self) -> &Milestones<'a> {
        &self.reader
    }
}

impl MilestonesMut<'_> {
    /// Records that the milestone was reached now.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn reach(
        &self,
        milestone: Milestone,
        subject: Uuid,
        by: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<(), VaultError> {
        let by = by.map(|by| by.as_uuid());
        self.connection
            .prepare_cached(&format!(
                "INSERT INTO milestones ({COLUMNS}) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (name, subject) DO UPDATE SET at = excluded.at, by = excluded.by"
            ))
            .stored()?
            .execute(params![milestone.word(), subject.as_bytes(), micros(now), by.as_ref().map(Uuid::as_bytes)])
            .stored()?;
        Ok(())
    }

    /// Deletes the milestone, as if it had never been reached.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn forget(&self, milestone: Milestone, subject: Uuid) -> Result<(), VaultError> {
        self.connection
            .prepare_cached("DELETE FROM milestones WHERE name = ?1 AND subject = ?2")
            .stored()?
            .execute(params![milestone.word(), subject.as_bytes()])
            .stored()?;
        Ok(())
    }
}
