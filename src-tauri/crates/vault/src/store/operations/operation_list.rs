//! The list of operations.

use chrono::{DateTime, Utc};
use domain::OperationId;
use rusqlite::{OptionalExtension, Row};

use super::{
    column_store::{Asked, Found},
    operation_conditions::conditions,
    operation_filter::{Criterion, OperationFilter, criteria},
    operation_sort::OperationSort,
    records::{COLUMNS, read_operation},
};
use crate::store::{inventory::credential_list::not_reconcilable, list::List};
use crate::{Cursor, ListQuery, OperationRecord, Operations, Page, VaultError, error::Stored, page::Total};

/// A range of time: from one time, and before another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Range {
    /// The first time that is in it.
    pub from: Option<DateTime<Utc>>,
    /// The first time after it.
    pub to: Option<DateTime<Utc>>,
}

/// Filters, sort order and page of the list of operations.
pub type OperationQuery = ListQuery<OperationFilter, OperationSort>;

/// An operation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct OperationRow {
    pub record: OperationRecord,
    /// Its credential's username; the last one, when the credential is gone.
    pub username: String,
    /// Its device's name; the last one, when the device is gone.
    pub device_name: String,
    /// The name of the person or policy that asked for it.
    pub requester_name: String,
    /// The template of the last attempt.
    pub template: Option<TemplateUsed>,
    /// The template that its credential names now.
    pub next_template: Option<String>,
    /// The beginning of the device's message in the last attempt, secrets masked.
    pub message: Option<String>,
    /// True when its credential has a candidate that may have been sent.
    pub candidate_sent: bool,
    /// True when its credential's settings allow a reconciliation, and a reconciliation may repair its failure.
    pub reconcilable: bool,
}

/// A template as an attempt used it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct TemplateUsed {
    /// Its name at that time.
    pub name: String,
    pub version: u32,
}

/// The name of the person or policy that asked for it, as an SQL expression.
pub(in crate::store) const REQUESTER: &str = "coalesce((SELECT u.name FROM users u WHERE u.id = o.requester_id), \
    (SELECT n.name FROM policy_names n WHERE n.id = o.requester_id), '')";

pub(in crate::store) fn columns() -> String {
    let last = |column: &str| {
        format!("(SELECT {column} FROM attempts t WHERE t.operation_id = o.id ORDER BY t.number DESC LIMIT 1)")
    };
    format!(
        "{COLUMNS}, o.username, o.device_name, {REQUESTER} AS requester_name, {} AS template_name, \
         {} AS template_version, {} AS message, \
         (SELECT c.template FROM credentials c WHERE c.id = o.credential_id) AS next_template, \
         EXISTS (SELECT 1 FROM secret_versions s WHERE s.credential_id = o.credential_id AND s.kind = 'password' \
             AND s.state = 'candidate' AND s.sent_at IS NOT NULL) AS candidate_sent, \
         o.state IN ('error', 'scheduled') AND EXISTS (SELECT 1 FROM credentials c JOIN devices d ON d.id = c.device_id \
             WHERE c.id = o.credential_id AND ({}) IS NULL) AS reconcilable",
        last("t.template_name"),
        last("t.template_version"),
        last("substr(t.words, 1, 400)"),
        not_reconcilable(),
    )
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<OperationRow> {
    let name: Option<String> = row.get("template_name")?;
    Ok(OperationRow {
        record: read_operation(row)?,
        username: row.get("username")?,
        device_name: row.get("device_name")?,
        requester_name: row.get("requester_name")?,
        template: match name {
            None => None,
            Some(name) => Some(TemplateUsed { name, version: row.get("template_version")? }),
        },
        next_template: row.get("next_template")?,
        message: row.get("message")?,
        candidate_sent: row.get("candidate_sent")?,
        reconcilable: row.get("reconcilable")?,
    })
}

fn list_of<'a>(query: &OperationQuery, columns: &'a str) -> List<'a> {
    List {
        name: "operations",
        columns,
        from: "operations o",
        table: "operations",
        alias: "o",
        joins: "",
        walked: None,
        sort: query.sort.expression(),
        number: "o.code",
        descending: query.descending,
    }
}

impl Operations<'_> {
    /// Reads one page of the operations that match the filters.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &OperationQuery) -> Result<Page<OperationRow>, VaultError> {
        let (columns, criteria) = (columns(), criteria(self.connection, &query.filter)?);
        let list = list_of(query, &columns);
        if let Some(found) = self.find(&list, query, &criteria)? {
            let total = query.after.as_ref().map_or(Total::exactly(found.total), Cursor::total);
            return list.rows(self.connection, &found.keys, total, query.limit, read_row);
        }
        let filter = conditions(self.connection, &criteria)?;
        list.page(self.connection, filter, query.after.as_ref(), query.limit, read_row)
    }

    /// Finds the rows of a page by the columns in memory; `None` when SQL must find them.
    fn find(
        &self,
        list: &List<'_>,
        query: &OperationQuery,
        criteria: &[Criterion],
    ) -> Result<Option<Found>, VaultError> {
        let Some(columns) = self.columns else { return Ok(None) };
        columns.prepare();
        if criteria.is_empty() {
            // SQL only has to walk along the order, which is fast enough.
            return Ok(None);
        }
        let after = query.after.as_ref().map(|cursor| cursor.place(&list.label())).transpose()?;
        let ListQuery { sort, descending, limit, .. } = *query;
        columns.find(&Asked { criteria, sort, descending, limit, after })
    }

    /// Counts the operations that match, exactly.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn count(&self, query: &OperationQuery) -> Result<u64, VaultError> {
        let (list, criteria) = (list_of(query, ""), criteria(self.connection, &query.filter)?);
        let query = OperationQuery { after: None, limit: 0, ..query.clone() };
        if let Some(found) = self.find(&list, &query, &criteria)? {
            return Ok(found.total);
        }
        list.count(self.connection, conditions(self.connection, &criteria)?)
    }

    /// Calls back with every operation that fits, in the order of the list.
    ///
    /// # Errors
    /// Those of the callback, and [`VaultError::Storage`] and other errors of the database.
    pub fn each<E: From<VaultError>>(
        &self,
        query: &OperationQuery,
        found: impl FnMut(OperationRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let criteria = criteria(self.connection, &query.filter)?;
        let (columns, filter) = (columns(), conditions(self.connection, &criteria)?);
        list_of(query, &columns).each(self.connection, filter, read_row, found)
    }

    /// Returns one operation as the list shows it.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn row(&self, id: OperationId) -> Result<Option<OperationRow>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {} FROM operations o WHERE o.id = ?1", columns()))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], read_row)
            .optional()
            .stored()
    }
}
