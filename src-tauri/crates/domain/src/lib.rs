//! The subject of the product as plain data and pure functions: no I/O, no clock and no random source of its own.

mod ahead;
mod credential;
mod device;
mod enumeration;
mod failure;
mod identity;
mod ids;
pub mod operation;
pub mod parameter;
mod plugin_id;
pub mod policy;
mod problem;
mod role;
mod secret_version;
pub mod strength;
mod text;
mod visible;

pub use ahead::{is_ahead, latest_credible};
pub use credential::{
    ChildPassword, ConnectAs, Credential, CredentialDetails, CredentialStatus, ExecutionSettings, NotChangeable,
    NotReconcilable, PasswordType, Pause, ReconciliationSettings, SyncState, Verified,
};
pub use device::{Connectivity, Criticality, Device, DeviceDetails, Transport};
#[cfg(feature = "typescript")]
#[doc(hidden)]
pub use specta;

pub use enumeration::Enumeration;
pub use failure::{FailureClass, FailureCode};
pub use identity::{AcceptedTrust, Certificate, HostKey, Identity, IdentityKind, Trust};
pub use ids::{
    AttemptId, CredentialId, DeviceId, OperationId, OwnerId, PolicyId, RequestId, SavedFilterId, SecretVersionId,
    StrengthId, UserId, VaultId,
};
pub use plugin_id::{InvalidPluginId, PluginId};
pub use problem::{Problem, Rule};
pub use role::Role;
pub use secret_version::{SecretKind, SecretOrigin, SecretVersionState};
pub use visible::visible;
