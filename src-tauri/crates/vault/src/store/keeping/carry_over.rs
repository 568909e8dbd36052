//! Stored secrets that an open database has and an earlier state of it lacks.
//!
//! The rows stay sealed. The earlier state is an ancestor of the open one, so a version that both have is the same
//! secret; its state is taken from the open one, if all versions of the credential can be read there.

use std::collections::BTreeMap;

use rusqlite::{Connection, params_from_iter, types::Value};

use crate::{VaultError, error::Stored};

const COLUMNS: &str = "id, credential_id, kind, version, state, origin, sealed, created_at, current_at, sent_at, doubted_at, operation_id";

/// The position of the state among the columns.
const STATE: usize = 4;

type Row = Vec<Value>;

/// Adds every missing version and returns the number of changed credentials. They are marked out of sync, because
/// nobody has proven which password they have.
pub(crate) fn carry_over(from: &Connection, to: &Connection) -> Result<u32, VaultError> {
    let (found, known) = (rows(from), rows(to));
    let mut changed = 0;
    for (credential, versions) in &found.versions {
        if known.versions.get(credential) == Some(versions) || !exists(to, credential)? {
            continue;
        }
        let is_changed = match found.is_whole {
            true => replace(to, credential, versions).map(|()| true)?,
            false => add(to, versions)?,
        };
        if is_changed {
            doubt(to, credential)?;
            changed += 1;
        }
    }
    Ok(changed)
}

/// The versions of each credential.
#[derive(Default)]
struct Found {
    versions: BTreeMap<Vec<u8>, Vec<Row>>,
    /// True where all of them were read, so that those which are not here do not exist.
    is_whole: bool,
}

/// Reads the versions as far as the pages can be read.
fn rows(connection: &Connection) -> Found {
    let mut found = Found::default();
    // The rows are read in the order of the table, because its indexes may be of another state.
    let sql = format!("SELECT {COLUMNS} FROM secret_versions NOT INDEXED ORDER BY number");
    let Ok(mut statement) = connection.prepare(&sql) else { return found };
    let count = statement.column_count();
    let Ok(mut rows) = statement.query([]) else { return found };
    let mut are_readable = true;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(_) => return found,
        };
        let values: rusqlite::Result<Row> = (0..count).map(|column| row.get(column)).collect();
        match values.map(|values| (values.get(1).cloned(), values)) {
            Ok((Some(Value::Blob(credential)), values)) => found.versions.entry(credential).or_default().push(values),
            _ => are_readable = false,
        }
    }
    found.is_whole = are_readable;
    found
}

fn exists(connection: &Connection, credential: &[u8]) -> Result<bool, VaultError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM credentials WHERE id = ?1").stored()?;
    statement.exists([credential]).stored()
}

/// Replaces a credential's versions by those of the open database.
fn replace(to: &Connection, credential: &[u8], versions: &[Row]) -> Result<(), VaultError> {
    for version in versions {
        to.prepare_cached("DELETE FROM secret_versions WHERE id = ?1").stored()?.execute([&version[0]]).stored()?;
    }
    // The remaining versions were not found in the open database. They are kept, as abandoned versions.
    let left = "UPDATE secret_versions SET state = 'abandoned' WHERE credential_id = ?1 AND kind = 'password'";
    to.prepare_cached(left).stored()?.execute([credential]).stored()?;
    for version in versions {
        insert(to, version)?;
    }
    Ok(())
}

/// Adds the versions that are missing, and leaves the others as they are, because the version in use may be one that
/// could not be read. Returns whether any was missing.
fn add(to: &Connection, versions: &[Row]) -> Result<bool, VaultError> {
    let mut added = false;
    for version in versions {
        if is_known(to, version)? {
            continue;
        }
        // Another version may have taken the place of this one. The device may still have it.
        let mut unresolved = version.clone();
        unresolved[STATE] = Value::Text("unresolved".to_owned());
        added |= insert(to, version)? || insert(to, &unresolved)?;
    }
    Ok(added)
}

fn is_known(to: &Connection, version: &Row) -> Result<bool, VaultError> {
    to.prepare_cached("SELECT 1 FROM secret_versions WHERE id = ?1").stored()?.exists([&version[0]]).stored()
}

/// Inserts a version, and tells whether there was a place for it.
fn insert(to: &Connection, version: &Row) -> Result<bool, VaultError> {
    let sql =
        format!("INSERT OR IGNORE INTO secret_versions ({COLUMNS}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)");
    let inserted = to.prepare_cached(&sql).stored()?.execute(params_from_iter(version)).stored()?;
    Ok(inserted == 1)
}

fn doubt(to: &Connection, credential: &[u8]) -> Result<(), VaultError> {
    let doubt = "UPDATE credentials SET sync = 'outOfSync' WHERE id = ?1";
    to.prepare_cached(doubt).stored()?.execute([credential]).stored()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::carry_over;
    use crate::file::{connection, schema};

    /// Makes a credential whose password has two versions, the second of them current.
    fn with_two_versions() -> anyhow::Result<Connection> {
        let mut connection = connection::in_memory()?;
        schema::migrate(&mut connection)?;
        let columns: Vec<String> = connection
            .prepare("SELECT name FROM pragma_table_info('credentials') WHERE \"notnull\" AND dflt_value IS NULL")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let values: Vec<&str> = columns.iter().map(|name| if name == "id" { "x'01'" } else { "''" }).collect();
        connection.execute_batch(&format!(
            "PRAGMA foreign_keys = OFF; INSERT INTO credentials ({}) VALUES ({});",
            columns.join(", "),
            values.join(", ")
        ))?;
        for (version, state) in [(1, "previous"), (2, "current")] {
            insert(&connection, version, state)?;
        }
        Ok(connection)
    }

    fn insert(connection: &Connection, version: u8, state: &str) -> rusqlite::Result<()> {
        let sql = "INSERT INTO secret_versions (id, credential_id, kind, version, state, origin, sealed, created_at)
                   VALUES (?1, x'01', 'password', ?2, ?3, 'entered', '', 0)";
        connection.execute(sql, rusqlite::params![[version], version, state]).map(|_| ())
    }

    fn states(connection: &Connection) -> rusqlite::Result<Vec<String>> {
        let mut statement = connection.prepare("SELECT state FROM secret_versions ORDER BY version")?;
        statement.query_map([], |row| row.get(0))?.collect()
    }

    /// Puts a third version in the place of the second, which becomes the previous one.
    fn change_once(connection: &Connection) -> rusqlite::Result<()> {
        connection.execute_batch(
            "UPDATE secret_versions SET state = 'retired' WHERE state = 'previous';
             UPDATE secret_versions SET state = 'previous' WHERE state = 'current'",
        )?;
        insert(connection, 3, "current")
    }

    /// Makes every walk along the versions end with an error at a row, as at a page that cannot be read.
    fn unreadable_from(connection: &Connection, number: u32) -> rusqlite::Result<()> {
        connection.execute_batch(&format!(
            "ALTER TABLE secret_versions RENAME COLUMN sealed TO kept; ALTER TABLE secret_versions ADD COLUMN sealed AS
             (CASE WHEN number < {number} THEN x'' ELSE abs(-9223372036854775807 - 1) END)"
        ))
    }

    #[test]
    fn what_was_not_read_takes_nothing_from_its_credential() -> anyhow::Result<()> {
        let (open, earlier) = (with_two_versions()?, with_two_versions()?);
        unreadable_from(&open, 2)?;
        carry_over(&open, &earlier)?;
        assert_eq!(
            states(&earlier)?,
            ["previous", "current"],
            "the second could not be read, and is current as before"
        );
        Ok(())
    }

    #[test]
    fn what_was_read_before_the_end_is_added() -> anyhow::Result<()> {
        let (open, earlier) = (with_two_versions()?, with_two_versions()?);
        change_once(&open)?;
        insert(&open, 4, "candidate")?;
        unreadable_from(&open, 4)?;
        assert_eq!(carry_over(&open, &earlier)?, 1, "one credential has more than before");
        assert_eq!(states(&earlier)?, ["previous", "current", "unresolved"], "nothing else became something else");
        Ok(())
    }

    #[test]
    fn what_was_read_wholly_is_as_in_the_open_database() -> anyhow::Result<()> {
        let (open, earlier) = (with_two_versions()?, with_two_versions()?);
        change_once(&open)?;
        assert_eq!(carry_over(&open, &earlier)?, 1, "one credential has more than before");
        assert_eq!(states(&earlier)?, ["retired", "previous", "current"], "states are those of the open database");
        Ok(())
    }
}
