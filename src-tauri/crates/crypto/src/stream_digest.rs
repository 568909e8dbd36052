//! SHA-256 (FIPS 180-4) over bytes that come piece by piece.

use sha2::{Digest, Sha256};

use crate::DIGEST_LENGTH;

/// A digest of bytes that are still arriving.
#[derive(Default)]
pub struct StreamDigest(Sha256);

impl StreamDigest {
    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest of all bytes so far.
    pub fn finish(self) -> [u8; DIGEST_LENGTH] {
        self.0.finalize().into()
    }
}
