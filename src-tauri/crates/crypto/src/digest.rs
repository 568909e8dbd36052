//! SHA-256 (FIPS 180-4) over lists of fields.

use sha2::{Digest, Sha256};

use crate::AssociatedData;

/// Length of a digest, in bytes.
pub const DIGEST_LENGTH: usize = 32;

/// Derives the digest of a list of fields. It is no secret's fingerprint: what can be guessed can be found from it.
pub fn derive_digest(content: &AssociatedData) -> [u8; DIGEST_LENGTH] {
    Sha256::digest(content.as_bytes()).into()
}
