//! The two checks of a database: the quick one and the full one.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use rusqlite::Connection;
use secret::Key;

use super::pages;
use crate::{
    OnProgress, Part, Phase, VaultError,
    error::from_database,
    file::{database_file::DatabaseFile, folder::Folder, progress::tell},
};

/// The size, in bytes, up to which a database is read wholly before it opens: this takes about a hundredth of a second.
pub(super) const SMALL: u64 = 2 * 1024 * 1024;

const DAMAGED: VaultError = VaultError::Damaged { part: Part::Database };

/// The interval at which the caller is told that the structure is still being checked, and can stop it.
const BEAT: Duration = Duration::from_millis(50);

/// Checks the parts that every statement needs: the file's length, the schema, and the way down to the first row of
/// every table and index. It takes the same time whatever the size. Any failure is damage.
pub(crate) fn quickly(folder: &Folder, connection: &Connection) -> Result<(), VaultError> {
    let pages: u64 = connection
        .query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
        .map_err(|_| DAMAGED)?;
    // If there is a log, the length of the file is that of an earlier state.
    if !folder.has_log() && folder.database_length() != Some(pages * crypto::PAGE_LENGTH as u64) {
        return Err(DAMAGED);
    }
    for statement in first_rows(connection).map_err(|_| DAMAGED)? {
        // An index that cannot be queried in this way (a partial one) is left to the full check.
        let Ok(mut statement) = connection.prepare(&statement) else { continue };
        statement.exists([]).map_err(|_| DAMAGED)?;
    }
    Ok(())
}

/// Returns a statement for the first row of every table and every index in the file.
fn first_rows(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT type, name, tbl_name FROM sqlite_schema WHERE rootpage > 0 AND name NOT LIKE 'sqlite_%'";
    let mut schema = connection.prepare(sql)?;
    let quoted = |name: String| format!("\"{}\"", name.replace('"', "\"\""));
    let statements = schema.query_map([], |row| {
        let (kind, name, table): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(match kind.as_str() {
            "index" => format!("SELECT 1 FROM {} INDEXED BY {} LIMIT 1", quoted(table), quoted(name)),
            _ => format!("SELECT 1 FROM {} LIMIT 1", quoted(name)),
        })
    })?;
    statements.collect()
}

/// Reads every page of the file and walks through every table and index. Returns the problems, none where all of it is
/// as it was written.
///
/// Without a connection only the pages are read.
pub(crate) fn wholly(
    file: &DatabaseFile,
    key: &Key,
    connection: Option<Connection>,
    progress: &mut OnProgress<'_>,
) -> Result<Vec<String>, VaultError> {
    let findings = pages::check(file, key, progress)?;
    if !findings.is_empty() {
        return Ok(findings);
    }
    match connection {
        Some(connection) => structure(connection, progress),
        None => Ok(Vec::new()),
    }
}

/// Walks through every table and index. The work runs on a thread of its own, so that this thread can stop it.
pub(crate) fn structure(connection: Connection, progress: &mut OnProgress<'_>) -> Result<Vec<String>, VaultError> {
    let interrupt = connection.get_interrupt_handle();
    let (answer, answered) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || answer.send(findings(&connection)));
        let mut stopped = None;
        loop {
            match answered.recv_timeout(BEAT) {
                Ok(found) => return stopped.map_or_else(|| found.map_err(from_database), Err),
                Err(RecvTimeoutError::Disconnected) => return Err(DAMAGED),
                Err(RecvTimeoutError::Timeout) if stopped.is_none() => {
                    stopped = tell(progress, Phase::CheckingStructure, 0, 0).err();
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if stopped.is_some() {
                interrupt.interrupt();
            }
        }
    })
}

fn findings(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA quick_check(5)")?;
    let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(if lines == ["ok"] { Vec::new() } else { lines })
}
