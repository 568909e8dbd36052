//! Compares the current values of a credential with those that a request began from, and writes both as text for
//! people.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{
    BatchAction, BatchField, ChangeSettings, FieldChange, FromTo, NamedCredential, NamedDevice, Parent,
    ReconciliationSettings,
};
use domain::{CredentialId, CredentialStatus, PasswordType, RequestId, operation::OperationState};

/// The current values of a credential that a bulk action can change, and the open work that would block the change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct CredentialSnapshot {
    pub credential: CredentialId,
    pub username: String,
    pub password_type: PasswordType,
    pub domain: String,
    pub device: NamedDevice,
    pub additional_information: String,
    pub tags: Vec<String>,
    /// The parent whose password it follows.
    pub parent: Parent,
    pub password_change: ChangeSettings,
    pub reconciliation: ReconciliationSettings,
    pub status: CredentialStatus,
    /// The time by which its password must be changed.
    pub expires_at: Option<DateTime<Utc>>,
    /// The operation on it that is not finished.
    pub open_operation: Option<OpenOperation>,
    /// Another request about it that awaits approval.
    pub open_request: Option<RequestId>,
}

/// An operation that is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct OpenOperation {
    pub state: OperationState,
    /// True if a new password may have been sent to the device.
    pub sent: bool,
}

/// One part of a change, as text. An empty string stands for no value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Part {
    /// The name of the part within its field.
    pub name: &'static str,
    pub from: String,
    pub to: String,
}

impl OpenOperation {
    /// Tells whether it can still be canceled: it is not running, and no new password may have been sent.
    pub fn can_be_canceled(&self) -> bool {
        match self.state {
            OperationState::AwaitingApproval | OperationState::Scheduled => !self.sent,
            OperationState::Running
            | OperationState::Succeeded
            | OperationState::Error
            | OperationState::Canceled
            | OperationState::Expired => false,
        }
    }
}

impl BatchAction {
    /// Returns the status that a credential must have for the action to apply to it.
    pub fn applies_to(self) -> CredentialStatus {
        match self {
            Self::Activate => CredentialStatus::Inactive,
            Self::Update | Self::Inactivate | Self::Expire => CredentialStatus::Active,
        }
    }
}

impl FieldChange {
    /// Returns the same change with the credential's current value as its old value.
    #[must_use]
    pub fn rebased(&self, credential_snapshot: &CredentialSnapshot) -> Self {
        fn rebase<T: Clone>(from: &T, change: &FromTo<T>) -> FromTo<T> {
            FromTo { from: from.clone(), to: change.to.clone() }
        }
        match self {
            Self::PasswordType(change) => Self::PasswordType(rebase(&credential_snapshot.password_type, change)),
            Self::Domain(change) => Self::Domain(rebase(&credential_snapshot.domain, change)),
            Self::Device(change) => Self::Device(rebase(&credential_snapshot.device, change)),
            Self::AdditionalInformation(change) => {
                Self::AdditionalInformation(rebase(&credential_snapshot.additional_information, change))
            }
            Self::Tags(change) => Self::Tags(rebase(&credential_snapshot.tags, change)),
            Self::Parent(change) => Self::Parent(rebase(&credential_snapshot.parent, change)),
            Self::PasswordChange(change) => Self::PasswordChange(rebase(&credential_snapshot.password_change, change)),
            Self::Reconciliation(change) => Self::Reconciliation(rebase(&credential_snapshot.reconciliation, change)),
            Self::Status(change) => Self::Status(rebase(&credential_snapshot.status, change)),
            Self::ExpiresAt(change) => Self::ExpiresAt(rebase(&credential_snapshot.expires_at, change)),
        }
    }

    /// Tells whether the new value differs from the old one.
    pub fn changes_something(&self) -> bool {
        match self {
            Self::PasswordType(change) => change.from != change.to,
            Self::Domain(change) | Self::AdditionalInformation(change) => change.from != change.to,
            Self::Device(change) => change.from.id != change.to.id,
            Self::Tags(change) => change.from != change.to,
            Self::Parent(change) => change.from != change.to,
            Self::PasswordChange(change) => change.from != change.to,
            Self::Reconciliation(change) => change.from != change.to,
            Self::Status(change) => change.from != change.to,
            Self::ExpiresAt(change) => change.from != change.to,
        }
    }

    /// Tells whether an open operation relies on the value that the field had when the operation was requested.
    pub fn disturbs_operations(&self) -> bool {
        match self.field() {
            BatchField::Domain
            | BatchField::Device
            | BatchField::Parent
            | BatchField::PasswordChange
            | BatchField::Reconciliation
            | BatchField::Status => true,
            BatchField::PasswordType | BatchField::AdditionalInformation | BatchField::Tags | BatchField::ExpiresAt => {
                false
            }
        }
    }

    /// Returns the parts whose values differ, as text.
    pub fn parts(&self) -> Vec<Part> {
        let parts = match self {
            Self::PasswordType(change) => vec![part("value", change, |kind| password_type(*kind).to_owned())],
            Self::Domain(change) | Self::AdditionalInformation(change) => vec![part("value", change, Clone::clone)],
            Self::Device(change) => vec![part("value", change, |device| device.name.clone())],
            Self::Tags(change) => vec![part("value", change, |tags| tags.join(", "))],
            Self::Parent(change) => vec![
                part("parent", change, |parent| name(parent.parent.as_ref())),
                part("ownPassword", change, |parent| switch(parent.own_password)),
            ],
            Self::PasswordChange(change) => vec![
                part("automaticChange", change, |settings| switch(settings.automatic_change)),
                part("plugin", change, |settings| settings.plugin.clone().unwrap_or_default()),
                part("template", change, |settings| settings.template.clone().unwrap_or_default()),
                part("connectAs", change, |settings| {
                    if settings.access.is_some() { "access" } else { "own" }.to_owned()
                }),
                part("access", change, |settings| name(settings.access.as_ref())),
            ],
            Self::Reconciliation(change) => vec![
                part("enabled", change, |settings| switch(settings.enabled)),
                part("autorun", change, |settings| switch(settings.autorun)),
                part("credential", change, |settings| name(settings.credential.as_ref())),
                part("plugin", change, |settings| settings.plugin.clone().unwrap_or_default()),
                part("template", change, |settings| settings.template.clone().unwrap_or_default()),
            ],
            Self::Status(change) => vec![part("value", change, |status| match status {
                CredentialStatus::Active => "active".to_owned(),
                CredentialStatus::Inactive => "inactive".to_owned(),
            })],
            Self::ExpiresAt(change) => vec![part("value", change, |at| {
                at.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true)).unwrap_or_default()
            })],
        };
        parts.into_iter().filter(|part| part.from != part.to).collect()
    }
}

fn part<T>(part: &'static str, change: &FromTo<T>, text: impl Fn(&T) -> String) -> Part {
    Part { name: part, from: text(&change.from), to: text(&change.to) }
}

fn name(credential: Option<&NamedCredential>) -> String {
    credential.map(|credential| credential.name.clone()).unwrap_or_default()
}

fn switch(on: bool) -> String {
    on.to_string()
}

fn password_type(kind: PasswordType) -> &'static str {
    match kind {
        PasswordType::LocalUser => "localUser",
        PasswordType::LocalAdministrator => "localAdministrator",
        PasswordType::DomainUser => "domainUser",
    }
}
