//! Tests of the recovery key: what it opens, and what it can do.

use domain::Role;
use secret::Secret;
use vault::{SignIn, Vault, VaultError};

use crate::world::{PASSWORD, USER, World, after, now, own, refusal};

#[test]
fn the_words_and_the_text_open_the_vault_and_give_an_administrator_a_new_password() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?;
    let root = world.credential(device.id, "root")?;
    let bea = world.person("Bea", &[Role::Operator])?;
    assert_eq!(world.vault.has_recovery_kit(), None, "a new vault has none");
    let (kit, rekeyed) = world.vault.make_recovery_kit(&world.session, after(5))?;
    assert!(!rekeyed.0, "the first one takes nothing from anybody");
    assert_eq!(world.vault.has_recovery_kit(), Some(after(5)), "it is known since when there is one");
    assert_eq!(world.vault.people().len(), 2, "it is no person");
    let ada = world.user();
    let (_parent, folder) = world.close();
    // EXPOSE: the test types what a person would.
    let typed = kit.words().expose().to_uppercase().replace(' ', "\n ");
    for typed in [Secret::new(typed), kit.text().duplicate()] {
        let (_, session) = Vault::open(&folder, &SignIn::recovery(&typed)?)?;
        assert!(session.is_recovery(), "it is the key and nobody");
        assert!(session.secrets_key().is_none(), "it opens no password by itself");
    }
    let (vault, recovery) = Vault::open(&folder, &SignIn::recovery(kit.words())?)?;
    let refused = vault.add_person(&recovery, "Eve", &[Role::Operator], after(6)).err();
    assert!(matches!(refused, Some(VaultError::NotAllowed)), "it lets nobody in: {refused:?}");
    let new = Secret::new("a password found again");
    let refused = vault.reset_by_recovery(&recovery, bea.user().id, &own(&new), after(7)).err();
    assert!(matches!(refused, Some(VaultError::NotAllowed)), "only an administrator's: {refused:?}");
    let session = vault.reset_by_recovery(&recovery, ada, &own(&new), after(8))?;
    let key = session.require_secrets_key()?;
    assert!(vault.read(|r| r.secrets().current(key, root.id, domain::SecretKind::Password))?.is_some(), "all is there");
    drop(vault);
    let old = refusal(Vault::open(&folder, &SignIn::password(USER, &Secret::new(PASSWORD))))?;
    assert!(matches!(old, VaultError::WrongPassword), "the forgotten password: {old:?}");
    for (name, password) in [(USER, "a password found again"), ("Bea", "Bea's own password")] {
        assert!(Vault::open(&folder, &SignIn::password(name, &Secret::new(password))).is_ok(), "{name} gets in");
    }
    Ok(())
}

#[test]
fn what_is_no_recovery_key_says_what_a_wrong_password_says() -> anyhow::Result<()> {
    let world = World::new()?;
    let (kit, _) = world.vault.make_recovery_kit(&world.session, now())?;
    // EXPOSE: the test types the words as a person would, with a mistake.
    let words = kit.words().expose();
    let other = World::new()?.vault;
    let cut = words.rsplit_once(' ').map_or("", |(start, _)| start);
    for typed in ["", "abandon", cut, "CHAVEIRO-RECOVERY-00", "CHAVEIRO-RECOVERY-zz"] {
        let error = SignIn::recovery(&Secret::new(typed)).err();
        assert!(matches!(error, Some(VaultError::WrongPassword)), "{} letters: {error:?}", typed.len());
    }
    let error = refusal(other.sign_in(&SignIn::recovery(kit.words())?))?;
    assert!(matches!(error, VaultError::WrongPassword), "another vault has no such key: {error:?}");
    Ok(())
}

#[test]
fn typing_a_part_back_proves_that_it_was_written_down() -> anyhow::Result<()> {
    let world = World::new()?;
    let (kit, _) = world.vault.make_recovery_kit(&world.session, now())?;
    // EXPOSE: the test types what a person would.
    let words: Vec<&str> = kit.words().expose().split(' ').collect();
    assert_eq!(words.len(), 24, "256 bits and a checksum");
    for (place, word) in words.iter().enumerate() {
        assert!(kit.holds_word(place + 1, &format!(" {} ", word.to_uppercase())), "word {}", place + 1);
    }
    assert!(!kit.holds_word(0, words[0]) && !kit.holds_word(25, words[0]), "there are no such words");
    assert!(!kit.holds_word(1, "chaveiro") && !kit.holds_word(1, ""), "nor these");
    Ok(())
}

#[test]
fn a_replaced_kit_opens_nothing_and_the_keys_are_new() -> anyhow::Result<()> {
    let world = World::new()?;
    let (old, _) = world.vault.make_recovery_kit(&world.session, now())?;
    let (new, rekeyed) = world.vault.make_recovery_kit(&world.session, after(1))?;
    assert!(rekeyed.0, "who found the old one may have a copy of the vault");
    let error = refusal(world.vault.sign_in(&SignIn::recovery(old.words())?))?;
    assert!(matches!(error, VaultError::WrongPassword), "{error:?}");
    assert!(world.vault.sign_in(&SignIn::recovery(new.words())?).is_ok(), "the new one does");
    Ok(())
}
