//! The opening of `vault.db`. Every connection of the program comes from here.
//!
//! There are three ways. SQLite in write-ahead mode writes even when it only reads (the log, its index, a checkpoint at
//! the end). But a vault that is damaged, newer or on a read-only disk must keep every byte:
//! - [`writing`]: the ordinary way;
//! - [`reading`], when the log is empty: the file is declared immutable, so that SQLite makes no file beside it;
//! - [`reading`], when the log has content: one exclusive connection with the log's index in its own memory, and no
//!   checkpoint when it closes.

use std::{path::Path, sync::Once};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use secret::Key;
use zeroize::Zeroizing;

use crate::{
    VaultError,
    error::{Stored, from_database, from_file},
    file::{folder::Folder, private_file, schema},
};

/// The size of the page cache in KiB, as a negative number (SQLite's convention). A small cache takes six times as
/// long.
const CACHE: i64 = -65_536;
/// The time that a connection waits for another one of the same process, in milliseconds.
const PATIENCE: i64 = 10_000;
/// The number of statements that a connection keeps prepared.
const STATEMENTS: usize = 128;

/// SQLCipher sets itself up in the first connection of a process, after SQLite reports that it is ready. If another
/// thread opens a connection meanwhile, its key is refused. So one thread opens the first one, and all others wait.
static CIPHER_IS_SET_UP: Once = Once::new();

/// Opens a file as it is, without its key.
#[expect(clippy::disallowed_methods, reason = "this is the function that all others call")]
pub(crate) fn open(path: impl AsRef<Path>, flags: OpenFlags) -> rusqlite::Result<Connection> {
    set_up_cipher();
    Connection::open_with_flags(path, flags)
}

/// Opens an empty database in memory.
#[expect(clippy::disallowed_methods, reason = "this is the function that all others call")]
pub(crate) fn in_memory() -> rusqlite::Result<Connection> {
    set_up_cipher();
    Connection::open_in_memory()
}

/// Opens and drops the first connection of the process. A failure appears again when the next connection is opened.
#[expect(clippy::disallowed_methods, reason = "the first connection of the process")]
fn set_up_cipher() {
    CIPHER_IS_SET_UP.call_once(|| drop(Connection::open_in_memory()));
}

/// Opens for reading and writing. With `create`, the file is made.
pub(crate) fn writing(folder: &Folder, key: &Key, create: bool) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        make_file(&folder.database())?;
    }
    let connection = open(folder.database(), flags).stored()?;
    give_key(&connection, key)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
        .stored()?;
    configure(connection)
}

/// Opens without writing a byte. The second value tells whether more than one such connection may be open at a time.
pub(crate) fn reading(folder: &Folder, key: &Key, folder_writable: bool) -> Result<(Connection, bool), VaultError> {
    let log = folder.has_log();
    if log && !folder_writable {
        // The log can only be read where SQLite can write its index.
        return Err(VaultError::FolderReadOnly);
    }
    if !log {
        return Ok((as_it_stands(folder, key)?, true));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(folder.database(), flags).stored()?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).stored()?;
    give_key(&connection, key)?;
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON;").stored()?;
    Ok((configure(connection)?, false))
}

/// Copies an open database into another file, under the same key. Nobody may be writing to it.
pub(crate) fn copy_whole(from: &Connection, to: &Folder) -> Result<(), VaultError> {
    let path = to.database();
    make_file(&path)?;
    let path = path.to_str().ok_or(VaultError::InvalidName)?;
    from.execute("VACUUM INTO ?1", [path]).stored()?;
    Ok(())
}

/// Gives a closed database another key, page by page.
pub(crate) fn change_key(folder: &Folder, old: &Key, new: &Key) -> Result<(), VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(folder.database(), flags).stored()?;
    give_key(&connection, old)?;
    guard(&connection)?;
    connection.execute_batch("PRAGMA journal_mode = DELETE;").stored()?;
    say_key(&connection, "rekey", new)?;
    connection.close().map_err(|(_, error)| error).stored()
}

/// Sets whether a transaction waits until the disk has it. If it does not wait, the log is forced together with the
/// next transaction that does, in its order (<https://sqlite.org/pragma.html#pragma_synchronous>).
pub(crate) fn force(connection: &Connection, force: bool) -> Result<(), VaultError> {
    let statement = if force { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" };
    // The statement is never taken from the cache, because it takes effect when it is prepared.
    connection.execute_batch(statement).stored()
}

/// Opens a reading connection beside those of an open vault, for long work that nobody should wait for. It moves
/// nothing from the log into the file.
pub(crate) fn beside(folder: &Folder, key: &Key) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(folder.database(), flags).stored()?;
    keep_log(&connection);
    give_key(&connection, key)?;
    connection.execute_batch("PRAGMA query_only = ON;").stored()?;
    configure(connection)
}

/// Opens a connection like [`beside`] for a caller that reads every row once and then a few at a time. It keeps few
/// pages in memory.
pub(crate) fn aside(folder: &Folder, key: &Key) -> Result<Connection, VaultError> {
    let connection = beside(folder, key)?;
    connection.execute_batch("PRAGMA cache_size = -2048;").stored()?;
    schema::believe(&connection)?;
    Ok(connection)
}

/// Opens a database for reading as its file is, without its log.
pub(crate) fn as_it_stands(folder: &Folder, key: &Key) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = open(immutable_uri(folder), flags).stored()?;
    give_key(&connection, key)?;
    connection.execute_batch("PRAGMA query_only = ON;").stored()?;
    configure(connection)
}

/// Makes a new file for the pages of another one. Nothing protects it from a crash while it is filled, because it
/// becomes a vault's file only after it was checked.
pub(crate) fn copy(path: &Path, key: &Key) -> Result<Connection, VaultError> {
    make_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags).stored()?;
    give_key(&connection, key)?;
    // ORDER: a guarded connection cannot switch the journal off.
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;").stored()?;
    guard(&connection)?;
    Ok(connection)
}

/// Makes the empty file of a database, which SQLite then fills. SQLite gives the log and its index the same mode.
fn make_file(path: &Path) -> Result<(), VaultError> {
    private_file::create_new(path).map(|_| ()).map_err(from_file)
}

/// Leaves the log as it is when the connection is closed.
pub(crate) fn keep_log(connection: &Connection) {
    // A connection refuses this only if it has no log.
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
}

/// Gives SQLCipher the raw key, which must be the very first statement.
fn give_key(connection: &Connection, key: &Key) -> Result<(), VaultError> {
    // Otherwise SQLCipher prints messages about a file to standard error.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;").stored()?;
    say_key(connection, "key", key)
}

/// Runs a statement that names a raw key.
fn say_key(connection: &Connection, pragma: &str, key: &Key) -> Result<(), VaultError> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut statement = Zeroizing::new(String::with_capacity(100));
    statement.push_str("PRAGMA ");
    statement.push_str(pragma);
    statement.push_str(" = \"x'");
    // EXPOSE: SQLCipher takes the key as text in a statement. The text is wiped.
    for byte in key.expose() {
        statement.push(char::from(DIGITS[usize::from(byte >> 4)]));
        statement.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    statement.push_str("'\";");
    // The error is not passed on as it is, because it would repeat the statement.
    connection.execute_batch(&statement).map_err(|error| match error {
        error @ rusqlite::Error::SqliteFailure(..) => from_database(error),
        _ => from_database(rusqlite::Error::InvalidQuery),
    })
}

fn configure(connection: Connection) -> Result<Connection, VaultError> {
    connection.execute_batch(&format!("PRAGMA cache_size = {CACHE}; PRAGMA busy_timeout = {PATIENCE};")).stored()?;
    guard(&connection)?;
    // Plans must not depend on the values: SQLite would make them again for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).stored()?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Limits the power of the file's content. No statement edits the schema or the tables behind a search index directly.
/// A trigger, a view or an index uses only functions that have no side effect.
fn guard(connection: &Connection) -> Result<(), VaultError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).stored()?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).stored()?;
    Ok(())
}

/// Returns the file's name as a URI for SQLite (<https://sqlite.org/uri.html>), with every special character escaped.
fn immutable_uri(folder: &Folder) -> String {
    let mut uri = String::from("file:");
    let path = folder.database();
    let bytes = path.as_os_str().as_encoded_bytes();
    if bytes.get(1) == Some(&b':') {
        uri.push('/');
    }
    for byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'-' | b'_' | b'.' | b':' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}
