//! Key material: 32 bytes, kept out of swap where the system allows it.

use region::LockGuard;
use zeroize::Zeroizing;

/// Length of every symmetric key and every X25519 or Ed25519 secret, in bytes.
pub const KEY_LENGTH: usize = 32;

/// 32 secret bytes on a heap page that is locked in memory where the system allows it, and wiped when dropped.
pub struct Key {
    bytes: Box<Zeroizing<[u8; KEY_LENGTH]>>,
    // None where the system refused (a low memory-lock limit): the key still works, it may be swapped out.
    _resident: Option<LockGuard>,
}

impl Key {
    /// Copies the bytes in; the caller wipes its own copy.
    pub fn from_bytes(bytes: &[u8; KEY_LENGTH]) -> Self {
        let mut kept = Box::new(Zeroizing::new([0; KEY_LENGTH]));
        kept.copy_from_slice(bytes);
        let resident = region::lock(kept.as_ptr(), KEY_LENGTH).ok();
        Self { bytes: kept, _resident: resident }
    }

    /// Returns the bytes. Every call says why it is needed, in an `// EXPOSE:` comment.
    pub fn expose(&self) -> &[u8; KEY_LENGTH] {
        &self.bytes
    }

    /// Makes a second owner of the same key: a deliberate act, which is why it is not `Clone`.
    pub fn duplicate(&self) -> Self {
        Self::from_bytes(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    static_assertions::assert_not_impl_any!(
        Key: std::fmt::Debug, std::fmt::Display, Clone, Copy, serde::Serialize, PartialEq, AsRef<[u8]>
    );
    static_assertions::assert_impl_all!(Key: Send, Sync);
}
