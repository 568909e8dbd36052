//! The identity of a device: its public host key, accepted once by a person.

use serde::{Deserialize, Serialize};

/// A public host key as the device presents it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostKey {
    /// The key type by its SSH name, for instance `ssh-ed25519` (RFC 8709) or `ecdsa-sha2-nistp256` (RFC 5656).
    pub algorithm: String,
    /// The key blob of RFC 4253, section 6.6, in padded base64.
    pub key: String,
    /// SHA-256 of the blob as OpenSSH prints it: `SHA256:` and base64 without padding.
    pub fingerprint: String,
}
