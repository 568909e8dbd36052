//! `policies`: the credentials that the program changes by itself, and the times.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::{
    Pause, PolicyId, StrengthId, UserId,
    policy::{Policy, PolicyDetails},
};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Value};

use crate::store::{
    filter::Filter,
    list::List,
    search::{Searched, add_words},
    value::{Columns, fold, json, micros},
};
use crate::{Cursor, Page, VaultError, error::Stored, file::transaction::Changes, page::USUAL_LIMIT};

const COLUMNS: &str = "p.id, p.name, p.priority, p.strength_id, p.criteria, p.triggers, p.overrides, p.pause_reason, \
    p.paused_by, p.paused_at, p.created_at, p.updated_at";
const COUNTED: &str = "(SELECT s.name FROM strengths s WHERE s.id = p.strength_id) AS strength_name, \
    (SELECT count(*) FROM schedules s WHERE s.policy = p.number) AS credentials";

/// A policy in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PolicyRow {
    pub policy: Policy,
    /// The name of its strength.
    pub strength_name: String,
    /// The number of credentials that it applies to.
    pub credentials: u32,
}

domain::enumeration! {
    /// The sort orders of the list of policies.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum PolicySort {
        #[default]
        Priority = "priority",
        Name = "name",
        /// When it last changed.
        UpdatedAt = "updated",
    }
}

/// Filters and sort order of the list of policies. A policy must match every filter that is set.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PolicyQuery {
    /// Words of the name.
    pub text: String,
    pub strength: Option<StrengthId>,
    pub paused: Option<bool>,
    /// The sort order of the list.
    pub sort: PolicySort,
    pub descending: bool,
    /// The row after which the page begins; `None` for the first page.
    pub after: Option<Cursor>,
    /// The largest number of rows of the page.
    pub limit: u32,
}

impl Default for PolicyQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            strength: None,
            paused: None,
            sort: PolicySort::Priority,
            descending: true,
            after: None,
            limit: USUAL_LIMIT,
        }
    }
}

const SEARCHED: Searched = Searched::by_number(
    "p.number",
    "SELECT w.number FROM policies w WHERE instr(lower(w.name), lower(trim({}, '\"'))) > 0",
    "p.name",
);

pub(in crate::store) fn read_pause(row: &Row<'_>) -> rusqlite::Result<Option<Pause>> {
    let (reason, by, at): (Option<String>, _, _) =
        (row.get("pause_reason")?, row.optional_uuid("paused_by")?, row.optional_time("paused_at")?);
    let whole = reason.zip(by).zip(at);
    Ok(whole.map(|((reason, by), at)| Pause { reason, by: UserId::from_uuid(by), at }))
}

fn read_policy(row: &Row<'_>) -> rusqlite::Result<Policy> {
    Ok(Policy {
        id: PolicyId::from_uuid(row.uuid("id")?),
        details: PolicyDetails {
            name: row.get("name")?,
            priority: row.get("priority")?,
            strength: StrengthId::from_uuid(row.uuid("strength_id")?),
            criteria: row.json("criteria")?,
            triggers: row.json("triggers")?,
            overrides: row.json("overrides")?,
        },
        pause: read_pause(row)?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<PolicyRow> {
    Ok(PolicyRow {
        policy: read_policy(row)?,
        strength_name: row.get("strength_name")?,
        credentials: row.get("credentials")?,
    })
}

/// Reads the policies of the vault.
pub struct Policies<'a> {
    pub(crate) connection: &'a Connection,
}

impl Policies<'_> {
    /// Returns a policy, with the values that the list shows of it.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn row(&self, id: PolicyId) -> Result<Option<PolicyRow>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS}, {COUNTED} FROM policies p WHERE p.id = ?1"))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], read_row)
            .optional()
            .stored()
    }

    /// Returns every policy, in the order in which they apply.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn ranked(&self) -> Result<Vec<Policy>, VaultError> {
        let mut policies: Vec<Policy> = self
            .connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM policies p"))
            .stored()?
            .query_map([], read_policy)
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()?;
        policies.sort_by(|left, right| left.details.rank(&right.details));
        Ok(policies)
    }

    /// Reads one page of the policies that match the filters.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &PolicyQuery) -> Result<Page<PolicyRow>, VaultError> {
        let mut filter = Filter::default();
        add_words(&mut filter, &query.text, &SEARCHED);
        let strength = query.strength.map(|id| Value::Blob(id.as_uuid().into_bytes().to_vec()));
        filter.indexed("SELECT p.number FROM policies p", "p.strength_id", Vec::from_iter(strength));
        if let Some(paused) = query.paused {
            filter.add(if paused { "p.paused_at IS NOT NULL" } else { "p.paused_at IS NULL" });
        }
        let columns = format!("{COLUMNS}, {COUNTED}");
        let list = List {
            name: "policies",
            columns: &columns,
            from: "policies p",
            table: "policies",
            alias: "p",
            joins: "",
            walked: None,
            sort: match query.sort {
                PolicySort::Priority => "p.priority",
                PolicySort::Name => "p.name",
                PolicySort::UpdatedAt => "p.updated_at",
            },
            number: "p.number",
            descending: query.descending,
        };
        list.page(self.connection, filter, query.after.as_ref(), query.limit, read_row)
    }

    /// Tells whether another policy has the name, letter case ignored.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn taken(&self, name: &str, except: Option<PolicyId>) -> Result<bool, VaultError> {
        self.connection
            .prepare_cached("SELECT 1 FROM policies WHERE name_folded = ?1 AND id IS NOT ?2")
            .stored()?
            .exists(params![fold(name), except.map(|id| id.as_uuid().into_bytes())])
            .stored()
    }
}

/// Writes policies, and reads them. After each change, every schedule is computed again.
pub struct PoliciesMut<'a> {
    pub(crate) reader: Policies<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for PoliciesMut<'a> {
    type Target = Policies<'a>;

    fn deref(&self) -> &Policies<'a> {
        &self.reader
    }
}

impl PoliciesMut<'_> {
    /// Inserts a policy, or overwrites the details of an existing one.
    ///
    /// # Errors
    /// [`VaultError::Taken`] when another one has the name; [`VaultError::InvalidReference`] when there is no such
    /// strength.
    pub fn save(&self, policy: &Policy) -> Result<(), VaultError> {
        let details = &policy.details;
        self.connection
            .prepare_cached(
                "INSERT INTO policies (id, name, name_folded, priority, strength_id, criteria, triggers, overrides, \
                 created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_folded = excluded.name_folded, \
                 priority = excluded.priority, strength_id = excluded.strength_id, criteria = excluded.criteria, \
                 triggers = excluded.triggers, overrides = excluded.overrides, updated_at = excluded.updated_at",
            )
            .stored()?
            .execute(params![
                policy.id.as_uuid().as_bytes(),
                details.name,
                fold(&details.name),
                details.priority,
                details.strength.as_uuid().as_bytes(),
                json(&details.criteria)?,
                json(&details.triggers)?,
                json(&details.overrides)?,
                micros(policy.created_at),
                micros(policy.updated_at),
            ])
            .stored()?;
        self.noted(policy.id, 1)
    }

    /// Pauses a policy, or ends its pause.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn set_pause(&self, id: PolicyId, pause: Option<&Pause>, now: DateTime<Utc>) -> Result<(), VaultError> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE policies SET pause_reason = ?2, paused_by = ?3, paused_at = ?4, updated_at = ?5 WHERE id = ?1",
            )
            .stored()?
            .execute(params![
                id.as_uuid().as_bytes(),
                pause.map(|pause| &pause.reason),
                pause.map(|pause| pause.by.as_uuid().into_bytes()),
                pause.map(|pause| micros(pause.at)),
                micros(now),
            ])
            .stored()?;
        self.noted(id, changed)
    }

    /// Deletes a policy by its id.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn delete(&self, id: PolicyId) -> Result<(), VaultError> {
        let sql = "DELETE FROM policies WHERE id = ?1";
        let deleted = self.connection.prepare_cached(sql).stored()?.execute([id.as_uuid().as_bytes()]).stored()?;
        self.noted(id, deleted)
    }

    fn noted(&self, id: PolicyId, rows: usize) -> Result<(), VaultError> {
        if rows == 0 {
            return Err(VaultError::NotFound);
        }
        self.connection.execute("UPDATE scheduler SET generation = generation + 1", []).stored()?;
        self.changes.policy(id);
        Ok(())
    }
}
