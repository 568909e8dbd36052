//! What the program schedules by itself, and what it leaves alone.

use anyhow::Result;
use chrono::{DateTime, Utc};
use domain::{
    AcceptedTrust, Connectivity, Credential, CredentialDetails, CredentialId, CredentialStatus, Criticality, Device,
    DeviceDetails, DeviceId, ExecutionSettings, HostKey, PasswordType, Pause, PluginId, SecretKind, SecretOrigin,
    SyncState, Trust,
    operation::{OperationOrigin, OperationType, VerificationResult},
};
use rotation::schedule_verification;
use secret::Secret;
use uuid::Uuid;
use vault::{KdfParameters, NewVault, Session, Vault, VaultError};

struct World {
    vault: Vault,
    session: Session,
    credential: CredentialId,
    _folder: tempfile::TempDir,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap_or_default()
}

impl World {
    /// A vault with one credential that can be verified.
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let password = Secret::new("correct horse battery staple");
        let new =
            NewVault { name: "Team", user_name: "Ada", password: &password, kdf: KdfParameters::FLOOR, now: now() };
        let (vault, session) = Vault::create(folder.path(), &new)?;
        let device = device(&session);
        let credential = credential(device.id);
        let key = session.require_secrets_key()?;
        vault.write(|w| {
            w.devices_mut().insert(&device)?;
            w.credentials_mut().insert(&credential)?;
            let password = Secret::new("first");
            w.secrets_mut().set_current(
                key,
                credential.id,
                SecretKind::Password,
                &password,
                SecretOrigin::Entered,
                now(),
            )
        })?;
        Ok(Self { vault, session, credential: credential.id, _folder: folder })
    }

    fn verify(&self) -> Result<usize, VaultError> {
        let requester = self.session.user().id;
        let scheduled =
            self.vault.write(|writer| schedule_verification(writer, &[self.credential], now(), requester, now()))?;
        Ok(scheduled.len())
    }

    fn pause(&self) -> Pause {
        Pause { reason: "audit week".to_owned(), by: self.session.user().id, at: now() }
    }
}

fn device(session: &Session) -> Device {
    Device {
        id: DeviceId::from_uuid(Uuid::now_v7()),
        details: DeviceDetails {
            name: "srv-01".to_owned(),
            address: "10.0.0.1".to_owned(),
            kind: String::new(),
            manufacturer: String::new(),
            model: String::new(),
            website: String::new(),
            site: String::new(),
            domain: String::new(),
            tags: Vec::new(),
            criticality: Criticality::Medium,
            connectivities: vec![Connectivity::plain(PluginId::known("ssh"), 22)],
        },
        trusts: vec![AcceptedTrust {
            plugin: PluginId::known("ssh"),
            trust: Trust::HostKey(HostKey {
                algorithm: "a".to_owned(),
                key: "k".to_owned(),
                fingerprint: "f".to_owned(),
            }),
            accepted_by: session.user().id,
            accepted_at: now(),
        }],
        created_at: now(),
        updated_at: now(),
    }
}

fn credential(device: DeviceId) -> Credential {
    Credential {
        id: CredentialId::from_uuid(Uuid::now_v7()),
        details: CredentialDetails {
            username: "deploy".to_owned(),
            device,
            password_type: PasswordType::LocalUser,
            domain: String::new(),
            additional_information: String::new(),
            tags: Vec::new(),
            status: CredentialStatus::Active,
            execution: ExecutionSettings::default(),
        },
        has_password: false,
        has_private_key: false,
        sync: SyncState::NoPassword,
        proven_at: None,
        password_origin: None,
        changed_at: None,
        verified: None,
        pause: None,
        created_at: now(),
        updated_at: now(),
    }
}

#[test]
fn a_verification_is_scheduled_once() -> Result<()> {
    let world = World::new()?;
    assert_eq!(world.verify()?, 1, "it can be verified");
    let open = world.vault.read(|r| r.operations().open_of(world.credential))?;
    let record = open.map(|open| world.vault.read(|r| r.operations().get(open))).transpose()?.flatten();
    assert_eq!(
        record.map(|record| (record.kind, record.origin)),
        Some((OperationType::PasswordVerification, OperationOrigin::Verification)),
        "it says what it is and why"
    );
    assert_eq!(world.verify()?, 0, "not while one is open");
    Ok(())
}

#[test]
fn a_refused_password_is_not_tried_again_by_itself() -> Result<()> {
    let world = World::new()?;
    let told = |result| world.vault.write(|w| w.credentials_mut().set_verified(world.credential, result, now()));
    told(VerificationResult::Refused)?;
    assert_eq!(world.verify()?, 0, "the same password would be refused again");
    told(VerificationResult::CouldNotCheck)?;
    assert_eq!(world.verify()?, 1, "nobody refused it");
    Ok(())
}

#[test]
fn a_new_password_is_verified_again() -> Result<()> {
    let world = World::new()?;
    world.vault.write(|w| w.credentials_mut().set_verified(world.credential, VerificationResult::Refused, now()))?;
    let key = world.session.require_secrets_key()?;
    world.vault.write(|w| {
        let password = Secret::new("second");
        w.secrets_mut().set_current(
            key,
            world.credential,
            SecretKind::Password,
            &password,
            SecretOrigin::Entered,
            now(),
        )
    })?;
    assert_eq!(world.verify()?, 1, "what was told of the other one tells nothing of this one");
    Ok(())
}

#[test]
fn what_rests_is_not_verified() -> Result<()> {
    let world = World::new()?;
    world.vault.write(|w| w.pauses_mut().pause_credential(world.credential, &world.pause()))?;
    assert_eq!(world.verify()?, 0, "the credential rests");
    world.vault.write(|w| w.pauses_mut().resume_credential(world.credential))?;
    world.vault.write(|w| w.pauses_mut().pause_everything(&world.pause()))?;
    assert_eq!(world.verify()?, 0, "everything rests");
    world.vault.write(|w| w.pauses_mut().resume_everything())?;
    assert_eq!(world.verify()?, 1, "nothing does");
    Ok(())
}
