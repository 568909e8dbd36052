//! `saved_filters` and `last_filters`: the filters of lists, by person.

use domain::{SavedFilterId, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::value::{Columns, fold};
use crate::{VaultError, error::Stored, file::transaction::Changes};

/// A filter under its name. Only the list knows the format of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SavedFilter {
    pub id: SavedFilterId,
    pub list: String,
    /// Its name; unique to the person and the list, letter case ignored.
    pub name: String,
    /// The filter, as JSON.
    pub filter: String,
}

fn read_filter(row: &Row<'_>) -> rusqlite::Result<SavedFilter> {
    Ok(SavedFilter {
        id: SavedFilterId::from_uuid(row.uuid("id")?),
        list: row.get("list")?,
        name: row.get("name")?,
        filter: row.get("filter")?,
    })
}

/// Reads the filters of people.
pub struct SavedFilters<'a> {
    pub(crate) connection: &'a Connection,
}

impl SavedFilters<'_> {
    /// Returns a person's filters of a list, by name.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn list(&self, user: UserId, list: &str) -> Result<Vec<SavedFilter>, VaultError> {
        self.connection
            .prepare_cached(
                "SELECT id, list, name, filter FROM saved_filters WHERE user_id = ?1 AND list = ?2 \
                 ORDER BY name_folded",
            )
            .stored()?
            .query_map(params![user.as_uuid().as_bytes(), list], read_filter)
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()
    }

    /// Returns the filter that a person's list had when they last left it, as JSON.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn last(&self, user: UserId, list: &str) -> Result<Option<String>, VaultError> {
        self.connection
            .prepare_cached("SELECT filter FROM last_filters WHERE user_id = ?1 AND list = ?2")
            .stored()?
            .query_row(params![user.as_uuid().as_bytes(), list], |row| row.get(0))
            .optional()
            .stored()
    }
}

/// Writes the saved filters of people.
pub struct SavedFiltersMut<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) changes: &'a Changes,
}

impl SavedFiltersMut<'_> {
    /// Inserts a person's filter, or overwrites an existing filter of the same person.
    ///
    /// # Errors
    /// [`VaultError::Taken`] when another one has the name; [`VaultError::NotFound`] when it is another person's.
    pub fn save(&self, user: UserId, saved: &SavedFilter) -> Result<(), VaultError> {
        let written = self
            .connection
            .prepare_cached(
                "INSERT INTO saved_filters (id, user_id, list, name, name_folded, filter) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
                 name_folded = excluded.name_folded, filter = excluded.filter WHERE user_id = excluded.user_id",
            )
            .stored()?
            .execute(params![
                saved.id.as_uuid().as_bytes(),
                user.as_uuid().as_bytes(),
                saved.list,
                saved.name,
                fold(&saved.name),
                saved.filter,
            ])
            .stored()?;
        self.noted(saved.id, written)
    }

    /// Deletes a person's filter.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], also when it is another person's.
    pub fn delete(&self, user: UserId, id: SavedFilterId) -> Result<(), VaultError> {
        let sql = "DELETE FROM saved_filters WHERE id = ?1 AND user_id = ?2";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let deleted = statement.execute(params![id.as_uuid().as_bytes(), user.as_uuid().as_bytes()]).stored()?;
        self.noted(id, deleted)
    }

    /// Stores the current filter of a person's list. The change is not announced.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn remember(&self, user: UserId, list: &str, filter: &str) -> Result<(), VaultError> {
        self.connection
            .prepare_cached(
                "INSERT INTO last_filters (user_id, list, filter) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (user_id, list) DO UPDATE SET filter = excluded.filter",
            )
            .stored()?
            .execute(params![user.as_uuid().as_bytes(), list, filter])
            .stored()?;
        Ok(())
    }

    fn noted(&self, id: SavedFilterId, rows: usize) -> Result<(), VaultError> {
        if rows == 0 {
            return Err(VaultError::NotFound);
        }
        self.changes.saved_filter(id);
        Ok(())
    }
}
