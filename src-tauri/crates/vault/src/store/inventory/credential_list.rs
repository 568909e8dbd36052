//! The list of credentials, and the reason why each cannot be changed now.

use chrono::{DateTime, Utc};
use domain::{
    Credential, CredentialId, CredentialStatus, DeviceId, NotChangeable, NotReconcilable, OperationId, PasswordType,
    PolicyId, SyncState, policy::PolicyStatus,
};
use rusqlite::{OptionalExtension, Row, types::Value};

use super::{
    credentials::{COLUMNS, read_credential},
    devices::not_trusted,
};
use crate::store::{
    filter::{Condition, Filter},
    list::{List, column},
    search::{Searched, add_words},
    value::{Columns, fold, micros, text},
};
use crate::{Credentials, Cursor, Page, VaultError, error::Stored, page::USUAL_LIMIT};

/// Filters and sort order of the list of credentials. A credential must match every filter that is set.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct CredentialQuery {
    /// Words that username, device name, domain, tags or additional information must contain.
    pub text: String,
    pub device: Option<DeviceId>,
    pub password_type: Option<PasswordType>,
    /// In use or not.
    pub status: Option<CredentialStatus>,
    /// In this sync state.
    pub sync: Option<SyncState>,
    pub tag: Option<String>,
    /// Selects credentials for which a change can be requested now, or cannot.
    pub changeable: Option<bool>,
    /// Its status under its policy at a time.
    pub policy_status: Option<(PolicyStatus, DateTime<Utc>)>,
    /// The policy that applies.
    pub policy: Option<PolicyId>,
    /// Selects credentials that are paused themselves, or not.
    pub paused: Option<bool>,
    /// The sort order of the list.
    pub sort: CredentialSort,
    pub descending: bool,
    /// The row after which the page begins; `None` for the first page.
    pub after: Option<Cursor>,
    /// The largest number of rows of the page.
    pub limit: u32,
}

impl Default for CredentialQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            device: None,
            password_type: None,
            status: None,
            sync: None,
            tag: None,
            changeable: None,
            policy_status: None,
            policy: None,
            paused: None,
            sort: CredentialSort::default(),
            descending: false,
            after: None,
            limit: USUAL_LIMIT,
        }
    }
}

domain::enumeration! {
    /// The sort orders of the list of credentials.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum CredentialSort {
        #[default]
        Username = "username",
        Device = "device",
        /// The kind of account.
        PasswordType = "passwordType",
        /// In use or not.
        Status = "status",
        Sync = "sync",
        /// When the password last became current; never comes before the oldest.
        ChangedAt = "changed",
        /// When it was entered.
        CreatedAt = "created",
        /// When it last changed.
        UpdatedAt = "updated",
    }
}

/// A credential in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct CredentialRow {
    pub credential: Credential,
    pub device_name: String,
    pub device_address: String,
    /// The operation on it that is not finished.
    pub open_operation: Option<OperationId>,
    /// Why a change cannot be requested now; none when it can.
    pub not_changeable: Option<NotChangeable>,
    /// Why its password cannot be verified now; none when it can.
    pub not_verifiable: Option<NotChangeable>,
    /// When its password expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// When its policy's triggers are due next, held up or not.
    pub next_due: Option<DateTime<Utc>>,
}

impl CredentialSort {
    pub(crate) fn expression(self) -> &'static str {
        match self {
            Self::Username => "c.username",
            Self::Device => "c.device_name",
            Self::PasswordType => "c.password_type",
            Self::Status => "c.status",
            Self::Sync => "c.sync",
            Self::ChangedAt => "c.changed_order",
            Self::CreatedAt => "c.created_at",
            Self::UpdatedAt => "c.updated_at",
        }
    }
}

const FROM: &str = "credentials c JOIN devices d ON d.id = c.device_id";

/// The beginning of a statement that selects credentials' numbers.
pub(in crate::store) const NUMBERS: &str = "SELECT c.number FROM credentials c";

pub(in crate::store) const OPEN: &str = "SELECT o.id FROM operations o WHERE o.credential_id = c.id \
    AND o.state IN ('awaitingApproval', 'scheduled', 'running')";

const SEARCHED: Searched = Searched::by_number(
    "c.number",
    "SELECT rowid FROM credential_search WHERE credential_search MATCH {}",
    "c.username || char(10) || c.device_name || char(10) || c.domain || char(10) || c.additional_information || \
     char(10) || c.tags",
)
.or_each("EXISTS (SELECT 1 FROM credential_search WHERE rowid = c.number AND credential_search MATCH {})");

/// Returns the first reason in the order of their declaration.
pub(in crate::store) fn reason() -> String {
    format!(
        "CASE \
         WHEN c.status <> 'active' THEN 'inactive' \
         WHEN NOT c.automatic_change THEN 'noAutomaticChange' \
         WHEN c.plugin IS NULL OR c.template IS NULL THEN 'noTemplate' \
         WHEN c.access_credential_id IS NULL AND NOT c.has_password AND NOT c.has_private_key THEN 'noPassword' \
         WHEN c.access_credential_id IS NOT NULL AND NOT EXISTS ( \
             SELECT 1 FROM credentials a WHERE a.id = c.access_credential_id AND a.device_id = c.device_id \
             AND a.status = 'active' AND (a.has_password OR a.has_private_key)) THEN 'noAccessCredential' \
         WHEN {} THEN 'noHostKey' \
         WHEN EXISTS ({OPEN}) THEN 'openOperation' \
         END",
        not_trusted("c.plugin")
    )
}

/// Returns the same as [`reason`] for a verification, which needs neither a template nor automatic changes.
fn not_verifiable() -> String {
    format!(
        "CASE \
         WHEN c.status <> 'active' THEN 'inactive' \
         WHEN NOT c.has_password THEN 'noPassword' \
         WHEN {} THEN 'noHostKey' \
         WHEN EXISTS ({OPEN}) THEN 'openOperation' \
         END",
        not_trusted("c.plugin")
    )
}

fn columns() -> String {
    format!(
        "{COLUMNS}, d.name AS device_name, d.address AS device_address, ({OPEN}) AS open_operation, \
         {} AS not_changeable, {} AS not_verifiable, c.expires_at, \
         (SELECT s.next_due FROM schedules s WHERE s.credential = c.number) AS next_due",
        reason(),
        not_verifiable()
    )
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<CredentialRow> {
    Ok(CredentialRow {
        credential: read_credential(row)?,
        device_name: row.get("device_name")?,
        device_address: row.get("device_address")?,
        open_operation: row.optional_uuid("open_operation")?.map(OperationId::from_uuid),
        not_changeable: row.optional_word("not_changeable")?,
        not_verifiable: row.optional_word("not_verifiable")?,
        expires_at: row.optional_time("expires_at")?,
        next_due: row.optional_time("next_due")?,
    })
}

fn filter(query: &CredentialQuery) -> Filter {
    let mut filter = Filter::default();
    add_words(&mut filter, &query.text, &SEARCHED);
    let device = query.device.map(|device| Value::Blob(device.as_uuid().into_bytes().to_vec()));
    filter.indexed(NUMBERS, "c.device_id", Vec::from_iter(device));
    filter.indexed(NUMBERS, "c.password_type", Vec::from_iter(query.password_type.map(text)));
    filter.indexed(NUMBERS, "c.status", Vec::from_iter(query.status.map(text)));
    filter.indexed(NUMBERS, "c.sync", Vec::from_iter(query.sync.map(text)));
    if let Some(tag) = &query.tag {
        let tagged =
            format!("SELECT t.credential FROM credential_tags t WHERE t.tag_folded = {}", filter.value(fold(tag)));
        filter.push(Condition::found_by(format!("EXISTS ({tagged} AND t.credential = c.number)"), tagged));
    }
    match query.changeable {
        Some(true) => filter.add(format!("({}) IS NULL", reason())),
        Some(false) => filter.add(format!("({}) IS NOT NULL", reason())),
        None => {}
    }
    if let Some((status, now)) = query.policy_status {
        filter.push(scheduled(&stands(status, now)));
    }
    if let Some(policy) = query.policy {
        of_policy(&mut filter, policy);
    }
    match query.paused {
        // The plus keeps a walk away from the index of the paused ones.
        Some(true) => filter
            .push(Condition::found_by("+c.paused_at IS NOT NULL", format!("{NUMBERS} WHERE c.paused_at IS NOT NULL"))),
        Some(false) => filter.add("c.paused_at IS NULL"),
        None => {}
    }
    filter
}

/// Adds "this policy applies".
pub(in crate::store) fn of_policy(filter: &mut Filter, policy: PolicyId) {
    let place = filter.value(policy.as_uuid().into_bytes().to_vec());
    filter.push(scheduled(&format!("s.policy = (SELECT p.number FROM policies p WHERE p.id = {place})")));
}

/// Returns a condition on the credential's schedule.
fn scheduled(condition: &str) -> Condition {
    let found = format!("SELECT s.credential FROM schedules s WHERE {condition}");
    Condition::found_by(format!("EXISTS ({found} AND s.credential = c.number)"), found)
}

fn list_of<'a>(query: &CredentialQuery, columns: &'a str) -> List<'a> {
    List {
        name: "credentials",
        columns,
        from: FROM,
        table: "credentials",
        alias: "c",
        joins: if query.changeable.is_some() { " JOIN devices d ON d.id = c.device_id" } else { "" },
        walked: None,
        sort: query.sort.expression(),
        number: "c.number",
        descending: query.descending,
    }
}

/// Returns the condition of a policy status. A status changes with time alone.
fn stands(status: PolicyStatus, now: DateTime<Utc>) -> String {
    let now = micros(now);
    match status {
        PolicyStatus::WithinPolicy => {
            format!("s.standing = 'withinPolicy' AND (s.overdue_at IS NULL OR s.overdue_at > {now})")
        }
        PolicyStatus::Overdue => format!("s.standing = 'withinPolicy' AND s.overdue_at <= {now}"),
        PolicyStatus::InError
        | PolicyStatus::OutOfSync
        | PolicyStatus::WithoutPolicy
        | PolicyStatus::NeverChanged
        | PolicyStatus::NotVerified => {
            format!("s.standing = '{}'", status.word())
        }
    }
}

/// Returns the first reason in the order of their declaration. The caller checks the open operation.
pub(in crate::store) fn not_reconcilable() -> String {
    format!(
        "CASE \
     WHEN c.status <> 'active' THEN 'inactive' \
     WHEN NOT c.reconciliation THEN 'notEnabled' \
     WHEN c.reconciliation_credential_id IS NULL THEN 'noCredential' \
     WHEN EXISTS (SELECT 1 FROM credentials a WHERE a.id = c.reconciliation_credential_id AND a.status <> 'active') \
         THEN 'credentialInactive' \
     WHEN NOT EXISTS (SELECT 1 FROM credentials a WHERE a.id = c.reconciliation_credential_id \
         AND (a.has_password OR a.has_private_key)) THEN 'noPassword' \
     WHEN c.reconciliation_plugin IS NULL OR c.reconciliation_template IS NULL THEN 'noTemplate' \
     WHEN {} THEN 'noHostKey' \
     END",
        not_trusted("c.reconciliation_plugin")
    )
}

impl Credentials<'_> {
    /// Returns the reason why a credential's settings do not allow a reconciliation; open operations do not count.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn not_reconcilable(&self, id: CredentialId) -> Result<Option<NotReconcilable>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {} AS reason FROM {FROM} WHERE c.id = ?1", not_reconcilable()))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| row.optional_word("reason"))
            .optional()
            .stored()?
            .ok_or(VaultError::NotFound)
    }

    /// Reads one page of the credentials that match the filters.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &CredentialQuery) -> Result<Page<CredentialRow>, VaultError> {
        let columns = columns();
        list_of(query, &columns).page(self.connection, filter(query), query.after.as_ref(), query.limit, read_row)
    }

    /// Counts the credentials that match, exactly. This is slow when many rows fulfil several of the conditions.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn count(&self, query: &CredentialQuery) -> Result<u64, VaultError> {
        list_of(query, "").count(self.connection, filter(query))
    }

    /// Returns the ids of all credentials that match, in the order they were entered.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn ids(&self, query: &CredentialQuery) -> Result<Vec<CredentialId>, VaultError> {
        let select = format!("SELECT c.id FROM {FROM}");
        column(self.connection, &select, &filter(query), "c.number", |row| row.uuid("id").map(CredentialId::from_uuid))
    }

    /// Returns one credential as the list shows it.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn row(&self, id: CredentialId) -> Result<Option<CredentialRow>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {} FROM {FROM} WHERE c.id = ?1", columns()))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], read_row)
            .optional()
            .stored()
    }
}
