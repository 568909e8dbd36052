//! A vault of every released version must open.

use std::path::{Path, PathBuf};

use domain::{Origin, SecretKind};
use secret::Secret;
use tempfile::TempDir;
use vault::{
    CredentialQuery, DeviceQuery, KdfParameters, NewVault, OperationQuery, SignIn, Vault, VaultError, Verdict,
};

use crate::world::{copy_folder, credential, device, now, operation, somebody};

// Public test data, as tests/fixtures/README.md says.
const USER: &str = "fixture";
const PASSWORD: &str = "fixture password 1";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/vault-v1")
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
    assert_eq!(vault.read(|r| r.audit().verify())?, Verdict::Whole { entries: 1 }, "the audit trail holds");
    vault.write(|w| w.devices_mut().insert(&device("new", somebody())))?;
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
        w.secrets_mut().set_current(key, root.id, SecretKind::Password, &current, Origin::Entered, now())?;
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
