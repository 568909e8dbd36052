//! The version of the schema, its migrations, and the checks that a file is whole.

mod comparison;

pub(crate) use comparison::{Compared, believe, prepare};

use rusqlite::{Connection, OptionalExtension};

use crate::{Part, VaultError, error::Stored, store::search::write_indexes};

/// The migrations, in SQL, forward only. The number of an entry is its position, counted from 1.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_first_schema.sql"),
    include_str!("../migrations/0002_people.sql"),
    include_str!("../migrations/0003_policies.sql"),
    include_str!("../migrations/0004_executions.sql"),
    include_str!("../migrations/0005_requests.sql"),
    include_str!("../migrations/0006_audit_heads.sql"),
    include_str!("../migrations/0007_fewer_pages.sql"),
    include_str!("../migrations/0008_second_factors.sql"),
    include_str!("../migrations/0009_proven_passwords.sql"),
    include_str!("../migrations/0010_plugins.sql"),
];

/// The version that this program writes.
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

const DAMAGED: VaultError = VaultError::Damaged { part: Part::Database };

/// The relation of a file's version to the version of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub(crate) enum SchemaStatus {
    /// The file has the version of this program.
    Same,
    /// Some migrations are missing.
    Older,
    /// The file is newer, and can be read.
    Newer { version: u32 },
}

/// Returns the relation of a file's version to this program's version.
pub(crate) fn status(connection: &Connection) -> Result<SchemaStatus, VaultError> {
    let version = version(connection)?;
    if version == VERSION {
        return Ok(SchemaStatus::Same);
    }
    if version < VERSION {
        return if version == 0 { Err(DAMAGED) } else { Ok(SchemaStatus::Older) };
    }
    let oldest_reader: Option<u32> = connection
        .query_row("SELECT oldest_reader FROM vault", [], |row| row.get(0))
        .optional()
        // If the table is missing or different, this program cannot read the file.
        .unwrap_or(None);
    match oldest_reader {
        Some(oldest) if oldest <= VERSION => Ok(SchemaStatus::Newer { version }),
        _ => Err(VaultError::FromTheFuture { version }),
    }
}

/// Runs the migrations that are missing, in one transaction.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), VaultError> {
    migrate_to(connection, VERSION)
}

/// Runs the missing migrations up to a version.
pub(crate) fn migrate_to(connection: &mut Connection, to: u32) -> Result<(), VaultError> {
    let from = version(connection)?;
    let transaction = connection.transaction().stored()?;
    for migration in MIGRATIONS.iter().take(to as usize).skip(from as usize) {
        transaction.execute_batch(migration).stored()?;
    }
    if to == VERSION {
        write_indexes(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", to.max(from)).stored()?;
    transaction.commit().stored()
}

/// Reads every page that is in use, through the log if there is one. Any failure is damage.
pub(crate) fn check(connection: &Connection) -> Result<(), VaultError> {
    let verdict: Result<String, _> = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match verdict {
        Ok(verdict) if verdict == "ok" => Ok(()),
        _ => Err(DAMAGED),
    }
}

/// Checks the structure, that every index has the rows of its table, and that every reference leads somewhere.
pub(crate) fn check_closely(connection: &Connection) -> Result<(), VaultError> {
    let verdict: Result<String, _> = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
    let mut references = connection.prepare("PRAGMA foreign_key_check").map_err(|_| DAMAGED)?;
    let lead_nowhere = references.exists([]).map_err(|_| DAMAGED)?;
    match verdict {
        Ok(verdict) if verdict == "ok" && !lead_nowhere => Ok(()),
        _ => Err(DAMAGED),
    }
}

/// Checks the authentication code of every page of the file. This needs an empty log, because a page that a crash left
/// half written is whole only in the log.
pub(crate) fn check_pages(connection: &Connection) -> Result<(), VaultError> {
    let mut statement = connection.prepare("PRAGMA cipher_integrity_check").map_err(|_| DAMAGED)?;
    let complaints = statement.exists([]).map_err(|_| DAMAGED)?;
    if complaints { Err(DAMAGED) } else { Ok(()) }
}

/// Compares the number of rows in every table of a copy with the original.
pub(crate) fn same_rows(original: &Connection, copy: &Connection) -> Result<(), VaultError> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
    let tables = |connection: &Connection| {
        let mut statement = connection.prepare(sql)?;
        let names = statement.query_map([], |row| row.get(0))?;
        names.collect::<rusqlite::Result<Vec<String>>>()
    };
    let names = tables(original).stored()?;
    if names != tables(copy).stored()? {
        return Err(DAMAGED);
    }
    for name in names {
        let sql = format!("SELECT count(*) FROM \"{name}\"");
        let count = |connection: &Connection| connection.query_row(&sql, [], |row| row.get::<_, i64>(0));
        if count(original).stored()? != count(copy).stored()? {
            return Err(DAMAGED);
        }
    }
    Ok(())
}

/// Returns the version of a file's schema.
pub(crate) fn version(connection: &Connection) -> Result<u32, VaultError> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|_| DAMAGED)
}
