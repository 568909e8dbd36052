//! What a closure may do inside [`Vault::read`](crate::Vault::read) and [`Vault::write`](crate::Vault::write).

use std::{cell::RefCell, ops::Deref};

use domain::{CredentialId, DeviceId, OperationId, PolicyId, RequestId, SavedFilterId, StrengthId, UserId, VaultId};
use rusqlite::Connection;
use uuid::Uuid;

use crate::{
    Attempts, AttemptsMut, Audit, AuditHead, AuditMut, Credentials, CredentialsMut, Devices, DevicesMut, Milestones,
    MilestonesMut, Operations, OperationsMut, Pauses, PausesMut, Policies, PoliciesMut, Requests, RequestsMut, Roster,
    SavedFilters, SavedFiltersMut, Schedules, SchedulesMut, Secrets, SecretsMut, StoredParameters, StoredParametersMut,
    Strengths, StrengthsMut, Users,
    store::{
        access::second_factors::{SecondFactors, SecondFactorsMut},
        operations::column_store::ColumnStore,
    },
};

domain::enumeration! {
    /// What kind of record changed.
    #[derive(PartialOrd, Ord)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum Noun {
        Device = "device",
        /// A credential, or one of its secrets.
        Credential = "credential",
        /// An operation, or one of its attempts.
        Operation = "operation",
        User = "user",
        Parameter = "parameter",
        Backup = "backup",
        /// An entry of the audit trail.
        AuditEntry = "auditEntry",
        /// A version of a secret.
        SecretVersion = "secretVersion",
        Vault = "vault",
        /// Something that others must approve, or a decision on it.
        Request = "request",
        /// Who may decide, and how many must.
        Approvers = "approvers",
        /// A policy, or to which credentials it applies.
        Policy = "policy",
        Strength = "strength",
        /// A filter that a person keeps.
        SavedFilter = "savedFilter",
    }
}

/// A record that was inserted, changed or deleted. It carries no content: who wants it reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Change {
    /// What kind of record.
    pub noun: Noun,
    pub id: Uuid,
}

/// One snapshot of the vault.
pub struct Reader<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) vault_id: VaultId,
    pub(crate) secrets_generation: u32,
    columns: Option<&'a ColumnStore>,
    roster: Option<&'a Roster>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(connection: &'a Connection, vault_id: VaultId, secrets_generation: u32) -> Self {
        Self { connection, vault_id, secrets_generation, columns: None, roster: None }
    }

    /// For a snapshot of what is committed.
    pub(crate) fn with_columns(self, columns: &'a ColumnStore) -> Self {
        Self { columns: Some(columns), ..self }
    }

    /// Names are those of the verified ledger, not those that rows say.
    pub(crate) fn with_roster(self, roster: &'a Roster) -> Self {
        Self { roster: Some(roster), ..self }
    }

    /// The devices.
    pub fn devices(&self) -> Devices<'_> {
        Devices { connection: self.connection }
    }

    /// The credentials, without their secrets.
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials { connection: self.connection }
    }

    /// The credentials' secrets; the methods that open one take the key to it.
    pub fn secrets(&self) -> Secrets<'_> {
        Secrets { connection: self.connection, vault_id: self.vault_id, generation: self.secrets_generation }
    }

    /// The operations.
    pub fn operations(&self) -> Operations<'_> {
        Operations { connection: self.connection, columns: self.columns }
    }

    /// The operations' attempts.
    pub fn attempts(&self) -> Attempts<'_> {
        Attempts { connection: self.connection }
    }

    /// What others must approve, and what they said.
    pub fn requests(&self) -> Requests<'_> {
        Requests { connection: self.connection, vault_id: self.vault_id }
    }

    /// The policies.
    pub fn policies(&self) -> Policies<'_> {
        Policies { connection: self.connection }
    }

    /// The strengths.
    pub fn strengths(&self) -> Strengths<'_> {
        Strengths { connection: self.connection }
    }

    /// When credentials are due.
    pub fn schedules(&self) -> Schedules<'_> {
        Schedules { connection: self.connection }
    }

    /// What people filter lists by.
    pub fn saved_filters(&self) -> SavedFilters<'_> {
        SavedFilters { connection: self.connection }
    }

    /// What rests until a person says otherwise.
    pub fn pauses(&self) -> Pauses<'_> {
        Pauses { connection: self.connection }
    }

    /// The audit trail.
    pub fn audit(&self) -> Audit<'_> {
        Audit { connection: self.connection, vault_id: self.vault_id, roster: self.roster }
    }

    /// When something last happened.
    pub fn milestones(&self) -> Milestones<'_> {
        Milestones { connection: self.connection }
    }

    /// What is remembered of authenticators.
    pub(crate) fn second_factors(&self) -> SecondFactors<'_> {
        SecondFactors { connection: self.connection }
    }

    /// What an administrator tuned.
    pub fn parameters(&self) -> StoredParameters<'_> {
        StoredParameters { connection: self.connection }
    }

    /// The people.
    pub fn users(&self) -> Users<'_> {
        Users { connection: self.connection, roster: self.roster }
    }
}

/// One transaction that writes. It reads what it has written so far; text searches find it once it is committed.
pub struct Writer<'a> {
    reader: Reader<'a>,
    changes: Changes,
    /// The last entry of the audit trail, once this transaction has looked it up.
    audit_head: RefCell<Option<AuditHead>>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(reader: Reader<'a>) -> Self {
        Self { reader, changes: Changes::default(), audit_head: RefCell::new(None) }
    }

    /// Notes that a credential was changed.
    pub(crate) fn changed(&self, credential: CredentialId) {
        self.changes.credential(credential);
    }

    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.changes.0.into_inner()
    }

    /// The devices.
    pub fn devices_mut(&self) -> DevicesMut<'_> {
        DevicesMut { reader: self.reader.devices(), changes: &self.changes }
    }

    /// The credentials, without their secrets.
    pub fn credentials_mut(&self) -> CredentialsMut<'_> {
        CredentialsMut { reader: self.reader.credentials(), changes: &self.changes }
    }

    /// The credentials' secrets.
    pub fn secrets_mut(&self) -> SecretsMut<'_> {
        SecretsMut { reader: self.reader.secrets(), changes: &self.changes }
    }

    /// The operations.
    pub fn operations_mut(&self) -> OperationsMut<'_> {
        OperationsMut { reader: self.reader.operations(), changes: &self.changes }
    }

    /// The operations' attempts.
    pub fn attempts_mut(&self) -> AttemptsMut<'_> {
        AttemptsMut { reader: self.reader.attempts(), changes: &self.changes }
    }

    /// The policies.
    pub fn policies_mut(&self) -> PoliciesMut<'_> {
        PoliciesMut { reader: self.reader.policies(), changes: &self.changes }
    }

    /// The strengths.
    pub fn strengths_mut(&self) -> StrengthsMut<'_> {
        StrengthsMut { reader: self.reader.strengths(), changes: &self.changes }
    }

    /// When credentials are due.
    pub fn schedules_mut(&self) -> SchedulesMut<'_> {
        SchedulesMut { reader: self.reader.schedules(), changes: &self.changes }
    }

    /// What people filter lists by.
    pub fn saved_filters_mut(&self) -> SavedFiltersMut<'_> {
        SavedFiltersMut { connection: self.reader.connection, changes: &self.changes }
    }

    /// What rests until a person says otherwise.
    pub fn pauses_mut(&self) -> PausesMut<'_> {
        PausesMut { reader: self.reader.pauses(), changes: &self.changes }
    }

    /// When something happens.
    pub fn milestones_mut(&self) -> MilestonesMut<'_> {
        MilestonesMut { reader: self.reader.milestones() }
    }

    /// What is remembered of authenticators.
    pub(crate) fn second_factors_mut(&self) -> SecondFactorsMut<'_> {
        SecondFactorsMut { reader: self.reader.second_factors() }
    }

    /// What an administrator tunes.
    pub fn parameters_mut(&self) -> StoredParametersMut<'_> {
        StoredParametersMut { reader: self.reader.parameters() }
    }

    /// What others must approve, and what they said.
    pub fn requests_mut(&self) -> RequestsMut<'_> {
        RequestsMut { reader: self.reader.requests(), changes: &self.changes }
    }

    /// The audit trail.
    pub fn audit_mut(&self) -> AuditMut<'_> {
        AuditMut { reader: self.reader.audit(), head: &self.audit_head }
    }
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

/// What a transaction changed so far, each record once.
#[derive(Default)]
pub(crate) struct Changes(RefCell<Vec<Change>>);

impl Changes {
    pub(crate) fn device(&self, id: DeviceId) {
        self.note(Noun::Device, id.as_uuid());
    }

    pub(crate) fn credential(&self, id: CredentialId) {
        self.note(Noun::Credential, id.as_uuid());
    }

    pub(crate) fn operation(&self, id: OperationId) {
        self.note(Noun::Operation, id.as_uuid());
    }

    pub(crate) fn request(&self, id: RequestId) {
        self.note(Noun::Request, id.as_uuid());
    }

    pub(crate) fn approvers(&self, by: UserId) {
        self.note(Noun::Approvers, by.as_uuid());
    }

    pub(crate) fn policy(&self, id: PolicyId) {
        self.note(Noun::Policy, id.as_uuid());
    }

    pub(crate) fn strength(&self, id: StrengthId) {
        self.note(Noun::Strength, id.as_uuid());
    }

    pub(crate) fn saved_filter(&self, id: SavedFilterId) {
        self.note(Noun::SavedFilter, id.as_uuid());
    }

    fn note(&self, noun: Noun, id: Uuid) {
        let change = Change { noun, id };
        let mut changes = self.0.borrow_mut();
        // Looking only at the last few keeps a large import linear; a record told twice does no harm.
        if !changes.iter().rev().take(8).any(|known| *known == change) {
            changes.push(change);
        }
    }
}
