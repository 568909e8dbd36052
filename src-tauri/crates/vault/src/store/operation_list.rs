//! The list of operations.

use domain::{CredentialId, DeviceId, OperationId, operation::StateName};
use rusqlite::{OptionalExtension, Row};

use super::{
    credential_list::NOT_RECONCILABLE,
    list::{Filter, List},
    operations::{COLUMNS, read_operation},
    search::{Searched, condition, words},
    words::Word,
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
    /// Whether its credential's settings allow a reconciliation, and it is one whose failure that may repair.
    pub reconcilable: bool,
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

const SEARCHED: Searched = Searched {
    indexed: "o.credential_id IN (SELECT c.id FROM credential_search s JOIN credentials c ON c.number = s.rowid \
              WHERE s.credential_search MATCH '{username device_name} : ' || {})",
    text: "o.username || char(10) || o.device_name",
};

fn columns() -> String {
    format!(
        "{COLUMNS}, o.username, o.device_name, \
         coalesce((SELECT u.name FROM users u WHERE u.id = o.requester_id), '') AS requester_name, \
         EXISTS (SELECT 1 FROM secret_versions s WHERE s.credential_id = o.credential_id AND s.kind = 'password' \
             AND s.state = 'candidate' AND s.sent_at IS NOT NULL) AS candidate_sent, \
         o.state IN ('error', 'scheduled') AND EXISTS (SELECT 1 FROM credentials c JOIN devices d ON d.id = c.device_id \
             WHERE c.id = o.credential_id AND ({NOT_RECONCILABLE}) IS NULL) AS reconcilable"
    )
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<OperationRow> {
    Ok(OperationRow {
        record: read_operation(row)?,
        username: row.get("username")?,
        device_name: row.get("device_name")?,
        requester_name: row.get("requester_name")?,
        candidate_sent: row.get("candidate_sent")?,
        reconcilable: row.get("reconcilable")?,
    })
}

fn filter(query: &OperationQuery) -> Filter {
    let mut filter = Filter::default();
    for word in words(&query.text) {
        let names = condition(&mut filter, &word, &SEARCHED);
        match word.trim_start_matches('#').parse::<i64>() {
            Ok(code) => {
                let place = filter.value(code);
                filter.add(format!("(o.code = {place} OR {names})"));
            }
            Err(_) => filter.add(names),
        }
    }
    if !query.states.is_empty() {
        let places: Vec<String> = query.states.iter().map(|state| filter.value(state.word().to_owned())).collect();
        filter.add(format!("o.state IN ({})", places.join(", ")));
    }
    if let Some(credential) = query.credential {
        filter.equals("o.credential_id", credential.as_uuid().into_bytes().to_vec());
    }
    if let Some(device) = query.device {
        filter.equals("o.device_id", device.as_uuid().into_bytes().to_vec());
    }
    filter
}

impl Operations<'_> {
    /// One page of the operations that fit.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &OperationQuery) -> Result<Page<OperationRow>, VaultError> {
        let list = List {
            name: "operations",
            columns: &columns(),
            from: "operations o",
            counted: "operations o",
            sort: query.sort.expression(),
            number: "o.code",
            descending: query.descending,
        };
        list.page(self.connection, filter(query), query.after.as_ref(), query.limit, read_row)
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
