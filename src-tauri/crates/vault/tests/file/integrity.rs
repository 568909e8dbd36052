//! Large vaults: they open before they are read completely, and damage that is found then stops every write.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc,
    time::Duration,
};

use anyhow::Context;
use tempfile::TempDir;
use vault::{
    AuditQuery, BackupReason, Damage, DeviceQuery, IntegrityStatus, NewEntry, Part, ReadOnly, Vault, VaultError,
    backup, unheard,
};

use crate::world::{World, device, files, now, open, refusal, somebody};

const PAGE: usize = 4096;
const PATIENCE: Duration = Duration::from_secs(120);

/// Makes a vault that is too large to be read wholly before it opens. Most of it is the detail of one entry.
fn large() -> anyhow::Result<World> {
    let world = World::new()?;
    world.device("srv")?;
    let detail = serde_json::Value::String("0123456789".repeat(60_000));
    for _ in 0..2 {
        let entry = NewEntry { who: None, action: "x", object: None, detail: detail.clone(), at: now() };
        world.vault.write(|w| w.audit_mut().append(&entry))?;
    }
    Ok(world)
}

/// Makes the same vault, closed and with a backup, and asserts that it is large enough.
fn closed() -> anyhow::Result<(TempDir, PathBuf)> {
    let world = large()?;
    world.vault.make_backup(None, BackupReason::ByHand, now(), &mut unheard)?;
    let (parent, folder) = world.close();
    let length = fs::metadata(folder.join("vault.db"))?.len();
    anyhow::ensure!(length > 2 * 1024 * 1024 + 100 * PAGE as u64, "it is large enough: {length}");
    Ok((parent, folder))
}

/// Flips a bit in a page that opening does not read, and returns the whole file.
fn damage(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let path = folder.join("vault.db");
    let content = fs::read(&path)?;
    let page = content.len() / PAGE * 3 / 4;
    damage_pages(folder, page..page + 1)
}

fn damage_pages(folder: &Path, pages: std::ops::Range<usize>) -> anyhow::Result<Vec<u8>> {
    let path = folder.join("vault.db");
    let mut content = fs::read(&path)?;
    for page in pages {
        content[page * PAGE + 1_234] ^= 0x10;
    }
    fs::write(&path, &content)?;
    Ok(content)
}

/// Waits until the vault reports damage.
fn reported(vault: &Vault) -> anyhow::Result<Damage> {
    let (tell, reported) = mpsc::channel();
    vault.on_damage(Box::new(move |damage| {
        // A failed send is ignored: a receiver that no longer waits has failed its test already.
        let _ = tell.send(damage.clone());
    }));
    reported.recv_timeout(PATIENCE).context("no damage was told")
}

fn wait(vault: &Vault, status: IntegrityStatus) -> anyhow::Result<()> {
    for _ in 0..6_000 {
        if vault.integrity().status == status {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    anyhow::bail!("it never came to {status:?}: {:?}", vault.integrity())
}

#[test]
fn a_large_vault_is_read_wholly_after_it_has_opened() -> anyhow::Result<()> {
    let (_parent, folder) = closed()?;
    let vault = open(&folder)?;
    vault.write(|w| w.devices_mut().insert(&device("meanwhile", somebody())))?;
    wait(&vault, IntegrityStatus::Sound)?;
    let known = vault.integrity();
    assert!(
        known.pages > 600 && known.done == known.pages && known.checked_at.is_some(),
        "it says what was read: {known:?}"
    );
    assert_eq!(known.findings, Vec::<String>::new(), "nothing was found");
    assert!(!vault.is_read_only(), "and nothing stands against writing");
    drop(vault);
    let checked_at = open(&folder)?.integrity().checked_at;
    assert!(checked_at.is_some(), "the next opening remembers when");
    Ok(())
}

#[test]
fn a_vault_closed_while_it_is_read_waits_for_no_one() -> anyhow::Result<()> {
    let (_parent, folder) = closed()?;
    for _ in 0..3 {
        drop(open(&folder)?);
        assert!(open(&folder).is_ok(), "the lock is free as soon as the vault is closed");
    }
    Ok(())
}

#[test]
fn damage_found_while_it_is_open_ends_all_writing_and_names_the_newest_good_backup() -> anyhow::Result<()> {
    let (_parent, folder) = closed()?;
    let damaged = damage(&folder)?;
    let vault = open(&folder)?;
    let reported = reported(&vault)?;
    assert_eq!(reported.part, Part::Database, "what is damaged");
    assert!(!reported.findings.is_empty(), "and where");
    let newest = backup::newest_good(&vault.backup_folder())?;
    assert!(newest.is_some() && reported.newest_good == newest, "with what to do about it: {reported:?}");
    assert_eq!(vault.read_only_reason(), Some(ReadOnly::Damaged), "it says why it cannot be written to");
    let written = vault.write(|w| w.devices_mut().insert(&device("no", somebody())));
    assert!(matches!(written, Err(VaultError::ReadOnly)), "no write is let through: {written:?}");
    assert_eq!(vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total, 1, "what can be read is read");
    assert_eq!(vault.integrity().status, IntegrityStatus::Damaged, "it is known");
    drop(vault);
    assert!(fs::read(folder.join("vault.db"))? == damaged, "no byte of the database changed");
    Ok(())
}

#[test]
fn what_was_written_before_damage_was_found_stays_in_the_log() -> anyhow::Result<()> {
    let (_parent, folder) = closed()?;
    let vault = open(&folder)?;
    wait(&vault, IntegrityStatus::Sound)?;
    vault.write(|w| w.devices_mut().insert(&device("in the log", somebody())))?;
    let damaged = damage(&folder)?;
    let found = vault.check_fully(&mut unheard)?;
    assert_eq!(found.status, IntegrityStatus::Damaged, "a look by hand finds it as well: {found:?}");
    let log = fs::read(folder.join("vault.db-wal"))?;
    assert!(!log.is_empty(), "the write is in the log");
    drop(vault);
    assert!(fs::read(folder.join("vault.db"))? == damaged, "the log was not moved into the damaged file");
    assert!(fs::read(folder.join("vault.db-wal"))? == log, "and is there as it was");
    Ok(())
}

#[test]
fn a_vault_known_to_be_damaged_is_read_wholly_before_it_opens_and_keeps_every_byte() -> anyhow::Result<()> {
    let (_parent, folder) = closed()?;
    let whole = fs::read(folder.join("vault.db"))?;
    damage(&folder)?;
    let vault = open(&folder)?;
    reported(&vault)?;
    drop(vault);
    let without_backups = || -> anyhow::Result<_> {
        let mut content = std::collections::BTreeMap::new();
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_file() {
                content.insert(path.clone(), fs::read(path)?);
            }
        }
        Ok(content)
    };
    let before = without_backups()?;
    let error = refusal(open(&folder))?;
    assert!(matches!(error, VaultError::Damaged { part: Part::Database }), "{error:?}");
    assert!(without_backups()? == before, "no byte changed");
    let good = backup::newest_good(&backup::of_vault(&folder))?;
    assert!(good.is_some(), "the newest good backup is found without opening it");
    // Somebody restores a whole file. The record of the damage does not prevent the opening.
    fs::write(folder.join("vault.db"), whole)?;
    let vault = open(&folder)?;
    assert!(!vault.is_read_only(), "it is sound again");
    assert_eq!(vault.integrity().status, IntegrityStatus::Sound, "and known to be");
    Ok(())
}

#[test]
fn damage_that_a_reader_comes_upon_ends_all_writing_at_once() -> anyhow::Result<()> {
    let (_parent, folder) = closed()?;
    let vault = open(&folder)?;
    wait(&vault, IntegrityStatus::Sound)?;
    damage_pages(&folder, 200..600)?;
    // The damaged pages hold the detail of an entry. The closure replaces the error by a value of its own.
    let read = vault.read(|r| match r.audit().list(&AuditQuery::default()) {
        Ok(_) => Ok::<_, VaultError>(true),
        Err(_) => Ok(false),
    })?;
    assert!(!read, "the page is needed");
    assert_eq!(vault.read_only_reason(), Some(ReadOnly::Damaged), "the vault heard of it all the same");
    let written = vault.write(|w| w.devices_mut().insert(&device("no", somebody())));
    assert!(matches!(written, Err(VaultError::ReadOnly)), "{written:?}");
    Ok(())
}

#[test]
fn a_damaged_vault_makes_no_backup() -> anyhow::Result<()> {
    let (_parent, folder) = closed()?;
    let vault = open(&folder)?;
    wait(&vault, IntegrityStatus::Sound)?;
    damage(&folder)?;
    let before = files(&vault.backup_folder())?.len();
    let made = vault.make_backup(None, BackupReason::ByHand, now(), &mut unheard);
    assert!(matches!(made, Err(VaultError::Damaged { .. })), "{made:?}");
    assert_eq!(files(&vault.backup_folder())?.len(), before, "nothing is left of it");
    assert!(vault.is_read_only(), "and the damage is known");
    Ok(())
}

#[test]
fn a_large_file_that_was_cut_does_not_open() -> anyhow::Result<()> {
    let (_parent, folder) = closed()?;
    let whole = fs::read(folder.join("vault.db"))?;
    for length in [whole.len() - 1, whole.len() - PAGE, whole.len() + PAGE] {
        let mut content = whole.clone();
        content.resize(length, 7);
        fs::write(folder.join("vault.db"), content)?;
        let error = refusal(open(&folder))?;
        assert!(matches!(error, VaultError::Damaged { part: Part::Database }), "{length}: {error:?}");
    }
    Ok(())
}
