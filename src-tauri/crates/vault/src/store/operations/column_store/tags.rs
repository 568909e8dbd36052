//! The operations that carry a tag: those whose device or credential carries it.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use super::rows::{Id, Rows, Subject};
use crate::{VaultError, error::Stored, store::operations::operation_conditions::CARRIERS};

/// The number of tags that are remembered: more than people filter by in one day.
const KEPT: usize = 50;

/// The tags of recent queries, with the subjects that carry them.
#[derive(Default)]
pub(super) struct Tags {
    carried: HashMap<String, Vec<bool>>,
}

impl Tags {
    /// Forgets all tags, because a device or credential carries other tags now.
    pub(super) fn forget(&mut self) {
        self.carried.clear();
    }

    /// Tells for every subject, by its position, whether it carries the tag.
    pub(super) fn carried(&mut self, connection: &Connection, rows: &Rows, tag: &str) -> Result<&[bool], VaultError> {
        let known = self.carried.get(tag).is_some_and(|carried| carried.len() == rows.subjects.len());
        if !known {
            let carried = carried(connection, rows, tag)?;
            if self.carried.len() >= KEPT {
                self.carried.clear();
            }
            self.carried.insert(tag.to_owned(), carried);
        }
        Ok(self.carried.get(tag).map_or(&[], Vec::as_slice))
    }
}

fn carried(connection: &Connection, rows: &Rows, tag: &str) -> Result<Vec<bool>, VaultError> {
    let ids = |sql: &str| -> Result<HashSet<Id>, VaultError> {
        let mut statement = connection.prepare_cached(&format!("{sql}?1")).stored()?;
        let ids = statement.query_map([tag], |row| row.get(0)).stored()?;
        ids.collect::<rusqlite::Result<_>>().stored()
    };
    let (devices, credentials) = (ids(CARRIERS[0])?, ids(CARRIERS[1])?);
    let carries = |subject: &Subject| devices.contains(&subject.device) || credentials.contains(&subject.credential);
    Ok(rows.subjects.iter().map(carries).collect())
}
