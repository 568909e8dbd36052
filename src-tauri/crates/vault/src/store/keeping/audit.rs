//! `audit`: the audit trail, with the person, the action, the record and the time of each entry. Rows are added and
//! never changed; the database itself refuses changes.
//!
//! Every entry holds the SHA-256 of all its fields and of the hash before it, so that an entry that is changed, removed
//! or put in between breaks the chain from there on. A person who holds the database key can recompute all hashes, or
//! cut off the end. The signed heads of `audit_heads` and the head that a desktop remembers reveal that.

use std::{cell::RefCell, ops::Deref};

use chrono::{DateTime, Utc};
use crypto::{AssociatedData, DIGEST_LENGTH, derive_digest};
use domain::{UserId, VaultId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::store::value::{Columns, json, micros, must_be_kept};
use crate::{AuditHead, Roster, VaultError, error::Stored};

pub(in crate::store) const COLUMNS: &str =
    "number, at, who, action, object_noun, object_id, object_label, detail, previous, hash";

/// The record that an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Object<'a> {
    /// The kind of record.
    pub noun: &'a str,
    pub id: Uuid,
    /// The name it had, for people.
    pub label: &'a str,
}

/// An entry to append.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NewEntry<'a> {
    /// The person; `None` for an action of the program itself.
    pub who: Option<UserId>,
    pub action: &'a str,
    pub object: Option<Object<'a>>,
    /// The old and the new values. A secret is "changed" and nothing more.
    pub detail: serde_json::Value,
    pub at: DateTime<Utc>,
}

/// An entry as it is hashed: exactly the columns of the table.
pub(in crate::store) struct Entry {
    pub(in crate::store) number: i64,
    pub(in crate::store) at: i64,
    pub(in crate::store) who: Option<Uuid>,
    pub(in crate::store) action: String,
    pub(in crate::store) noun: Option<String>,
    pub(in crate::store) id: Option<Uuid>,
    pub(in crate::store) label: Option<String>,
    pub(in crate::store) detail: String,
    pub(in crate::store) previous: Vec<u8>,
    pub(in crate::store) hash: Vec<u8>,
}

/// Reads the columns in the order of [`COLUMNS`]: a walk over a million rows does not look names up.
pub(in crate::store) fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        number: row.get(0)?,
        at: row.get(1)?,
        who: row.get::<_, Option<[u8; 16]>>(2)?.map(Uuid::from_bytes),
        action: row.get(3)?,
        noun: row.get(4)?,
        id: row.get::<_, Option<[u8; 16]>>(5)?.map(Uuid::from_bytes),
        label: row.get(6)?,
        detail: row.get(7)?,
        previous: row.get(8)?,
        hash: row.get(9)?,
    })
}

impl Entry {
    pub(in crate::store) fn derive_hash(&self, vault: VaultId) -> [u8; DIGEST_LENGTH] {
        // A count before each field distinguishes a missing field from an empty one.
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

/// Returns the hash that the first entry follows.
pub(in crate::store) fn origin(vault: VaultId) -> [u8; DIGEST_LENGTH] {
    derive_digest(&AssociatedData::new("chaveiro audit origin").bytes(vault.as_uuid().as_bytes()))
}

/// Reads the audit trail.
pub struct Audit<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) vault_id: VaultId,
    pub(crate) roster: Option<&'a Roster>,
}

impl Audit<'_> {
    /// Returns the head of the trail: its last entry; `None` in an empty trail.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn head(&self) -> Result<Option<AuditHead>, VaultError> {
        let sql = "SELECT number, hash, at FROM audit ORDER BY number DESC LIMIT 1";
        self.connection
            .prepare_cached(sql)
            .stored()?
            .query_row([], |row| {
                let count: i64 = row.get("number")?;
                Ok(AuditHead { count: count.unsigned_abs(), hash: row.get("hash")?, at: row.time("at")? })
            })
            .optional()
            .stored()
    }

    /// Returns the hash of one entry; `None` where there is no such entry.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn hash_of(&self, number: u64) -> Result<Option<[u8; DIGEST_LENGTH]>, VaultError> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached("SELECT hash FROM audit WHERE number = ?1")
            .stored()?
            .query_row([number], |row| row.get(0))
            .optional()
            .stored()
    }
}

/// Appends to the audit trail, and reads it.
pub struct AuditMut<'a> {
    pub(crate) reader: Audit<'a>,
    pub(crate) head: &'a RefCell<Option<AuditHead>>,
}

impl<'a> Deref for AuditMut<'a> {
    type Target = Audit<'a>;

    fn deref(&self) -> &Audit<'a> {
        &self.reader
    }
}

impl AuditMut<'_> {
    /// Appends an entry and returns its number.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn append(&self, new: &NewEntry<'_>) -> Result<u64, VaultError> {
        let known = self.head.borrow_mut().take();
        let head = match known {
            Some(head) => Some(head),
            None => self.head()?,
        };
        let (before, previous) = match head {
            Some(head) => (head.count, head.hash),
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
        let hash = entry.derive_hash(self.vault_id);
        entry.hash = hash.to_vec();
        let kept = self
            .connection
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
        must_be_kept(kept)?;
        // The entry is read back, because a planted trigger may have removed or changed it.
        must_be_kept(usize::from(self.hash_of(before + 1)? == Some(hash)))?;
        *self.head.borrow_mut() = Some(AuditHead { count: before + 1, hash, at: new.at });
        Ok(before + 1)
    }
}

/// Recomputes every hash from an entry on, as an attacker with the database key can.
#[cfg(test)]
pub(crate) fn forge_hashes(audit: &Audit<'_>, from: i64) -> Result<(), VaultError> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE number >= ?1 ORDER BY number");
    let mut statement = audit.connection.prepare(&sql).stored()?;
    let mut entries: Vec<Entry> =
        statement.query_map([from], read_entry).stored()?.collect::<rusqlite::Result<_>>().stored()?;
    let before = u64::try_from(from - 1).unwrap_or(0);
    let mut previous = audit.hash_of(before)?.unwrap_or(origin(audit.vault_id)).to_vec();
    for entry in &mut entries {
        entry.previous = previous;
        entry.hash = entry.derive_hash(audit.vault_id).to_vec();
        previous = entry.hash.clone();
        audit
            .connection
            .execute(
                "UPDATE audit SET previous = ?2, hash = ?3 WHERE number = ?1",
                params![entry.number, entry.previous, entry.hash],
            )
            .stored()?;
    }
    Ok(())
}
