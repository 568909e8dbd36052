//! `people`: a copy of the ledger in `keyslots.json`, row by row. No row is trusted: it is compared with the ledger, so
//! that a truncated ledger or a role that was written into the table is noticed.

use chrono::{DateTime, Utc};
use domain::UserId;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::{second_factors, users::Users};
use crate::store::{
    keeping::audit::{AuditMut, NewEntry, Object},
    value::{Columns, json as text, must_be_kept},
};
use crate::{
    GrantRecord, PersonStatus, Roster, VaultError,
    error::Stored,
    keys::keyslots::{Entry, Keyslots, forged},
};

/// Inserts the grants that are in the ledger and not in the table, each with its audit entry, and compares the rest.
pub(crate) fn follow(connection: &Connection, audit: &AuditMut<'_>, slots: &Keyslots) -> Result<(), VaultError> {
    let known = compare(connection, slots)?;
    let records = slots.records();
    for (place, entry) in slots.ledger().iter().enumerate().skip(known) {
        let Some((record, before)) = records.get(place).zip(records.get(..place)) else { continue };
        insert(connection, entry, record)?;
        let before = before.iter().rfind(|other| other.user == record.user);
        if before.is_some_and(|before| before.signing_key != record.signing_key) {
            // The slot was made again, without an authenticator.
            second_factors::forget(connection, record.user)?;
        }
        // The founder's own entry is as old as the vault.
        if place > 0 {
            audit.append(&audit_entry(record, before))?;
        }
    }
    Ok(())
}

/// Compares the rows with the ledger and returns the number of rows.
///
/// # Errors
/// [`VaultError::ForgedGrant`] for the first row that the ledger does not hold.
pub(crate) fn compare(connection: &Connection, slots: &Keyslots) -> Result<usize, VaultError> {
    let exists = connection
        .query_row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'people'", [], |_| Ok(()))
        .optional()
        .stored()?;
    if exists.is_none() {
        return Ok(0);
    }
    let mut statement = connection.prepare("SELECT number, user_id, entry FROM people ORDER BY number").stored()?;
    let mut rows = statement.query([]).stored()?;
    let mut place = 0;
    while let Some(row) = rows.next().stored()? {
        let (number, entry): (i64, String) = (row.get("number").stored()?, row.get("entry").stored()?);
        let expected = slots.ledger().get(place);
        if number.unsigned_abs() != place as u64 + 1 || expected.map(text).transpose()?.as_ref() != Some(&entry) {
            return Err(refusal(row.uuid("user_id").stored()?, &entry, place as u64 + 1));
        }
        place += 1;
    }
    Ok(place)
}

/// Tells whether every name in the table `users` is the name in the ledger.
pub(crate) fn names_hold(connection: &Connection, roster: &Roster) -> Result<bool, VaultError> {
    Ok(altered_names(connection, roster)?.is_empty())
}

/// Restores the names that somebody edited in the table, so that the lists that take names from its rows are right
/// again.
pub(crate) fn restore_names(
    connection: &Connection,
    audit: &AuditMut<'_>,
    roster: &Roster,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    for (record, was) in altered_names(connection, roster)? {
        let id = record.user.as_uuid();
        write_name(connection, record)?;
        audit.append(&NewEntry {
            who: None,
            action: "vault.nameAltered",
            object: Some(Object { noun: "user", id, label: &record.name }),
            detail: json!({ "was": was }),
            at: now,
        })?;
    }
    Ok(())
}

/// Returns the people whose row has another name than the ledger, with the row's name; `None` where the row is missing.
fn altered_names<'a>(
    connection: &Connection,
    roster: &'a Roster,
) -> Result<Vec<(&'a GrantRecord, Option<String>)>, VaultError> {
    let rows = Users { connection, roster: None };
    let mut altered = Vec::new();
    for record in roster.everyone() {
        let found = rows.name(record.user)?;
        if found.as_ref() != Some(&record.name) {
            altered.push((record, found));
        }
    }
    Ok(altered)
}

/// Audits that a row or a slot was refused, and who was signed in when it was found.
pub(crate) fn note_forged(
    audit: &AuditMut<'_>,
    user: Option<UserId>,
    refused: &VaultError,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    let VaultError::ForgedGrant { user: named, name, number } = refused else { return Ok(()) };
    audit
        .append(&NewEntry {
            who: user,
            action: "vault.forgedGrant",
            object: Some(Object { noun: "user", id: named.as_uuid(), label: name }),
            detail: json!({ "grant": number }),
            at: now,
        })
        .map(|_| ())
}

/// Names the differences between a row and the ledger.
fn refusal(user: uuid::Uuid, entry: &str, number: u64) -> VaultError {
    match serde_json::from_str::<Entry>(entry) {
        Ok(entry) => forged(&entry, number),
        Err(_) => VaultError::ForgedGrant { user: UserId::from_uuid(user), name: String::new(), number },
    }
}

fn insert(connection: &Connection, entry: &Entry, record: &GrantRecord) -> Result<(), VaultError> {
    let id = record.user.as_uuid();
    let kept = connection
        .prepare_cached("INSERT INTO people (number, user_id, at, entry) VALUES (?1, ?2, ?3, ?4)")
        .stored()?
        .execute(params![entry.number.cast_signed(), id.as_bytes(), entry.at, text(entry)?])
        .stored()?;
    must_be_kept(kept)?;
    write_name(connection, record)
}

fn write_name(connection: &Connection, record: &GrantRecord) -> Result<(), VaultError> {
    let kept = connection
        .prepare_cached(
            "INSERT INTO users (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        )
        .stored()?
        .execute(params![record.user.as_uuid().as_bytes(), record.name])
        .stored()?;
    must_be_kept(kept)
}

/// Builds the audit entry that describes the difference between a grant and the one before it.
fn audit_entry<'a>(record: &'a GrantRecord, before: Option<&GrantRecord>) -> NewEntry<'a> {
    let action = match before {
        None if record.is_recovery => "recoveryKit.made",
        None => "user.added",
        Some(before) => changed(record, before),
    };
    let state = |record: &GrantRecord| {
        json!({
            "name": record.name,
            "roles": record.roles,
            "status": record.status,
            "oneTimePassword": record.one_time,
        })
    };
    NewEntry {
        who: Some(record.by),
        action,
        object: Some(Object { noun: "user", id: record.user.as_uuid(), label: &record.name }),
        detail: json!({ "grant": record.number, "from": before.map(state), "to": state(record) }),
        at: record.at,
    }
}

fn changed(record: &GrantRecord, before: &GrantRecord) -> &'static str {
    match record.status {
        PersonStatus::Removed if record.is_recovery => "recoveryKit.removed",
        PersonStatus::Removed => "user.removed",
        PersonStatus::Disabled if before.status == PersonStatus::Active => "user.disabled",
        PersonStatus::Active if before.status == PersonStatus::Disabled => "user.enabled",
        _ if record.signing_key != before.signing_key => match (record.one_time, record.by == record.user) {
            (true, _) => "user.passwordReset",
            (false, true) => "user.passwordChosen",
            (false, false) => "user.recovered",
        },
        _ if record.roles != before.roles => "user.rolesChanged",
        _ => "user.renamed",
    }
}
