//! `pause`, and the pauses of credentials: they hold triggers and scheduled operations back until a person ends them.
//!
//! An operation that a person starts with "immediate execution" runs nevertheless: a pause keeps the program from
//! starting work by itself, but does not keep people from acting. A change that had been sent before the pause is
//! checked when the pause ends.

use std::ops::Deref;

use domain::{CredentialId, Pause, UserId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::value::{Columns, micros};
use crate::{VaultError, error::Stored, file::transaction::Changes};

/// Reads the pauses of the vault and of credentials.
pub struct Pauses<'a> {
    pub(crate) connection: &'a Connection,
}

impl Pauses<'_> {
    /// Returns the pause of the whole vault, if there is one.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn everything(&self) -> Result<Option<Pause>, VaultError> {
        self.connection
            .prepare_cached("SELECT at, who, reason FROM pause")
            .stored()?
            .query_row([], |row| {
                let by = UserId::from_uuid(row.uuid("who")?);
                Ok(Pause { reason: row.get("reason")?, by, at: row.time("at")? })
            })
            .optional()
            .stored()
    }
}

/// Writes pauses, and reads them.
pub struct PausesMut<'a> {
    pub(crate) reader: Pauses<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for PausesMut<'a> {
    type Target = Pauses<'a>;

    fn deref(&self) -> &Pauses<'a> {
        &self.reader
    }
}

impl PausesMut<'_> {
    /// Pauses the whole vault; an existing pause gets the new reason.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn pause_everything(&self, pause: &Pause) -> Result<(), VaultError> {
        self.connection
            .prepare_cached(
                "INSERT INTO pause (only_row, at, who, reason) VALUES (1, ?1, ?2, ?3) ON CONFLICT (only_row) DO UPDATE \
                 SET at = excluded.at, who = excluded.who, reason = excluded.reason",
            )
            .stored()?
            .execute(params![micros(pause.at), pause.by.as_uuid().as_bytes(), pause.reason])
            .stored()?;
        Ok(())
    }

    /// Ends the pause of the whole vault; the pauses of credentials stay.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn resume_everything(&self) -> Result<(), VaultError> {
        self.connection.prepare_cached("DELETE FROM pause").stored()?.execute([]).stored()?;
        Ok(())
    }

    /// Pauses the triggers of a credential.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn pause_credential(&self, id: CredentialId, pause: &Pause) -> Result<(), VaultError> {
        let by = Some(pause.by.as_uuid().into_bytes());
        self.set(id, Some(micros(pause.at)), by, Some(&pause.reason))
    }

    /// Ends a credential's pause.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn resume_credential(&self, id: CredentialId) -> Result<(), VaultError> {
        self.set(id, None, None, None)
    }

    fn set(
        &self,
        id: CredentialId,
        at: Option<i64>,
        by: Option<[u8; 16]>,
        reason: Option<&str>,
    ) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET paused_at = ?2, paused_by = ?3, pause_reason = ?4 WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        if statement.execute(params![id.as_uuid().as_bytes(), at, by, reason]).stored()? == 0 {
            return Err(VaultError::NotFound);
        }
        self.changes.credential(id);
        Ok(())
    }
}
