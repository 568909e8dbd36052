//! Damage: every kind has an error type of its own, and no byte of a damaged vault is changed.

use std::{fs, path::Path};

use anyhow::Context;
use domain::{SecretKind, SecretOrigin};
use secret::Secret;
use vault::{Part, VaultError};

use crate::world::{World, copy_folder, files, now, open, refusal, somebody};

/// Makes a vault with twenty devices and credentials.
fn filled() -> anyhow::Result<World> {
    let world = World::new()?;
    for number in 0..20 {
        let device = world.device(&format!("srv-{number}"))?;
        world.credential(device.id, "root")?;
    }
    Ok(world)
}

fn assert_damaged(folder: &Path, expected: Part, what: &str) -> anyhow::Result<()> {
    let before = files(folder)?;
    let error = refusal(open(folder)).with_context(|| what.to_owned())?;
    assert!(matches!(error, VaultError::Damaged { part } if part == expected), "{what}: {error:?}");
    assert_eq!(files(folder)?, before, "{what}: a damaged vault keeps every byte");
    Ok(())
}

#[test]
fn every_flipped_bit_of_the_key_slots_is_noticed() -> anyhow::Result<()> {
    let (_parent, folder) = World::new()?.close();
    let path = folder.join("keyslots.json");
    let whole = fs::read(&path)?;
    // Each is refused before a key is derived, so all of them can be tried.
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[place] ^= 1 << bit;
            fs::write(&path, &flipped)?;
            let error = refusal(open(&folder)).with_context(|| format!("bit {bit} of byte {place}"))?;
            // "format": 1 with a bit flipped may be a greater number.
            let reported =
                matches!(error, VaultError::Damaged { part: Part::Keyslots } | VaultError::FromTheFuture { .. });
            assert!(reported, "bit {bit} of byte {place}: {error:?}");
        }
    }
    Ok(())
}

#[test]
fn cut_and_emptied_key_slots_are_damage() -> anyhow::Result<()> {
    let (_parent, folder) = World::new()?.close();
    let path = folder.join("keyslots.json");
    let whole = fs::read(&path)?;
    for length in [0, 1, whole.len() / 2, whole.len() - 3] {
        fs::write(&path, &whole[..length])?;
        assert_damaged(&folder, Part::Keyslots, &format!("cut to {length} bytes"))?;
    }
    Ok(())
}

#[test]
fn other_line_ends_are_no_damage() -> anyhow::Result<()> {
    let (_parent, folder) = World::new()?.close();
    let path = folder.join("keyslots.json");
    let converted = fs::read_to_string(&path)?.replace('\n', "\r\n");
    fs::write(&path, converted)?;
    assert!(open(&folder).is_ok(), "a program that converts line ends must not lock everybody out");
    Ok(())
}

#[test]
fn a_flipped_bit_in_any_page_of_the_database_is_damage() -> anyhow::Result<()> {
    let (parent, folder) = filled()?.close();
    let whole = fs::read(folder.join("vault.db"))?;
    let pages = whole.len() / 4096;
    assert!(pages > 20, "there are pages to try: {pages}");
    for page in (0..pages).step_by(9) {
        let copy = parent.path().join(format!("page {page}.vault"));
        copy_folder(&folder, &copy)?;
        let mut flipped = whole.clone();
        flipped[page * 4096 + 1234] ^= 0x10;
        fs::write(copy.join("vault.db"), flipped)?;
        assert_damaged(&copy, Part::Database, &format!("page {page}"))?;
    }
    Ok(())
}

#[test]
fn a_flipped_bit_in_a_page_that_holds_nothing_is_damage_too() -> anyhow::Result<()> {
    let world = filled()?;
    let device = world.device("large")?;
    let root = world.credential(device.id, "root")?;
    let large = Secret::new("x".repeat(100_000));
    let write = |secret: &Secret| {
        world.vault.write(|w| {
            w.secrets_mut().set_current(
                world.key(),
                root.id,
                SecretKind::PrivateKey,
                secret,
                SecretOrigin::Entered,
                now(),
            )
        })
    };
    write(&large)?;
    world.vault.write(|w| w.credentials_mut().delete(root.id))?;
    let (_parent, folder) = world.close();
    let whole = fs::read(folder.join("vault.db"))?;
    // The large secret was stored in the last pages, which are free now.
    for page in 1..=5 {
        let mut flipped = whole.clone();
        let place = whole.len() - page * 4096 + 2000;
        flipped[place] ^= 1;
        fs::write(folder.join("vault.db"), &flipped)?;
        assert_damaged(&folder, Part::Database, &format!("page {page} from the end"))?;
    }
    Ok(())
}

#[test]
fn a_cut_database_is_damage() -> anyhow::Result<()> {
    let (parent, folder) = filled()?.close();
    let whole = fs::read(folder.join("vault.db"))?;
    for length in [0, 100, 4096, 4096 * 3, whole.len() - 4096, whole.len() - 1] {
        let copy = parent.path().join(format!("cut to {length}.vault"));
        copy_folder(&folder, &copy)?;
        fs::write(copy.join("vault.db"), &whole[..length])?;
        assert_damaged(&copy, Part::Database, &format!("cut to {length}"))?;
    }
    Ok(())
}

#[test]
fn the_database_of_another_vault_is_damage() -> anyhow::Result<()> {
    let (_one, folder) = filled()?.close();
    let (_other, other) = filled()?.close();
    fs::copy(other.join("vault.db"), folder.join("vault.db"))?;
    assert_damaged(&folder, Part::Database, "another vault's database")
}

#[test]
fn a_vault_that_did_not_open_makes_no_other_one_damaged() -> anyhow::Result<()> {
    let world = filled()?;
    let (_parent, folder) = filled()?.close();
    let whole = fs::read(folder.join("vault.db"))?;
    for page in (0..whole.len() / 4096).step_by(20) {
        let mut flipped = whole.clone();
        flipped[page * 4096 + 1234] ^= 0x10;
        fs::write(folder.join("vault.db"), flipped)?;
        refusal(open(&folder))?;
        world.device(&format!("after page {page}")).with_context(|| format!("page {page}"))?;
        assert_eq!(world.vault.read_only_reason(), None, "page {page}: that was another vault");
    }
    fs::write(folder.join("vault.db"), &whole[..100])?;
    refusal(open(&folder))?;
    let (_parent, sound) = world.close();
    assert_eq!(open(&sound)?.read_only_reason(), None, "the next one that opens is sound too");
    Ok(())
}

/// Makes a folder as a crash leaves it: the database, and a log whose content is not in the database yet.
fn crashed() -> anyhow::Result<(tempfile::TempDir, std::path::PathBuf)> {
    let (parent, folder) = filled()?.close();
    let vault = open(&folder)?;
    vault.write(|w| w.devices_mut().insert(&crate::world::device("only in the log", somebody())))?;
    let copy = parent.path().join("crashed.vault");
    copy_folder(&folder, &copy)?;
    drop(vault);
    fs::remove_file(copy.join("vault.db-shm"))?;
    assert!(fs::metadata(copy.join("vault.db-wal"))?.len() > 0, "the log holds something");
    Ok((parent, copy))
}

#[test]
fn what_only_the_log_holds_is_there_after_a_crash() -> anyhow::Result<()> {
    let (_parent, folder) = crashed()?;
    let vault = open(&folder)?;
    let devices = vault.read(|r| r.devices().list(&vault::DeviceQuery::default()))?;
    assert_eq!(devices.total, 21, "the last one was only in the log");
    Ok(())
}

#[test]
fn a_damaged_database_with_a_log_keeps_both() -> anyhow::Result<()> {
    let (parent, folder) = crashed()?;
    let whole = fs::read(folder.join("vault.db"))?;
    let mut damaged = 0;
    for page in (1..whole.len() / 4096).step_by(10) {
        let copy = parent.path().join(format!("page {page}.vault"));
        copy_folder(&folder, &copy)?;
        let mut flipped = whole.clone();
        flipped[page * 4096 + 1234] ^= 0x10;
        fs::write(copy.join("vault.db"), flipped)?;
        let before = files(&copy)?;
        match open(&copy) {
            // The page is whole in the log, which makes good what a crash in the middle of a checkpoint leaves.
            Ok(vault) => {
                let devices = vault.read(|r| r.devices().list(&vault::DeviceQuery::default()))?;
                assert_eq!(devices.total, 21, "page {page}: all is there");
            }
            Err(error) => {
                assert!(matches!(error, VaultError::Damaged { part: Part::Database }), "page {page}: {error:?}");
                assert_eq!(files(&copy)?, before, "page {page}: a damaged vault keeps every byte");
                damaged += 1;
            }
        }
    }
    assert!(damaged > 2, "some of the pages are not in the log: {damaged}");
    Ok(())
}
