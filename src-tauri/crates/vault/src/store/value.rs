//! The conversion between Rust values and columns.

use std::fmt::Display;

use chrono::{DateTime, Utc};
use rusqlite::{Row, RowIndex, types::Type};
use serde::{Serialize, de::DeserializeOwned};
use uuid::{Builder, Uuid};

use crate::VaultError;
use domain::Enumeration;

/// Returns a time as the tables store it: microseconds since 1970, UTC.
pub(crate) fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// Makes an id of version 7 (RFC 9562), which sorts by the time it was made.
pub(crate) fn make_uuid(now: DateTime<Utc>) -> Result<Uuid, VaultError> {
    let milliseconds = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Ok(Builder::from_unix_timestamp_millis(milliseconds, &crypto::make_bytes()?).into_uuid())
}

/// Checks that a statement for one row has written it. A planted trigger may have discarded the row without an error.
pub(crate) fn must_be_kept(rows: usize) -> Result<(), VaultError> {
    if rows == 1 { Ok(()) } else { Err(VaultError::NotKept) }
}

/// Returns a list as the tables store it: JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<String, VaultError> {
    serde_json::to_string(value).map_err(|error| VaultError::Storage { source: Box::new(error) })
}

/// Returns the word of an enumeration as a value of a statement.
pub(super) fn text(value: impl Enumeration) -> rusqlite::types::Value {
    rusqlite::types::Value::Text(value.word().to_owned())
}

/// Returns a text in the form in which names are compared: letter case and surrounding space do not count.
pub(crate) fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The name or the position of a column.
pub(crate) trait Column: RowIndex + Display + Copy {}

impl<T: RowIndex + Display + Copy> Column for T {}

/// Reads columns, each in the type that the domain has for it: by name, or by place where very many rows are read.
pub(crate) trait Columns {
    fn uuid(&self, column: impl Column) -> rusqlite::Result<Uuid>;
    fn optional_uuid(&self, column: impl Column) -> rusqlite::Result<Option<Uuid>>;
    fn time(&self, column: impl Column) -> rusqlite::Result<DateTime<Utc>>;
    fn optional_time(&self, column: impl Column) -> rusqlite::Result<Option<DateTime<Utc>>>;
    fn word<T: Enumeration>(&self, column: impl Column) -> rusqlite::Result<T>;
    fn optional_word<T: Enumeration>(&self, column: impl Column) -> rusqlite::Result<Option<T>>;
    fn json<T: DeserializeOwned>(&self, column: impl Column) -> rusqlite::Result<T>;
}

impl Columns for Row<'_> {
    fn uuid(&self, column: impl Column) -> rusqlite::Result<Uuid> {
        self.get(column).map(Uuid::from_bytes)
    }

    fn optional_uuid(&self, column: impl Column) -> rusqlite::Result<Option<Uuid>> {
        Ok(self.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
    }

    fn time(&self, column: impl Column) -> rusqlite::Result<DateTime<Utc>> {
        from_micros(self.get(column)?, column)
    }

    fn optional_time(&self, column: impl Column) -> rusqlite::Result<Option<DateTime<Utc>>> {
        self.get::<_, Option<i64>>(column)?.map(|micros| from_micros(micros, column)).transpose()
    }

    fn word<T: Enumeration>(&self, column: impl Column) -> rusqlite::Result<T> {
        from_word(&self.get::<_, String>(column)?, column)
    }

    fn optional_word<T: Enumeration>(&self, column: impl Column) -> rusqlite::Result<Option<T>> {
        self.get::<_, Option<String>>(column)?.map(|word| from_word(&word, column)).transpose()
    }

    fn json<T: DeserializeOwned>(&self, column: impl Column) -> rusqlite::Result<T> {
        // The serde error is dropped, because its message may contain the value.
        serde_json::from_str(&self.get::<_, String>(column)?).map_err(|_| unknown(column))
    }
}

fn from_micros(micros: i64, column: impl Column) -> rusqlite::Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| unknown(column))
}

fn from_word<T: Enumeration>(word: &str, column: impl Column) -> rusqlite::Result<T> {
    T::from_word(word).ok_or_else(|| unknown(column))
}

/// Returns the error for a column with a value that this version does not know. It names only the column.
pub(crate) fn unknown(column: impl Column) -> rusqlite::Error {
    let reason = format!("column {column} holds something unknown");
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, reason.into())
}
