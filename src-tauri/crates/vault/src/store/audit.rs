//! `audit`: who did what, when, to what. Rows are added and never changed; the database itself refuses to.
//!
//! Every entry holds the SHA-256 of all its fields and of the hash before it, so that an entry that is changed, removed
//! or put in between breaks the chain from there on. Entries missing at the very end are not seen by the chain alone:
//! whoever remembers the head sees that.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use crypto::{AssociatedData, DIGEST_LENGTH, derive_digest};
use domain::{UserId, VaultId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::value::{Columns, json, micros};
use crate::{VaultError, error::Stored};

const COLUMNS: &str = "number, at, who, action, object_noun, object_id, object_label, detail, previous, hash";

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    /// What kind of record.
    pub noun: &'a str,
    /// Its id.
    pub id: Uuid,
    /// The name it had, for people.
    pub label: &'a str,
}

/// An entry to append.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry<'a> {
    /// The person; none for what the program does by itself.
    pub who: Option<UserId>,
    /// What was done.
    pub action: &'a str,
    /// To what.
    pub object: Option<Object<'a>>,
    /// From what to what; a secret is "changed" and nothing more.
    pub detail: serde_json::Value,
    /// Now.
    pub at: DateTime<Utc>,
}

/// The last entry: what whoever remembers the vault compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many entries there are.
    pub number: u64,
    /// The last one's hash.
    pub hash: [u8; DIGEST_LENGTH],
}

/// What a walk along the chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry is as it was written.
    Whole {
        /// How many.
        entries: u64,
    },
    /// The chain does not hold.
    BrokenAt {
        /// The first entry that is missing, or not as it was written.
        entry: u64,
    },
}

/// An entry as it is hashed: exactly the columns.
struct Entry {
    number: i64,
    at: i64,
    who: Option<Uuid>,
    action: String,
    noun: Option<String>,
    id: Option<Uuid>,
    label: Option<String>,
    detail: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        number: row.get("number")?,
        at: row.get("at")?,
        who: row.optional_uuid("who")?,
        action: row.get("action")?,
        noun: row.get("object_noun")?,
        id: row.optional_uuid("object_id")?,
        label: row.get("object_label")?,
        detail: row.get("detail")?,
        previous: row.get("previous")?,
        hash: row.get("hash")?,
    })
}

impl Entry {
    fn derive_hash(&self, vault: VaultId) -> [u8; DIGEST_LENGTH] {
        // A field that is not there and one that is empty are told apart by a count before it.
        let optional = |content: AssociatedData, field: Option<&[u8]>| match field {
            Some(field) => content.number(1).bytes(field),
            None => content.number(0),
        };
        let mut content = AssociatedData::new("chaveiro audit entry")
            .bytes(vault.as_uuid().as_bytes())
            .bytes(&self.number.to_le_bytes())
            .bytes(&self.at.to_le_bytes());
        content = optional(content, self.who.as_ref().map(|id| id.as_bytes().as_slice()));
        content = content.text(&self.action);
        content = optional(content, self.noun.as_deref().map(str::as_bytes));
        content = optional(content, self.id.as_ref().map(|id| id.as_bytes().as_slice()));
        content = optional(content, self.label.as_deref().map(str::as_bytes));
        derive_digest(&content.text(&self.detail).bytes(&self.previous))
    }
}

/// What stands before the first entry.
fn origin(vault: VaultId) -> [u8; DIGEST_LENGTH] {
    derive_digest(&AssociatedData::new("chaveiro audit origin").bytes(vault.as_uuid().as_bytes()))
}

/// Reads the audit trail.
pub struct Audit<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) vault_id: VaultId,
}

impl Audit<'_> {
    /// The last entry; none in an empty trail.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn head(&self) -> Result<Option<Head>, VaultError> {
        let sql = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";
        self.connection
            .prepare_cached(sql)
            .stored()?
            .query_row([], |row| {
                let number: i64 = row.get("number")?;
                Ok(Head { number: number.unsigned_abs(), hash: row.get("hash")? })
            })
            .optional()
            .stored()
    }

    /// Walks along the chain from the first entry.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like; a broken chain is a verdict, not an error.
    pub fn verify(&self) -> Result<Verdict, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM audit ORDER BY number");
        let mut statement = self.connection.prepare_cached(&sql).stored()?;
        let mut rows = statement.query([]).stored()?;
        let (mut previous, mut entries) = (origin(self.vault_id), 0_u64);
        while let Some(row) = rows.next().stored()? {
            let entry = entries + 1;
            let holds = read_entry(row).is_ok_and(|found| {
                let hash = found.derive_hash(self.vault_id);
                let holds =
                    u64::try_from(found.number) == Ok(entry) && found.previous == previous && found.hash == hash;
                previous = hash;
                holds
            });
            if !holds {
                return Ok(Verdict::BrokenAt { entry });
            }
            entries = entry;
        }
        Ok(Verdict::Whole { entries })
    }
}

/// Appends to the audit trail, and reads it.
pub struct AuditMut<'a> {
    pub(crate) reader: Audit<'a>,
}

impl<'a> Deref for AuditMut<'a> {
    type Target = Audit<'a>;

    fn deref(&self) -> &Audit<'a> {
        &self.reader
    }
}

impl AuditMut<'_> {
    /// Appends an entry and answers with its number.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn append(&self, new: &NewEntry<'_>) -> Result<u64, VaultError> {
        let head = self.head()?;
        let (before, previous) = match head {
            Some(head) => (head.number, head.hash),
            None => (0, origin(self.vault_id)),
        };
        let mut entry = Entry {
            number: i64::try_from(before + 1).unwrap_or(i64::MAX),
            at: micros(new.at),
            who: new.who.map(|who| who.as_uuid()),
            action: new.action.to_owned(),
            noun: new.object.map(|object| object.noun.to_owned()),
            id: new.object.map(|object| object.id),
            label: new.object.map(|object| object.label.to_owned()),
            detail: json(&new.detail)?,
            previous: previous.to_vec(),
            hash: Vec::new(),
        };
        entry.hash = entry.derive_hash(self.vault_id).to_vec();
        self.connection
            .prepare_cached(&format!("INSERT INTO audit ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"))
            .stored()?
            .execute(params![
                entry.number,
                entry.at,
                entry.who.as_ref().map(Uuid::as_bytes),
                entry.action,
                entry.noun,
                entry.id.as_ref().map(Uuid::as_bytes),
                entry.label,
                entry.detail,
                entry.previous,
                entry.hash,
            ])
            .stored()?;
        Ok(before + 1)
    }
}
