//! The identity of a device, and what a person accepted as its identity.
//!
//! The device shows its identity before anybody logs in. The accepted trust is stored for each device and plugin,
//! because another protocol of the same device shows another identity.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{PluginId, UserId};

crate::enumeration! {
    /// The kind of an identity: of one that a device shows, and of one that a person accepted.
    pub enum IdentityKind {
        /// An SSH host key.
        HostKey = "hostKey",
        /// A chain of X.509 certificates.
        Certificate = "certificate",
        /// The protocol identifies no device.
        None = "none",
    }
}

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

/// A certificate as the device presents it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The name that it was issued to, as a person reads it.
    pub subject: String,
    /// The certificate in DER, in padded base64.
    pub der: String,
    /// SHA-256 of the DER as OpenSSL prints it: pairs of hexadecimal digits with colons.
    pub fingerprint: String,
}

/// The identity that a device shows before anybody logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A host key whose private half the device has proven to hold.
    HostKey(HostKey),
    /// The device's own certificate first, then those that issued it.
    Certificates(Vec<Certificate>),
    /// No identity: anybody on the network path can answer in the device's place.
    None,
}

/// The identity that a device must have before anything secret is sent to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Trust {
    /// The device must show exactly this host key.
    HostKey(HostKey),
    Certificate(Certificate),
    /// A certificate for the name that an authority of the vault issued.
    Authority {
        authority: Certificate,
        /// The name that must be in the device's certificate.
        host_name: String,
    },
    /// A certificate for the name that an authority of the operating system issued.
    SystemAuthorities {
        /// The name that must be in the device's certificate.
        host_name: String,
    },
    /// No identity is required. A person accepted that anybody on the network path to this device can read and change
    /// the traffic.
    None,
}

/// A trust, and the person who decided on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedTrust {
    /// The plugin whose protocol showed the identity.
    pub plugin: PluginId,
    /// The identity that the device must have.
    pub trust: Trust,
    /// The person who accepted it.
    pub accepted_by: UserId,
    /// The time of the acceptance.
    pub accepted_at: DateTime<Utc>,
}

impl Identity {
    /// Returns the kind of this identity.
    pub fn kind(&self) -> IdentityKind {
        match self {
            Self::HostKey(_) => IdentityKind::HostKey,
            Self::Certificates(_) => IdentityKind::Certificate,
            Self::None => IdentityKind::None,
        }
    }

    /// Returns the trust in exactly this identity. An empty chain of certificates identifies nobody, so that the result
    /// is None.
    pub fn pinned(&self) -> Option<Trust> {
        match self {
            Self::HostKey(key) => Some(Trust::HostKey(key.clone())),
            Self::Certificates(chain) => chain.first().cloned().map(Trust::Certificate),
            Self::None => Some(Trust::None),
        }
    }
}

impl Trust {
    /// Returns the kind of the identity that it asks for.
    pub fn kind(&self) -> IdentityKind {
        match self {
            Self::HostKey(_) => IdentityKind::HostKey,
            Self::Certificate(_) | Self::Authority { .. } | Self::SystemAuthorities { .. } => IdentityKind::Certificate,
            Self::None => IdentityKind::None,
        }
    }

    /// Returns the type of a key, or the name in a certificate; empty where there is neither.
    pub fn label(&self) -> &str {
        match self {
            Self::HostKey(key) => &key.algorithm,
            Self::Certificate(certificate) => &certificate.subject,
            Self::Authority { host_name, .. } | Self::SystemAuthorities { host_name } => host_name,
            Self::None => "",
        }
    }

    /// Returns the fingerprint that a person compares; empty where there is none.
    pub fn fingerprint(&self) -> &str {
        match self {
            Self::HostKey(key) => &key.fingerprint,
            Self::Certificate(certificate) | Self::Authority { authority: certificate, .. } => &certificate.fingerprint,
            Self::SystemAuthorities { .. } | Self::None => "",
        }
    }

    /// Returns the public key or certificate in base64; empty where there is none.
    pub fn public_part(&self) -> &str {
        match self {
            Self::HostKey(key) => &key.key,
            Self::Certificate(certificate) | Self::Authority { authority: certificate, .. } => &certificate.der,
            Self::SystemAuthorities { .. } | Self::None => "",
        }
    }
}
