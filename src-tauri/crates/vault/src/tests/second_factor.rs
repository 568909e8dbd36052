//! Tests against an attacker who can write the files and wants to sign in with a password alone.

use std::fs;

use domain::Role;
use secret::Secret;
use serde_json::Value;
use tempfile::TempDir;

use super::{PASSWORD, USER, create_and_enter, enter, execute, now, tampering::edit_slots};
use crate::{
    KdfParameters, NewPassword, Session, SignIn, Vault, VaultError, keys::keyslots::Keyslots,
    store::access::second_factors,
};

const FIRST: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/// A step that is later than every step of the tests.
const NEWEST: u64 = 1_000;
const SECOND: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// Makes a vault whose founder has an authenticator.
fn guarded() -> anyhow::Result<(TempDir, Vault, Session)> {
    let (parent, vault, session) = create_and_enter()?;
    vault.set_totp(&session, Some(&Secret::new(FIRST)))?;
    Ok((parent, vault, session))
}

/// Returns the secret that a sign-in finds after the vault was closed.
fn found(parent: &TempDir) -> Result<Option<Secret>, VaultError> {
    let (vault, session) = enter(parent)?;
    vault.totp_secret(&session)
}

fn is_altered<T>(result: Result<T, VaultError>) -> bool {
    matches!(result.err(), Some(VaultError::SecondFactorAltered))
}

#[test]
fn an_authenticator_that_was_taken_out_of_the_file_is_missed() -> anyhow::Result<()> {
    let (parent, vault, _) = guarded()?;
    drop(vault);
    assert!(found(&parent)?.is_some_and(|secret| secret.same_as(&Secret::new(FIRST))), "it is asked for");
    edit_slots(&parent, |slots| {
        slots["users"][0].as_object_mut().map(|slot| slot.remove("totp"));
    })?;
    assert!(is_altered(found(&parent)), "and not forgotten because the file says so");
    Ok(())
}

#[test]
fn an_earlier_authenticator_that_was_put_back_is_refused() -> anyhow::Result<()> {
    let (parent, vault, session) = guarded()?;
    let path = parent.path().join("Test.vault/keyslots.json");
    let earlier: Value = serde_json::from_slice(&fs::read(&path)?)?;
    vault.set_totp(&session, Some(&Secret::new(SECOND)))?;
    drop(vault);
    edit_slots(&parent, |slots| slots["users"][0]["totp"] = earlier["users"][0]["totp"].clone())?;
    assert!(is_altered(found(&parent)), "the secret that was replaced opens nothing");
    Ok(())
}

#[test]
fn an_authenticator_that_was_removed_and_is_put_back_is_refused() -> anyhow::Result<()> {
    let (parent, vault, session) = guarded()?;
    let path = parent.path().join("Test.vault/keyslots.json");
    let earlier: Value = serde_json::from_slice(&fs::read(&path)?)?;
    vault.set_totp(&session, None)?;
    assert!(vault.totp_secret(&session)?.is_none(), "its owner took it out");
    drop(vault);
    edit_slots(&parent, |slots| slots["users"][0]["totp"] = earlier["users"][0]["totp"].clone())?;
    assert!(is_altered(found(&parent)), "and nobody else brings it back");
    Ok(())
}

#[test]
fn a_step_is_accepted_once_in_every_process() -> anyhow::Result<()> {
    let (parent, vault, session) = guarded()?;
    assert_eq!(vault.last_step(&session, NEWEST)?, None, "none yet");
    assert!(vault.accept_step(&session, 100, NEWEST)?, "the first");
    assert!(!vault.accept_step(&session, 100, NEWEST)?, "not twice");
    assert!(!vault.accept_step(&session, 99, NEWEST)?, "and no earlier one");
    drop(vault);
    let (vault, session) = enter(&parent)?;
    assert_eq!(vault.last_step(&session, NEWEST)?, Some(100), "it is remembered");
    assert!(!vault.accept_step(&session, 100, NEWEST)?, "also after a start");
    vault.set_totp(&session, Some(&Secret::new(SECOND)))?;
    assert!(!vault.accept_step(&session, 100, NEWEST)?, "also after the authenticator was replaced");
    assert!(vault.accept_step(&session, 101, NEWEST)?, "the next is good");
    Ok(())
}

#[test]
fn a_step_that_was_accepted_by_a_clock_that_was_ahead_counts_as_none() -> anyhow::Result<()> {
    let (_parent, vault, session) = guarded()?;
    assert!(vault.accept_step(&session, 5_000, 5_010)?, "by a clock that is ahead");
    assert_eq!(vault.last_step(&session, 110)?, None, "it is none once the clock is right");
    assert!(vault.accept_step(&session, 100, 110)?, "and the present one is good");
    assert!(!vault.accept_step(&session, 100, 110)?, "once");
    assert_eq!(vault.last_step(&session, 110)?, Some(100), "it is remembered");
    Ok(())
}

/// Replaces the authenticator, and stops before the database records it.
fn replace_halfway(vault: &Vault, session: &Session, secret: &str) -> anyhow::Result<()> {
    let mut slots = Keyslots::clone(&vault.slots());
    slots.set_totp(session, Some(&Secret::new(secret)))?;
    let (present, digest) = (vault.slots().totp_digest(session)?, slots.totp_digest(session)?);
    vault.write(|w| w.second_factors_mut().prepare(session.user().id, &present, &digest))?;
    vault.keep_slots(slots)?;
    Ok(())
}

#[test]
fn a_change_that_was_interrupted_twice_keeps_nobody_out() -> anyhow::Result<()> {
    let (parent, vault, session) = guarded()?;
    replace_halfway(&vault, &session, SECOND)?;
    // The next change fails before the file is written.
    let mut slots = Keyslots::clone(&vault.slots());
    slots.set_totp(&session, Some(&Secret::new(FIRST)))?;
    let (present, digest) = (vault.slots().totp_digest(&session)?, slots.totp_digest(&session)?);
    vault.write(|w| w.second_factors_mut().prepare(session.user().id, &present, &digest))?;
    assert!(vault.totp_secret(&session)?.is_some(), "the one in the file is hers");
    drop(vault);
    assert!(found(&parent)?.is_some_and(|secret| secret.same_as(&Secret::new(SECOND))), "also after a start");
    Ok(())
}

#[test]
fn a_change_that_was_interrupted_is_settled_at_the_next_opening() -> anyhow::Result<()> {
    let (parent, vault, session) = guarded()?;
    let path = parent.path().join("Test.vault/keyslots.json");
    let earlier: Value = serde_json::from_slice(&fs::read(&path)?)?;
    replace_halfway(&vault, &session, SECOND)?;
    drop(vault);
    assert!(found(&parent)?.is_some_and(|secret| secret.same_as(&Secret::new(SECOND))), "the new one counts");
    edit_slots(&parent, |slots| slots["users"][0]["totp"] = earlier["users"][0]["totp"].clone())?;
    assert!(is_altered(found(&parent)), "and the one before it does not any more");
    Ok(())
}

#[test]
fn a_step_that_a_planted_trigger_swallows_lets_nobody_in() -> anyhow::Result<()> {
    let (_parent, vault, session) = guarded()?;
    for event in ["INSERT", "UPDATE"] {
        execute(
            &vault,
            &format!("CREATE TRIGGER swallow_{event} BEFORE {event} ON second_factors BEGIN SELECT raise(IGNORE); END"),
        )?;
    }
    assert!(!vault.accept_step(&session, 100, NEWEST)?, "what was not written was not accepted");
    let replaced = vault.set_totp(&session, Some(&Secret::new(SECOND)));
    assert!(matches!(replaced.err(), Some(VaultError::NotKept)), "and nothing is replaced");
    Ok(())
}

#[test]
fn a_crash_between_the_database_and_the_file_alters_nothing() -> anyhow::Result<()> {
    let (parent, vault, session) = guarded()?;
    let mut slots = Keyslots::clone(&vault.slots());
    slots.set_totp(&session, Some(&Secret::new(SECOND)))?;
    let (present, digest) = (vault.slots().totp_digest(&session)?, slots.totp_digest(&session)?);
    vault.write(|w| w.second_factors_mut().prepare(session.user().id, &present, &digest))?;
    drop(vault);
    assert!(found(&parent)?.is_some_and(|secret| secret.same_as(&Secret::new(FIRST))), "before the file: the old one");
    let (vault, session) = enter(&parent)?;
    let mut slots = Keyslots::clone(&vault.slots());
    slots.set_totp(&session, Some(&Secret::new(SECOND)))?;
    let (present, digest) = (vault.slots().totp_digest(&session)?, slots.totp_digest(&session)?);
    vault.write(|w| w.second_factors_mut().prepare(session.user().id, &present, &digest))?;
    vault.keep_slots(slots)?;
    drop(vault);
    assert!(found(&parent)?.is_some_and(|secret| secret.same_as(&Secret::new(SECOND))), "after it: the new one");
    Ok(())
}

#[test]
fn a_reset_by_an_administrator_takes_the_authenticator_away() -> anyhow::Result<()> {
    let (_parent, vault, founder) = create_and_enter()?;
    let added = vault.add_person(&founder, "Bea", &[Role::Operator], now())?;
    let own = Secret::new("a password of her own");
    let new = NewPassword { password: &own, key_file: None, kdf: KdfParameters::FLOOR };
    let bea = vault.choose_password(&vault.sign_in(&SignIn::password("Bea", &added.password))?, &new, now())?;
    vault.set_totp(&bea, Some(&Secret::new(FIRST)))?;
    let once = vault.reset_password(&founder, bea.user().id, now())?;
    let bea = vault.choose_password(&vault.sign_in(&SignIn::password("Bea", &once))?, &new, now())?;
    assert!(vault.totp_secret(&bea)?.is_none(), "none is missed");
    assert_eq!(vault.last_step(&bea, NEWEST)?, None, "nothing is remembered");
    Ok(())
}

#[test]
fn authenticators_of_a_migrated_vault_are_known_from_its_first_opening_on() -> anyhow::Result<()> {
    let (parent, vault, session) = guarded()?;
    execute(&vault, "DELETE FROM second_factors")?;
    drop((vault, session));
    drop(enter(&parent)?);
    let (vault, _) = Vault::open(&parent.path().join("Test.vault"), &SignIn::password(USER, &Secret::new(PASSWORD)))?;
    assert!(vault.read(|r| second_factors::are_known(r.connection, &vault.slots()))?, "it is known");
    drop(vault);
    edit_slots(&parent, |slots| {
        slots["users"][0].as_object_mut().map(|slot| slot.remove("totp"));
    })?;
    assert!(is_altered(found(&parent)), "so that it is missed");
    Ok(())
}
