//! The comparison of a file's schema with the one that the migrations of its version make.
//!
//! A trigger, a view or an index acts by itself whenever a statement runs. Somebody who holds the database key could
//! plant one that redirects a device only while an operation runs, or that swallows entries of the audit trail. So
//! `sqlite_schema` is compared, object by object, before anything else in the file is read, after a migration, and
//! after another connection has changed the file.
//!
//! The expected schema is made in memory by the same migrations, so that both texts went through the same `ALTER TABLE`
//! statements. Comments and the width of white space are ignored: a later release may change the comments of a
//! migration, and older vaults must still open.

use std::{
    collections::BTreeMap,
    iter::Peekable,
    str::Chars,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use rusqlite::{Connection, types::ValueRef};

use super::{VERSION, migrate_to, version};
use crate::{VaultError, error::Stored, file::connection};

/// The most objects that an error names.
const MOST_NAMED: usize = 5;
/// The longest name that an error repeats, in characters.
const LONGEST_NAME: usize = 40;
/// The tables of `ANALYZE`. They change how fast an answer is found, never the answer, and any database tool may make
/// them.
const STATISTICS: [(&str, &str); 2] = [
    ("sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)"),
    ("sqlite_stat4", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"),
];

/// One row of `sqlite_schema`, without the number of its root page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Object {
    kind: String,
    name: String,
    table: String,
    /// None for the indexes that SQLite makes by itself.
    sql: Option<String>,
}

/// Makes the expected schema of this program's version on a thread of its own, while a password is derived.
pub(crate) fn prepare() {
    // If no thread can be started, the comparison makes the schema itself.
    let _ = thread::Builder::new().name("schema".to_owned()).spawn(|| expected_objects(VERSION));
}

/// Compares the schema with that of the version which the file states. A version that this program does not know is
/// left to [`super::status`]: such a file is only read.
///
/// # Errors
/// [`VaultError::SchemaAltered`]; [`VaultError::Damaged`] where the schema cannot be read.
pub(crate) fn believe(connection: &Connection) -> Result<(), VaultError> {
    let version = version(connection)?;
    if version == 0 || version > VERSION { Ok(()) } else { compare(connection, version) }
}

/// The last change that a connection to an open vault has seen, so that the schema is compared again only after another
/// change.
#[derive(Default)]
pub(crate) struct Compared(Option<i64>);

impl Compared {
    /// Compares the schema after every commit that another connection made. For the connection that writes, inside its
    /// transaction.
    pub(crate) fn before_writing(&mut self, connection: &Connection) -> Result<(), VaultError> {
        self.after_a_change_of(connection, "PRAGMA data_version")
    }

    /// Compares the schema after it changed. For a connection that reads, inside its snapshot. A connection uses the
    /// schema that it knows until this number changes.
    pub(crate) fn before_reading(&mut self, connection: &Connection) -> Result<(), VaultError> {
        self.after_a_change_of(connection, "PRAGMA schema_version")
    }

    fn after_a_change_of(&mut self, connection: &Connection, mark: &str) -> Result<(), VaultError> {
        let mut statement = connection.prepare_cached(mark).stored()?;
        let mark = statement.query_row([], |row| row.get(0)).stored()?;
        if self.0 != Some(mark) {
            // The expected version is that of the open vault. A file that states a newer version now was altered too.
            compare(connection, VERSION)?;
            self.0 = Some(mark);
        }
        Ok(())
    }
}

fn compare(connection: &Connection, expected: u32) -> Result<(), VaultError> {
    if version(connection)? != expected {
        return Err(VaultError::SchemaAltered { objects: vec!["user_version".to_owned()] });
    }
    let (expected, found) = (expected_objects(expected)?, objects(connection)?);
    if *expected == found {
        return Ok(());
    }
    let objects = differences(&expected, &found);
    if objects.is_empty() { Ok(()) } else { Err(VaultError::SchemaAltered { objects }) }
}

/// Returns the objects that are missing, added or different, each once. The order of the rows does not matter.
fn differences(expected: &[Object], found: &[Object]) -> Vec<String> {
    let mut counts: BTreeMap<Object, i64> = BTreeMap::new();
    for object in found.iter().filter(|object| !object.is_statistics()) {
        *counts.entry(object.normalised()).or_default() += 1;
    }
    for object in expected {
        *counts.entry(object.normalised()).or_default() -= 1;
    }
    let mut names: Vec<String> =
        counts.into_iter().filter(|(_, count)| *count != 0).map(|(object, _)| object.label()).collect();
    names.dedup();
    names.truncate(MOST_NAMED);
    names
}

/// Returns the objects of a database that the migrations made in memory. They are made once for each version.
fn expected_objects(version: u32) -> Result<Arc<Vec<Object>>, VaultError> {
    static MADE: Mutex<BTreeMap<u32, Arc<Vec<Object>>>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = made.get(&version) {
        return Ok(Arc::clone(known));
    }
    let mut connection = connection::in_memory().stored()?;
    connection.execute_batch("PRAGMA foreign_keys = ON;").stored()?;
    migrate_to(&mut connection, version)?;
    let new = Arc::new(objects(&connection)?);
    made.insert(version, Arc::clone(&new));
    Ok(new)
}

fn objects(connection: &Connection) -> Result<Vec<Object>, VaultError> {
    let mut statement = connection.prepare("SELECT type, name, tbl_name, sql FROM main.sqlite_schema").stored()?;
    let rows = statement.query_map([], |row| {
        let text = |column| row.get_ref(column).map(text_of);
        Ok(Object {
            kind: text(0)?.unwrap_or_default(),
            name: text(1)?.unwrap_or_default(),
            table: text(2)?.unwrap_or_default(),
            sql: text(3)?,
        })
    });
    rows.stored()?.collect::<rusqlite::Result<_>>().stored()
}

/// Returns a text as it is. Any other value that somebody put into the column becomes a text that equals none of ours.
fn text_of(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        other => Some(format!("{other:?}")),
    }
}

impl Object {
    fn normalised(&self) -> Self {
        Self { sql: self.sql.as_deref().map(normalised), ..self.clone() }
    }

    fn is_statistics(&self) -> bool {
        let ours = |(name, sql): &(&str, &str)| self.name == *name && self.sql.as_deref() == Some(*sql);
        self.kind == "table" && self.table == self.name && STATISTICS.iter().any(ours)
    }

    /// Returns the name of the object in an error. Somebody else may have chosen the name, so only plain characters of
    /// it are repeated.
    fn label(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '?' };
        let name: String = self.name.chars().take(LONGEST_NAME).map(plain).collect();
        let kind = match self.kind.as_str() {
            kind @ ("table" | "index" | "view" | "trigger") => kind,
            _ => "object",
        };
        format!("{kind} {name}")
    }
}

/// Returns the text of a statement with every run of white space and comments as one space. Quoted text is kept. SQLite
/// reads a text up to the first NUL, so a text that contains one equals none of ours.
fn normalised(sql: &str) -> String {
    if sql.contains('\0') {
        return sql.to_owned();
    }
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\'' | '"' | '`', _) => quoted(c, c, &mut rest, &mut out),
            ('[', _) => quoted('[', ']', &mut rest, &mut out),
            ('-', Some('-')) => {
                rest.by_ref().find(|c| *c == '\n');
                space(&mut out);
            }
            ('/', Some('*')) => {
                rest.next();
                skip_comment(&mut rest);
                space(&mut out);
            }
            (c, _) if c.is_ascii_whitespace() => space(&mut out),
            (c, _) => out.push(c),
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// Copies the text up to the closing quote. A doubled quote ends one text and begins the next, which gives the same
/// result.
fn quoted(open: char, close: char, rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push(open);
    for c in rest.by_ref() {
        out.push(c);
        if c == close {
            return;
        }
    }
}

fn skip_comment(rest: &mut Peekable<Chars<'_>>) {
    while let Some(c) = rest.next() {
        if c == '*' && rest.next_if_eq(&'/').is_some() {
            return;
        }
    }
}

fn space(out: &mut String) {
    if !out.ends_with(' ') {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn comments_and_white_space_are_left_out_and_quotes_are_kept() {
        let cases = [
            ("CREATE TABLE a (\n    b TEXT, -- what it is\n    c TEXT\n)", "CREATE TABLE a ( b TEXT, c TEXT )"),
            ("SELECT a/* one */FROM\tb -- end", "SELECT a FROM b"),
            ("SELECT '--  kept', \"/* kept */\", [a  b], `c  d`", "SELECT '--  kept', \"/* kept */\", [a  b], `c  d`"),
            ("SELECT 'it''s  kept' - - 1", "SELECT 'it''s  kept' - - 1"),
            ("SELECT a /* **/ / b", "SELECT a / b"),
        ];
        for (written, expected) in cases {
            assert_eq!(normalised(written), expected, "{written}");
        }
    }

    #[test]
    fn a_text_with_a_nul_is_none_of_the_programs_own() {
        let planted = "CREATE TABLE a (b /* \0 */)";
        assert_ne!(normalised(planted), normalised("CREATE TABLE a (b )"), "SQLite stops reading at it");
    }

    #[test]
    fn texts_that_mean_something_else_stay_apart() {
        let pairs = [("x'00'", "x '00'"), ("'a  b'", "'a b'"), ("a -b", "a --b\n"), ("a.b", "ab"), ("'a'", "\"a\"")];
        for (one, other) in pairs {
            assert_ne!(normalised(one), normalised(other), "{one} and {other}");
        }
    }
}
