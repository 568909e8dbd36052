//! Stored secrets that an open database has and an earlier state of it lacks.
//!
//! The rows stay sealed. The earlier state is an ancestor of the open one, so a version that both have is the same secret;
//! what it is to its credential is taken from the open one.

use std::collections::BTreeMap;

use rusqlite::{Connection, params_from_iter, types::Value};

use crate::{VaultError, error::Stored};

const COLUMNS: &str = "id, credential_id, kind, version, state, origin, sealed, created_at, current_at, sent_at, doubted_at, operation_id";

type Row = Vec<Value>;

/// Adds every version that is missing, and answers with how many credentials were changed. Those are marked out of sync:
/// nobody has proven which password is theirs.
pub(crate) fn carry_over(from: &Connection, to: &Connection) -> Result<u32, VaultError> {
    let (found, known) = (rows(from), rows(to));
    let mut changed = 0;
    for (credential, versions) in &found {
        if known.get(credential) != Some(versions) && exists(to, credential)? {
            replace(to, credential, versions)?;
            changed += 1;
        }
    }
    Ok(changed)
}

/// The versions of each credential, as far as the pages can be read.
fn rows(connection: &Connection) -> BTreeMap<Vec<u8>, Vec<Row>> {
    let mut found: BTreeMap<Vec<u8>, Vec<Row>> = BTreeMap::new();
    // In the order of the table: its indexes may be of another state.
    let sql = format!("SELECT {COLUMNS} FROM secret_versions NOT INDEXED ORDER BY number");
    let Ok(mut statement) = connection.prepare(&sql) else { return found };
    let count = statement.column_count();
    let Ok(mut rows) = statement.query([]) else { return found };
    while let Ok(Some(row)) = rows.next() {
        let values: rusqlite::Result<Row> = (0..count).map(|column| row.get(column)).collect();
        if let Ok(values) = values
            && let Some(Value::Blob(credential)) = values.get(1).cloned()
        {
            found.entry(credential).or_default().push(values);
        }
    }
    found
}

fn exists(connection: &Connection, credential: &[u8]) -> Result<bool, VaultError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM credentials WHERE id = ?1").stored()?;
    statement.exists([credential]).stored()
}

fn replace(to: &Connection, credential: &[u8], versions: &[Row]) -> Result<(), VaultError> {
    for version in versions {
        to.prepare_cached("DELETE FROM secret_versions WHERE id = ?1").stored()?.execute([&version[0]]).stored()?;
    }
    // What is left was not found in the open database: it stays, and is nothing to its credential any more.
    let left = "UPDATE secret_versions SET state = 'abandoned' WHERE credential_id = ?1 AND kind = 'password'";
    to.prepare_cached(left).stored()?.execute([credential]).stored()?;
    let sql =
        format!("INSERT OR IGNORE INTO secret_versions ({COLUMNS}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)");
    for version in versions {
        to.prepare_cached(&sql).stored()?.execute(params_from_iter(version)).stored()?;
    }
    let doubt = "UPDATE credentials SET sync = 'outOfSync' WHERE id = ?1";
    to.prepare_cached(doubt).stored()?.execute([credential]).stored()?;
    Ok(())
}
