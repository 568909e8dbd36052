//! A vault as the last program of schema 7 left it: people in every state, a recovery key, an authenticator, and signed
//! heads of the audit trail.

use domain::{DeviceId, Role, SecretKind, SecretOrigin};
use secret::Secret;
use tempfile::TempDir;
use uuid::Uuid;
use vault::{
    AuditVerdict, CredentialQuery, DeviceQuery, KdfParameters, NewEntry, NewVault, OperationQuery, PersonStatus,
    SignIn, Vault, VaultError, unheard,
};

use crate::{
    file::fixture::{copy_of, fixtures},
    world::{copy_folder, credential, device, now, operation, own},
};

// Public test data, as tests/fixtures/README.md says.
const FOUNDER: &str = "fixture";
const PASSWORD: &str = "fixture password 1";
const PEOPLE: [(&str, Role, &str); 4] = [
    ("auditor", Role::Auditor, "fixture password 2"),
    ("approver", Role::Approver, "fixture password 3"),
    ("guarded", Role::Operator, "fixture password 4"),
    ("gone", Role::Operator, "fixture password 5"),
];
const AUTHENTICATOR: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const NAME: &str = "vault-v2-schema7";
const WORDS: &str = "vault-v2-schema7-recovery.txt";

fn founder<'a>(password: &'a Secret) -> SignIn<'a> {
    SignIn::password(FOUNDER, password)
}

#[test]
fn a_vault_of_schema_7_is_migrated_and_everyone_signs_in() -> anyhow::Result<()> {
    let (_parent, copy) = copy_of(NAME)?;
    for (name, role, password) in PEOPLE {
        let password = Secret::new(password);
        let opened = Vault::open(&copy, &SignIn::password(name, &password));
        if name == "gone" {
            assert!(matches!(opened.err(), Some(VaultError::Disabled)), "who was disabled stays out");
            continue;
        }
        let (vault, session) = opened?;
        assert_eq!(session.user().roles, [role], "{name}");
        assert_eq!(session.secrets_key().is_some(), role == Role::Operator, "{name} and the passwords");
        let secret = vault.totp_secret(&session)?;
        assert_eq!(secret.is_some(), name == "guarded", "{name} and the authenticator");
        assert!(secret.is_none_or(|secret| secret.same_as(&Secret::new(AUTHENTICATOR))), "it is the one that was set");
    }
    let words = Secret::new(std::fs::read_to_string(fixtures().join(WORDS))?);
    let (_, recovery) = Vault::open(&copy, &SignIn::recovery(&words)?)?;
    assert!(recovery.is_recovery(), "the recovery key recovers");
    Ok(())
}

#[test]
fn a_vault_of_schema_7_keeps_what_it_holds_and_works() -> anyhow::Result<()> {
    let (_parent, copy) = copy_of(NAME)?;
    let (vault, session) = Vault::open(&copy, &founder(&Secret::new(PASSWORD)))?;
    assert_eq!(vault.read_only_reason(), None, "it can be written");
    assert_eq!(vault.was_behind(), None, "nothing was set back");
    let people = vault.people();
    let disabled: Vec<_> =
        people.iter().filter(|person| person.status == PersonStatus::Disabled).map(|person| &person.name).collect();
    assert_eq!((people.len(), disabled), (5, vec![&"gone".to_owned()]), "everyone is known");
    assert_eq!(vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total, 2, "the devices");
    assert_eq!(vault.read(|r| r.operations().list(&OperationQuery::default()))?.total, 1, "the operation");
    let roster = vault.roster();
    let verdict = vault.read(|r| r.audit().verify(&|user, at| roster.signing_key_at(user, at), &mut unheard))?;
    assert!(matches!(verdict, AuditVerdict::Intact { heads: 2, .. }), "the trail and its heads hold: {verdict:?}");
    let query = CredentialQuery { text: "root".to_owned(), ..CredentialQuery::default() };
    let [root] = vault.read(|r| r.credentials().ids(&query))?[..] else { anyhow::bail!("one root was expected") };
    let key = session.require_secrets_key()?;
    let current = vault.read(|r| r.secrets().current(key, root, SecretKind::Password))?;
    assert!(current.is_some_and(|stored| stored.secret.same_as(&Secret::new("current of root"))), "the password");
    let entered = Secret::new("another of root");
    vault.write(|w| {
        w.secrets_mut().set_current(key, root, SecretKind::Password, &entered, SecretOrigin::Entered, now())?;
        w.devices_mut()
            .insert(&domain::Device { id: DeviceId::from_uuid(Uuid::from_u128(7)), ..device("new", session.user().id) })
    })?;
    let current = vault.read(|r| r.secrets().current(key, root, SecretKind::Password))?;
    assert!(current.is_some_and(|stored| stored.secret.same_as(&entered)), "it is changed");
    vault.add_person(&session, "newcomer", &[Role::Operator], now())?;
    assert!(
        matches!(
            vault.read(|r| r.audit().verify(&|user, at| roster.signing_key_at(user, at), &mut unheard))?,
            AuditVerdict::Intact { .. }
        ),
        "and the trail goes on"
    );
    Ok(())
}

/// Makes the fixture. Run once, by the last program of schema 7, and never again.
#[test]
#[ignore = "writes tests/fixtures; run by name when a new format is released"]
fn make_the_fixture_of_schema_7() -> anyhow::Result<()> {
    let target = fixtures().join(NAME);
    anyhow::ensure!(!target.exists(), "a fixture is never made anew");
    let parent = TempDir::new()?;
    let password = Secret::new(PASSWORD);
    let new =
        NewVault { name: "Fixture 7", user_name: FOUNDER, password: &password, kdf: KdfParameters::FLOOR, now: now() };
    let (vault, session) = Vault::create(parent.path(), &new)?;
    let mut last = None;
    for (name, role, password) in PEOPLE {
        let added = vault.add_person(&session, name, &[role], now())?;
        let first = vault.sign_in(&SignIn::password(name, &added.password))?;
        let theirs = vault.choose_password(&first, &own(&Secret::new(password)), now())?;
        if name == "guarded" {
            vault.set_totp(&theirs, Some(&Secret::new(AUTHENTICATOR)))?;
        }
        last = Some(theirs.user().id);
    }
    vault.disable_person(&session, last.ok_or_else(|| anyhow::anyhow!("somebody is disabled"))?, now())?;
    let session = vault.renew(&session)?;
    let (kit, _) = vault.make_recovery_kit(&session, now())?;
    let session = vault.renew(&session)?;
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
        w.operations_mut().insert(&operation(&root, session.user().id, now()))?;
        for action in ["session.signedIn", "session.signedOut"] {
            w.audit_mut().append(&NewEntry {
                who: Some(session.user().id),
                action,
                object: None,
                detail: serde_json::Value::Null,
                at: now(),
            })?;
            w.audit_mut().sign_head(session.user().id, now(), &|content| session.sign(content))?;
        }
        Ok::<_, VaultError>(())
    })?;
    let folder = vault.folder().to_owned();
    drop(vault);
    copy_folder(&folder, &target)?;
    // EXPOSE: the words of a test vault are public test data.
    Ok(std::fs::write(fixtures().join(WORDS), format!("{}\n", kit.words().expose()))?)
}
