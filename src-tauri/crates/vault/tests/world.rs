//! Test support: a vault in a folder of its own, and builders of its records.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AcceptedTrust, ConnectAs, Connectivity, Credential, CredentialDetails, CredentialId, CredentialStatus, Criticality,
    Device, DeviceDetails, DeviceId, ExecutionSettings, HostKey, OperationId, PasswordType, PluginId, Role, SecretKind,
    SecretOrigin, SyncState, Trust, UserId,
    operation::{OperationOrigin, OperationState, OperationType},
};
use secret::Secret;
use tempfile::TempDir;
use uuid::Uuid;
use vault::{
    AuditVerdict, KdfParameters, NewOperation, NewPassword, NewVault, SecretsKey, Session, SignIn, Vault, VaultError,
    unheard,
};

/// The one user of a test vault.
pub const USER: &str = "Ada Chaveiro";
/// The password of that person.
pub const PASSWORD: &str = "correct horse battery staple";

/// A vault in a temporary folder.
pub struct World {
    pub vault: Vault,
    pub session: Session,
    pub parent: TempDir,
}

impl World {
    pub fn new() -> anyhow::Result<Self> {
        let parent = TempDir::new()?;
        let (vault, session) = create(parent.path(), "Team")?;
        Ok(Self { vault, session, parent })
    }

    pub fn folder(&self) -> PathBuf {
        self.parent.path().join("Team.vault")
    }

    /// Closes the vault and leaves its folder.
    pub fn close(self) -> (TempDir, PathBuf) {
        let folder = self.folder();
        drop(self.vault);
        (self.parent, folder)
    }

    pub fn user(&self) -> UserId {
        self.session.user().id
    }

    /// The founder's key to passwords.
    pub fn key(&self) -> &SecretsKey {
        self.session.secrets_key().expect("the founder is an operator")
    }

    /// Adds a person, who chooses a password: `NAME's own password`.
    pub fn person(&self, name: &str, roles: &[Role]) -> Result<Session, VaultError> {
        let added = self.vault.add_person(&self.session, name, roles, now())?;
        let first = self.vault.sign_in(&SignIn::password(name, &added.password))?;
        self.choose(&first, &Secret::new(format!("{name}'s own password")))
    }

    /// Chooses a password at the first sign-in.
    pub fn choose(&self, first: &Session, password: &Secret) -> Result<Session, VaultError> {
        self.vault.choose_password(first, &own(password), after(2))
    }

    /// Inserts a device that can be reached and whose host key is accepted.
    pub fn device(&self, name: &str) -> anyhow::Result<Device> {
        let device = device(name, self.user());
        self.vault.write(|w| w.devices_mut().insert(&device))?;
        Ok(device)
    }

    /// Inserts a credential that can be changed, with a password.
    pub fn credential(&self, device: DeviceId, username: &str) -> anyhow::Result<Credential> {
        let credential = credential(device, username);
        self.vault.write(|w| {
            w.credentials_mut().insert(&credential)?;
            w.secrets_mut().set_current(
                self.key(),
                credential.id,
                SecretKind::Password,
                &Secret::new(format!("first of {username}")),
                SecretOrigin::Entered,
                now(),
            )
        })?;
        self.vault.read(|r| r.credentials().get(credential.id))?.context("it was just inserted")
    }

    /// Inserts a credential that logs in with another one.
    pub fn credential_by(&self, device: DeviceId, username: &str, access: CredentialId) -> anyhow::Result<Credential> {
        let mut credential = credential(device, username);
        credential.details.execution.connect_as = ConnectAs::Access(access);
        self.vault.write(|w| w.credentials_mut().insert(&credential))?;
        Ok(credential)
    }

    /// Schedules a change of a credential.
    pub fn operation(&self, credential: &Credential, at: DateTime<Utc>) -> Result<OperationId, VaultError> {
        let new = operation(credential, self.user(), at);
        self.vault.write(|w| w.operations_mut().insert(&new))?;
        Ok(new.id)
    }
}

pub fn create(parent: &Path, name: &str) -> Result<(Vault, Session), VaultError> {
    let password = Secret::new(PASSWORD);
    Vault::create(
        parent,
        &NewVault { name, user_name: USER, password: &password, kdf: KdfParameters::FLOOR, now: now() },
    )
}

/// Opens it as its founder.
pub fn enter(folder: &Path) -> Result<(Vault, Session), VaultError> {
    Vault::open(folder, &SignIn::password(USER, &Secret::new(PASSWORD)))
}

/// Opens it for tests that need no keys of a person.
pub fn open(folder: &Path) -> Result<Vault, VaultError> {
    enter(folder).map(|(vault, _)| vault)
}

/// Makes a new password with the lowest allowed cost.
pub fn own(password: &Secret) -> NewPassword<'_> {
    NewPassword { password, key_file: None, kdf: KdfParameters::FLOOR }
}

/// Returns the id of some person.
pub fn somebody() -> UserId {
    UserId::from_uuid(Uuid::from_u128(1))
}

/// Returns the error with which a vault does not open. `Vault` has no `Debug`, so the result is turned round first.
pub fn refusal<T>(result: Result<T, VaultError>) -> anyhow::Result<VaultError> {
    result.err().context("the vault opened")
}

pub fn device(name: &str, accepted_by: UserId) -> Device {
    Device {
        id: DeviceId::from_uuid(new_uuid()),
        details: DeviceDetails {
            name: name.to_owned(),
            address: format!("{}.example.org", name.to_lowercase()),
            kind: "Linux server".to_owned(),
            manufacturer: "Dell".to_owned(),
            model: "R640".to_owned(),
            website: String::new(),
            site: "Lisboa".to_owned(),
            domain: String::new(),
            tags: vec!["db".to_owned(), "Produção".to_owned()],
            criticality: Criticality::High,
            connectivities: vec![Connectivity::plain(PluginId::known("ssh"), 22)],
        },
        trusts: vec![AcceptedTrust {
            plugin: PluginId::known("ssh"),
            trust: Trust::HostKey(HostKey {
                algorithm: "ssh-ed25519".to_owned(),
                key: "AAAAC3NzaC1lZDI1NTE5AAAAIA==".to_owned(),
                fingerprint: "SHA256:abc".to_owned(),
            }),
            accepted_by,
            accepted_at: now(),
        }],
        created_at: now(),
        updated_at: now(),
    }
}

pub fn credential(device: DeviceId, username: &str) -> Credential {
    Credential {
        id: CredentialId::from_uuid(new_uuid()),
        details: CredentialDetails {
            username: username.to_owned(),
            device,
            password_type: PasswordType::LocalUser,
            domain: String::new(),
            additional_information: "kept by the night shift".to_owned(),
            tags: vec!["linux".to_owned()],
            status: CredentialStatus::Active,
            execution: ExecutionSettings {
                automatic_change: true,
                plugin: Some("ssh".to_owned()),
                template: Some("linux-own".to_owned()),
                ..ExecutionSettings::default()
            },
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

pub fn operation(credential: &Credential, requester: UserId, at: DateTime<Utc>) -> NewOperation {
    NewOperation {
        id: OperationId::from_uuid(new_uuid()),
        kind: OperationType::ChangePassword,
        credential: credential.id,
        device: credential.details.device,
        requester,
        state: OperationState::Scheduled,
        scheduled_at: at,
        immediate: false,
        priority: NewOperation::USUAL_PRIORITY,
        origin: OperationOrigin::Person,
        cause: None,
        created_at: now(),
    }
}

/// The time of every test.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap_or_default()
}

/// Some seconds after [`now`].
pub fn after(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

/// Makes ids that sort in the order in which they were made.
pub fn new_uuid() -> Uuid {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    uuid::Builder::from_unix_timestamp_millis(1_795_000_000_000 + count, &[7; 10]).into_uuid()
}

/// Verifies an audit trail for which nobody signed a head.
pub fn trail(vault: &Vault) -> Result<AuditVerdict, VaultError> {
    vault.read(|r| r.audit().verify(&|_, _| None, &mut unheard))
}

/// The verdict for this many intact entries without a signed head.
pub fn intact(entries: u64) -> AuditVerdict {
    AuditVerdict::Intact { entries, heads: 0, newest: None }
}

/// Returns every file of a folder with its content.
pub fn files(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
    }
    Ok(files)
}

/// Copies the files of a folder to another, which is made.
pub fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for (name, content) in files(from)? {
        fs::write(to.join(name), content)?;
    }
    Ok(())
}
