//! The values that a credential's secret has, had, or may have.

use serde::{Deserialize, Serialize};

/// Which secret of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SecretKind {
    /// The password.
    Password,
    /// A private key that logs in beside or instead of the password.
    PrivateKey,
}

/// What a stored value is to its credential. There is at most one current and at most one candidate of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum VersionState {
    /// Generated and stored, not proven on the device yet.
    Candidate,
    /// The last one that was proven, or that a person entered.
    Current,
    /// The one before the current.
    Previous,
    /// Older than the previous.
    Retired,
    /// A candidate that may be the device's and was never resolved; another candidate took its place.
    Unresolved,
    /// A candidate that another password was proven against. It is kept all the same.
    Abandoned,
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// A person entered it.
    Entered,
    /// The program generated it for a change.
    Generated,
}
