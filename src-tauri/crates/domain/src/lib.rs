//! What the product is about, as plain data and pure functions: no I/O, no clock and no random source of its own.

mod ahead;
mod credential;
mod device;
mod enumeration;
mod failure;
mod host_key;
mod ids;
pub mod operation;
pub mod parameter;
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
pub use device::{Connectivity, Criticality, Device, DeviceDetails, PinnedHostKey, Protocol};
#[cfg(feature = "typescript")]
#[doc(hidden)]
pub use specta;

pub use enumeration::Enumeration;
pub use failure::{FailureClass, FailureCode};
pub use host_key::HostKey;
pub use ids::{
    AttemptId, CredentialId, DeviceId, OperationId, OwnerId, PolicyId, RequestId, SavedFilterId, SecretVersionId,
    StrengthId, UserId, VaultId,
};
pub use problem::{Problem, Rule};
pub use role::Role;
pub use secret_version::{SecretKind, SecretOrigin, SecretVersionState};
pub use visible::visible;
