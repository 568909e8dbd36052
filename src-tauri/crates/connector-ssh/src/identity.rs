//! The identity of a device: reading its host key, and comparing it with the pinned one.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use connector::ConnectorError;
use domain::{FailureCode, HostKey};
use ssh2::{HashType, Session};

use crate::failure::failure;

/// The key algorithms in the order in which they are requested. An RSA key has one type but three signature algorithms.
const ALGORITHMS: [&str; 7] = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
    "ssh-rsa",
];

/// Returns the list of algorithms with the pinned key's type first. Otherwise a device with several keys could present
/// another key, which would look like a changed key.
pub(crate) fn preference(pinned: Option<&HostKey>) -> String {
    let wanted = |algorithm: &str| match pinned.map(|key| key.algorithm.as_str()) {
        Some("ssh-rsa") => algorithm.contains("rsa"),
        Some(pinned) => algorithm == pinned,
        None => false,
    };
    let (mut first, rest): (Vec<&str>, Vec<&str>) = ALGORITHMS.iter().partition(|algorithm| wanted(algorithm));
    first.extend(rest);
    first.join(",")
}

/// Returns the host key of the device. The key exchange has proven that the device holds it.
pub(crate) fn offered(session: &Session) -> Result<HostKey, ConnectorError> {
    let missing = || failure(FailureCode::ProtocolRefused, "the device showed no host key");
    let (blob, _) = session.host_key().ok_or_else(missing)?;
    let hash = session.host_key_hash(HashType::Sha256).ok_or_else(missing)?;
    Ok(HostKey {
        algorithm: algorithm(blob).ok_or_else(missing)?,
        key: STANDARD.encode(blob),
        fingerprint: format!("SHA256:{}", STANDARD_NO_PAD.encode(hash)),
    })
}

/// Reads the type of a key. The blob begins with its type as a string (RFC 4253, section 6.6): four bytes of length,
/// then the characters.
fn algorithm(blob: &[u8]) -> Option<String> {
    let length = u32::from_be_bytes(blob.get(..4)?.try_into().ok()?);
    let name = blob.get(4..)?.get(..usize::try_from(length).ok()?)?;
    std::str::from_utf8(name).ok().map(str::to_owned)
}

/// Compares the whole host key with the pinned one. Must be called before anything about the account is sent.
pub(crate) fn check(session: &Session, pinned: &HostKey) -> Result<(), ConnectorError> {
    let offered = offered(session)?;
    if offered.key == pinned.key {
        return Ok(());
    }
    Err(ConnectorError {
        words: Some(offered.fingerprint),
        expected: Some(pinned.fingerprint.clone()),
        ..ConnectorError::new(FailureCode::HostKeyChanged)
    })
}

#[cfg(test)]
mod tests {
    use domain::HostKey;

    use super::{algorithm, preference};

    fn pinned(algorithm: &str) -> HostKey {
        HostKey { algorithm: algorithm.to_owned(), key: String::new(), fingerprint: String::new() }
    }

    #[test]
    fn the_pinned_type_is_asked_for_first() {
        assert!(
            preference(Some(&pinned("ecdsa-sha2-nistp256"))).starts_with("ecdsa-sha2-nistp256,ssh-ed25519"),
            "ecdsa"
        );
        assert!(preference(Some(&pinned("ssh-rsa"))).starts_with("rsa-sha2-512,rsa-sha2-256,ssh-rsa,"), "rsa");
        assert!(preference(None).starts_with("ssh-ed25519,"), "the best one where nothing is pinned");
    }

    #[test]
    fn a_cut_key_blob_has_no_type() {
        assert_eq!(algorithm(b"\0\0\0\x0bssh-ed25519rest").as_deref(), Some("ssh-ed25519"), "a whole one");
        assert_eq!(algorithm(b"\0\0\0\x0bssh-ed"), None, "cut");
        assert_eq!(algorithm(b"\xff\xff\xff\xffx"), None, "a length that is a lie");
        assert_eq!(algorithm(b""), None, "empty");
    }
}
