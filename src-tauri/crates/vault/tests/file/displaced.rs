//! Tests in which the files of an open vault are removed, moved, replaced or overwritten.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use domain::SecretKind;
use secret::Secret;
use vault::{CopyRequest, Displacement, IntegrityStatus, KeptPassword, ReadOnly, Vault, VaultError, unheard};

use crate::world::{World, device, enter, now};

/// Writes a device, and returns what the vault reports about its files.
fn write(world: &World, name: &str) -> Result<Option<Displacement>, VaultError> {
    match world.vault.write(|w| w.devices_mut().insert(&device(name, world.user()))) {
        Ok(()) => Ok(None),
        Err(VaultError::Displaced { how }) => Ok(Some(how)),
        Err(other) => Err(other),
    }
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// A copy of the database as it is before more is written, as a person would keep one: of the closed vault.
fn with_older_copy() -> anyhow::Result<(World, PathBuf)> {
    let world = World::new()?;
    assert_eq!(write(&world, "before")?, None, "the vault is in place");
    let (parent, folder) = world.close();
    let older = parent.path().join("older.db");
    fs::copy(folder.join("vault.db"), &older)?;
    let (vault, session) = enter(&folder)?;
    let world = World { vault, session, parent };
    assert_eq!(write(&world, "after")?, None, "the vault is in place");
    // The log is moved into the file when the vault is closed. Until then the copy has the content of the file.
    let (parent, folder) = world.close();
    let (vault, session) = enter(&folder)?;
    Ok((World { vault, session, parent }, older))
}

#[test]
fn refuses_to_write_after_the_folder_was_deleted() -> anyhow::Result<()> {
    let world = World::new()?;
    fs::remove_dir_all(world.folder())?;
    assert_eq!(write(&world, "srv")?, Some(Displacement::Gone), "nothing is called saved");
    assert_eq!(world.vault.read_only_reason(), Some(ReadOnly::Displaced), "and the vault says so");
    assert_eq!(world.vault.integrity().status, IntegrityStatus::Displaced, "it is not called sound");
    assert!(world.vault.check_fully(&mut unheard).is_err(), "nor after a look");
    assert!(!world.folder().exists(), "no folder was made again");
    Ok(())
}

#[test]
fn refuses_to_write_while_a_file_is_missing() -> anyhow::Result<()> {
    for name in ["vault.db", "vault.db-wal", "keyslots.json"] {
        let world = World::new()?;
        assert_eq!(write(&world, "before")?, None, "the vault is in place");
        fs::remove_file(world.folder().join(name))?;
        assert_eq!(write(&world, "srv")?, Some(Displacement::Gone), "{name}");
    }
    Ok(())
}

#[test]
fn refuses_to_write_until_the_very_same_folder_is_back() -> anyhow::Result<()> {
    let world = World::new()?;
    let elsewhere = world.parent.path().join("Elsewhere");
    fs::rename(world.folder(), &elsewhere)?;
    assert_eq!(write(&world, "srv")?, Some(Displacement::Gone), "it was moved");
    copy_folder(&elsewhere, &world.folder())?;
    assert_eq!(write(&world, "srv")?, Some(Displacement::Replaced), "a copy is not the same");
    fs::remove_dir_all(world.folder())?;
    fs::rename(&elsewhere, world.folder())?;
    assert_eq!(write(&world, "srv")?, None, "it is back");
    assert_eq!(world.vault.read_only_reason(), None, "and the vault says so");
    Ok(())
}

#[test]
fn refuses_to_write_after_an_older_copy_was_written_over_the_file() -> anyhow::Result<()> {
    let (world, older) = with_older_copy()?;
    fs::copy(&older, world.folder().join("vault.db"))?;
    assert_eq!(write(&world, "srv")?, Some(Displacement::Overwritten), "the inode is the same, the content is not");
    Ok(())
}

#[test]
fn refuses_to_write_after_the_same_time_and_length_were_put_on_an_older_copy() -> anyhow::Result<()> {
    let (world, older) = with_older_copy()?;
    let database = world.folder().join("vault.db");
    let metadata = fs::metadata(&database)?;
    assert_eq!(metadata.len(), fs::metadata(&older)?.len(), "as long as the copy");
    fs::copy(&older, &database)?;
    File::options().write(true).open(&database)?.set_modified(metadata.modified()?)?;
    assert_eq!(write(&world, "srv")?, Some(Displacement::Overwritten), "the pages are others");
    Ok(())
}

#[test]
fn refuses_to_write_after_older_key_slots_were_written_over_the_file() -> anyhow::Result<()> {
    let world = World::new()?;
    let slots = world.folder().join("keyslots.json");
    let older = fs::read(&slots)?;
    world.person("Otto", &[domain::Role::Operator])?;
    assert_eq!(write(&world, "srv-1")?, None, "the program replaced the file itself");
    fs::write(&slots, older)?;
    assert_eq!(write(&world, "srv-2")?, Some(Displacement::Overwritten), "somebody else did");
    Ok(())
}

#[test]
fn whoever_reads_or_touches_the_files_raises_no_alarm() -> anyhow::Result<()> {
    let world = World::new()?;
    assert_eq!(write(&world, "srv-1")?, None, "the vault is in place");
    for name in ["vault.db", "vault.db-wal", "keyslots.json"] {
        let path = world.folder().join(name);
        fs::read(&path)?;
        let file = File::options().write(true).open(&path)?;
        file.set_modified(SystemTime::now() - Duration::from_secs(3600))?;
        assert_eq!(write(&world, &format!("after {name}"))?, None, "{name} holds what it held");
    }
    let same = fs::read(world.folder().join("keyslots.json"))?;
    fs::write(world.folder().join("keyslots.json"), same)?;
    assert_eq!(write(&world, "srv-2")?, None, "the same content was written again");
    Ok(())
}

#[test]
fn what_the_vault_itself_writes_raises_no_alarm() -> anyhow::Result<()> {
    let world = World::new()?;
    for number in 0..40 {
        let devices = (0..60).map(|name| device(&format!("srv-{number}-{name}"), world.user()));
        let inserted: Result<(), VaultError> =
            world.vault.write(|w| devices.into_iter().try_for_each(|device| w.devices_mut().insert(&device)));
        inserted?;
        let failed: Result<(), VaultError> = world.vault.write(|w| {
            w.devices_mut().insert(&device("half done", world.user()))?;
            Err(VaultError::NotFound)
        });
        assert!(matches!(failed, Err(VaultError::NotFound)), "{failed:?}");
    }
    world.vault.check_fully(&mut unheard)?;
    world.vault.make_backup(None, vault::BackupReason::ByHand, now(), &mut unheard)?;
    world.vault.rekey(&world.session, now())?;
    assert_eq!(write(&world, "after the new keys")?, None, "the new files are known");
    fs::remove_file(world.folder().join("vault-2.db"))?;
    assert_eq!(write(&world, "gone")?, Some(Displacement::Gone), "and watched");
    Ok(())
}

#[test]
fn the_log_is_moved_into_the_database_when_it_is_long() -> anyhow::Result<()> {
    let world = World::new()?;
    for number in 0..60 {
        let devices = (0..60).map(|name| device(&format!("srv-{number}-{name}"), world.user()));
        let inserted: Result<(), VaultError> =
            world.vault.write(|w| devices.into_iter().try_for_each(|device| w.devices_mut().insert(&device)));
        inserted?;
    }
    let log = fs::metadata(world.folder().join("vault.db-wal"))?.len();
    assert!(log < 8 * 1024 * 1024, "it does not grow for ever: {log} bytes");
    assert!(fs::metadata(world.folder().join("vault.db"))?.len() > 1024 * 1024, "what it held is in the database");
    Ok(())
}

#[test]
fn no_backup_goes_into_a_folder_that_took_the_vaults_place() -> anyhow::Result<()> {
    let world = World::new()?;
    fs::rename(world.folder(), world.parent.path().join("Elsewhere"))?;
    fs::create_dir(world.folder())?;
    let made = world.vault.make_backup(None, vault::BackupReason::ByHand, now(), &mut unheard);
    assert!(matches!(made, Err(VaultError::Displaced { .. })), "{made:?}");
    assert_eq!(fs::read_dir(world.folder())?.count(), 0, "nothing was put there");
    Ok(())
}

/// Saves a copy, opens it, and returns the vault.
fn saved(world: &World, kept: &[KeptPassword]) -> anyhow::Result<(Vault, vault::Session, tempfile::TempDir)> {
    let place = tempfile::tempdir()?;
    let request = CopyRequest { by: world.user(), key: Some(world.key()), kept, now: now() };
    let path = world.vault.save_copy(place.path(), &request, &mut unheard)?;
    assert!(path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("Team (copy ")), "{path:?}");
    let (vault, session) = enter(&path)?;
    Ok((vault, session, place))
}

#[test]
fn a_copy_of_a_deleted_vault_opens_and_holds_everything() -> anyhow::Result<()> {
    let world = World::new()?;
    let credential = world.credential(world.device("srv")?.id, "deploy")?;
    fs::remove_dir_all(world.folder())?;
    assert_eq!(write(&world, "late")?, Some(Displacement::Gone), "nothing is called saved");
    let (copy, session, _place) = saved(&world, &[])?;
    let key = session.secrets_key().expect("the founder is an operator");
    let stored = copy.read(|r| r.secrets().current(key, credential.id, SecretKind::Password))?;
    let stored = stored.expect("it is stored").secret;
    // EXPOSE: a password of the test.
    assert_eq!(stored.expose(), "first of deploy", "the password is there");
    assert_eq!(copy.id(), world.vault.id(), "it is the same vault");
    Ok(())
}

#[test]
fn a_copy_holds_what_the_executor_holds_and_the_files_lack() -> anyhow::Result<()> {
    let (world, older) = with_older_copy()?;
    let credential = world.credential(world.device("srv")?.id, "deploy")?;
    fs::copy(&older, world.folder().join("vault.db"))?;
    assert_eq!(write(&world, "late")?, Some(Displacement::Overwritten), "nothing is called saved");
    let kept = KeptPassword {
        credential: credential.id,
        operation: domain::OperationId::from_uuid(uuid::Uuid::now_v7()),
        secret: Secret::new("sent to the device"),
        sent: true,
    };
    let (copy, session, _place) = saved(&world, &[kept])?;
    let key = session.secrets_key().expect("the founder is an operator");
    let candidate = copy.read(|r| r.secrets().candidate(key, credential.id))?.expect("it was added");
    // EXPOSE: a password of the test.
    assert_eq!(candidate.secret.expose(), "sent to the device", "the password is there");
    assert!(candidate.sent_at.is_some(), "and will be looked for on the device");
    Ok(())
}

#[test]
fn no_copy_is_put_into_the_displaced_folder() -> anyhow::Result<()> {
    let world = World::new()?;
    let request = CopyRequest { by: world.user(), key: None, kept: &[], now: now() };
    let saved = world.vault.save_copy(&world.folder(), &request, &mut unheard);
    assert!(matches!(saved, Err(VaultError::InvalidName)), "{saved:?}");
    Ok(())
}

#[test]
fn people_and_keys_are_changed_while_somebody_looks_and_raise_no_alarm() -> anyhow::Result<()> {
    let world = World::new()?;
    let alarms = std::sync::atomic::AtomicU32::new(0);
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(std::sync::atomic::Ordering::SeqCst) {
                alarms.fetch_add(u32::from(world.vault.in_place().is_err()), std::sync::atomic::Ordering::SeqCst);
            }
        });
        let changed = (0..3).try_for_each(|number| {
            world.vault.add_person(&world.session, &format!("Otto {number}"), &[domain::Role::Operator], now())?;
            world.vault.rekey(&world.session, now())?;
            assert_eq!(world.vault.read_only_reason(), None, "new keys leave it in place");
            Ok::<_, VaultError>(())
        });
        over.store(true, std::sync::atomic::Ordering::SeqCst);
        changed
    })?;
    assert_eq!(alarms.into_inner(), 0, "nobody was told that the files are gone");
    Ok(())
}

#[test]
fn the_same_work_again_and_again_raises_no_alarm() -> anyhow::Result<()> {
    let world = World::new()?;
    let devices: Vec<_> = (0..400).map(|name| device(&format!("srv-{name}"), world.user())).collect();
    let inserted: Result<(), VaultError> =
        world.vault.write(|w| devices.iter().try_for_each(|device| w.devices_mut().insert(device)));
    inserted?;
    // The log has the same length each time that it is moved into the database.
    for round in 0..60 {
        let rested: Result<(), VaultError> =
            world.vault.write(|w| devices.iter().try_for_each(|device| w.devices_mut().rest_until(device.id, now())));
        rested.map_err(|error| anyhow::anyhow!("round {round}: {error}"))?;
    }
    Ok(())
}

/// Writes until the log begins again and is used below its earlier length.
fn with_a_log_that_was_longer() -> anyhow::Result<World> {
    let world = World::new()?;
    let log = world.folder().join("vault.db-wal");
    for number in 0..200 {
        let before = fs::metadata(&log)?.len();
        let devices = (0..60).map(|name| device(&format!("srv-{number}-{name}"), world.user()));
        let inserted: Result<(), VaultError> =
            world.vault.write(|w| devices.into_iter().try_for_each(|device| w.devices_mut().insert(&device)));
        inserted?;
        if before > 0 && fs::metadata(&log)?.len() == before {
            return Ok(world);
        }
    }
    anyhow::bail!("the log was never moved into the database")
}

#[test]
fn refuses_to_write_after_an_earlier_log_of_the_same_length_was_written_over_the_file() -> anyhow::Result<()> {
    let world = with_a_log_that_was_longer()?;
    let log = world.folder().join("vault.db-wal");
    let (earlier, modified) = (fs::read(&log)?, fs::metadata(&log)?.modified()?);
    assert_eq!(write(&world, "late")?, None, "the vault is in place");
    let later = fs::read(&log)?;
    assert_eq!((earlier.len(), &earlier[..32]), (later.len(), &later[..32]), "neither its length nor its header tells");
    world.vault.in_place()?;
    fs::write(&log, &earlier)?;
    File::options().write(true).open(&log)?.set_modified(modified)?;
    let looked = world.vault.in_place();
    let overwritten = matches!(looked, Err(VaultError::Displaced { how: Displacement::Overwritten }));
    assert!(overwritten, "the executor sends nothing: {looked:?}");
    assert_eq!(write(&world, "srv")?, Some(Displacement::Overwritten), "and nothing is called saved");
    Ok(())
}

#[test]
fn closing_an_overwritten_vault_leaves_what_was_put_back_as_it_is() -> anyhow::Result<()> {
    let (world, older) = with_older_copy()?;
    assert_eq!(write(&world, "only in the log")?, None, "the vault is in place");
    fs::copy(&older, world.folder().join("vault.db"))?;
    // Nobody has looked at the files since.
    let (_parent, folder) = world.close();
    assert!(fs::read(folder.join("vault.db"))? == fs::read(&older)?, "not a byte of it changed");
    assert!(fs::metadata(folder.join("vault.db-wal"))?.len() > 0, "and what was written last is still there");
    Ok(())
}

/// A vault over which a much earlier copy was written, and which was read before anybody looked at its files.
fn overwritten_and_found_damaged() -> anyhow::Result<World> {
    let (world, older) = with_older_copy()?;
    let devices = (0..1_000).map(|number| device(&format!("srv-{number}"), world.user()));
    let inserted: Result<(), VaultError> =
        world.vault.write(|w| devices.into_iter().try_for_each(|device| w.devices_mut().insert(&device)));
    inserted?;
    let (parent, folder) = world.close();
    let (vault, session) = enter(&folder)?;
    let list = |limit| vault.read(|r| r.devices().list(&vault::DeviceQuery { limit, ..vault::DeviceQuery::default() }));
    list(1)?;
    fs::copy(&older, folder.join("vault.db"))?;
    // The pages in memory refer to pages that do not exist any more.
    assert!(matches!(list(1_000).err(), Some(VaultError::Damaged { .. })), "a reader comes upon it first");
    assert_eq!(vault.read_only_reason(), Some(ReadOnly::Damaged), "and the vault says so");
    Ok(World { vault, session, parent })
}

#[test]
fn damage_that_is_found_first_hides_no_overwriting_and_nothing_is_sent() -> anyhow::Result<()> {
    let world = overwritten_and_found_damaged()?;
    assert_eq!(world.vault.displacement(), Some(Displacement::Overwritten), "the window offers a copy");
    assert!(world.vault.in_place().is_err(), "and the executor sends nothing");
    Ok(())
}

#[test]
fn a_copy_is_made_of_the_earlier_state_where_damage_was_found_first() -> anyhow::Result<()> {
    let world = overwritten_and_found_damaged()?;
    let (copy, _, _place) = saved(&world, &[])?;
    let total = copy.read(|r| r.devices().list(&vault::DeviceQuery::default()))?.total;
    assert_eq!(total, 1, "it is the state that was put back");
    Ok(())
}

#[cfg(unix)]
#[test]
fn closing_a_vault_whose_log_was_deleted_loses_nothing() -> anyhow::Result<()> {
    let world = World::new()?;
    assert_eq!(write(&world, "only in the log")?, None, "the vault is in place");
    fs::remove_file(world.folder().join("vault.db-wal"))?;
    let (_parent, folder) = world.close();
    let (vault, _) = enter(&folder)?;
    assert_eq!(vault.read(|r| r.devices().list(&vault::DeviceQuery::default()))?.total, 1, "it is in the database");
    Ok(())
}
