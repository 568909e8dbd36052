//! Tests against an attacker who can write the files, or even holds the database key, and edits them with care.

use std::fs;

use domain::{CredentialId, SecretKind, SecretOrigin};
use secret::Secret;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{create, create_and_enter, execute, now, open};
use crate::{SecretsKey, Vault, VaultError, keys::keyslots::Keyslots};

/// Edits the key slots and corrects their checksum, as an attacker would.
pub(super) fn edit_slots(parent: &TempDir, edit: impl Fn(&mut Value)) -> anyhow::Result<()> {
    let path = parent.path().join("Test.vault/keyslots.json");
    let mut content: Value = serde_json::from_slice(&fs::read(&path)?)?;
    edit(&mut content);
    if let Some(fields) = content.as_object_mut() {
        fields.remove("checksum");
    }
    let mut slots: Keyslots = serde_json::from_value(content)?;
    fs::write(&path, slots.render()?)?;
    Ok(())
}

#[test]
fn edited_key_slots_do_not_open_even_with_a_fitting_checksum() -> anyhow::Result<()> {
    type Edit = (&'static str, fn(&mut Value), fn(&VaultError) -> bool);
    let wrong: fn(&VaultError) -> bool = |error| matches!(error, VaultError::WrongPassword);
    let weak: fn(&VaultError) -> bool = |error| matches!(error, VaultError::WeakKdf);
    let forged: fn(&VaultError) -> bool = |error| matches!(error, VaultError::ForgedGrant { number: 1, .. });
    let costly: fn(&VaultError) -> bool = |error| matches!(error, VaultError::CostlyKdf);
    let edits: [Edit; 18] = [
        ("fewer passes", |s| s["users"][0]["kdf"]["parameters"]["iterations"] = json!(1), weak),
        ("less memory", |s| s["users"][0]["kdf"]["parameters"]["memoryKib"] = json!(8), weak),
        ("endless memory", |s| s["users"][0]["kdf"]["parameters"]["memoryKib"] = json!(u32::MAX), costly),
        ("more than a GiB", |s| s["users"][0]["kdf"]["parameters"]["memoryKib"] = json!(1024 * 1024 + 1), costly),
        ("17 passes", |s| s["users"][0]["kdf"]["parameters"]["iterations"] = json!(17), costly),
        ("17 lanes", |s| s["users"][0]["kdf"]["parameters"]["parallelism"] = json!(17), costly),
        ("more passes than were used", |s| s["users"][0]["kdf"]["parameters"]["iterations"] = json!(4), wrong),
        (
            "another founder",
            |s| s["users"][0]["founder"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            wrong,
        ),
        ("another user id", |s| s["users"][0]["id"] = s["vaultId"].clone(), wrong),
        ("another vault id", |s| s["vaultId"] = s["users"][0]["id"].clone(), wrong),
        ("a key file that was not asked for", |s| s["users"][0]["kdf"]["keyFile"] = json!(true), wrong),
        (
            "no password at all",
            |s| s["users"][0]["kdf"] = Value::Null,
            |error| matches!(error, VaultError::Damaged { .. }),
        ),
        ("other roles", |s| s["ledger"][0]["standing"]["roles"] = json!(["auditor"]), forged),
        ("another name", |s| s["ledger"][0]["standing"]["name"] = json!("ADA"), forged),
        ("an earlier time", |s| s["ledger"][0]["at"] = json!(1), forged),
        ("no secrets key", |s| s["users"][0]["grant"]["secretsKey"] = Value::Null, forged),
        ("another generation of the key to passwords", |s| s["secretsGeneration"] = json!(2), forged),
        ("another database", |s| s["generation"] = json!(2), |error| matches!(error, VaultError::Damaged { .. })),
    ];
    for (what, edit, expected) in edits {
        let (parent, vault) = create()?;
        drop(vault);
        edit_slots(&parent, edit)?;
        let error = open(&parent).err();
        assert!(error.as_ref().is_some_and(expected), "{what}: {error:?}");
    }
    Ok(())
}

#[test]
fn the_same_slots_written_again_still_open() -> anyhow::Result<()> {
    let (parent, vault) = create()?;
    drop(vault);
    edit_slots(&parent, |_| ())?;
    assert!(open(&parent).is_ok(), "the edit itself is not what is refused above");
    Ok(())
}

#[test]
fn planted_keys_are_refused() -> anyhow::Result<()> {
    // These are the keys of another vault, sealed for this person with her public key, as anyone can do.
    let (parent, vault) = create()?;
    drop(vault);
    edit_slots(&parent, |slots| {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let public = &slots["users"][0]["publicKeys"]["encryption"];
        let public = STANDARD.decode(public.as_str().unwrap_or_default()).unwrap_or_default();
        let person = crypto::PublicIdentity {
            encryption: public.try_into().expect("a public key has 32 bytes"),
            signing: [0; 32],
        };
        let key = crypto::make_key().expect("the system has random bytes");
        let sealed = person.seal_key(&key).expect("the system has random bytes");
        slots["users"][0]["grant"]["databaseKey"] = json!(STANDARD.encode(sealed));
    })?;
    let error = open(&parent).err();
    assert!(matches!(error, Some(VaultError::ForgedGrant { .. })), "{error:?}");
    Ok(())
}

/// Two credentials of one device with passwords; written in SQL, as the builders are not at hand here.
pub(super) fn two_credentials(vault: &Vault, key: &SecretsKey) -> anyhow::Result<[CredentialId; 2]> {
    execute(
        vault,
        "INSERT INTO devices (id, name, name_folded, address, kind, manufacturer, model, website, site, domain, \
         tags, criticality, connectivities, created_at, updated_at) VALUES (zeroblob(16), 'd', 'd', 'a', '', '', '', \
         '', '', '', '[]', 1, '[]', 0, 0)",
    )?;
    let ids = [1_u128, 2].map(|number| CredentialId::from_uuid(uuid::Uuid::from_u128(number)));
    for id in ids {
        vault.write(|w| {
            w.connection
                .execute(
                    "INSERT INTO credentials (id, device_id, device_name, username, username_folded, domain, \
                     domain_folded, password_type, additional_information, tags, status, automatic_change, sync, \
                     created_at, updated_at) VALUES (?1, zeroblob(16), 'd', hex(?1), hex(?1), '', '', 'localUser', \
                     '', '[]', 'active', 0, 'inSync', 0, 0)",
                    [id.as_uuid().as_bytes()],
                )
                .map_err(crate::error::from_database)?;
            let secret = Secret::new(format!("password of {id}"));
            w.secrets_mut().set_current(key, id, SecretKind::Password, &secret, SecretOrigin::Entered, now())
        })?;
    }
    Ok(ids)
}

#[test]
fn no_row_stands_in_for_another() -> anyhow::Result<()> {
    let edits = [
        (
            "the values swapped",
            "CREATE TEMP TABLE copy AS SELECT * FROM secret_versions; UPDATE secret_versions SET sealed = \
             (SELECT o.sealed FROM copy o WHERE o.number <> secret_versions.number)",
        ),
        (
            "a row of another credential",
            "DELETE FROM secret_versions WHERE number = 2; \
             UPDATE secret_versions SET credential_id = (SELECT c.id FROM credentials c WHERE c.number = 2)",
        ),
        ("another version's number", "UPDATE secret_versions SET version = version + 1"),
        ("another kind", "UPDATE secret_versions SET kind = 'privateKey'"),
        ("another id", "UPDATE secret_versions SET id = randomblob(16)"),
        (
            "a flipped byte",
            "UPDATE secret_versions SET sealed = CAST(substr(sealed, 1, 30) || x'00' || substr(sealed, 32) AS BLOB)",
        ),
        ("nothing", "UPDATE secret_versions SET sealed = zeroblob(0)"),
    ];
    for (what, edit) in edits {
        let (_parent, vault, session) = create_and_enter()?;
        let key = session.require_secrets_key()?;
        let ids = two_credentials(&vault, key)?;
        execute(&vault, edit)?;
        let mut refused = 0;
        for (id, kind) in ids.map(|id| [(id, SecretKind::Password), (id, SecretKind::PrivateKey)]).concat() {
            match vault.read(|r| r.secrets().current(key, id, kind)) {
                Ok(None) => {}
                Ok(Some(_)) => anyhow::bail!("{what}: it opened"),
                Err(error) => {
                    assert!(matches!(error, VaultError::CannotBeOpened), "{what}: {error:?}");
                    refused += 1;
                }
            }
        }
        assert!(refused > 0, "{what}: something was there to refuse");
    }
    Ok(())
}

#[test]
fn a_key_of_another_vault_or_of_before_opens_nothing_and_stores_nothing() -> anyhow::Result<()> {
    let (_parent, vault, session) = create_and_enter()?;
    let [id, _] = two_credentials(&vault, session.require_secrets_key()?)?;
    let other = create_and_enter()?.2;
    let before = SecretsKey::new(crypto::make_key()?, vault.id(), 0);
    for (what, key) in [("another vault's", other.require_secrets_key()?), ("an older one", &before)] {
        let read = vault.read(|r| r.secrets().current(key, id, SecretKind::Password)).err();
        assert!(matches!(read, Some(VaultError::StaleKey)), "{what}: {read:?}");
        let secret = Secret::new("x");
        let stored = vault.write(|w| w.secrets_mut().store_candidate(key, id, &secret, now())).err();
        assert!(matches!(stored, Some(VaultError::StaleKey)), "{what}: nothing is sealed under it: {stored:?}");
    }
    Ok(())
}
