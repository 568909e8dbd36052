//! Test support: people with keys of their own around one vault, and requests between them.

use approval::{
    ApproverHistory, Batch, BatchAction, Content, FieldChange, FromTo, MembershipPeriod, Registration, Request,
    RequestState, Rules, Settings, SettingsChain, Task, Unauthorized, Verdict, VerifiedRequest,
};
use chrono::{DateTime, TimeDelta, Utc};
use crypto::{AssociatedData, Identity};
use domain::{
    ConnectAs, Credential, CredentialDetails, CredentialId, CredentialStatus, Criticality, Device, DeviceDetails,
    DeviceId, ExecutionSettings, PasswordType, RequestId, Role, SyncState, UserId,
};
use tempfile::TempDir;
use uuid::Uuid;

use super::{create, now};
use crate::{Conflict, NewDecision, Outcome, Session, SignedIn, Vault, VaultError, Writer};

/// A vault, its people, and the list of them.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ApprovalWorld {
    pub vault: Vault,
    pub periods: Vec<MembershipPeriod>,
    /// The administrator, who sets the rules.
    pub ada: Session,
    pub otto: Session,
    /// Approvers of level 1.
    pub anna: Session,
    pub bert: Session,
    pub credentials: Vec<CredentialId>,
    pub _parent: TempDir,
}

pub fn minutes(count: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(count)
}

/// Adds a new person with keys of their own.
pub fn person(vault: &Vault, number: u128, name: &str, roles: &[Role]) -> anyhow::Result<(Session, MembershipPeriod)> {
    let identity = Identity::make()?;
    Ok(known(vault, number, name, roles, identity))
}

pub fn known(
    vault: &Vault,
    number: u128,
    name: &str,
    roles: &[Role],
    identity: Identity,
) -> (Session, MembershipPeriod) {
    let id = UserId::from_uuid(Uuid::from_u128(number));
    let period = MembershipPeriod {
        user: id,
        name: name.to_owned(),
        signing_key: identity.public().signing,
        roles: roles.to_vec(),
        from: minutes(-1_000),
        until: None,
    };
    let user = SignedIn { id, name: name.to_owned(), roles: roles.to_vec() };
    let founder = period.signing_key;
    let session =
        Session { vault: vault.id(), founder, user, identity, secrets_key: None, one_time: false, recovery: false };
    (session, period)
}

/// Copies an identity, so that two people have the same keys.
pub fn same_keys(identity: &Identity) -> anyhow::Result<Identity> {
    let (key, purpose) = (crypto::make_key()?, AssociatedData::new("test"));
    Ok(Identity::open(&key, &purpose, &identity.seal(&key, &purpose)?)?)
}

impl ApprovalWorld {
    /// Makes a world in which one approval of level 1 decides; Anna and Bert may give it.
    pub fn new(credentials: u32) -> anyhow::Result<Self> {
        Self::with(credentials, Rules { needed: [1, 0, 0], rejections: 1, validity_minutes: 60 })
    }

    pub fn with(credentials: u32, rules: Rules) -> anyhow::Result<Self> {
        let (parent, vault) = create()?;
        Self::around(parent, vault, credentials, rules)
    }

    pub fn around(parent: TempDir, vault: Vault, credentials: u32, rules: Rules) -> anyhow::Result<Self> {
        let (ada, one) = person(&vault, 1, "Ada", &[Role::Administrator])?;
        let (otto, two) = person(&vault, 2, "Otto", &[Role::Operator])?;
        let (anna, three) = person(&vault, 3, "Anna", &[Role::Approver])?;
        let (bert, four) = person(&vault, 4, "Bert", &[Role::Approver])?;
        let periods = vec![one, two, three, four];
        let credentials = fill(&vault, credentials)?;
        let world = Self { vault, periods, ada, otto, anna, bert, credentials, _parent: parent };
        let approvers = [world.anna.user().id, world.bert.user().id];
        world.set_rules(&rules, &approvers.map(|user| Registration { user, level: 1 }), minutes(-900))?;
        Ok(world)
    }

    pub fn approver_history(&self) -> ApproverHistory {
        ApproverHistory::of_verified_grants(self.periods.clone())
    }

    pub fn chain(&self) -> Result<SettingsChain, VaultError> {
        self.vault.read(|r| r.requests().settings_chain(&self.approver_history()))
    }

    /// Ada signs the next settings.
    pub fn set_rules(&self, rules: &Rules, approvers: &[Registration], at: DateTime<Utc>) -> Result<(), VaultError> {
        let before = self.chain()?;
        let settings = Settings {
            vault: self.vault.id(),
            number: before.current().map_or(1, |settings| settings.number + 1),
            previous: before.digest(),
            by: self.ada.user().id,
            at,
            rules: rules.clone(),
            approvers: approvers.to_vec(),
            operation_types: Vec::new(),
            emergency: before.current().and_then(|settings| settings.emergency),
        };
        self.vault.write(|w| w.requests_mut().add_settings(&settings, &self.ada))
    }

    /// Makes a request with this content, under the current rules.
    pub fn request(
        &self,
        requester: UserId,
        number: u128,
        content: Content,
        at: DateTime<Utc>,
    ) -> anyhow::Result<Request> {
        let chain = self.chain()?;
        let rules = chain.rules();
        let valid_until = at + TimeDelta::minutes(i64::try_from(rules.validity_minutes)?);
        Ok(Request {
            vault: self.vault.id(),
            id: RequestId::from_uuid(Uuid::from_u128(number)),
            requester,
            requested_at: at,
            valid_until,
            reason: "moving house".to_owned(),
            settings: chain.current().map_or(0, |settings| settings.number),
            settings_digest: chain.digest(),
            rules,
            content,
        })
    }

    /// Otto asks for another free text on every credential.
    pub fn ask(&self, number: u128, text: &str) -> anyhow::Result<RequestId> {
        let request = self.request(self.otto.user().id, number, self.content(text)?, now())?;
        self.vault.write(|w| w.requests_mut().submit(&request, "Otto", &self.otto))?;
        Ok(request.id)
    }

    pub fn content(&self, text: &str) -> Result<Content, VaultError> {
        let tasks = self.vault.read(|r| {
            let snapshot =
                self.credentials.iter().map(|id| r.requests().credential_snapshot(*id)?.ok_or(VaultError::NotFound));
            snapshot.collect::<Result<Vec<_>, VaultError>>()
        })?;
        let tasks = tasks.into_iter().map(|snapshot| Task {
            credential: snapshot.credential,
            username: snapshot.username.clone(),
            device_name: snapshot.device.name.clone(),
            changes: vec![FieldChange::AdditionalInformation(FromTo {
                from: snapshot.additional_information.clone(),
                to: text.to_owned(),
            })],
        });
        Ok(Content::Batch(Batch { action: BatchAction::Update, tasks: tasks.collect() }))
    }

    pub fn decide(&self, who: &Session, id: RequestId, verdict: Verdict, at: DateTime<Utc>) -> Result<(), VaultError> {
        let digest = self.examine(id, at)?.digest();
        let new = NewDecision { request: id, digest, verdict, reason: "seen", at };
        self.vault.write(|w| w.requests_mut().decide(&new, who))
    }

    pub fn examine(&self, id: RequestId, at: DateTime<Utc>) -> Result<VerifiedRequest, VaultError> {
        let (history, chain) = (self.approver_history(), self.chain()?);
        self.vault.read(|r| r.requests().examine(id, &history, &chain, at)?.ok_or(VaultError::NotFound))
    }

    /// Applies a request as the program does: examine, authorize and apply, in one transaction.
    pub fn apply(&self, id: RequestId, at: DateTime<Utc>) -> Result<Result<Outcome, Unauthorized>, VaultError> {
        let apply = |found: Option<&Conflict>| {
            self.vault.write(|w| apply_in(w, &self.approver_history(), id, self.anna.user().id, at, found))
        };
        match apply(None) {
            Err(VaultError::NotApplied { conflict }) => apply(Some(&conflict)),
            outcome => outcome,
        }
    }

    /// Returns the free texts of the credentials, each once.
    pub fn texts(&self) -> Result<Vec<String>, VaultError> {
        let mut texts = self.vault.read(|r| {
            let snapshot = self.credentials.iter().map(|id| r.credentials().get(*id));
            let found = snapshot.collect::<Result<Vec<_>, VaultError>>()?;
            Ok::<_, VaultError>(
                found.into_iter().flatten().map(|found| found.details.additional_information).collect::<Vec<_>>(),
            )
        })?;
        texts.sort();
        texts.dedup();
        Ok(texts)
    }

    pub fn state(&self, id: RequestId) -> Result<RequestState, VaultError> {
        self.vault.read(|r| Ok(r.requests().get(id)?.ok_or(VaultError::NotFound)?.state))
    }

    /// Removes the guarding triggers, as someone with the database key can, and edits.
    pub fn edit(&self, sql: &str) -> anyhow::Result<()> {
        super::edit(&self.vault, sql)
    }
}

pub fn apply_in(
    w: &Writer<'_>,
    history: &ApproverHistory,
    id: RequestId,
    by: UserId,
    at: DateTime<Utc>,
    found: Option<&Conflict>,
) -> Result<Result<Outcome, Unauthorized>, VaultError> {
    let chain = w.requests().settings_chain(history)?;
    let examination = w.requests().examine(id, history, &chain, at)?.ok_or(VaultError::NotFound)?;
    match examination.authorize() {
        Ok(authorized) => w.apply(authorized, by, found).map(Ok),
        Err(unauthorized) => Ok(Err(unauthorized)),
    }
}

fn fill(vault: &Vault, count: u32) -> Result<Vec<CredentialId>, VaultError> {
    let device = device(0);
    vault.write(|w| {
        w.devices_mut().insert(&device)?;
        let numbers = 0..count;
        numbers
            .map(|number| {
                let credential = credential(device.id, number);
                w.credentials_mut().insert(&credential)?;
                Ok(credential.id)
            })
            .collect()
    })
}

pub fn device(number: u64) -> Device {
    Device {
        id: DeviceId::from_uuid(Uuid::from_u64_pair(9, number)),
        details: DeviceDetails {
            name: format!("srv-{number:02}"),
            address: "192.0.2.1".to_owned(),
            kind: String::new(),
            manufacturer: String::new(),
            model: String::new(),
            website: String::new(),
            site: String::new(),
            domain: String::new(),
            tags: Vec::new(),
            criticality: Criticality::Low,
            connectivities: Vec::new(),
        },
        trusts: Vec::new(),
        created_at: now(),
        updated_at: now(),
    }
}

pub fn credential(device: DeviceId, number: u32) -> Credential {
    Credential {
        id: CredentialId::from_uuid(Uuid::from_u64_pair(7, u64::from(number))),
        details: CredentialDetails {
            username: format!("user{number:05}"),
            device,
            password_type: PasswordType::LocalUser,
            domain: String::new(),
            additional_information: "before".to_owned(),
            tags: vec!["linux".to_owned()],
            status: CredentialStatus::Active,
            execution: ExecutionSettings {
                automatic_change: false,
                plugin: None,
                template: None,
                connect_as: ConnectAs::Own,
                ..ExecutionSettings::default()
            },
        },
        has_password: false,
        has_private_key: false,
        sync: SyncState::NoPassword,
        proven_at: None,
        password_origin: None,
        verified: None,
        pause: None,
        changed_at: None,
        created_at: now(),
        updated_at: now(),
    }
}
