//! What a person may do in a vault.

use serde::{Deserialize, Serialize};

/// A set of permissions. A person may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// People, parameters, templates, backups.
    Administrator,
    /// Devices, credentials, passwords, operations.
    Operator,
    /// Decides on the requests of others; never sees a password.
    Approver,
    /// Reads everything but passwords.
    Auditor,
}
