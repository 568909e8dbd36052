//! File permissions: the access of other users of the computer, and links that somebody placed among the files.

use std::{
    fs,
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use vault::{BackupReason, VaultError, backup, private_file::Replacement, unheard};

use crate::world::{World, copy_folder, create, device, enter, files, now, open, refusal, somebody};

/// Returns everything below a path, including the path itself, on which somebody else has a right.
fn open_to_others(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let facts = fs::symlink_metadata(path)?;
    let mut found = Vec::new();
    if facts.permissions().mode() & 0o077 != 0 {
        found.push(path.to_owned());
    }
    if facts.is_dir() {
        for entry in fs::read_dir(path)? {
            found.extend(open_to_others(&entry?.path())?);
        }
    }
    Ok(found)
}

fn give_to_all(path: &Path) -> anyhow::Result<()> {
    let folder = fs::metadata(path)?.is_dir();
    if folder {
        for entry in fs::read_dir(path)? {
            give_to_all(&entry?.path())?;
        }
    }
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(if folder { 0o755 } else { 0o644 }))?)
}

#[test]
fn nothing_of_an_open_vault_can_be_read_by_others() -> anyhow::Result<()> {
    let world = World::new()?;
    world.device("srv")?;
    world.vault.make_backup(None, BackupReason::ByHand, now(), &mut unheard)?;
    world.vault.check_fully(&mut unheard)?;
    let names: Vec<String> = files_below(&world.folder())?;
    for name in ["vault.db", "vault.db-wal", "vault.db-shm", "keyslots.json", "lock", "integrity.json"] {
        assert!(names.iter().any(|known| known == name), "{name} is there to be looked at: {names:?}");
    }
    assert!(names.iter().any(|name| name.ends_with(".chaveiro-backup")), "and a backup: {names:?}");
    assert_eq!(open_to_others(&world.folder())?, [] as [PathBuf; 0]);
    world.vault.rekey(&world.session, now())?;
    assert_eq!(open_to_others(&world.folder())?, [] as [PathBuf; 0], "and nothing after new keys");
    Ok(())
}

fn files_below(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(files_below(&entry.path())?);
        } else {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

#[test]
fn a_restored_vault_can_be_read_by_nobody_else() -> anyhow::Result<()> {
    let world = World::new()?;
    let made = world.vault.make_backup(None, BackupReason::ByHand, now(), &mut unheard)?;
    let restored = backup::restore(&made.path, world.parent.path(), "Again", &mut unheard)?;
    assert_eq!(open_to_others(&restored)?, [] as [PathBuf; 0]);
    Ok(())
}

#[test]
fn what_an_earlier_version_left_readable_is_closed_when_it_is_opened() -> anyhow::Result<()> {
    let world = World::new()?;
    world.vault.make_backup(None, BackupReason::ByHand, now(), &mut unheard)?;
    let (_parent, folder) = world.close();
    give_to_all(&folder)?;
    assert!(open_to_others(&folder)?.len() > 4, "as it was");
    let vault = open(&folder)?;
    assert_eq!(open_to_others(vault.folder())?, [] as [PathBuf; 0]);
    Ok(())
}

#[test]
fn the_mode_of_a_chosen_backup_folder_is_left_alone() -> anyhow::Result<()> {
    let world = World::new()?;
    let chosen = TempDir::new()?;
    fs::set_permissions(chosen.path(), fs::Permissions::from_mode(0o755))?;
    let made = world.vault.make_backup(Some(chosen.path()), BackupReason::ByHand, now(), &mut unheard)?;
    assert_eq!(fs::metadata(chosen.path())?.permissions().mode() & 0o777, 0o755, "it is not the vault's");
    assert_eq!(fs::metadata(&made.path)?.permissions().mode() & 0o777, 0o600, "but the backup is");
    Ok(())
}

#[test]
fn a_folder_with_a_link_inside_is_refused_by_name() -> anyhow::Result<()> {
    for name in ["vault.db", "keyslots.json", "lock", "backups", "integrity.json", "keyslots.json.new", "anything"] {
        let (parent, folder) = World::new()?.close();
        let elsewhere = parent.path().join("elsewhere");
        match fs::rename(folder.join(name), &elsewhere) {
            Ok(()) => {}
            Err(_) => fs::write(&elsewhere, "somebody's own file")?,
        }
        symlink(&elsewhere, folder.join(name))?;
        let before = (fs::read(&elsewhere)?, files_below(&folder)?);
        let error = refusal(open(&folder))?;
        assert!(matches!(&error, VaultError::LinkInside { name: reported } if reported == name), "{name}: {error:?}");
        assert_eq!((fs::read(&elsewhere)?, files_below(&folder)?), before, "{name}: nothing was written");
    }
    Ok(())
}

#[test]
fn a_vault_that_is_reached_through_links_opens() -> anyhow::Result<()> {
    let (parent, folder) = World::new()?.close();
    let (above, beside) = (parent.path().join("above"), parent.path().join("beside.vault"));
    symlink(parent.path(), &above)?;
    symlink(&folder, &beside)?;
    for path in [above.join("Team.vault"), beside] {
        open(&path)?
            .write(|w| w.devices_mut().insert(&device(&path.to_string_lossy().replace('/', "-"), somebody())))?;
    }
    Ok(())
}

#[test]
fn a_link_at_the_predictable_name_of_an_earlier_version_is_not_followed() -> anyhow::Result<()> {
    let world = World::new()?;
    let victim = world.parent.path().join("victim");
    fs::write(&victim, "somebody's own file")?;
    // The links are planted while the vault is open, so that no opening refuses them.
    for name in ["keyslots.json.new", "integrity.json.new"] {
        symlink(&victim, world.folder().join(name))?;
    }
    world.vault.check_fully(&mut unheard)?;
    world.vault.add_person(&world.session, "Bert", &[domain::Role::Auditor], now())?;
    assert_eq!(fs::read_to_string(&victim)?, "somebody's own file");
    Ok(())
}

#[test]
fn what_a_killed_process_left_is_removed_at_the_next_opening() -> anyhow::Result<()> {
    let (_parent, folder) = World::new()?.close();
    let left = Replacement::of(&folder.join("keyslots.json"))?;
    // This simulates a killed process: nothing is dropped.
    std::mem::forget(left);
    assert_eq!(files(&folder)?.len(), 4, "it is there");
    let (vault, _) = enter(&folder)?;
    drop(vault);
    assert_eq!(files(&folder)?.len(), 3, "and gone");
    Ok(())
}

#[test]
fn a_replacement_that_is_not_finished_leaves_what_was_there() -> anyhow::Result<()> {
    let parent = TempDir::new()?;
    let (target, victim) = (parent.path().join("report.csv"), parent.path().join("victim"));
    fs::write(&victim, "old")?;
    symlink(&victim, &target)?;
    let mut new = Replacement::of(&target)?;
    new.write_all(b"half")?;
    drop(new);
    assert_eq!((fs::read_to_string(&target)?, fs::read_dir(parent.path())?.count()), ("old".to_owned(), 2));
    let mut new = Replacement::of(&target)?;
    new.write_all(b"whole")?;
    new.finish()?;
    assert_eq!(fs::read_to_string(&target)?, "whole");
    assert_eq!(fs::read_to_string(&victim)?, "old", "the link was replaced, not followed");
    assert_eq!(fs::metadata(&target)?.permissions().mode() & 0o777, 0o600);
    Ok(())
}

#[test]
fn a_copy_with_hard_links_opens() -> anyhow::Result<()> {
    let (parent, folder) = World::new()?.close();
    let copy = parent.path().join("Copy.vault");
    copy_folder(&folder, &copy)?;
    fs::remove_file(copy.join("vault.db"))?;
    fs::hard_link(folder.join("vault.db"), copy.join("vault.db"))?;
    drop(open(&copy)?);
    create(parent.path(), "Another")?;
    Ok(())
}
