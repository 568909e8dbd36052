//! The values that the list of operations can be filtered by.

use rusqlite::Connection;

use crate::{Operations, VaultError, error::Stored};

/// The values to filter by that occur in the vault; at most 200 of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct OperationChoices {
    /// Manufacturers of devices that operations are on.
    pub manufacturers: Vec<String>,
    /// Models of such devices.
    pub models: Vec<String>,
    /// Websites of such devices.
    pub websites: Vec<String>,
    /// Tags of devices and credentials.
    pub tags: Vec<String>,
    pub requesters: Vec<String>,
}

impl Operations<'_> {
    /// Returns the values to filter by.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn choices(&self) -> Result<OperationChoices, VaultError> {
        let first = |column| {
            let mut texts = each_once(self.connection, column)?;
            texts.truncate(200);
            Ok::<_, VaultError>(texts)
        };
        Ok(OperationChoices {
            manufacturers: first("manufacturer")?,
            models: first("model")?,
            websites: first("website")?,
            tags: self.texts(
                "WITH RECURSIVE d (tag) AS (SELECT min(tag_folded) FROM device_tags UNION ALL \
                 SELECT (SELECT min(tag_folded) FROM device_tags WHERE tag_folded > d.tag) FROM d \
                 WHERE d.tag IS NOT NULL LIMIT 200), \
                 c (tag) AS (SELECT min(tag_folded) FROM credential_tags UNION ALL \
                 SELECT (SELECT min(tag_folded) FROM credential_tags WHERE tag_folded > c.tag) FROM c \
                 WHERE c.tag IS NOT NULL LIMIT 200) \
                 SELECT tag AS text FROM (SELECT tag FROM d UNION SELECT tag FROM c) WHERE tag IS NOT NULL \
                 ORDER BY text LIMIT 200",
            )?,
            requesters: self
                .texts("SELECT name AS text FROM users UNION SELECT name FROM policy_names ORDER BY text LIMIT 200")?,
        })
    }

    fn texts(&self, sql: &str) -> Result<Vec<String>, VaultError> {
        self.connection
            .prepare_cached(sql)
            .stored()?
            .query_map([], |row| row.get("text"))
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()
    }
}

/// Returns the distinct texts of a column of operations, at most 1,000. The index is read from one distinct value to
/// the next.
pub(in crate::store) fn each_once(connection: &Connection, column: &str) -> Result<Vec<String>, VaultError> {
    connection
        .prepare_cached(&format!(
            "WITH RECURSIVE each (text) AS ( \
             SELECT min({column}) FROM operations WHERE {column} > '' \
             UNION ALL SELECT (SELECT min({column}) FROM operations WHERE {column} > each.text) FROM each \
             WHERE each.text IS NOT NULL LIMIT 1000) SELECT text FROM each WHERE text IS NOT NULL"
        ))
        .stored()?
        .query_map([], |row| row.get("text"))
        .stored()?
        .collect::<rusqlite::Result<_>>()
        .stored()
}
