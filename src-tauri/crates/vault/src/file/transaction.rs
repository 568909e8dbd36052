//! The reader and the writer that a closure gets inside [`Vault::read`](crate::Vault::read) and
//! [`Vault::write`](crate::Vault::write).

use std::{cell::RefCell, ops::Deref};

use domain::{CredentialId, DeviceId, OperationId, PolicyId, RequestId, SavedFilterId, StrengthId, UserId, VaultId};
use rusqlite::Connection;
use uuid::Uuid;

use crate::{
    Attempts, AttemptsMut, Audit, AuditHead, AuditMut, Credentials, CredentialsMut, Devices, DevicesMut, Milestones,
    MilestonesMut, Operations, OperationsMut, ParameterTable, Pauses, PausesMut, Policies, PoliciesMut, Requests,
    RequestsMut, Roster, SavedFilters, SavedFiltersMut, Schedules, SchedulesMut, Secrets, SecretsMut,
    StoredParametersMut, Strengths, StrengthsMut, Users,
    store::{
        access::second_factors::{SecondFactors, SecondFactorsMut},
        operations::column_store::ColumnStore,
    },
};

domain::enumeration! {
    /// The kind of a record.
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
        /// A request that others must approve, or a decision on it.
        Request = "request",
        /// The approvers, and the number of approvals that are needed.
        Approvers = "approvers",
        /// A policy, or the set of credentials to which it applies.
        Policy = "policy",
        Strength = "strength",
        /// A filter that a person saved.
        SavedFilter = "savedFilter",
    }
}

/// A record that was inserted, changed or deleted. It carries no content; a listener that needs it reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Change {
    pub noun: Noun,
    pub id: Uuid,
}

/// One snapshot of the vault, with a part for each kind of record.
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

    /// Adds the columns in memory. Only for a snapshot of committed data.
    pub(crate) fn with_columns(self, columns: &'a ColumnStore) -> Self {
        Self { columns: Some(columns), ..self }
    }

    /// Adds the verified ledger, so that names come from it and not from the rows.
    pub(crate) fn with_roster(self, roster: &'a Roster) -> Self {
        Self { roster: Some(roster), ..self }
    }

    /// Returns the devices of this snapshot.
    pub fn devices(&self) -> Devices<'_> {
        Devices { connection: self.connection }
    }

    /// Returns the credentials, without their secrets.
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials { connection: self.connection }
    }

    /// Returns the secrets of credentials. The methods that open one take the key to it.
    pub fn secrets(&self) -> Secrets<'_> {
        Secrets { connection: self.connection, vault_id: self.vault_id, generation: self.secrets_generation }
    }

    /// Returns the operations of this snapshot.
    pub fn operations(&self) -> Operations<'_> {
        Operations { connection: self.connection, columns: self.columns }
    }

    /// Returns the attempts of operations.
    pub fn attempts(&self) -> Attempts<'_> {
        Attempts { connection: self.connection }
    }

    /// Returns the requests that others must approve, with their decisions.
    pub fn requests(&self) -> Requests<'_> {
        Requests { connection: self.connection, vault_id: self.vault_id }
    }

    /// Returns the policies of this snapshot.
    pub fn policies(&self) -> Policies<'_> {
        Policies { connection: self.connection }
    }

    /// Returns the strengths of this snapshot.
    pub fn strengths(&self) -> Strengths<'_> {
        Strengths { connection: self.connection }
    }

    /// Returns the times at which credentials are due.
    pub fn schedules(&self) -> Schedules<'_> {
        Schedules { connection: self.connection }
    }

    /// Returns the saved filters of lists.
    pub fn saved_filters(&self) -> SavedFilters<'_> {
        SavedFilters { connection: self.connection }
    }

    /// Returns the pauses, which last until a person ends them.
    pub fn pauses(&self) -> Pauses<'_> {
        Pauses { connection: self.connection }
    }

    /// Returns the audit trail of this snapshot.
    pub fn audit(&self) -> Audit<'_> {
        Audit { connection: self.connection, vault_id: self.vault_id, roster: self.roster }
    }

    /// Returns the milestones: the times at which something last happened.
    pub fn milestones(&self) -> Milestones<'_> {
        Milestones { connection: self.connection }
    }

    /// Returns the remembered facts about authenticators.
    pub(crate) fn second_factors(&self) -> SecondFactors<'_> {
        SecondFactors { connection: self.connection }
    }

    /// Returns the parameters that an administrator set.
    pub fn parameters(&self) -> ParameterTable<'_> {
        ParameterTable { connection: self.connection }
    }

    /// Returns the people of the vault.
    pub fn users(&self) -> Users<'_> {
        Users { connection: self.connection, roster: self.roster }
    }
}

/// One transaction that writes. It reads the data that it has written so far, but text searches find them only after
/// the commit.
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

    /// Records that a credential was changed.
    pub(crate) fn changed(&self, credential: CredentialId) {
        self.changes.credential(credential);
    }

    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.changes.0.into_inner()
    }

    /// Returns the devices, for writing.
    pub fn devices_mut(&self) -> DevicesMut<'_> {
        DevicesMut { reader: self.reader.devices(), changes: &self.changes }
    }

    /// Returns the credentials, for writing, without their secrets.
    pub fn credentials_mut(&self) -> CredentialsMut<'_> {
        CredentialsMut { reader: self.reader.credentials(), changes: &self.changes }
    }

    /// Returns the secrets of credentials, for writing.
    pub fn secrets_mut(&self) -> SecretsMut<'_> {
        SecretsMut { reader: self.reader.secrets(), changes: &self.changes }
    }

    /// Returns the operations, for writing.
    pub fn operations_mut(&self) -> OperationsMut<'_> {
        OperationsMut { reader: self.reader.operations(), changes: &self.changes }
    }

    /// Returns the attempts of operations, for writing.
    pub fn attempts_mut(&self) -> AttemptsMut<'_> {
        AttemptsMut { reader: self.reader.attempts(), changes: &self.changes }
    }

    /// Returns the policies, for writing.
    pub fn policies_mut(&self) -> PoliciesMut<'_> {
        PoliciesMut { reader: self.reader.policies(), changes: &self.changes }
    }

    /// Returns the strengths, for writing.
    pub fn strengths_mut(&self) -> StrengthsMut<'_> {
        StrengthsMut { reader: self.reader.strengths(), changes: &self.changes }
    }

    /// Returns the times at which credentials are due, for writing.
    pub fn schedules_mut(&self) -> SchedulesMut<'_> {
        SchedulesMut { reader: self.reader.schedules(), changes: &self.changes }
    }

    /// Returns the saved filters of lists, for writing.
    pub fn saved_filters_mut(&self) -> SavedFiltersMut<'_> {
        SavedFiltersMut { connection: self.reader.connection, changes: &self.changes }
    }

    /// Returns the pauses, for writing.
    pub fn pauses_mut(&self) -> PausesMut<'_> {
        PausesMut { reader: self.reader.pauses(), changes: &self.changes }
    }

    /// Returns the milestones, for writing.
    pub fn milestones_mut(&self) -> MilestonesMut<'_> {
        MilestonesMut { reader: self.reader.milestones() }
    }

    /// Returns the remembered facts about authenticators, for writing.
    pub(crate) fn second_factors_mut(&self) -> SecondFactorsMut<'_> {
        SecondFactorsMut { reader: self.reader.second_factors() }
    }

    /// Returns the parameters, for writing.
    pub fn parameters_mut(&self) -> StoredParametersMut<'_> {
        StoredParametersMut { reader: self.reader.parameters() }
    }

    /// Returns the requests, for writing.
    pub fn requests_mut(&self) -> RequestsMut<'_> {
        RequestsMut { reader: self.reader.requests(), changes: &self.changes }
    }

    /// Returns the audit trail, for writing.
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

/// The records that a transaction changed so far, each once.
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
        // Only the last few are compared, so that a large import takes linear time. A record that is reported twice
        // does no harm.
        if !changes.iter().rev().take(8).any(|known| *known == change) {
            changes.push(change);
        }
    }
}
