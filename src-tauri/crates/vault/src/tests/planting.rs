//! An attacker with the database key plants schema objects that act by themselves: triggers, views, indexes, virtual
//! tables.

use std::{collections::BTreeMap, fs, path::Path};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{create, create_and_enter, execute, now, open, tampering::two_credentials};
use crate::{
    BackupReason, Displacement, NewEntry, ReadOnly, Vault, VaultError, attack::unguarded, file::schema::VERSION,
    unheard,
};

/// An altered schema object: its description, the statement that plants it, a statement that proves its effect, and the
/// name in the refusal.
type Plant = (&'static str, &'static str, &'static str, &'static str);

/// The proof statement of each returns 1 when the planted object has its effect.
const PLANTS: [Plant; 10] = [
    (
        "a trigger that redirects a device while an operation runs",
        "CREATE TRIGGER redirect AFTER UPDATE OF state ON operations WHEN new.state = 'running' BEGIN \
         UPDATE devices SET address = 'attacker.example.org' WHERE id = new.device_id; END",
        "UPDATE operations SET state = 'running'; SELECT address = 'attacker.example.org' FROM devices",
        "trigger redirect",
    ),
    (
        "a trigger that swallows entries of the audit trail",
        "CREATE TRIGGER swallow BEFORE INSERT ON audit BEGIN SELECT raise(IGNORE); END",
        "INSERT INTO audit (number, at, action, detail, previous, hash) VALUES (9999, 0, 'x', '', '', ''); \
         SELECT count(*) = 0 FROM audit WHERE number = 9999",
        "trigger swallow",
    ),
    (
        "a view in the place of a table",
        "ALTER TABLE pause RENAME TO kept; CREATE VIEW pause AS SELECT * FROM kept WHERE 0",
        "SELECT count(*) = 0 FROM pause",
        "table kept",
    ),
    (
        "an existing trigger, altered",
        "DROP TRIGGER audit_is_never_changed; \
         CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit WHEN old.number > 5 \
         BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END",
        "UPDATE audit SET detail = 'other' WHERE number = 1; SELECT count(*) = 1 FROM audit WHERE detail = 'other'",
        "trigger audit_is_never_changed",
    ),
    (
        "an existing trigger, gone",
        "DROP TRIGGER audit_is_never_shortened",
        "DELETE FROM audit; SELECT count(*) = 0 FROM audit",
        "trigger audit_is_never_shortened",
    ),
    (
        "an index on an expression",
        "CREATE UNIQUE INDEX at_most_one ON audit (abs(0))",
        "INSERT OR IGNORE INTO audit (number, at, action, detail, previous, hash) VALUES (9999, 0, 'x', '', '', ''); \
         SELECT count(*) = 0 FROM audit WHERE number = 9999",
        "index at_most_one",
    ),
    (
        "a virtual table",
        "CREATE VIRTUAL TABLE planted USING fts5 (text)",
        "SELECT count(*) = 1 FROM sqlite_master WHERE name = 'planted'",
        "table planted",
    ),
    (
        "a table",
        "CREATE TABLE planted (text)",
        "SELECT count(*) = 1 FROM sqlite_master WHERE name = 'planted'",
        "table planted",
    ),
    (
        "a column with a default",
        "ALTER TABLE devices ADD COLUMN planted TEXT DEFAULT 'x'",
        "SELECT count(planted) = 1 FROM devices",
        "table devices",
    ),
    (
        "a rule that is gone from the text of a table",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'CHECK (only_row = 1)', '') \
         WHERE name = 'vault'; PRAGMA writable_schema = RESET",
        "INSERT INTO vault (only_row, id, oldest_reader, created_at) VALUES (2, '', 0, 0); \
         SELECT count(*) = 2 FROM vault",
        "table vault",
    ),
];

/// A closed vault with a device, two credentials, an entry in the trail and an operation.
fn prepared() -> anyhow::Result<(TempDir, Vault, Connection)> {
    let (parent, vault, session) = create_and_enter()?;
    two_credentials(&vault, session.require_secrets_key()?)?;
    execute(
        &vault,
        "INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, state, \
         immediate, scheduled_at, not_before, created_at) VALUES (zeroblob(16), 'changePassword', zeroblob(16), \
         zeroblob(16), '', '', zeroblob(16), 'scheduled', 0, 0, 0, 0)",
    )?;
    note(&vault)?;
    let connection = unguarded(&vault.facts.folder.at(vault.slots().generation()), &vault.database_key())?;
    Ok((parent, vault, connection))
}

fn note(vault: &Vault) -> Result<(), VaultError> {
    let entry = NewEntry { who: None, action: "a", object: None, detail: serde_json::Value::Null, at: now() };
    vault.write(|w| w.audit_mut().append(&entry)).map(|_| ())
}

/// Tells whether the planted object has its effect, on a connection that trusts the schema. The attempt is rolled back.
fn acts(connection: &Connection, proof: &str) -> anyhow::Result<bool> {
    let transaction = connection.unchecked_transaction()?;
    let (before, question) = proof.rsplit_once(';').unwrap_or(("", proof));
    transaction.execute_batch(before)?;
    Ok(transaction.query_row(question, [], |row| row.get(0))?)
}

fn named(error: Option<VaultError>, object: &str) -> bool {
    matches!(error, Some(VaultError::SchemaAltered { objects }) if objects.iter().any(|named| named == object))
}

fn files(parent: &TempDir) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let folder = parent.path().join("Test.vault");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
    }
    Ok(files)
}

#[test]
fn what_acts_by_itself_is_refused_at_opening_and_named() -> anyhow::Result<()> {
    for (what, plant, proof, object) in PLANTS {
        let (parent, vault, connection) = prepared()?;
        drop(vault);
        connection.execute_batch(plant)?;
        assert!(acts(&connection, proof)?, "{what}: it has its effect");
        connection.close().map_err(|(_, error)| error)?;
        let before = files(&parent)?;
        assert!(named(open(&parent).err(), object), "{what}: it opened, or the refusal does not name {object}");
        assert_eq!(files(&parent)?, before, "{what}: no byte changed");
    }
    Ok(())
}

#[test]
fn what_is_planted_while_the_vault_is_open_ends_all_writing() -> anyhow::Result<()> {
    for (what, plant, _, object) in PLANTS {
        let (_parent, vault, connection) = prepared()?;
        connection.execute_batch(plant)?;
        assert!(named(note(&vault).err(), object), "{what}: it was written to");
        assert_eq!(vault.read_only_reason(), Some(ReadOnly::Altered), "{what}: it says why");
        let again = note(&vault).err();
        assert!(matches!(again, Some(VaultError::ReadOnly)), "{what}: and nothing is written later: {again:?}");
        let read = vault.read(|r| r.devices().list(&crate::DeviceQuery::default())).err();
        // An object that is written only into the schema table takes effect on new connections only, and every new
        // connection is compared first.
        let acts_here = !plant.contains("writable_schema");
        assert_eq!(named(read, object), acts_here, "{what}: nothing is read with it");
    }
    Ok(())
}

#[test]
fn no_backup_is_made_of_a_vault_that_somebody_altered() -> anyhow::Result<()> {
    let (_parent, vault, connection) = prepared()?;
    let make = || vault.make_backup(None, BackupReason::ByHand, now(), &mut unheard);
    assert!(make().is_ok());
    connection.execute_batch("CREATE TRIGGER planted AFTER UPDATE ON devices BEGIN SELECT 1; END")?;
    let refused = make().err();
    let written_to = matches!(refused, Some(VaultError::Displaced { how: Displacement::Overwritten }));
    assert!(written_to || named(refused, "trigger planted"), "whichever look comes upon it first");
    Ok(())
}

/// Saves a copy, and opens it.
fn save_and_open(vault: &Vault, by: domain::UserId) -> Result<Vault, VaultError> {
    let place = TempDir::new().map_err(crate::error::from_file)?;
    let request = crate::CopyRequest { by, key: None, kept: &[], now: now() };
    let path = vault.save_copy(place.path(), &request, &mut unheard)?;
    let password = secret::Secret::new(super::PASSWORD);
    let sign_in = crate::SignIn::password(super::USER, &password);
    Vault::open(&path, &sign_in).map(|(vault, _)| vault)
}

#[test]
fn a_copy_has_nothing_that_was_planted_or_is_not_made() -> anyhow::Result<()> {
    let (_parent, vault, connection) = prepared()?;
    let founder = vault.people()[0].id;
    connection.execute_batch("CREATE TRIGGER planted AFTER UPDATE ON devices BEGIN SELECT 1; END")?;
    assert!(note(&vault).is_err(), "nothing is written");
    assert!(save_and_open(&vault, founder).is_ok(), "the file of before is copied, and opens");
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    let refused = save_and_open(&vault, founder).err();
    assert!(named(refused, "trigger planted"), "where it stands in the file too, it is said");
    Ok(())
}

#[test]
fn a_reader_notices_what_was_planted_before_anybody_writes() -> anyhow::Result<()> {
    let (_parent, vault, connection) = prepared()?;
    vault.read(|r| r.devices().list(&crate::DeviceQuery::default()))?;
    connection.execute_batch("CREATE TRIGGER planted AFTER UPDATE ON devices BEGIN SELECT 1; END")?;
    let read = vault.read(|r| r.devices().list(&crate::DeviceQuery::default())).err();
    assert!(named(read, "trigger planted"));
    assert!(matches!(note(&vault).err(), Some(VaultError::ReadOnly)), "and nothing is written");
    Ok(())
}

#[test]
fn a_version_that_is_raised_while_the_vault_is_open_is_an_alteration() -> anyhow::Result<()> {
    let (_parent, vault, connection) = prepared()?;
    connection.pragma_update(None, "user_version", VERSION + 1)?;
    assert!(named(note(&vault).err(), "user_version"));
    Ok(())
}

#[test]
fn rows_that_another_program_writes_end_all_writing_and_are_no_alteration_of_the_schema() -> anyhow::Result<()> {
    let (parent, vault, connection) = prepared()?;
    connection.execute_batch("UPDATE devices SET address = 'elsewhere'; ANALYZE")?;
    let refused = note(&vault).err();
    assert!(matches!(refused, Some(VaultError::Displaced { how: Displacement::Overwritten })), "{refused:?}");
    assert_eq!(vault.read_only_reason(), Some(ReadOnly::Displaced), "it says why");
    vault.read(|r| r.devices().list(&crate::DeviceQuery::default()))?;
    drop((connection, vault));
    assert!(open(&parent).is_ok(), "the statistics that a database tool leaves change no answer");
    Ok(())
}

#[test]
fn rows_that_another_program_writes_into_a_log_that_was_longer_once_end_all_writing() -> anyhow::Result<()> {
    let (parent, vault, connection) = prepared()?;
    let log = parent.path().join("Test.vault/vault.db-wal");
    let length = || fs::metadata(&log).map(|log| log.len());
    let mut before = 0;
    while length()? != before {
        before = length()?;
        execute(&vault, "UPDATE credentials SET additional_information = hex(randomblob(40000))")?;
    }
    vault.in_place()?;
    connection.execute_batch("UPDATE devices SET address = 'elsewhere'")?;
    assert_eq!(length()?, before, "the log is as long as it was");
    let looked = vault.in_place();
    let overwritten = matches!(looked, Err(VaultError::Displaced { how: Displacement::Overwritten }));
    assert!(overwritten, "the executor sends nothing: {looked:?}");
    assert!(note(&vault).is_err(), "and nothing is written");
    Ok(())
}

#[test]
fn a_vault_of_every_earlier_version_is_compared_before_it_is_migrated() -> anyhow::Result<()> {
    for version in 1..VERSION {
        let (_parent, copy, connection) = super::migrating::left_by(version)?;
        connection.execute_batch("CREATE TRIGGER planted AFTER UPDATE ON devices BEGIN SELECT 1; END")?;
        drop(connection);
        assert!(named(super::migrating::reopen(&copy).err(), "trigger planted"), "of version {version}");
        assert!(!Path::new(&copy).join("backups").exists(), "of version {version}: not even a backup was begun");
    }
    Ok(())
}

#[test]
fn a_guarded_connection_edits_no_schema_and_no_table_behind_an_index() -> anyhow::Result<()> {
    let (_parent, vault) = create()?;
    for edit in [
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'audit_is_never_changed'",
        "DELETE FROM audit_search_data",
    ] {
        assert!(execute(&vault, edit).is_err(), "{edit}");
    }
    Ok(())
}
