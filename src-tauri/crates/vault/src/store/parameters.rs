//! `parameters`: what an administrator set, where it differs from the default.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::parameter::{Parameter, Parameters, Value};
use rusqlite::{Connection, Row, params};

use super::value::{Columns, json, micros};
use crate::{VaultError, error::Stored};

const COLUMNS: &str = "name, value";

fn read_parameter(row: &Row<'_>) -> rusqlite::Result<(String, Value)> {
    Ok((row.get("name")?, row.json("value")?))
}

/// Reads parameters.
pub struct StoredParameters<'a> {
    pub(crate) connection: &'a Connection,
}

impl StoredParameters<'_> {
    /// Every parameter: what was set, else its default.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn all(&self) -> Result<Parameters, VaultError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM parameters")).stored()?;
        let stored = statement.query_map([], read_parameter).stored()?;
        Ok(Parameters::from_stored(stored.collect::<Result<Vec<_>, _>>().stored()?))
    }
}

/// Sets parameters.
pub struct StoredParametersMut<'a> {
    pub(crate) reader: StoredParameters<'a>,
}

impl<'a> Deref for StoredParametersMut<'a> {
    type Target = StoredParameters<'a>;

    fn deref(&self) -> &StoredParameters<'a> {
        &self.reader
    }
}

impl StoredParametersMut<'_> {
    /// Sets a parameter; None goes back to the default, whatever a later version makes of it.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn set(&self, parameter: Parameter, value: Option<&Value>, now: DateTime<Utc>) -> Result<(), VaultError> {
        match value {
            Some(value) => self
                .connection
                .prepare_cached(
                    "INSERT INTO parameters (name, value, updated_at) VALUES (?1, ?2, ?3)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
                )
                .stored()?
                .execute(params![parameter.name(), json(value)?, micros(now)]),
            None => self
                .connection
                .prepare_cached("DELETE FROM parameters WHERE name = ?1")
                .stored()?
                .execute([parameter.name()]),
        }
        .stored()?;
        Ok(())
    }
}
