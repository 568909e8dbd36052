//! Tests with vaults that a newer version wrote.

use std::{collections::BTreeMap, fs};

use tempfile::TempDir;

use super::{create, execute, open};
use crate::{DeviceQuery, ReadOnly, VaultError, file::schema};

/// The schema version after that of this program.
const NEXT: u32 = schema::VERSION + 1;

fn files(parent: &TempDir) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(parent.path().join("Test.vault"))? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
    }
    Ok(files)
}

#[test]
fn a_newer_schema_that_can_be_read_opens_read_only() -> anyhow::Result<()> {
    let (parent, vault) = create()?;
    execute(&vault, &format!("PRAGMA user_version = {NEXT}; ALTER TABLE devices ADD COLUMN later TEXT;"))?;
    drop(vault);
    let before = files(&parent)?;
    let vault = open(&parent)?;
    assert_eq!(vault.read_only_reason(), Some(ReadOnly::NewerVersion { version: NEXT }), "it says why");
    assert_eq!(vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total, 0, "it can be read");
    let written = vault.write(|_| Ok::<_, VaultError>(()));
    assert!(matches!(written, Err(VaultError::ReadOnly)), "it cannot be written: {written:?}");
    drop(vault);
    assert_eq!(files(&parent)?, before, "no byte changed");
    Ok(())
}

#[test]
fn a_newer_schema_with_a_log_is_read_through_it_and_left_alone() -> anyhow::Result<()> {
    let (parent, vault) = create()?;
    execute(&vault, &format!("PRAGMA user_version = {NEXT};"))?;
    let folder = parent.path().join("Test.vault");
    let saved = files(&parent)?;
    drop(vault);
    for (name, content) in &saved {
        fs::write(folder.join(name), content)?;
    }
    fs::remove_file(folder.join("vault.db-shm"))?;
    let before = files(&parent)?;
    let vault = open(&parent)?;
    assert!(vault.is_read_only(), "the version that only the log knows counts");
    assert_eq!(vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total, 0, "it can be read");
    drop(vault);
    assert_eq!(files(&parent)?, before, "no byte changed");
    Ok(())
}

#[test]
fn a_newer_schema_that_cannot_be_read_is_refused_and_left_alone() -> anyhow::Result<()> {
    let edits =
        [format!("UPDATE vault SET oldest_reader = {NEXT}"), "ALTER TABLE vault RENAME TO elsewhere".to_owned()];
    for edit in edits {
        let (parent, vault) = create()?;
        execute(&vault, &format!("PRAGMA user_version = {NEXT}; {edit};"))?;
        drop(vault);
        let before = files(&parent)?;
        let error = open(&parent).err();
        assert!(matches!(error, Some(VaultError::FromTheFuture { version: NEXT })), "{edit}: {error:?}");
        assert_eq!(files(&parent)?, before, "{edit}: no byte changed");
    }
    Ok(())
}

#[test]
fn newer_key_slots_are_refused_and_left_alone() -> anyhow::Result<()> {
    let (parent, vault) = create()?;
    drop(vault);
    fs::write(parent.path().join("Test.vault/keyslots.json"), r#"{"format": 3, "unheard": ["of"]}"#)?;
    let before = files(&parent)?;
    let error = open(&parent).err();
    assert!(matches!(error, Some(VaultError::FromTheFuture { version: 3 })), "{error:?}");
    assert_eq!(files(&parent)?, before, "no byte changed");
    Ok(())
}
