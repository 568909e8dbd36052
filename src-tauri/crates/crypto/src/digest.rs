//! SHA-256 (FIPS 180-4) over lists of fields.

use secret::{KEY_LENGTH, Key};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::AssociatedData;

/// Length of a digest, in bytes.
pub const DIGEST_LENGTH: usize = 32;

/// Derives the digest of a list of fields. Do not use it as the fingerprint of a secret: an attacker can test guesses
/// against it.
pub fn derive_digest(content: &AssociatedData) -> [u8; DIGEST_LENGTH] {
    Sha256::digest(content.as_bytes()).into()
}

/// Derives the key that a key file stands for: the digest of all its bytes.
pub fn derive_file_key(content: &[u8]) -> Key {
    let purpose = AssociatedData::new("chaveiro key file");
    hash_to_key(&[purpose.as_bytes(), content])
}

/// Derives a key of one purpose from a uniformly random one. The parts before the last have fixed or stated lengths.
pub(crate) fn hash_to_key(parts: &[&[u8]]) -> Key {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
    bytes.copy_from_slice(&hasher.finalize());
    Key::from_bytes(&bytes)
}
