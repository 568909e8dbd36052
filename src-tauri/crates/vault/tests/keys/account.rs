//! Tests of a person's own sign-in: password, key file, desktop, one-time codes.

use domain::Role;
use secret::Secret;
use serde_json::Value;
use vault::{
    BackupReason, DesktopKey, KdfParameters, KeyFile, NewPassword, SignIn, Vault, VaultError, backup, unheard,
};

use crate::world::{PASSWORD, USER, World, now, own, refusal};

fn slots(world: &World) -> anyhow::Result<Value> {
    Ok(serde_json::from_slice(&std::fs::read(world.folder().join("keyslots.json"))?)?)
}

#[test]
fn a_changed_password_touches_the_own_slot_and_no_key() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?;
    let root = world.credential(device.id, "root")?;
    world.person("Bea", &[Role::Operator])?;
    let before = slots(&world)?;
    let new = Secret::new("another password");
    let wrong = world.vault.change_password(&world.session, (&Secret::new("wrong"), None), &own(&new)).err();
    assert!(matches!(wrong, Some(VaultError::WrongPassword)), "who does not know the present one: {wrong:?}");
    assert_eq!(slots(&world)?, before, "and nothing is written");
    world.vault.change_password(&world.session, (&Secret::new(PASSWORD), None), &own(&new))?;
    let written = slots(&world)?;
    assert_eq!(written["users"][1], before["users"][1], "another's slot is as it was");
    assert_eq!(written["users"][0]["grant"], before["users"][0]["grant"], "the keys are as they were");
    assert_eq!(written["ledger"], before["ledger"], "nobody's rights changed");
    assert_ne!(written["users"][0]["kdf"]["salt"], before["users"][0]["kdf"]["salt"], "the salt is new");
    let (_parent, folder) = world.close();
    let old = refusal(Vault::open(&folder, &SignIn::password(USER, &Secret::new(PASSWORD))))?;
    assert!(matches!(old, VaultError::WrongPassword), "{old:?}");
    let (vault, session) = Vault::open(&folder, &SignIn::password(USER, &new))?;
    let key = session.require_secrets_key()?;
    assert!(vault.read(|r| r.secrets().current(key, root.id, domain::SecretKind::Password))?.is_some(), "as before");
    Ok(())
}

#[test]
fn a_key_file_is_needed_where_it_was_asked_for() -> anyhow::Result<()> {
    let world = World::new()?;
    let (password, file, other) =
        (Secret::new(PASSWORD), KeyFile::from_content(b"content"), KeyFile::from_content(b"Content"));
    let new = NewPassword { password: &password, key_file: Some(&file), kdf: KdfParameters::FLOOR };
    world.vault.change_password(&world.session, (&password, None), &new)?;
    assert!(world.vault.people()[0].has_key_file, "the list of people knows");
    for (what, sign_in) in [
        ("no file", SignIn::password(USER, &password)),
        ("another file", SignIn::password(USER, &password).key_file(&other)),
        ("another password", SignIn::password(USER, &Secret::new("x")).key_file(&file)),
    ] {
        let error = refusal(world.vault.sign_in(&sign_in))?;
        assert!(matches!(error, VaultError::WrongPassword), "{what}: {error:?}");
    }
    assert!(world.vault.sign_in(&SignIn::password(USER, &password).key_file(&file)).is_ok(), "both together");
    world.vault.change_password(&world.session, (&password, Some(&file)), &own(&password))?;
    assert!(world.vault.sign_in(&SignIn::password(USER, &password)).is_ok(), "it can be left out again");
    assert!(
        world.vault.sign_in(&SignIn::password(USER, &password).key_file(&other)).is_ok(),
        "and a file that nobody asked for does no harm"
    );
    Ok(())
}

#[test]
fn a_slot_that_has_become_cheap_to_guess_is_sealed_anew_at_the_next_sign_in() -> anyhow::Result<()> {
    let (_parent, folder) = World::new()?.close();
    let (password, dearer) = (Secret::new(PASSWORD), KdfParameters { iterations: 4, ..KdfParameters::FLOOR });
    let iterations = || -> anyhow::Result<Value> {
        let slots: Value = serde_json::from_slice(&std::fs::read(folder.join("keyslots.json"))?)?;
        Ok(slots["users"][0]["kdf"]["parameters"]["iterations"].clone())
    };
    drop(Vault::open(&folder, &SignIn::password(USER, &password).raise_to(dearer))?);
    assert_eq!(iterations()?, 4, "it rose");
    drop(Vault::open(&folder, &SignIn::password(USER, &password).raise_to(KdfParameters::FLOOR))?);
    assert_eq!(iterations()?, 4, "and does not fall");
    Ok(())
}

#[test]
fn a_desktop_opens_the_vault_until_it_is_forgotten() -> anyhow::Result<()> {
    let world = World::new()?;
    world.person("Bea", &[Role::Operator])?;
    let (one, two) =
        (world.vault.make_desktop_key(&world.session, now())?, world.vault.make_desktop_key(&world.session, now())?);
    let (parent, folder) = world.close();
    let (vault, session) = Vault::open(&folder, &SignIn::desktop(USER, &one))?;
    assert!(session.secrets_key().is_some(), "with the same keys as by password");
    let copy = DesktopKey { id: two.id, key: one.key.duplicate() };
    for (what, name, key) in [("another's name", "Bea", &one), ("another desktop's key", USER, &copy)] {
        let error = refusal(vault.sign_in(&SignIn::desktop(name, key)))?;
        assert!(matches!(error, VaultError::WrongPassword), "{what}: {error:?}");
    }
    vault.forget_desktop_key(&session, Some(one.id))?;
    assert!(refusal(vault.sign_in(&SignIn::desktop(USER, &one))).is_ok(), "the one is forgotten");
    assert!(vault.sign_in(&SignIn::desktop(USER, &two)).is_ok(), "the other is not");
    vault.change_password(&session, (&Secret::new(PASSWORD), None), &own(&Secret::new("another password")))?;
    assert!(refusal(vault.sign_in(&SignIn::desktop(USER, &two))).is_ok(), "a new password forgets all");
    drop(parent);
    Ok(())
}

#[test]
fn the_secret_for_one_time_codes_is_its_owners_alone() -> anyhow::Result<()> {
    let world = World::new()?;
    let bea = world.person("Bea", &[Role::Administrator])?;
    let secret = Secret::new("JBSWY3DPEHPK3PXP");
    world.vault.set_totp(&world.session, Some(&secret))?;
    let found = world.vault.totp_secret(&world.session)?;
    assert!(found.is_some_and(|found| found.same_as(&secret)), "its owner reads it");
    assert!(world.vault.totp_secret(&bea)?.is_none(), "another administrator has none");
    assert!(!slots(&world)?.to_string().contains("JBSWY3DP"), "it does not stand in the file");
    world.vault.change_password(&world.session, (&Secret::new(PASSWORD), None), &own(&Secret::new("another")))?;
    assert!(world.vault.totp_secret(&world.session)?.is_some(), "a new password changes nothing about it");
    world.vault.set_totp(&world.session, None)?;
    assert!(world.vault.totp_secret(&world.session)?.is_none(), "and it can be taken out");
    Ok(())
}

#[test]
fn a_vault_made_on_one_keyboard_opens_on_another() -> anyhow::Result<()> {
    let (composed, decomposed) = (Secret::new("senha\u{e7}\u{e3}o"), Secret::new("senhac\u{327}a\u{303}o"));
    let world = World::new()?;
    world.vault.change_password(&world.session, (&Secret::new(PASSWORD), None), &own(&composed))?;
    let checked = world.vault.check_password(&world.session, &decomposed, None);
    assert!(checked.is_ok(), "where it is asked for once more: {checked:?}");
    world.vault.change_password(&world.session, (&decomposed, None), &own(&decomposed))?;
    let made = world.vault.make_backup(None, BackupReason::ByHand, now(), &mut unheard)?;
    let restored = backup::restore(&made.path, world.parent.path(), "Restored", &mut unheard)?;
    let (_parent, folder) = world.close();
    for folder in [folder, restored] {
        for typed in [&composed, &decomposed] {
            let opened = Vault::open(&folder, &SignIn::password(USER, typed));
            assert!(opened.is_ok(), "{}: {:?}", folder.display(), opened.err());
        }
    }
    Ok(())
}

#[test]
fn a_cost_from_before_the_cap_is_lowered_to_it() -> anyhow::Result<()> {
    let world = World::new()?;
    let before = KdfParameters { memory_kib: 2 * 1024 * 1024, iterations: 32, parallelism: 4 };
    world.vault.write(|writer| writer.parameters_mut().put_key_cost(before, world.session.user().id, now()))?;
    let cost = world.vault.read(|reader| reader.parameters().key_cost())?;
    assert_eq!(
        cost,
        Some(KdfParameters { memory_kib: 1024 * 1024, iterations: 16, parallelism: 4 }),
        "1 GiB, 16 passes"
    );
    Ok(())
}
