//! Tests of rights that somebody wrote into the database, of earlier files, and of what people without the key to
//! passwords can do with all the keys that they hold.

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};
use crypto::{AssociatedData, SEALED_KEY_LENGTH, derive_user_key, make_key};
use domain::{Role, SecretKind, UserId};
use secret::{Key, Secret};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{create_and_enter, execute, now, open, tampering::two_credentials};
use crate::{KdfParameters, NewPassword, SecretsKey, Session, SignIn, Vault, VaultError, keys::keyslots::Draft};

/// Adds a person who has chosen a password: their name.
fn person(vault: &Vault, by: &Session, name: &str, roles: &[Role]) -> Result<Session, VaultError> {
    let added = vault.add_person(by, name, roles, now())?;
    let first = vault.sign_in(&SignIn::password(name, &added.password))?;
    let password = Secret::new(name);
    vault.choose_password(
        &first,
        &NewPassword { password: &password, key_file: None, kdf: KdfParameters::FLOOR },
        now(),
    )
}

fn assert_forged(parent: &TempDir, what: &str, user: UserId) {
    let error = open(parent).err();
    let named = matches!(&error, Some(VaultError::ForgedGrant { user: named, .. }) if *named == user);
    assert!(named, "{what}: {error:?}");
}

#[test]
fn a_role_written_into_the_table_is_refused_by_name() -> anyhow::Result<()> {
    let edits = [
        ("a role", "UPDATE people SET entry = replace(entry, 'auditor', 'administrator') WHERE entry LIKE '%auditor%'"),
        (
            "an entry that nobody signed",
            "INSERT INTO people (number, user_id, at, entry) SELECT number + 1, user_id, at, \
             replace(entry, 'auditor', 'administrator') FROM people ORDER BY number DESC LIMIT 1",
        ),
        (
            "an entry that is none",
            "INSERT INTO people (number, user_id, at, entry) SELECT number + 1, user_id, at, '{}' \
             FROM people ORDER BY number DESC LIMIT 1",
        ),
    ];
    for (what, edit) in edits {
        let (parent, vault, ada) = create_and_enter()?;
        let dan = vault.add_person(&ada, "Dan", &[Role::Auditor], now())?.id;
        let refused = execute(&vault, edit);
        assert_eq!(refused.is_err(), what == "a role", "{what}: the database itself lets nobody change a row");
        if refused.is_err() {
            super::edit(&vault, edit)?;
        }
        drop(vault);
        assert_forged(&parent, what, dan);
    }
    Ok(())
}

#[test]
fn key_slots_from_before_a_demotion_are_refused_by_name() -> anyhow::Result<()> {
    let (parent, vault, ada) = create_and_enter()?;
    let bea = person(&vault, &ada, "Bea", &[Role::Administrator])?;
    let path = parent.path().join("Test.vault/keyslots.json");
    let before = fs::read(&path)?;
    // She keeps every key, so that only the history can refuse her.
    vault.set_roles(&ada, bea.user().id, &[Role::Operator], now())?;
    drop(vault);
    let after = fs::read(&path)?;
    fs::write(&path, before)?;
    assert_forged(&parent, "the slots as they were", bea.user().id);
    fs::write(&path, after)?;
    assert!(open(&parent).is_ok(), "with its own slots, the vault opens");
    Ok(())
}

#[test]
fn another_history_from_the_same_beginning_is_refused_by_name() -> anyhow::Result<()> {
    let (parent, vault, ada) = create_and_enter()?;
    let bea = person(&vault, &ada, "Bea", &[Role::Administrator])?;
    let before = vault.slots();
    vault.set_roles(&ada, bea.user().id, &[Role::Operator], now())?;
    drop(vault);
    // While she was an administrator she could have written this; now she makes it up.
    let mut draft = Draft::begin(&before, &bea, now())?;
    draft.set_roles(ada.user().id, &[Role::Auditor])?;
    let mut slots = draft.finish()?.0;
    fs::write(parent.path().join("Test.vault/keyslots.json"), slots.render()?)?;
    assert_forged(&parent, "her own history", bea.user().id);
    Ok(())
}

/// Returns every key that a person can get: derived keys, opened keys, and keys opened from somebody else's slot.
fn keys_of(vault: &Vault, session: &Session, password: &Secret) -> anyhow::Result<Vec<Key>> {
    let slots: Value = serde_json::from_slice(&fs::read(vault.folder().join("keyslots.json"))?)?;
    let mut keys = Vec::new();
    // These are the two private keys themselves.
    let (key, bound) = (make_key()?, AssociatedData::new("test"));
    let both = crypto::open(&key, &bound, &session.identity.seal(&key, &bound)?)?;
    for half in both.chunks_exact(32) {
        keys.push(Key::from_bytes(half.try_into()?));
    }
    let (_, database_key) = vault.slots().session_of(session.user.id, session.identity.duplicate(), &vault.roster())?;
    keys.push(database_key);
    keys.push(session.identity.derive_personal_key("totp"));
    for slot in slots["users"].as_array().into_iter().flatten().filter(|slot| slot["id"] == json!(session.user.id)) {
        let salt = STANDARD.decode(slot["kdf"]["salt"].as_str().unwrap_or_default())?;
        keys.push(derive_user_key(password, None, salt.as_slice().try_into()?, KdfParameters::FLOOR)?);
    }
    let mut texts = Vec::new();
    collect(&slots, &mut texts);
    for bytes in texts.iter().filter_map(|text| STANDARD.decode(text).ok()) {
        if bytes.len() == SEALED_KEY_LENGTH {
            keys.extend(session.identity.open_key(&bytes).ok());
        }
        if let Ok(bytes) = <&[u8; 32]>::try_from(bytes.as_slice()) {
            keys.push(Key::from_bytes(bytes));
        }
    }
    Ok(keys)
}

fn collect<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(values) => values.iter().for_each(|value| collect(value, texts)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn every_key_of_an_approver_and_of_an_auditor_opens_no_password() -> anyhow::Result<()> {
    let (_parent, vault, ada) = create_and_enter()?;
    let ids = two_credentials(&vault, ada.require_secrets_key()?)?;
    let opened = |session: &Session, password: &Secret| -> anyhow::Result<(usize, usize)> {
        let keys = keys_of(&vault, session, password)?;
        let mut opened = 0;
        for key in &keys {
            let key = SecretsKey::new(key.duplicate(), vault.id(), vault.slots().secrets_generation());
            for id in ids {
                opened += usize::from(vault.read(|r| r.secrets().current(&key, id, SecretKind::Password)).is_ok());
            }
        }
        Ok((keys.len(), opened))
    };
    let cases = [
        ("an approver", vec![Role::Approver], false),
        ("an auditor", vec![Role::Auditor], false),
        ("somebody who is both", vec![Role::Approver, Role::Auditor], false),
        ("an operator", vec![Role::Operator], true),
    ];
    for (name, roles, expected) in cases {
        let session = person(&vault, &ada, name, &roles)?;
        let (tried, opened) = opened(&session, &Secret::new(name))?;
        assert!(tried > 8, "{name}: there were keys to try: {tried}");
        assert_eq!(opened > 0, expected, "{name}: {opened} passwords opened");
    }
    Ok(())
}
