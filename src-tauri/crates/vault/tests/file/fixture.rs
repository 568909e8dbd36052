//! A vault of every released version must open.

use std::path::{Path, PathBuf};

use domain::{Device, DeviceId, SecretKind, SecretOrigin};
use secret::Secret;
use tempfile::TempDir;
use uuid::Uuid;
use vault::{CredentialQuery, DeviceQuery, KdfParameters, NewVault, OperationQuery, SignIn, Vault, VaultError};

use crate::world::{copy_folder, credential, device, intact, now, operation, own, somebody, trail};

// Public test data, as tests/fixtures/README.md says.
const USER: &str = "fixture";
const PASSWORD: &str = "fixture password 1";

const AUDITOR: &str = "auditor";
const AUDITOR_PASSWORD: &str = "fixture password 2";

fn fixture() -> PathBuf {
    fixtures().join("vault-v1")
}

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures")
}

/// A copy of a fixture to work on.
pub fn copy_of(name: &str) -> anyhow::Result<(TempDir, PathBuf)> {
    let parent = TempDir::new()?;
    let copy = parent.path().join("copy.vault");
    copy_folder(&fixtures().join(name), &copy)?;
    Ok((parent, copy))
}

#[test]
fn key_slots_of_the_first_format_are_written_anew_beside_a_copy() -> anyhow::Result<()> {
    let (_parent, copy) = copy_of("vault-v1")?;
    let before = std::fs::read(copy.join("keyslots.json"))?;
    let (password, new) = (Secret::new(PASSWORD), Secret::new("another password"));
    let wrong = Vault::open(&copy, &SignIn::password(USER, &new)).err();
    assert!(matches!(wrong, Some(VaultError::WrongPassword)), "a wrong password: {wrong:?}");
    assert_eq!(std::fs::read(copy.join("keyslots.json"))?, before, "writes nothing");
    drop(Vault::open(&copy, &SignIn::password(USER, &password))?);
    assert_eq!(std::fs::read(copy.join("keyslots-1.json"))?, before, "what was there is kept");
    let written: serde_json::Value = serde_json::from_slice(&std::fs::read(copy.join("keyslots.json"))?)?;
    assert_eq!(written["format"], 2, "and stands there in the present format");
    let (vault, session) = Vault::open(&copy, &SignIn::password(USER, &password))?;
    let since = vault.roster().all()[0].at;
    assert_eq!(since.timestamp(), now().timestamp(), "the founder is in the history since the vault was made");
    vault.change_password(&session, (&password, None), &own(&new))?;
    assert!(!copy.join("keyslots-1.json").exists(), "a changed password takes the copy with the old one away");
    Ok(())
}

#[test]
fn key_slots_of_the_second_format_open_for_everyone_in_them() -> anyhow::Result<()> {
    let (_parent, copy) = copy_of("vault-v2")?;
    let (vault, founder) = Vault::open(&copy, &SignIn::password(USER, &Secret::new(PASSWORD)))?;
    assert!(founder.secrets_key().is_some(), "the founder operates");
    assert_eq!(trail(&vault)?, intact(4), "what the ledger tells is in the trail");
    drop(vault);
    let (vault, auditor) = Vault::open(&copy, &SignIn::password(AUDITOR, &Secret::new(AUDITOR_PASSWORD)))?;
    assert_eq!(auditor.user().roles, [domain::Role::Auditor], "the auditor audits");
    assert!(auditor.secrets_key().is_none(), "and opens no password");
    drop(vault);
    let words = std::fs::read_to_string(fixtures().join("vault-v2-recovery.txt"))?;
    let (_, recovery) = Vault::open(&copy, &SignIn::recovery(&Secret::new(words))?)?;
    assert!(recovery.is_recovery(), "and the recovery key recovers");
    Ok(())
}

/// Makes the key slots of the second format: the database is that of the first fixture, of the first schema.
#[test]
#[ignore = "writes tests/fixtures; run by name when a new format is released"]
fn make_the_second_fixture() -> anyhow::Result<()> {
    let target = fixtures().join("vault-v2");
    anyhow::ensure!(!target.exists(), "a fixture is never made anew");
    let (_parent, copy) = copy_of("vault-v1")?;
    let (vault, founder) = Vault::open(&copy, &SignIn::password(USER, &Secret::new(PASSWORD)))?;
    let added = vault.add_person(&founder, AUDITOR, &[domain::Role::Auditor], now())?;
    let first = vault.sign_in(&SignIn::password(AUDITOR, &added.password))?;
    vault.choose_password(&first, &own(&Secret::new(AUDITOR_PASSWORD)), now())?;
    let (kit, _) = vault.make_recovery_kit(&founder, now())?;
    drop(vault);
    copy_folder(&fixture(), &target)?;
    std::fs::copy(copy.join("keyslots.json"), target.join("keyslots.json"))?;
    // EXPOSE: the words of a test vault are public test data.
    Ok(std::fs::write(fixtures().join("vault-v2-recovery.txt"), format!("{}\n", kit.words().expose()))?)
}

#[test]
fn a_vault_of_version_1_opens_with_all_it_holds() -> anyhow::Result<()> {
    let parent = TempDir::new()?;
    let copy = parent.path().join("copy.vault");
    copy_folder(&fixture(), &copy)?;
    let (vault, session) = Vault::open(&copy, &SignIn::password(USER, &Secret::new(PASSWORD)))?;
    assert_eq!(vault.name(), "Fixture", "the name is kept");
    let devices = vault.read(|r| r.devices().list(&DeviceQuery::default()))?;
    assert_eq!(devices.total, 2, "the devices are there");
    let id = vault
        .read(|r| r.credentials().ids(&CredentialQuery { text: "root".to_owned(), ..CredentialQuery::default() }))?;
    let [id] = id[..] else { anyhow::bail!("one root was expected: {id:?}") };
    let stored = vault.read(|r| r.secrets().current(session.require_secrets_key()?, id, SecretKind::Password))?;
    assert!(stored.is_some_and(|stored| stored.secret.same_as(&Secret::new("current of root"))), "the password");
    let candidate = vault.read(|r| r.secrets().candidate(session.require_secrets_key()?, id))?;
    assert!(candidate.is_some_and(|stored| stored.secret.same_as(&Secret::new("candidate of root"))), "the candidate");
    assert_eq!(vault.read(|r| r.operations().list(&OperationQuery::default()))?.total, 1, "the operation");
    assert_eq!(trail(&vault)?, intact(1), "the audit trail holds");
    // The ids of the tests are counted, and those of the fixture were counted too.
    let new = Device { id: DeviceId::from_uuid(Uuid::from_u128(7)), ..device("new", somebody()) };
    vault.write(|w| w.devices_mut().insert(&new))?;
    Ok(())
}

/// Makes the fixture. Run once for a version that is released, and never again for it.
#[test]
#[ignore = "writes tests/fixtures; run by name when a new format is released"]
fn make_the_fixture() -> anyhow::Result<()> {
    anyhow::ensure!(!fixture().exists(), "a fixture is never made anew");
    let parent = TempDir::new()?;
    let password = Secret::new(PASSWORD);
    let new = NewVault { name: "Fixture", user_name: USER, password: &password, kdf: KdfParameters::FLOOR, now: now() };
    let (vault, session) = Vault::create(parent.path(), &new)?;
    let key = session.require_secrets_key()?;
    vault.write(|w| {
        for name in ["srv-db-01", "srv-web-01"] {
            w.devices_mut().insert(&device(name, session.user().id))?;
        }
        let first = w.devices().list(&DeviceQuery::default())?.rows[0].device.id;
        let root = credential(first, "root");
        w.credentials_mut().insert(&root)?;
        let current = Secret::new("current of root");
        w.secrets_mut().set_current(key, root.id, SecretKind::Password, &current, SecretOrigin::Entered, now())?;
        w.secrets_mut().store_candidate(key, root.id, &Secret::new("candidate of root"), now())?;
        w.operations_mut().insert(&operation(&root, session.user().id, now()))?;
        w.audit_mut().append(&vault::NewEntry {
            who: Some(session.user().id),
            action: "vault.create",
            object: None,
            detail: serde_json::Value::Null,
            at: now(),
        })?;
        Ok::<_, VaultError>(())
    })?;
    let folder = vault.folder().to_owned();
    drop(vault);
    copy_folder(&folder, &fixture())
}
