//! New keys: a removed person cannot read anything that is written from then on, and nothing else is lost.

use std::fs;

use domain::{Role, SecretKind, SecretOrigin};
use secret::Secret;
use vault::{CredentialQuery, DeviceQuery, SignIn, Vault, VaultError};

use crate::world::{PASSWORD, USER, World, after, device, enter, files, now, open, refusal};

#[test]
fn everything_is_there_under_the_new_keys() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, ada) = (&world.vault, &world.session);
    let device = world.device("srv-ümlaut")?;
    let root = world.credential(device.id, "root")?;
    let second = Secret::new("second");
    vault.write(|w| {
        w.secrets_mut().set_current(
            world.key(),
            root.id,
            SecretKind::Password,
            &second,
            SecretOrigin::Entered,
            after(1),
        )?;
        w.secrets_mut().store_candidate(world.key(), root.id, &Secret::new("candidate"), after(2))
    })?;
    world.operation(&root, after(3))?;
    let code = vault.read(|r| r.operations().list(&vault::OperationQuery::default()))?.rows[0].record.code;
    let cid = world.person("Cid", &[Role::Operator])?;
    let heard = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&heard);
    vault.on_change(Box::new(move |changes| {
        count.fetch_add(changes.len(), std::sync::atomic::Ordering::Relaxed);
    }));
    assert!(vault.remove_person(ada, cid.user().id, after(4))?.0, "the keys are new");
    for (who, session) in [("the one who was removed", &cid), ("the one who removed him", ada)] {
        let key = session.require_secrets_key()?;
        let read = vault.read(|r| r.secrets().current(key, root.id, SecretKind::Password)).err();
        assert!(matches!(read, Some(VaultError::StaleKey)), "the key of {who} is of before: {read:?}");
        let written = vault.write(|w| w.secrets_mut().store_candidate(key, root.id, &second, after(5))).err();
        assert!(matches!(written, Some(VaultError::StaleKey)), "and seals nothing: {written:?}");
    }
    let ada = vault.renew(ada)?;
    let names: Vec<String> = files(&world.folder())?.into_keys().filter(|name| name.ends_with(".db")).collect();
    assert_eq!(names, ["vault-2.db"], "the old database is gone");
    vault.write(|w| w.devices_mut().insert(&crate::world::device("after", world.user())))?;
    assert!(heard.load(std::sync::atomic::Ordering::Relaxed) > 0, "who listens goes on hearing");
    let (_parent, folder) = world.close();
    let vault = open(&folder)?;
    let key = ada.require_secrets_key()?;
    let text = |stored: Option<vault::Stored>| {
        // EXPOSE: the test compares what it stored itself.
        stored.map(|stored| stored.secret.expose().to_owned())
    };
    let current = vault.read(|r| r.secrets().current(key, root.id, SecretKind::Password))?;
    assert_eq!(text(current).as_deref(), Some("second"), "the current password");
    let previous = vault.read(|r| r.secrets().previous(key, root.id, SecretKind::Password))?;
    assert_eq!(text(previous).as_deref(), Some("first of root"), "the one before it");
    let candidate = vault.read(|r| r.secrets().candidate(key, root.id))?;
    assert!(candidate.is_some_and(|stored| stored.secret.same_as(&Secret::new("candidate"))), "the candidate");
    let query = CredentialQuery { text: "ümlaut".to_owned(), ..CredentialQuery::default() };
    assert_eq!(vault.read(|r| r.credentials().list(&query))?.total, 1, "the search finds it");
    assert_eq!(vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total, 2, "the devices");
    let verdict = vault.read(|r| r.audit().verify(&|_, _| None, &mut vault::unheard))?;
    assert!(matches!(verdict, vault::AuditVerdict::Intact { .. }), "the audit trail holds");
    let next = vault.write(|w| {
        let id = w.operations().list(&vault::OperationQuery::default())?.rows[0].record.id;
        w.operations_mut().set_state(id, domain::operation::OperationState::Canceled, None, after(6))?;
        w.operations_mut().insert(&crate::world::operation(&root, ada.user().id, after(7)))
    })?;
    assert_eq!(next, code + 1, "codes go on counting");
    Ok(())
}

#[test]
fn an_old_copy_of_the_slots_opens_nothing_that_is_written_later() -> anyhow::Result<()> {
    let world = World::new()?;
    world.device("srv")?;
    let cid = world.person("Cid", &[Role::Operator])?;
    let old = fs::read(world.folder().join("keyslots.json"))?;
    world.vault.remove_person(&world.session, cid.user().id, after(4))?;
    let (parent, folder) = world.close();
    let password = Secret::new("Cid's own password");
    let sign_in = SignIn::password("Cid", &password);
    let gone = refusal(Vault::open(&folder, &sign_in))?;
    assert!(matches!(gone, VaultError::WrongPassword), "he has no slot: {gone:?}");
    let copy = parent.path().join("copy.vault");
    crate::world::copy_folder(&folder, &copy)?;
    fs::write(copy.join("keyslots.json"), &old)?;
    let lost = refusal(Vault::open(&copy, &sign_in))?;
    assert!(matches!(lost, VaultError::Damaged { .. }), "his copy names a database that is gone: {lost:?}");
    fs::rename(copy.join("vault-2.db"), copy.join("vault.db"))?;
    let other = refusal(Vault::open(&copy, &sign_in))?;
    assert!(matches!(other, VaultError::Damaged { .. }), "and his key does not open the new one: {other:?}");
    Ok(())
}

#[test]
fn a_demoted_operator_opens_the_vault_and_no_password() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?;
    let root = world.credential(device.id, "root")?;
    let cid = world.person("Cid", &[Role::Operator])?;
    let rekeyed = world.vault.set_roles(&world.session, cid.user().id, &[Role::Auditor], after(4))?;
    assert!(rekeyed.0, "he held the key to passwords");
    let kept = cid.require_secrets_key()?;
    let read = world.vault.read(|r| r.secrets().current(kept, root.id, SecretKind::Password)).err();
    assert!(matches!(read, Some(VaultError::StaleKey)), "what he kept opens nothing: {read:?}");
    assert!(world.vault.renew(&cid)?.secrets_key().is_none(), "and he gets no other");
    let promoted =
        world.vault.set_roles(&world.vault.renew(&world.session)?, cid.user().id, &[Role::Operator], after(5))?;
    assert!(!promoted.0, "a promotion takes nothing from anybody");
    let key = world.vault.renew(&cid)?;
    let key = key.require_secrets_key()?;
    assert!(
        world.vault.read(|r| r.secrets().current(key, root.id, SecretKind::Password))?.is_some(),
        "he has it again"
    );
    Ok(())
}

#[test]
fn reading_and_writing_go_on_while_the_keys_are_renewed() -> anyhow::Result<()> {
    let world = World::new()?;
    for number in 0..50 {
        world.device(&format!("srv-{number:02}"))?;
    }
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let vault = &world.vault;
        let threads: Vec<_> = (0..3)
            .map(|thread| {
                scope.spawn(move || {
                    for round in 0..30 {
                        vault.write(|w| {
                            w.devices_mut().insert(&device(&format!("new-{thread}-{round}"), crate::world::somebody()))
                        })?;
                        let count = vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total;
                        assert!(count >= 50, "all of it is there at every moment: {count}");
                    }
                    Ok::<_, VaultError>(())
                })
            })
            .collect();
        vault.rekey(&world.session, now())?;
        vault.rekey(&vault.renew(&world.session)?, now())?;
        for thread in threads {
            thread.join().expect("no thread falls over")?;
        }
        Ok(())
    })?;
    let (_parent, folder) = world.close();
    let vault = open(&folder)?;
    assert_eq!(
        vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total,
        140,
        "not one write went to a dead file"
    );
    Ok(())
}

#[test]
fn a_re_keying_inside_a_write_is_an_error_and_not_a_standstill() -> anyhow::Result<()> {
    let world = World::new()?;
    let inner = world.vault.write(|_| Ok::<_, VaultError>(world.vault.rekey(&world.session, now())))?;
    assert!(matches!(inner, Err(VaultError::WriteInWrite)), "{inner:?}");
    world.vault.rekey(&world.session, now())?;
    Ok(())
}

#[test]
fn what_a_killed_re_keying_left_behind_is_cleared_away() -> anyhow::Result<()> {
    let (_parent, folder) = World::new()?.close();
    for name in ["vault-2.db", "vault-2.db-wal", "vault-2.db-journal", "vault-7.db"] {
        fs::write(folder.join(name), "left behind")?;
    }
    fs::write(folder.join("vault-of-my-own.db"), "not ours")?;
    drop(enter(&folder)?);
    let names: Vec<String> = files(&folder)?.into_keys().collect();
    assert_eq!(names, ["keyslots.json", "lock", "vault-of-my-own.db", "vault.db"], "and nothing else is");
    assert!(Vault::open(&folder, &SignIn::password(USER, &Secret::new(PASSWORD))).is_ok(), "it opens");
    Ok(())
}
