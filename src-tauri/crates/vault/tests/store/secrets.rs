//! Secrets: the states of a version; no version is ever lost.

use domain::{CredentialId, SecretKind, SecretOrigin, SyncState};
use secret::Secret;
use vault::{SecretsKey, Vault, VaultError};

use crate::world::{World, after, enter, now};

/// Returns the opened current, previous and candidate passwords.
fn passwords((vault, key): (&Vault, &SecretsKey), id: CredentialId) -> Result<[Option<String>; 3], VaultError> {
    vault.read(|r| {
        let (current, previous) =
            (r.secrets().current(key, id, SecretKind::Password)?, r.secrets().previous(key, id, SecretKind::Password)?);
        // EXPOSE: the test compares what it stored itself.
        let text = |secret: &Secret| secret.expose().to_owned();
        Ok([
            current.map(|stored| text(&stored.secret)),
            previous.map(|stored| text(&stored.secret)),
            r.secrets().candidate(key, id)?.map(|stored| text(&stored.secret)),
        ])
    })
}

fn some(texts: [&str; 3]) -> [Option<String>; 3] {
    texts.map(|text| (!text.is_empty()).then(|| text.to_owned()))
}

#[test]
fn a_proven_candidate_becomes_current_and_current_becomes_previous() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, root) = (&world.vault, world.credential(world.device("srv")?.id, "root")?.id);
    vault.write(|w| w.credentials_mut().set_sync(root, SyncState::Checking, now()))?;
    let version =
        vault.write(|w| w.secrets_mut().store_candidate(world.key(), root, &Secret::new("second"), after(1)))?;
    assert_eq!(passwords((vault, world.key()), root)?, some(["first of root", "", "second"]), "both are kept");
    vault.write(|w| w.secrets_mut().mark_sent(version, after(2)))?;
    vault.write(|w| w.secrets_mut().mark_sent(version, after(3)))?;
    let facts = vault.read(|r| r.secrets().candidate_facts(root))?;
    assert_eq!(facts.and_then(|facts| facts.sent_at), Some(after(2)), "the first time counts");
    vault.write(|w| w.secrets_mut().promote_candidate(root, after(4)))?;
    assert_eq!(passwords((vault, world.key()), root)?, some(["second", "first of root", ""]), "promoted");
    let credential = vault.read(|r| r.credentials().get(root))?.ok_or(VaultError::NotFound)?;
    assert_eq!(credential.changed_at, Some(after(4)), "changed when it was proven");
    assert_eq!((credential.sync, credential.proven_at), (SyncState::InSync, Some(after(4))), "and in sync since");
    vault.write(|w| {
        w.secrets_mut().store_candidate(world.key(), root, &Secret::new("third"), after(5))?;
        w.secrets_mut().promote_candidate(root, after(6))
    })?;
    assert_eq!(passwords((vault, world.key()), root)?, some(["third", "second", ""]), "the oldest is retired");
    let (_parent, folder) = world.close();
    let (vault, session) = enter(&folder)?;
    let key = session.require_secrets_key()?;
    assert_eq!(passwords((&vault, key), root)?, some(["third", "second", ""]), "and all of it is on the disk");
    Ok(())
}

#[test]
fn there_is_one_candidate_at_a_time() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, root) = (&world.vault, world.credential(world.device("srv")?.id, "root")?.id);
    vault.write(|w| w.secrets_mut().store_candidate(world.key(), root, &Secret::new("a"), now()))?;
    let second = vault.write(|w| w.secrets_mut().store_candidate(world.key(), root, &Secret::new("b"), now()));
    assert!(matches!(second, Err(VaultError::Taken)), "a second one is refused: {:?}", second.err());
    assert_eq!(passwords((vault, world.key()), root)?, some(["first of root", "", "a"]), "the first one stays");
    vault.write(|w| w.secrets_mut().abandon_candidate(root, after(1)))?;
    vault.write(|w| w.secrets_mut().store_candidate(world.key(), root, &Secret::new("b"), after(2)))?;
    assert_eq!(passwords((vault, world.key()), root)?, some(["first of root", "", "b"]), "after that there is room");
    Ok(())
}

#[test]
fn a_doubt_keeps_its_first_time_and_can_be_taken_back() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, root) = (&world.vault, world.credential(world.device("srv")?.id, "root")?.id);
    let version = vault.write(|w| w.secrets_mut().store_candidate(world.key(), root, &Secret::new("a"), now()))?;
    let doubted = || -> Result<_, VaultError> {
        Ok(vault.read(|r| r.secrets().candidate_facts(root))?.and_then(|facts| facts.doubted_at))
    };
    vault.write(|w| w.secrets_mut().mark_doubted(version, after(1)))?;
    vault.write(|w| w.secrets_mut().mark_doubted(version, after(2)))?;
    assert_eq!(doubted()?, Some(after(1)), "the first time counts");
    vault.write(|w| w.secrets_mut().clear_doubt(version))?;
    assert_eq!(doubted()?, None, "taken back");
    vault.write(|w| w.secrets_mut().promote_candidate(root, after(3)))?;
    let late = vault.write(|w| w.secrets_mut().mark_sent(version, after(4)));
    assert!(matches!(late, Err(VaultError::NotFound)), "it is no candidate any more: {late:?}");
    Ok(())
}

#[test]
fn the_previous_password_can_become_current_again() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, root) = (&world.vault, world.credential(world.device("srv")?.id, "root")?.id);
    let none = vault.write(|w| w.secrets_mut().restore_previous(root, now()));
    assert!(matches!(none, Err(VaultError::NotFound)), "there is none yet: {none:?}");
    assert_eq!(passwords((vault, world.key()), root)?, some(["first of root", "", ""]), "and nothing changed");
    vault.write(|w| {
        w.secrets_mut().set_current(
            world.key(),
            root,
            SecretKind::Password,
            &Secret::new("second"),
            SecretOrigin::Entered,
            after(1),
        )
    })?;
    vault.write(|w| w.secrets_mut().store_candidate(world.key(), root, &Secret::new("third"), after(2)))?;
    vault.write(|w| w.secrets_mut().restore_previous(root, after(3)))?;
    assert_eq!(
        passwords((vault, world.key()), root)?,
        some(["first of root", "", "third"]),
        "the candidate is left alone"
    );
    Ok(())
}

#[test]
fn what_does_not_exist_is_not_promoted_or_stored_for() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, root) = (&world.vault, world.credential(world.device("srv")?.id, "root")?.id);
    // A caller that commits in spite of the error must find everything unchanged.
    let none = vault.write(|w| Ok::<_, VaultError>(w.secrets_mut().promote_candidate(root, now())))?;
    assert!(matches!(none, Err(VaultError::NotFound)), "no candidate: {none:?}");
    let none = vault.write(|w| Ok::<_, VaultError>(w.secrets_mut().restore_previous(root, now())))?;
    assert!(matches!(none, Err(VaultError::NotFound)), "no previous one: {none:?}");
    assert_eq!(
        passwords((vault, world.key()), root)?,
        some(["first of root", "", ""]),
        "the current one is not lost by it"
    );
    let none = vault.write(|w| w.secrets_mut().abandon_candidate(root, now()));
    assert!(matches!(none, Err(VaultError::NotFound)), "no candidate: {none:?}");
    let nobody = CredentialId::from_uuid(crate::world::new_uuid());
    let none = vault.write(|w| w.secrets_mut().store_candidate(world.key(), nobody, &Secret::new("x"), now()));
    assert!(matches!(none, Err(VaultError::NotFound)), "no credential: {:?}", none.err());
    Ok(())
}

#[test]
fn a_private_key_stands_beside_the_password() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, root) = (&world.vault, world.credential(world.device("srv")?.id, "root")?.id);
    let key = Secret::new("-----BEGIN OPENSSH PRIVATE KEY-----\n…");
    vault.write(|w| {
        w.secrets_mut().set_current(world.key(), root, SecretKind::PrivateKey, &key, SecretOrigin::Entered, after(8))
    })?;
    let stored = vault.read(|r| r.secrets().current(world.key(), root, SecretKind::PrivateKey))?;
    assert!(stored.is_some_and(|stored| stored.secret.same_as(&key)), "the key comes back");
    assert_eq!(passwords((vault, world.key()), root)?, some(["first of root", "", ""]), "the password is what it was");
    let credential = vault.read(|r| r.credentials().get(root))?.ok_or(VaultError::NotFound)?;
    assert!(credential.has_private_key, "the credential knows");
    assert_eq!(credential.changed_at, Some(now()), "the password's time is its own");
    Ok(())
}

#[test]
fn every_character_survives() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, root) = (&world.vault, world.credential(world.device("srv")?.id, "root")?.id);
    let printable: String = (' '..='~').collect();
    for text in [printable.as_str(), "", "\0\n\r\t", "пароль 密码 🔑", &"x".repeat(100_000)] {
        let secret = Secret::new(text);
        vault.write(|w| {
            w.secrets_mut().set_current(world.key(), root, SecretKind::Password, &secret, SecretOrigin::Entered, now())
        })?;
        let stored = vault.read(|r| r.secrets().current(world.key(), root, SecretKind::Password))?;
        assert!(stored.is_some_and(|stored| stored.secret.same_as(&secret)), "a text of {} bytes", text.len());
    }
    Ok(())
}

#[test]
fn a_sent_candidate_makes_room_and_is_kept_until_another_one_is_proven() -> anyhow::Result<()> {
    let world = World::new()?;
    let root = world.credential(world.device("srv")?.id, "root")?;
    let [first, second] = [(); 2].map(|()| domain::OperationId::from_uuid(crate::world::new_uuid()));
    let is = |stored: Option<vault::Stored>, text: &str| stored.is_some_and(|s| s.secret.same_as(&Secret::new(text)));
    world.vault.write(|w| {
        let version = w.secrets_mut().store_candidate_for(world.key(), root.id, first, &Secret::new("sent"), now())?;
        w.secrets_mut().mark_sent(version, now())?;
        w.secrets_mut().store_candidate_for(world.key(), root.id, second, &Secret::new("newer"), now())
    })?;
    let facts = world.vault.read(|r| r.secrets().candidate_facts(root.id))?;
    assert_eq!(
        facts.and_then(|facts| facts.operation),
        Some(second),
        "there is one candidate, of the second operation"
    );
    assert!(
        is(world.vault.read(|r| r.secrets().unresolved(world.key(), root.id))?, "sent"),
        "the first one is still tried"
    );
    world.vault.write(|w| w.secrets_mut().abandon_candidate(root.id, now()))?;
    world.vault.write(|w| w.secrets_mut().restore_unresolved(root.id, now()))?;
    assert!(
        is(world.vault.read(|r| r.secrets().current(world.key(), root.id, SecretKind::Password))?, "sent"),
        "it was proven"
    );
    assert!(
        is(world.vault.read(|r| r.secrets().previous(world.key(), root.id, SecretKind::Password))?, "first of root"),
        "and what was current is the previous one"
    );
    let again = world.vault.write(|w| w.secrets_mut().restore_unresolved(root.id, now()));
    assert!(matches!(again, Err(VaultError::NotFound)), "there is no other: {again:?}");
    Ok(())
}

#[test]
fn a_candidate_that_was_never_sent_makes_room_and_is_in_question_no_more() -> anyhow::Result<()> {
    let world = World::new()?;
    let root = world.credential(world.device("srv")?.id, "root")?;
    let operation = domain::OperationId::from_uuid(crate::world::new_uuid());
    world.vault.write(|w| {
        w.secrets_mut().store_candidate(world.key(), root.id, &Secret::new("unsent"), now())?;
        w.secrets_mut().store_candidate_for(world.key(), root.id, operation, &Secret::new("newer"), now())
    })?;
    assert!(world.vault.read(|r| r.secrets().unresolved(world.key(), root.id))?.is_none(), "no device can have it");
    Ok(())
}

#[test]
fn the_password_of_a_device_is_never_composed() -> anyhow::Result<()> {
    let world = World::new()?;
    let root = world.credential(world.device("srv")?.id, "root")?.id;
    for text in ["senhac\u{327}a\u{303}o", "senha\u{e7}\u{e3}o"] {
        let secret = Secret::new(text);
        world.vault.write(|w| {
            w.secrets_mut().set_current(world.key(), root, SecretKind::Password, &secret, SecretOrigin::Entered, now())
        })?;
        let [current, ..] = passwords((&world.vault, world.key()), root)?;
        assert_eq!(current.as_deref(), Some(text), "byte for byte as it was entered");
    }
    Ok(())
}
