//! The list of attempts, with the same filters as the list of operations.

use chrono::{DateTime, Utc};
use domain::{
    AttemptId, CredentialId, DeviceId, FailureCode, OperationId,
    operation::{OperationStep, OperationType},
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use super::{
    operation_conditions::conditions,
    operation_filter::{Criterion, OperationFilter, TimeColumn, criteria},
    operation_list::REQUESTER,
};
use crate::store::{
    filter::{Condition, Filter},
    list::List,
    value::{Columns, text},
};
use crate::{AttemptRecord, Attempts, ListQuery, Page, VaultError, error::Stored};

domain::enumeration! {
    /// The outcome of an attempt.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum AttemptOutcome {
        /// It has not ended.
        Running = "running",
        Succeeded = "succeeded",
        Failed = "failed",
    }
}

domain::enumeration! {
    /// The sort orders of the list of attempts.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum AttemptSort {
        #[default]
        StartedAt = "started",
        /// When it ended; never comes before the oldest.
        EndedAt = "ended",
        Code = "code",
        Username = "username",
        Device = "device",
    }
}

domain::with_typescript! {
    /// The filters of the list of attempts. The executed range of `operation` is compared with the start of the attempt
    /// itself.
    #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[allow(missing_docs, reason = "the names of the fields say everything")]
    pub struct AttemptFilter {
        pub operation: OperationFilter,
        /// With one of these outcomes; empty: with any.
        pub outcomes: Vec<AttemptOutcome>,
        /// With one of these failures; empty: with any.
        pub failures: Vec<FailureCode>,
    }
}

/// Filters, sort order and page of the list of attempts.
pub type AttemptQuery = ListQuery<AttemptFilter, AttemptSort>;

/// An attempt in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AttemptRow {
    pub id: AttemptId,
    pub operation: OperationId,
    pub code: i64,
    /// The number of the attempt within its operation, from 1.
    pub number: u32,
    /// The type of the operation.
    pub kind: OperationType,
    pub credential: CredentialId,
    pub username: String,
    pub device: DeviceId,
    pub device_name: String,
    /// The name of the person or policy that asked for it.
    pub requester_name: String,
    /// The last step that it reached.
    pub step: Option<OperationStep>,
    pub failure: Option<FailureCode>,
    /// The beginning of the device's message, secrets masked.
    pub message: Option<String>,
    /// The template's name at that time.
    pub template_name: String,
    pub template_version: u32,
    pub started_at: DateTime<Utc>,
    /// The time it ended; `None` while it runs, and forever when the program died during the attempt.
    pub ended_at: Option<DateTime<Utc>>,
}

impl AttemptRow {
    /// Returns how the attempt ended, or that it is still running.
    pub fn outcome(&self) -> AttemptOutcome {
        match (self.failure, self.ended_at) {
            (Some(_), _) => AttemptOutcome::Failed,
            (None, Some(_)) => AttemptOutcome::Succeeded,
            (None, None) => AttemptOutcome::Running,
        }
    }
}

impl AttemptSort {
    pub(crate) fn expression(self) -> &'static str {
        match self {
            Self::StartedAt => "a.started_at",
            Self::EndedAt => "a.ended_order",
            Self::Code => "o.code",
            Self::Username => "o.username",
            Self::Device => "o.device_name",
        }
    }

    /// Tells whether the sort column is in the table of attempts, and not in the table of operations.
    fn is_own(self) -> bool {
        match self {
            Self::StartedAt | Self::EndedAt => true,
            Self::Code | Self::Username | Self::Device => false,
        }
    }
}

impl AttemptOutcome {
    fn condition(self) -> &'static str {
        match self {
            Self::Running => "a.ended_at IS NULL",
            Self::Succeeded => "(a.ended_at IS NOT NULL AND a.failure IS NULL)",
            Self::Failed => "a.failure IS NOT NULL",
        }
    }

    /// Returns the same column in the form that an index has.
    fn on_index(self) -> Option<&'static str> {
        match self {
            Self::Running => Some("a.ended_order = -1"),
            Self::Succeeded => None,
            Self::Failed => Some("a.failure IS NOT NULL"),
        }
    }
}

/// The beginning of a statement that selects the numbers of attempts.
const NUMBERS: &str = "SELECT a.sequence FROM attempts a";

fn columns() -> String {
    format!(
        "a.id, a.operation_id, o.code, a.number, o.kind, o.credential_id, o.username, o.device_id, o.device_name, \
         {REQUESTER} AS requester_name, a.step, a.failure, substr(a.words, 1, 400) AS message, a.template_name, \
         a.template_version, a.started_at, a.ended_at"
    )
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<AttemptRow> {
    Ok(AttemptRow {
        id: AttemptId::from_uuid(row.uuid("id")?),
        operation: OperationId::from_uuid(row.uuid("operation_id")?),
        code: row.get("code")?,
        number: row.get("number")?,
        kind: row.word("kind")?,
        credential: CredentialId::from_uuid(row.uuid("credential_id")?),
        username: row.get("username")?,
        device: DeviceId::from_uuid(row.uuid("device_id")?),
        device_name: row.get("device_name")?,
        requester_name: row.get("requester_name")?,
        step: row.optional_word("step")?,
        failure: row.optional_word("failure")?,
        message: row.get("message")?,
        template_name: row.get("template_name")?,
        template_version: row.get("template_version")?,
        started_at: row.time("started_at")?,
        ended_at: row.optional_time("ended_at")?,
    })
}

fn list_of<'a>(query: &AttemptQuery, columns: &'a str) -> List<'a> {
    List {
        name: "attempts",
        columns,
        from: "attempts a JOIN operations o ON o.id = a.operation_id",
        table: "attempts",
        alias: "a",
        joins: " JOIN operations o ON o.id = a.operation_id",
        walked: Some(if query.sort.is_own() {
            "attempts a CROSS JOIN operations o ON o.id = a.operation_id"
        } else {
            "operations o CROSS JOIN attempts a ON a.operation_id = o.id"
        }),
        sort: query.sort.expression(),
        number: "a.sequence",
        descending: query.descending,
    }
}

fn filter(connection: &Connection, asked: &AttemptFilter) -> Result<Filter, VaultError> {
    let mut criteria = criteria(connection, &asked.operation)?;
    // The start of an operation is the start of its first attempt. Here the start of each attempt counts.
    let is_of_attempt = |criterion: &mut Criterion| matches!(criterion, Criterion::Between(TimeColumn::Started, _));
    let began: Vec<Criterion> = criteria.extract_if(.., is_of_attempt).collect();
    let mut filter = conditions(connection, &criteria)?;
    filter.lead_on(
        "SELECT a.sequence FROM operations o CROSS JOIN attempts a ON a.operation_id = o.id WHERE o.code IN ({})",
    );
    for criterion in began {
        if let Criterion::Between(_, bounds) = criterion {
            filter.between(NUMBERS, "a.started_at", bounds);
        }
    }
    filter.indexed(NUMBERS, "a.failure", asked.failures.iter().copied().map(text).collect());
    if !asked.outcomes.is_empty() {
        filter.push(with_outcome(&asked.outcomes));
    }
    Ok(filter)
}

fn with_outcome(outcomes: &[AttemptOutcome]) -> Condition {
    let any: Vec<&str> = outcomes.iter().map(|outcome| outcome.condition()).collect();
    let any = format!("({})", any.join(" OR "));
    let found = |outcome: &AttemptOutcome| Some(format!("{NUMBERS} WHERE {}", outcome.on_index()?));
    match outcomes.iter().map(found).collect::<Option<Vec<String>>>() {
        Some(found) => Condition::found_by(any, found.join(" UNION ALL ")),
        None => Condition::plain(any),
    }
}

impl Attempts<'_> {
    /// Reads one page of the attempts that match the filters.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn page(&self, query: &AttemptQuery) -> Result<Page<AttemptRow>, VaultError> {
        let (columns, filter) = (columns(), filter(self.connection, &query.filter)?);
        list_of(query, &columns).page(self.connection, filter, query.after.as_ref(), query.limit, read_row)
    }

    /// Calls back with every attempt that fits, in the order of the list.
    ///
    /// # Errors
    /// Those of the callback, and [`VaultError::Storage`] and other errors of the database.
    pub fn each<E: From<VaultError>>(
        &self,
        query: &AttemptQuery,
        found: impl FnMut(AttemptRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let (columns, filter) = (columns(), filter(self.connection, &query.filter)?);
        list_of(query, &columns).each(self.connection, filter, read_row, found)
    }

    /// Returns an attempt; `None` when there is none with this id.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn get(&self, id: AttemptId) -> Result<Option<AttemptRecord>, VaultError> {
        let operation = self
            .connection
            .prepare_cached("SELECT operation_id FROM attempts WHERE id = ?1")
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| row.uuid("operation_id"))
            .optional()
            .stored()?;
        let Some(operation) = operation else { return Ok(None) };
        let attempts = self.list(OperationId::from_uuid(operation))?;
        Ok(attempts.into_iter().find(|attempt| attempt.id == id))
    }
}
