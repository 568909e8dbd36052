//! The list of operations.

use domain::{CredentialId, DeviceId, OperationId, operation::StateName};
use rusqlite::{OptionalExtension, Row, types::Value};

use super::{
    filter::{Condition, Filter},
    list::List,
    operations::{COLUMNS, read_operation},
    search::{Searched, condition, words},
    words::text,
};
use crate::{Cursor, OperationRecord, Operations, Page, VaultError, error::Stored, page::USUAL_LIMIT};

/// Which operations, and in which order. Every filter that is set must fit.
#[derive(Debug, Clone)]
pub struct OperationQuery {
    /// Words, each of which is the code, or in the username or the device's name.
    pub text: String,
    /// In any of these states; in all, when empty.
    pub states: Vec<StateName>,
    /// Of this credential.
    pub credential: Option<CredentialId>,
    /// Of this device.
    pub device: Option<DeviceId>,
    /// What it is sorted by.
    pub sort: OperationSort,
    /// From the end.
    pub descending: bool,
    /// Where the page begins.
    pub after: Option<Cursor>,
    /// How many rows at most.
    pub limit: u32,
}

impl Default for OperationQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            states: Vec::new(),
            credential: None,
            device: None,
            sort: OperationSort::default(),
            descending: false,
            after: None,
            limit: USUAL_LIMIT,
        }
    }
}

/// What the list of operations can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OperationSort {
    /// The code: the order in which they were asked for.
    #[default]
    Code,
    /// The credential's username.
    Username,
    /// The device's name.
    Device,
    /// The state's word.
    State,
    /// When it was to begin.
    ScheduledAt,
    /// When it first ran; never comes before the oldest.
    StartedAt,
    /// When it came to an end; never comes before the oldest.
    EndedAt,
}

/// An operation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRow {
    /// The operation.
    pub record: OperationRecord,
    /// Its credential's username; the last one, when the credential is gone.
    pub username: String,
    /// Its device's name; the last one, when the device is gone.
    pub device_name: String,
    /// Who asked for it.
    pub requester_name: String,
    /// Whether its credential has a candidate that may have been sent.
    pub candidate_sent: bool,
}

impl OperationSort {
    pub(crate) fn expression(self) -> &'static str {
        match self {
            Self::Code => "o.code",
            Self::Username => "o.username",
            Self::Device => "o.device_name",
            Self::State => "o.state",
            Self::ScheduledAt => "o.scheduled_at",
            Self::StartedAt => "o.started_order",
            Self::EndedAt => "o.ended_order",
        }
    }
}

const NUMBERS: &str = "SELECT o.code FROM operations o";

// CROSS: from the words to the credentials to their operations, in this order.
const SEARCHED: Searched = Searched {
    number: "o.code",
    indexed: "SELECT w.code FROM credential_search s CROSS JOIN credentials c ON c.number = s.rowid \
              CROSS JOIN operations w ON w.credential_id = c.id \
              WHERE s.credential_search MATCH '{username device_name} : ' || {}",
    each: "EXISTS (SELECT 1 FROM credentials c CROSS JOIN credential_search s ON s.rowid = c.number \
           WHERE c.id = o.credential_id AND s.credential_search MATCH '{username device_name} : ' || {})",
    text: "o.username || char(10) || o.device_name",
};

fn columns() -> String {
    format!(
        "{COLUMNS}, o.username, o.device_name, \
         coalesce((SELECT u.name FROM users u WHERE u.id = o.requester_id), '') AS requester_name, \
         EXISTS (SELECT 1 FROM secret_versions s WHERE s.credential_id = o.credential_id AND s.kind = 'password' \
             AND s.state = 'candidate' AND s.sent_at IS NOT NULL) AS candidate_sent"
    )
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<OperationRow> {
    Ok(OperationRow {
        record: read_operation(row)?,
        username: row.get("username")?,
        device_name: row.get("device_name")?,
        requester_name: row.get("requester_name")?,
        candidate_sent: row.get("candidate_sent")?,
    })
}

fn filter(query: &OperationQuery) -> Filter {
    let mut filter = Filter::default();
    for word in words(&query.text) {
        let names = condition(&mut filter, &word, &SEARCHED);
        let code = word.trim_start_matches('#').parse::<i64>().ok().map(|code| filter.value(code));
        filter.push(match code {
            Some(code) => or_code(&code, names),
            None => names,
        });
    }
    filter.indexed(NUMBERS, "o.state", query.states.iter().copied().map(text).collect());
    let credential = query.credential.map(|id| Value::Blob(id.as_uuid().into_bytes().to_vec()));
    filter.indexed(NUMBERS, "o.credential_id", Vec::from_iter(credential));
    let device = query.device.map(|id| Value::Blob(id.as_uuid().into_bytes().to_vec()));
    filter.indexed(NUMBERS, "o.device_id", Vec::from_iter(device));
    filter
}

/// A number may be a code as well as a part of a name.
fn or_code(code: &str, names: Condition) -> Condition {
    match names.into_parts() {
        (sql, Some(narrow)) => {
            Condition::found_by(format!("(o.code = {code} OR {sql})"), format!("SELECT {code} UNION ALL {narrow}"))
        }
        (sql, None) => Condition::plain(format!("(o.code = {code} OR {sql})")),
    }
}

fn list_of<'a>(query: &OperationQuery, columns: &'a str) -> List<'a> {
    List {
        name: "operations",
        columns,
        from: "operations o",
        table: "operations",
        alias: "o",
        joins: "",
        sort: query.sort.expression(),
        number: "o.code",
        descending: query.descending,
    }
}

impl Operations<'_> {
    /// One page of the operations that fit.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &OperationQuery) -> Result<Page<OperationRow>, VaultError> {
        let columns = columns();
        list_of(query, &columns).page(self.connection, filter(query), query.after.as_ref(), query.limit, read_row)
    }

    /// How many operations fit, exactly; with several conditions that many fulfil it takes its time.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn count(&self, query: &OperationQuery) -> Result<u64, VaultError> {
        list_of(query, "").count(self.connection, filter(query))
    }

    /// One operation as the list shows it.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn row(&self, id: OperationId) -> Result<Option<OperationRow>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {} FROM operations o WHERE o.id = ?1", columns()))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], read_row)
            .optional()
            .stored()
    }
}
