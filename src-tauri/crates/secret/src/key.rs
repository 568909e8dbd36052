//! Key material: 32 bytes in memory that is locked, guarded and left out of dumps.

use std::mem;

use zeroize::Zeroize;

use crate::arena::{self, Home};

/// Length of every symmetric key and every X25519 or Ed25519 secret, in bytes.
pub const KEY_LENGTH: usize = 32;

/// 32 secret bytes that are wiped when dropped. They are never swapped out where the system allows locked memory;
/// [`memory_status`](crate::memory_status) tells whether it does.
pub struct Key(Place);

/// The place of the bytes in memory.
enum Place {
    Slot {
        bytes: &'static mut [u8; KEY_LENGTH],
        home: Home,
    },
    /// Ordinary memory, where the system gave no pages.
    Heap(Box<[u8; KEY_LENGTH]>),
}

impl Key {
    /// Copies the bytes in; the caller wipes its own copy.
    pub fn from_bytes(bytes: &[u8; KEY_LENGTH]) -> Self {
        let slot = arena::slot(KEY_LENGTH)
            .and_then(|(slot, home)| Some(Place::Slot { bytes: slot.try_into().ok()?, home }))
            .unwrap_or_else(|| {
                arena::note_heap(KEY_LENGTH);
                Place::Heap(Box::new([0; KEY_LENGTH]))
            });
        let mut key = Self(slot);
        key.bytes_mut().copy_from_slice(bytes);
        key
    }

    /// Returns the bytes. Every call gives its reason in an `// EXPOSE:` comment.
    pub fn expose(&self) -> &[u8; KEY_LENGTH] {
        match &self.0 {
            Place::Slot { bytes, .. } => bytes,
            Place::Heap(bytes) => bytes,
        }
    }

    /// Copies the key. The copy has a name of its own, not `Clone`, so that nobody copies a key by accident.
    pub fn duplicate(&self) -> Self {
        Self::from_bytes(self.expose())
    }

    fn bytes_mut(&mut self) -> &mut [u8; KEY_LENGTH] {
        match &mut self.0 {
            Place::Slot { bytes, .. } => bytes,
            Place::Heap(bytes) => bytes,
        }
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.bytes_mut().zeroize();
        match mem::replace(&mut self.0, Place::Heap(Box::new([0; KEY_LENGTH]))) {
            Place::Slot { bytes, home } => arena::give_back(bytes, home),
            Place::Heap(_) => arena::forget_heap(KEY_LENGTH),
        }
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
