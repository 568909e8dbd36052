//! `users` and `vault`: the names of people, and the id of the vault.

use chrono::{DateTime, Utc};
use domain::{UserId, VaultId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::value::{Columns, micros};
use crate::{Part, Roster, SignedIn, VaultError, error::Stored, file::schema};

/// Reads the names of people.
pub struct Users<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) roster: Option<&'a Roster>,
}

impl Users<'_> {
    /// Returns a person's name, whether or not they can still open the vault. It comes from the ledger, because a row
    /// can be edited.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn name(&self, id: UserId) -> Result<Option<String>, VaultError> {
        if let Some(roster) = self.roster {
            return Ok(roster.latest(id).map(|record| record.name.clone()));
        }
        self.connection
            .prepare_cached("SELECT name FROM users WHERE id = ?1")
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| row.get(0))
            .optional()
            .stored()
    }
}

/// Reads the id of the vault. A file without it is damaged.
pub(crate) fn vault_id(connection: &Connection) -> Result<VaultId, VaultError> {
    connection
        .query_row("SELECT id FROM vault", [], |row| row.uuid("id"))
        .map(VaultId::from_uuid)
        .map_err(|_| VaultError::Damaged { part: Part::Database })
}

/// Writes the first rows of a new vault.
pub(crate) fn insert_first(
    connection: &Connection,
    vault: VaultId,
    user: &SignedIn,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    connection
        .execute(
            "INSERT INTO vault (only_row, id, oldest_reader, created_at) VALUES (1, ?1, ?2, ?3)",
            params![vault.as_uuid().as_bytes(), schema::VERSION, micros(now)],
        )
        .stored()?;
    connection
        .execute("INSERT INTO users (id, name) VALUES (?1, ?2)", params![user.id.as_uuid().as_bytes(), user.name])
        .stored()?;
    Ok(())
}
