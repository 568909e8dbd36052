//! `parameters`: the values that an administrator set, where they differ from the default.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::{
    UserId,
    parameter::{Parameter, Parameters, Value},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::value::{Columns, json, micros};
use crate::{KdfParameters, VaultError, error::Stored};

const COLUMNS: &str = "name, value, updated_at, updated_by";

/// A parameter that somebody set.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SetParameter {
    /// The name. A newer version may have written a name that this version does not know.
    pub name: String,
    /// The value that it was set to.
    pub value: Value,
    pub at: DateTime<Utc>,
    pub by: UserId,
}

fn read_parameter(row: &Row<'_>) -> rusqlite::Result<SetParameter> {
    Ok(SetParameter {
        name: row.get("name")?,
        value: row.json("value")?,
        at: row.time("updated_at")?,
        by: UserId::from_uuid(row.uuid("updated_by")?),
    })
}

/// Reads the parameters of the vault.
pub struct ParameterTable<'a> {
    pub(crate) connection: &'a Connection,
}

impl ParameterTable<'_> {
    /// Returns every parameter with the value that was set, or its default.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn all(&self) -> Result<Parameters, VaultError> {
        Ok(Parameters::from_stored(self.set()?.into_iter().map(|set| (set.name, set.value))))
    }

    /// Returns the parameters that were set, with the value and the person who set it.
    ///
    /// # Errors
    /// The same as [`ParameterTable::all`].
    pub fn set(&self) -> Result<Vec<SetParameter>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM parameters WHERE name <> ?1");
        let mut statement = self.connection.prepare_cached(&sql).stored()?;
        let stored = statement.query_map([KEY_COST], read_parameter).stored()?;
        stored.collect::<Result<_, _>>().stored()
    }
}

/// The name under which the lowest allowed key-derivation cost of a password is stored. It is set with the keys, not
/// among the parameters.
const KEY_COST: &str = "keyCost";

impl ParameterTable<'_> {
    /// Returns the lowest allowed key-derivation cost of a password; `None` when nobody set it.
    ///
    /// # Errors
    /// The same as [`ParameterTable::all`].
    pub fn key_cost(&self) -> Result<Option<KdfParameters>, VaultError> {
        let stored = self
            .connection
            .query_row("SELECT value FROM parameters WHERE name = ?1", [KEY_COST], |row| row.get::<_, String>("value"));
        let stored = stored.optional().stored()?;
        let cost = stored.and_then(|text| serde_json::from_str::<KdfParameters>(&text).ok());
        // An earlier version allowed higher costs; they are lowered to the ceiling of this version.
        Ok(cost.map(|cost| cost.at_most(KdfParameters::CEILING)).filter(KdfParameters::are_acceptable))
    }
}

/// Writes the parameters of the vault.
pub struct StoredParametersMut<'a> {
    pub(crate) reader: ParameterTable<'a>,
}

impl<'a> Deref for StoredParametersMut<'a> {
    type Target = ParameterTable<'a>;

    fn deref(&self) -> &ParameterTable<'a> {
        &self.reader
    }
}

impl StoredParametersMut<'_> {
    /// Sets a parameter in the name of a person.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn put(&self, parameter: Parameter, value: &Value, by: UserId, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.set_named(parameter.name(), &json(value)?, by, now)
    }

    /// Sets the lowest allowed key-derivation cost of a password.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn put_key_cost(&self, cost: KdfParameters, by: UserId, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.set_named(KEY_COST, &json(&cost)?, by, now)
    }

    fn set_named(&self, name: &str, value: &str, by: UserId, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.connection
            .prepare_cached(
                "INSERT INTO parameters (name, value, updated_at, updated_by) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,
                 updated_by = excluded.updated_by",
            )
            .stored()?
            .execute(params![name, value, micros(now), by.as_uuid().as_bytes()])
            .stored()?;
        Ok(())
    }

    /// Removes the value that was set, so that the default applies, also when a later version changes the default.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn reset(&self, parameter: Parameter) -> Result<(), VaultError> {
        self.connection
            .prepare_cached("DELETE FROM parameters WHERE name = ?1")
            .stored()?
            .execute([parameter.name()])
            .stored()?;
        Ok(())
    }
}
