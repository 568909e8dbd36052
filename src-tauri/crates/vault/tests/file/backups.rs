//! Tests of backups: made while others write, restored elsewhere, tested, and never incomplete.

use std::{fs, ops::ControlFlow, path::Path, thread};

use anyhow::Context;
use domain::{SecretKind, SecretOrigin};
use secret::Secret;
use tempfile::TempDir;
use vault::{
    AuditVerdict, Backup, BackupReason, BackupsKept, CredentialQuery, DeviceQuery, NewEntry, Phase, SignIn, Vault,
    VaultError, backup, unheard,
};

use crate::world::{PASSWORD, USER, World, after, copy_folder, device, enter, files, now, open, somebody};

/// A vault with devices, credentials, passwords and a trail of three entries.
fn filled() -> anyhow::Result<World> {
    let world = World::new()?;
    for number in 0..5 {
        let device = world.device(&format!("srv-{number}"))?;
        world.credential(device.id, "root")?;
    }
    for action in ["first", "second", "third"] {
        let entry = NewEntry { who: None, action, object: None, detail: serde_json::Value::Null, at: now() };
        world.vault.write(|w| w.audit_mut().append(&entry))?;
    }
    Ok(world)
}

fn make(world: &World, reason: BackupReason) -> Result<Backup, VaultError> {
    world.vault.make_backup(None, reason, now(), &mut unheard)
}

/// Asserts that the folder contains only backups, and no unfinished file.
fn assert_nothing_half(folder: &Path) -> anyhow::Result<()> {
    let names: Vec<String> = files(folder)?.into_keys().collect();
    assert!(names.iter().all(|name| name.ends_with(".chaveiro-backup")), "nothing unfinished is left: {names:?}");
    Ok(())
}

#[test]
fn a_restored_backup_opens_with_the_password_and_holds_everything() -> anyhow::Result<()> {
    let world = filled()?;
    let made = make(&world, BackupReason::ByHand)?;
    assert_eq!((made.audit_entries, made.reason), (3, BackupReason::ByHand), "the head says how far back it goes");
    assert_eq!((made.vault, made.vault_name.as_str()), (world.vault.id(), "Team"), "and of what it is");
    assert_nothing_half(&world.vault.backup_folder())?;
    let id = world.vault.id();
    let elsewhere = TempDir::new()?;
    let folder = backup::restore(&made.path, elsewhere.path(), "Back again", &mut unheard)?;
    assert_eq!(folder, elsewhere.path().join("Back again.vault"), "it has the name it was to get");
    let (vault, session) = enter(&folder)?;
    assert_eq!(vault.id(), id, "it is the same vault");
    let credentials = vault.read(|r| r.credentials().ids(&CredentialQuery::default()))?;
    assert_eq!(credentials.len(), 5, "with its credentials");
    for id in credentials {
        let stored = vault.read(|r| r.secrets().current(session.require_secrets_key()?, id, SecretKind::Password))?;
        assert!(stored.is_some_and(|stored| stored.secret.same_as(&Secret::new("first of root"))), "and passwords");
    }
    assert_eq!(crate::world::trail(&vault)?, crate::world::intact(3), "and the trail");
    vault.write(|w| w.devices_mut().insert(&device("after", somebody())))?;
    Ok(())
}

#[test]
fn the_day_goes_on_while_a_backup_is_made_and_it_holds_one_moment() -> anyhow::Result<()> {
    let world = filled()?;
    let vault = &world.vault;
    let made = thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for number in 0..40 {
                vault.write(|w| {
                    // Each transaction inserts two devices, so that their number is even between two transactions.
                    w.devices_mut().insert(&device(&format!("a-{number}"), somebody()))?;
                    w.devices_mut().insert(&device(&format!("b-{number}"), somebody()))
                })?;
            }
            Ok::<_, VaultError>(())
        });
        let made = vault.make_backup(None, BackupReason::ByHand, now(), &mut unheard);
        writing.join().map_err(|_| anyhow::anyhow!("the writer panicked"))??;
        Ok::<_, anyhow::Error>(made?)
    })?;
    let elsewhere = TempDir::new()?;
    let restored = open(&backup::restore(&made.path, elsewhere.path(), "Copy", &mut unheard)?)?;
    let devices = restored.read(|r| r.devices().list(&DeviceQuery { limit: 1_000, ..DeviceQuery::default() }))?;
    assert_eq!((devices.rows.len() - 5) % 2, 0, "no transaction is half in it: {}", devices.rows.len());
    assert_eq!(devices.total, devices.rows.len() as u64, "it is whole");
    Ok(())
}

#[test]
fn a_password_changed_since_does_not_open_it_and_that_of_then_does() -> anyhow::Result<()> {
    let world = filled()?;
    let made = make(&world, BackupReason::ByHand)?;
    let elsewhere = TempDir::new()?;
    let folder = backup::restore(&made.path, elsewhere.path(), "Copy", &mut unheard)?;
    let wrong = Vault::open(&folder, &SignIn::password(USER, &Secret::new("another"))).err();
    assert!(matches!(wrong, Some(VaultError::WrongPassword)), "{wrong:?}");
    assert!(Vault::open(&folder, &SignIn::password(USER, &Secret::new(PASSWORD))).is_ok(), "its own password");
    Ok(())
}

#[test]
fn nothing_is_restored_over_something() -> anyhow::Result<()> {
    let world = filled()?;
    let made = make(&world, BackupReason::ByHand)?;
    let count = || fs::read_dir(world.folder()).map(Iterator::count);
    let before = count()?;
    let over = backup::restore(&made.path, world.parent.path(), "Team", &mut unheard);
    assert!(matches!(over, Err(VaultError::Exists)), "{over:?}");
    assert_eq!(count()?, before, "the vault is as it was");
    let stopped = backup::restore(&made.path, world.parent.path(), "Stopped", &mut |_| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(VaultError::Stopped)), "{stopped:?}");
    assert_eq!(fs::read_dir(world.parent.path())?.count(), 1, "nothing half is left beside it");
    Ok(())
}

#[test]
fn every_damaged_byte_of_a_backup_is_noticed() -> anyhow::Result<()> {
    let world = filled()?;
    let made = make(&world, BackupReason::ByHand)?;
    let whole = fs::read(&made.path)?;
    let elsewhere = TempDir::new()?;
    let path = elsewhere.path().join("x.chaveiro-backup");
    let places = (0..500).chain((500..whole.len()).step_by(3_001)).chain(whole.len() - 32..whole.len());
    for place in places {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        fs::write(&path, &flipped)?;
        let checked = backup::check(&path, &mut unheard);
        assert!(checked.is_err(), "byte {place}: {checked:?}");
        // A restoration of it leaves nothing behind; a few of them are enough.
        if place % 97 == 0 {
            let restored = backup::restore(&path, elsewhere.path(), "X", &mut unheard);
            assert!(restored.is_err(), "byte {place}: {restored:?}");
            assert_eq!(fs::read_dir(elsewhere.path())?.count(), 1, "byte {place}: nothing is left");
        }
    }
    for length in [0, 10, 23, 24, 200, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length])?;
        assert!(backup::check(&path, &mut unheard).is_err(), "cut to {length}");
    }
    fs::write(&path, [&whole[..], b"x"].concat())?;
    assert!(backup::check(&path, &mut unheard).is_err(), "a byte more");
    Ok(())
}

#[test]
fn the_newest_good_backup_is_found_without_the_vault() -> anyhow::Result<()> {
    let world = filled()?;
    let folder = world.vault.backup_folder();
    assert_eq!(backup::newest_good(&folder)?, None, "there is none yet");
    let made: Vec<Backup> = (0..3)
        .map(|day| world.vault.make_backup(None, BackupReason::Daily, after(day * 86_400), &mut unheard))
        .collect::<Result<_, _>>()?;
    let listed: Vec<_> = backup::list(&folder)?.into_iter().map(|backup| backup.path).collect();
    assert_eq!(listed, [made[2].path.clone(), made[1].path.clone(), made[0].path.clone()], "the newest first");
    assert_eq!(backup::newest_good(&folder)?.as_ref(), Some(&made[2]), "it is the last one");
    let mut content = fs::read(&made[2].path)?;
    let middle = content.len() / 2;
    content[middle] ^= 1;
    fs::write(&made[2].path, content)?;
    fs::write(&made[1].path, "nothing")?;
    assert_eq!(backup::newest_good(&folder)?.as_ref(), Some(&made[0]), "those that are damaged do not count");
    Ok(())
}

#[test]
fn a_daily_backup_is_made_once_a_day_and_old_ones_go() -> anyhow::Result<()> {
    let world = filled()?;
    let keep = BackupsKept { daily: 2, weekly: 0, monthly: 0, ..BackupsKept::default() };
    let by_hand = make(&world, BackupReason::ByHand)?;
    let daily = |day: i64| world.vault.make_daily_backup(None, &keep, after(day * 86_400), &mut unheard);
    assert!(daily(0)?.is_some(), "one asked for by hand is not the day's");
    assert_eq!(daily(0)?, None, "the day has one");
    for day in 1..4 {
        assert!(daily(day)?.is_some(), "day {day}");
    }
    let left = backup::list(&world.vault.backup_folder())?;
    let reasons: Vec<_> = left.iter().map(|backup| backup.reason).collect();
    assert_eq!(
        reasons,
        [BackupReason::Daily, BackupReason::Daily, BackupReason::ByHand],
        "two days, and what was asked for"
    );
    assert_eq!(left[2], by_hand, "which is the same file");
    Ok(())
}

#[test]
fn backups_in_another_folder_do_not_touch_those_of_other_vaults() -> anyhow::Result<()> {
    let (one, other) = (filled()?, filled()?);
    let shared = TempDir::new()?;
    let keep = BackupsKept { daily: 1, weekly: 0, monthly: 0, ..BackupsKept::default() };
    for day in 0..3 {
        for world in [&one, &other] {
            let made = world.vault.make_daily_backup(Some(shared.path()), &keep, after(day * 86_400), &mut unheard)?;
            assert!(made.is_some(), "each vault has its own");
        }
    }
    let left = backup::list(shared.path())?;
    assert_eq!(left.len(), 2, "one of each: {left:?}");
    assert_ne!(left[0].vault, left[1].vault, "of both vaults");
    assert_nothing_half(shared.path())
}

#[test]
fn a_backup_that_is_stopped_leaves_nothing_at_any_step() -> anyhow::Result<()> {
    let world = filled()?;
    let mut phases = Vec::new();
    world.vault.make_backup(None, BackupReason::ByHand, now(), &mut |progress| {
        phases.push(progress.phase);
        ControlFlow::Continue(())
    })?;
    assert!(phases.contains(&Phase::Writing), "it tells how far it is: {phases:?}");
    for step in 0..phases.len() {
        let mut left = step;
        let stopped = world.vault.make_backup(None, BackupReason::ByHand, after(1), &mut |_| match left {
            0 => ControlFlow::Break(()),
            _ => {
                left -= 1;
                ControlFlow::Continue(())
            }
        });
        // The check of the structure of a small vault may end before the progress is asked for.
        if let Err(error) = stopped {
            assert!(matches!(error, VaultError::Stopped), "step {step}: {error:?}");
        }
        assert_nothing_half(&world.vault.backup_folder())?;
    }
    Ok(())
}

#[test]
fn what_a_killed_process_left_of_a_backup_is_no_backup_and_goes() -> anyhow::Result<()> {
    let world = filled()?;
    let folder = world.vault.backup_folder();
    let id = world.vault.id();
    fs::create_dir_all(folder.join(format!(".{id}.copy")))?;
    fs::write(folder.join(format!(".{id}.copy/vault.db")), "half")?;
    fs::write(folder.join(format!(".{id}.unfinished")), "half")?;
    assert_eq!(backup::list(&folder)?, [], "what is half is not listed");
    make(&world, BackupReason::ByHand)?;
    assert_nothing_half(&folder)
}

#[test]
fn a_drill_uses_every_part_once_and_leaves_nothing() -> anyhow::Result<()> {
    let world = filled()?;
    let made = make(&world, BackupReason::ByHand)?;
    let drill = |path: &Path| world.vault.drill(path, world.key(), &|_, _| None, &mut unheard);
    let found = drill(&made.path)?;
    assert!(found.is_good(), "{found:?}");
    assert_eq!((found.secrets, found.secrets_opened), (5, 5), "every secret opened");
    assert!(matches!(found.audit, AuditVerdict::Intact { entries: 3, .. }), "the trail was walked: {found:?}");
    assert!(found.pages > 10, "every page was read: {}", found.pages);
    assert_nothing_half(&world.vault.backup_folder())?;
    let other = filled()?;
    let foreign = make(&other, BackupReason::ByHand)?;
    let refused = drill(&foreign.path);
    assert!(matches!(refused, Err(VaultError::OtherKey)), "another vault's: {refused:?}");
    assert!(!world.vault.is_read_only(), "what is wrong with a backup is not wrong with the vault");
    Ok(())
}

#[test]
fn no_password_and_no_name_of_a_record_stands_in_a_backup() -> anyhow::Result<()> {
    let world = filled()?;
    let secret = Secret::new("Tr0ub4dor-in-the-backup");
    let id = world.vault.read(|r| r.credentials().ids(&CredentialQuery::default()))?[0];
    let key = world.key();
    world
        .vault
        .write(|w| w.secrets_mut().set_current(key, id, SecretKind::Password, &secret, SecretOrigin::Entered, now()))?;
    let made = make(&world, BackupReason::ByHand)?;
    let content = fs::read(&made.path)?;
    let holds = |text: &str| content.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("Team"), "the search finds what is there");
    for text in ["Tr0ub4dor-in-the-backup", "srv-1", "first of root", "night shift"] {
        assert!(!holds(text), "{text} stands in it");
    }
    Ok(())
}

#[test]
fn a_vault_of_an_earlier_version_is_kept_before_it_is_migrated() -> anyhow::Result<()> {
    let parent = TempDir::new()?;
    let copy = parent.path().join("copy.vault");
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/vault-v1"), &copy)?;
    let password = Secret::new("fixture password 1");
    drop(Vault::open(&copy, &SignIn::password("fixture", &password))?);
    let kept = backup::list(&backup::of_vault(&copy))?;
    let [kept] = &kept[..] else { anyhow::bail!("one backup was expected: {kept:?}") };
    assert_eq!((kept.reason, kept.schema), (BackupReason::BeforeMigration, 1), "it is of the version before");
    drop(Vault::open(&copy, &SignIn::password("fixture", &password))?);
    assert_eq!(backup::list(&backup::of_vault(&copy))?.len(), 1, "the next opening has nothing to migrate");
    let restored = backup::restore(&kept.path, parent.path(), "Before", &mut unheard)?;
    let vault = Vault::open(&restored, &SignIn::password("fixture", &password)).context("it opens again")?.0;
    assert_eq!(vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total, 2, "with what it held");
    Ok(())
}
