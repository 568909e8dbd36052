//! The content of a request, value by value: the old and the new value of exactly the fields that change.
//!
//! Names are stored beside ids, because approvers read names. They are signed with the rest. If the vault knows a
//! record by another name when the request is applied, the approver read about another record, and the request is not
//! applied.

use chrono::{DateTime, Utc};

use crate::{
    Canonical, Decoder, Encoder, Malformed,
    canonical::{record, words},
};
use domain::{CredentialId, CredentialStatus, DeviceId, OperationId, PasswordType, operation::OperationType};

/// The subject of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// One change to many credentials.
    Batch(Batch),
    /// Operations that wait to be allowed.
    Operations(Vec<OperationTask>),
    /// Permission for administrators to apply urgent requests without approvals.
    AllowEmergency,
}

domain::enumeration! {
    /// The four bulk actions.
    pub enum BatchAction {
        /// Gives fields other values.
        Update = "update",
        /// Takes credentials out of use.
        Inactivate = "inactivate",
        /// Takes inactive credentials into use again.
        Activate = "activate",
        /// Sets their expiry to the moment of the request.
        Expire = "expire",
    }
}

/// One bulk action with its tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Batch {
    pub action: BatchAction,
    pub tasks: Vec<Task>,
}

/// The changes of one credential.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Task {
    pub credential: CredentialId,
    /// Its username when it was requested.
    pub username: String,
    /// Its device's name when it was requested.
    pub device_name: String,
    /// Each field that changes, in the order of [`BatchField`], none twice.
    pub changes: Vec<FieldChange>,
}

/// The value of a field before and after the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromTo<T> {
    /// The value at the time of the request. Any other value when the request is applied is a conflict.
    pub from: T,
    /// The value that the credential gets.
    pub to: T,
}

/// A device, as the approver reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NamedDevice {
    pub id: DeviceId,
    pub name: String,
}

/// A credential, as the approver reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NamedCredential {
    pub id: CredentialId,
    pub name: String,
}

/// The parent whose password a credential follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// The parent; none for a credential without one.
    pub parent: Option<NamedCredential>,
    /// True if the credential gets a password of its own when the parent's changes, instead of the parent's.
    pub own_password: bool,
}

/// The way in which the password of a credential is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSettings {
    /// True if a plugin may change it.
    pub automatic_change: bool,
    /// The change plugin's id.
    pub plugin: Option<String>,
    /// The change template's id.
    pub template: Option<String>,
    /// The credential that logs in to make the change; none: the credential itself.
    pub access: Option<NamedCredential>,
}

/// The way in which a password that no longer works is set again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ReconciliationSettings {
    /// True if reconciliation is allowed.
    pub enabled: bool,
    /// True if a failed login starts it without a person.
    pub autorun: bool,
    pub credential: Option<NamedCredential>,
    pub plugin: Option<String>,
    pub template: Option<String>,
}

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum FieldChange {
    /// The kind of account.
    PasswordType(FromTo<PasswordType>),
    Domain(FromTo<String>),
    Device(FromTo<NamedDevice>),
    AdditionalInformation(FromTo<String>),
    /// All tags, before and after.
    Tags(FromTo<Vec<String>>),
    /// The parent whose password it follows.
    Parent(FromTo<Parent>),
    /// How it is changed.
    PasswordChange(FromTo<ChangeSettings>),
    /// How it is repaired.
    Reconciliation(FromTo<ReconciliationSettings>),
    Status(FromTo<CredentialStatus>),
    /// The time by which its password must be changed.
    ExpiresAt(FromTo<Option<DateTime<Utc>>>),
}

domain::enumeration! {
    /// A field of a credential that a bulk action can change.
    #[derive(PartialOrd, Ord)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum BatchField {
        PasswordType = "passwordType",
        Domain = "domain",
        Device = "device",
        AdditionalInformation = "additionalInformation",
        Tags = "tags",
        Parent = "parent",
        PasswordChange = "passwordChange",
        Reconciliation = "reconciliation",
        Status = "status",
        ExpiresAt = "expiresAt",
    }
}

/// One operation that waits to be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct OperationTask {
    pub operation: OperationId,
    pub kind: OperationType,
    pub credential: CredentialId,
    /// Its username when it was requested.
    pub username: String,
    pub device: DeviceId,
    /// Its name when it was requested.
    pub device_name: String,
    pub scheduled_at: DateTime<Utc>,
}

impl FieldChange {
    /// Returns the field that this change is for.
    pub fn field(&self) -> BatchField {
        match self {
            Self::PasswordType(_) => BatchField::PasswordType,
            Self::Domain(_) => BatchField::Domain,
            Self::Device(_) => BatchField::Device,
            Self::AdditionalInformation(_) => BatchField::AdditionalInformation,
            Self::Tags(_) => BatchField::Tags,
            Self::Parent(_) => BatchField::Parent,
            Self::PasswordChange(_) => BatchField::PasswordChange,
            Self::Reconciliation(_) => BatchField::Reconciliation,
            Self::Status(_) => BatchField::Status,
            Self::ExpiresAt(_) => BatchField::ExpiresAt,
        }
    }
}

impl Content {
    /// Returns the number of credentials or operations in the request.
    pub fn tasks(&self) -> usize {
        match self {
            Self::Batch(batch) => batch.tasks.len(),
            Self::Operations(tasks) => tasks.len(),
            Self::AllowEmergency => 0,
        }
    }

    /// Returns the credentials in the request.
    pub fn credentials(&self) -> Vec<CredentialId> {
        match self {
            Self::Batch(batch) => batch.tasks.iter().map(|task| task.credential).collect(),
            Self::Operations(tasks) => tasks.iter().map(|task| task.credential).collect(),
            Self::AllowEmergency => Vec::new(),
        }
    }
}

words!(BatchAction, BatchField);
record!(FromTo<T> { from, to });
record!(NamedDevice { id, name });
record!(NamedCredential { id, name });
record!(Parent { parent, own_password });
record!(ChangeSettings { automatic_change, plugin, template, access });
record!(ReconciliationSettings { enabled, autorun, credential, plugin, template });
record!(OperationTask { operation, kind, credential, username, device, device_name, scheduled_at });
record!(Batch { action, tasks });

impl Canonical for FieldChange {
    fn encode(&self, encoder: &mut Encoder) {
        self.field().encode(encoder);
        match self {
            Self::PasswordType(change) => change.encode(encoder),
            Self::Domain(change) | Self::AdditionalInformation(change) => change.encode(encoder),
            Self::Device(change) => change.encode(encoder),
            Self::Tags(change) => change.encode(encoder),
            Self::Parent(change) => change.encode(encoder),
            Self::PasswordChange(change) => change.encode(encoder),
            Self::Reconciliation(change) => change.encode(encoder),
            Self::Status(change) => change.encode(encoder),
            Self::ExpiresAt(change) => change.encode(encoder),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(match BatchField::decode(decoder)? {
            BatchField::PasswordType => Self::PasswordType(FromTo::decode(decoder)?),
            BatchField::Domain => Self::Domain(FromTo::decode(decoder)?),
            BatchField::Device => Self::Device(FromTo::decode(decoder)?),
            BatchField::AdditionalInformation => Self::AdditionalInformation(FromTo::decode(decoder)?),
            BatchField::Tags => Self::Tags(FromTo::decode(decoder)?),
            BatchField::Parent => Self::Parent(FromTo::decode(decoder)?),
            BatchField::PasswordChange => Self::PasswordChange(FromTo::decode(decoder)?),
            BatchField::Reconciliation => Self::Reconciliation(FromTo::decode(decoder)?),
            BatchField::Status => Self::Status(FromTo::decode(decoder)?),
            BatchField::ExpiresAt => Self::ExpiresAt(FromTo::decode(decoder)?),
        })
    }
}

impl Canonical for Task {
    fn encode(&self, encoder: &mut Encoder) {
        self.credential.encode(encoder);
        self.username.encode(encoder);
        self.device_name.encode(encoder);
        self.changes.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let task = Self {
            credential: CredentialId::decode(decoder)?,
            username: String::decode(decoder)?,
            device_name: String::decode(decoder)?,
            changes: Vec::<FieldChange>::decode(decoder)?,
        };
        // A field that is listed twice would be shown once and written twice.
        let ordered = task.changes.is_sorted_by(|one, next| one.field() < next.field());
        if ordered { Ok(task) } else { Err(Malformed) }
    }
}

impl Canonical for Content {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Batch(batch) => {
                encoder.field(b"batch");
                batch.encode(encoder);
            }
            Self::Operations(tasks) => {
                encoder.field(b"operations");
                tasks.encode(encoder);
            }
            Self::AllowEmergency => encoder.field(b"allowEmergency"),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        match decoder.field()? {
            b"batch" => Batch::decode(decoder).map(Self::Batch),
            b"operations" => Vec::decode(decoder).map(Self::Operations),
            b"allowEmergency" => Ok(Self::AllowEmergency),
            _ => Err(Malformed),
        }
    }
}
