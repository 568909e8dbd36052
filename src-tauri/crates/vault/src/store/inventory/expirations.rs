//! The report of password expirations: active credentials with their schedules.

use chrono::{DateTime, Utc};
use domain::{CredentialId, CredentialStatus, PolicyId, policy::PolicyStatus};
use rusqlite::{Row, types::Value};

use super::credential_list::{NUMBERS, of_policy};
use crate::store::{
    filter::Filter,
    list::List,
    search::{Searched, add_words},
    value::{Columns, micros, text},
};
use crate::{Cursor, Page, Range, Schedules, VaultError, page::USUAL_LIMIT};

domain::enumeration! {
    /// The sort orders of the report.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum ExpirationSort {
        /// When the password expires; never comes last.
        #[default]
        ExpiresAt = "expires",
        Username = "username",
        Device = "device",
        /// When the password last became current.
        ChangedAt = "changed",
    }
}

/// Filters and sort order of the report. A credential must match every filter that is set.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExpirationQuery {
    /// Words that username, device name or tags must contain.
    pub text: String,
    /// The policy that applies.
    pub policy: Option<PolicyId>,
    /// Expires in this time.
    pub range: Range,
    pub never: bool,
    /// The sort order of the list.
    pub sort: ExpirationSort,
    pub descending: bool,
    /// The row after which the page begins; `None` for the first page.
    pub after: Option<Cursor>,
    /// The largest number of rows of the page.
    pub limit: u32,
}

impl Default for ExpirationQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            policy: None,
            range: Range::default(),
            never: false,
            sort: ExpirationSort::ExpiresAt,
            descending: false,
            after: None,
            limit: USUAL_LIMIT,
        }
    }
}

/// A credential in the report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Expiration {
    pub credential: CredentialId,
    pub username: String,
    pub device_name: String,
    /// The policy that applies, and its name.
    pub policy: Option<(PolicyId, String)>,
    /// When its password last became current.
    pub changed_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    /// When it is due next, held up or not.
    pub next_due: Option<DateTime<Utc>>,
    /// The status under its policy, without regard to the present time.
    status: PolicyStatus,
    overdue_at: Option<DateTime<Utc>>,
}

impl Expiration {
    /// Returns its status under its policy at a time.
    pub fn status(&self, now: DateTime<Utc>) -> PolicyStatus {
        match self.status {
            PolicyStatus::WithinPolicy if self.overdue_at.is_some_and(|at| at <= now) => PolicyStatus::Overdue,
            status => status,
        }
    }
}

const COLUMNS: &str = "c.id, c.username, c.device_name, p.id AS policy_id, p.name AS policy_name, c.changed_at, \
    c.expires_at, s.next_due, coalesce(s.standing, 'withoutPolicy') AS standing, s.overdue_at";
const FROM: &str =
    "credentials c LEFT JOIN schedules s ON s.credential = c.number LEFT JOIN policies p ON p.number = s.policy";
const SEARCHED: Searched = Searched::by_number(
    "c.number",
    "SELECT rowid FROM credential_search WHERE credential_search MATCH '{username device_name tags} : ' || {}",
    "c.username || char(10) || c.device_name || char(10) || c.tags",
);

fn read_row(row: &Row<'_>) -> rusqlite::Result<Expiration> {
    let policy = row.optional_uuid("policy_id")?.map(PolicyId::from_uuid);
    Ok(Expiration {
        credential: CredentialId::from_uuid(row.uuid("id")?),
        username: row.get("username")?,
        device_name: row.get("device_name")?,
        policy: policy.zip(row.get("policy_name")?),
        changed_at: row.optional_time("changed_at")?,
        expires_at: row.optional_time("expires_at")?,
        next_due: row.optional_time("next_due")?,
        status: row.word("standing")?,
        overdue_at: row.optional_time("overdue_at")?,
    })
}

fn filter(query: &ExpirationQuery) -> Filter {
    let mut filter = Filter::default();
    filter.indexed(NUMBERS, "c.status", vec![text(CredentialStatus::Active)]);
    add_words(&mut filter, &query.text, &SEARCHED);
    if let Some(policy) = query.policy {
        of_policy(&mut filter, policy);
    }
    filter.between(NUMBERS, "c.expires_order", (query.range.from.map(micros), query.range.to.map(micros)));
    if query.never {
        filter.indexed(NUMBERS, "c.expires_order", vec![Value::Integer(i64::MAX)]);
    }
    filter
}

fn list(query: &ExpirationQuery) -> List<'static> {
    List {
        name: "expirations",
        columns: COLUMNS,
        from: FROM,
        table: "credentials",
        alias: "c",
        joins: "",
        walked: None,
        sort: match query.sort {
            ExpirationSort::ExpiresAt => "c.expires_order",
            ExpirationSort::Username => "c.username",
            ExpirationSort::Device => "c.device_name",
            ExpirationSort::ChangedAt => "c.changed_order",
        },
        number: "c.number",
        descending: query.descending,
    }
}

impl Schedules<'_> {
    /// Reads one page of the report.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn expirations(&self, query: &ExpirationQuery) -> Result<Page<Expiration>, VaultError> {
        list(query).page(self.connection, filter(query), query.after.as_ref(), query.limit, read_row)
    }

    /// Calls back with every row of the report, in its order.
    ///
    /// # Errors
    /// Those of the callback, [`VaultError::Storage`] and other errors of the database.
    pub fn each_expiration<E: From<VaultError>>(
        &self,
        query: &ExpirationQuery,
        found: impl FnMut(Expiration) -> Result<(), E>,
    ) -> Result<(), E> {
        list(query).each(self.connection, filter(query), read_row, found)
    }
}
