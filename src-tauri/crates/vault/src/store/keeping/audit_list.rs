//! The list of audit entries: filters, pages, one entry, and the values to choose from.

use chrono::{DateTime, Utc};
use domain::UserId;
use rusqlite::{OptionalExtension, Row, types::Value};
use uuid::Uuid;

use super::audit::Audit;
use crate::store::{
    access::users::Users,
    filter::Filter,
    list::List,
    search::{Searched, add_words},
    value::{Columns, micros},
};
use crate::{Cursor, Page, VaultError, error::Stored, page::USUAL_LIMIT};

/// The filters of the audit list. An entry must match every filter that is set; it matches a list of choices when it
/// matches one of them.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AuditQuery {
    /// Words that the action, the object's label or the detail must contain.
    pub text: String,
    /// By one of these people; by anybody, when empty.
    pub users: Vec<UserId>,
    /// One of these actions.
    pub actions: Vec<String>,
    /// About one of these kinds of record.
    pub nouns: Vec<String>,
    pub object: Option<Uuid>,
    /// Written at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Written before this time.
    pub until: Option<DateTime<Utc>>,
    pub descending: bool,
    /// The row after which the page begins; `None` for the first page.
    pub after: Option<Cursor>,
    /// The largest number of rows of the page.
    pub limit: u32,
}

impl Default for AuditQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            users: Vec::new(),
            actions: Vec::new(),
            nouns: Vec::new(),
            object: None,
            from: None,
            until: None,
            descending: true,
            after: None,
            limit: USUAL_LIMIT,
        }
    }
}

/// An entry of the audit trail.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AuditEntry {
    /// From 1, in the order they were written.
    pub number: u64,
    pub at: DateTime<Utc>,
    /// The person; `None` for an action of the program itself.
    pub who: Option<UserId>,
    pub who_name: Option<String>,
    pub action: String,
    /// The kind of record that the entry is about.
    pub noun: Option<String>,
    pub object: Option<Uuid>,
    /// The name it had.
    pub label: Option<String>,
    /// The old and the new values.
    pub detail: serde_json::Value,
    /// The hash of the entry before.
    pub previous: [u8; 32],
    pub hash: [u8; 32],
}

/// The values that the entries can be filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AuditChoices {
    /// Everybody who did something, with their names.
    pub users: Vec<(UserId, String)>,
    pub actions: Vec<String>,
    /// Every kind of record.
    pub nouns: Vec<String>,
}

const COLUMNS: &str = "a.number, a.at, a.who, a.action, a.object_noun, a.object_id, \
    a.object_label, a.detail, a.previous, a.hash";

const FROM: &str = "audit a";

const NUMBERS: &str = "SELECT a.number FROM audit a";

const SEARCHED: Searched = Searched {
    // The names of values in the detail are not in the index.
    exact: false,
    ..Searched::by_number(
        "a.number",
        "SELECT rowid FROM audit_search WHERE audit_search MATCH {}",
        "a.action || char(10) || coalesce(a.object_label, '') || char(10) || a.detail",
    )
    .or_each("EXISTS (SELECT 1 FROM audit_search WHERE rowid = a.number AND audit_search MATCH {})")
};

fn read_entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry {
        number: row.get::<_, i64>("number")?.unsigned_abs(),
        at: row.time("at")?,
        who: row.optional_uuid("who")?.map(UserId::from_uuid),
        who_name: None,
        action: row.get("action")?,
        noun: row.get("object_noun")?,
        object: row.optional_uuid("object_id")?,
        label: row.get("object_label")?,
        detail: row.json("detail")?,
        previous: row.get("previous")?,
        hash: row.get("hash")?,
    })
}

fn filter(query: &AuditQuery) -> Filter {
    let mut filter = Filter::default();
    let texts = |texts: &[String]| texts.iter().cloned().map(Value::Text).collect();
    let id = |id: Uuid| Value::Blob(id.into_bytes().to_vec());
    add_words(&mut filter, &query.text, &SEARCHED);
    filter.indexed(NUMBERS, "a.who", query.users.iter().map(|user| id(user.as_uuid())).collect());
    filter.indexed(NUMBERS, "a.action", texts(&query.actions));
    filter.indexed(NUMBERS, "a.object_noun", texts(&query.nouns));
    filter.indexed(NUMBERS, "a.object_id", Vec::from_iter(query.object.map(id)));
    filter.between(NUMBERS, "a.at", (query.from.map(micros), query.until.map(micros)));
    filter
}

fn list_of(query: &AuditQuery) -> List<'static> {
    List {
        name: "audit",
        columns: COLUMNS,
        from: FROM,
        table: "audit",
        alias: "a",
        joins: "",
        walked: None,
        // In the order of the chain, because a time is only the reading of a clock.
        sort: "a.number",
        number: "a.number",
        descending: query.descending,
    }
}

impl Audit<'_> {
    /// Reads one page of the entries that match the filters, in the order of the chain.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, VaultError> {
        let mut page =
            list_of(query).page(self.connection, filter(query), query.after.as_ref(), query.limit, read_entry)?;
        for entry in &mut page.rows {
            self.name(entry)?;
        }
        Ok(page)
    }

    /// Sets the name of the person, taken from the ledger.
    fn name(&self, entry: &mut AuditEntry) -> Result<(), VaultError> {
        let users = Users { connection: self.connection, roster: self.roster };
        entry.who_name = entry.who.map(|who| users.name(who)).transpose()?.flatten();
        Ok(())
    }

    /// Counts the entries that match, exactly. This is slow when many rows fulfil several of the conditions.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn count(&self, query: &AuditQuery) -> Result<u64, VaultError> {
        list_of(query).count(self.connection, filter(query))
    }

    /// Returns the entry with this number; `None` when there is none.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn get(&self, number: u64) -> Result<Option<AuditEntry>, VaultError> {
        let mut found = self
            .connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE a.number = ?1"))
            .stored()?
            .query_row([i64::try_from(number).unwrap_or(i64::MAX)], read_entry)
            .optional()
            .stored()?;
        if let Some(entry) = &mut found {
            self.name(entry)?;
        }
        Ok(found)
    }

    /// Returns the people, actions and kinds of record that occur in the trail. An index is read from one distinct
    /// value to the next, so the cost depends on the number of distinct values and not on the number of entries.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn choices(&self) -> Result<AuditChoices, VaultError> {
        let sql = "SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM audit a WHERE a.who = u.id)";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let ids = statement.query_map([], |row| row.uuid("id").map(UserId::from_uuid)).stored()?;
        let names = Users { connection: self.connection, roster: self.roster };
        let mut users = Vec::new();
        for id in ids {
            let id = id.stored()?;
            users.extend(names.name(id)?.map(|name| (id, name)));
        }
        users.sort_by(|(_, left), (_, right)| left.cmp(right));
        Ok(AuditChoices { users, actions: self.distinct("action")?, nouns: self.distinct("object_noun")? })
    }

    fn distinct(&self, column: &str) -> Result<Vec<String>, VaultError> {
        let sql = format!(
            "WITH RECURSIVE leap (value) AS (SELECT min({column}) FROM audit \
             UNION ALL SELECT (SELECT min({column}) FROM audit WHERE {column} > leap.value) FROM leap \
             WHERE leap.value IS NOT NULL) SELECT value FROM leap WHERE value IS NOT NULL"
        );
        let mut statement = self.connection.prepare_cached(&sql).stored()?;
        let values = statement.query_map([], |row| row.get(0)).stored()?;
        values.collect::<rusqlite::Result<_>>().stored()
    }
}

/// Calls with every entry that fits, from the oldest to the newest; none of them stays in memory.
pub(in crate::store) fn each_entry<E: From<VaultError>>(
    audit: &Audit<'_>,
    query: &AuditQuery,
    mut call: impl FnMut(AuditEntry) -> Result<(), E>,
) -> Result<u64, E> {
    let filter = filter(query);
    let sql = format!("SELECT {COLUMNS} FROM {FROM}{} ORDER BY a.number", filter.plain("a.number"));
    let mut statement = audit.connection.prepare_cached(&sql).stored()?;
    let values = filter.parameters(&statement);
    let mut rows = statement.query(values).stored()?;
    let mut entries = 0;
    while let Some(row) = rows.next().stored()? {
        let mut entry = read_entry(row).stored()?;
        audit.name(&mut entry)?;
        call(entry)?;
        entries += 1;
    }
    Ok(entries)
}
