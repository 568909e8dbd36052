//! The data that a desktop keeps between two runs of the program: keys in its key store, and the newest state that it
//! has seen of each vault.

use std::path::Path;

use domain::VaultId;
use vault::{AuditHead, DesktopKey};

use crate::WarningKind;

/// The owner of a key: a person of the vault in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct KeyOwner<'a> {
    pub folder: &'a Path,
    pub user_name: &'a str,
}

/// The reason why the key store returned no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// The desktop has no key store that answers.
    #[error("no key store answers")]
    Missing,
    /// It holds no key for this person.
    #[error("the key store holds no such key")]
    NoSuchKey,
}

/// The desktop that the program runs on.
pub trait Desktop: Send + Sync {
    /// Tells whether there is a key store that answers.
    fn has_key_store(&self) -> bool;

    /// Tells whether a key was kept for this person, without asking the key store.
    fn is_said_to_hold_key(&self, owner: KeyOwner<'_>) -> bool;

    /// Reads a person's key from the key store.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    fn key(&self, owner: KeyOwner<'_>) -> Result<DesktopKey, KeyStoreError>;

    /// Puts a person's key into the key store.
    ///
    /// # Errors
    /// [`KeyStoreError::Missing`].
    fn keep_key(&self, owner: KeyOwner<'_>, key: &DesktopKey) -> Result<(), KeyStoreError>;

    /// Removes a person's key from the key store. A missing key is no error.
    ///
    /// # Errors
    /// [`KeyStoreError::Missing`].
    fn forget_key(&self, owner: KeyOwner<'_>) -> Result<(), KeyStoreError>;

    /// Returns the newest state of a vault that was seen on this desktop.
    fn seen_head(&self, vault: VaultId) -> Option<AuditHead>;

    /// Stores the newest state of a vault that was seen.
    fn see_head(&self, vault: VaultId, head: &AuditHead);

    /// Tells whether a warning about a vault was dismissed on this desktop.
    fn is_dismissed(&self, vault: VaultId, warning: WarningKind) -> bool;

    /// Stores that a warning about a vault was dismissed.
    fn dismiss(&self, vault: VaultId, warning: WarningKind);
}

/// A desktop without a key store that remembers nothing.
pub struct Forgetful;

impl Desktop for Forgetful {
    fn has_key_store(&self) -> bool {
        false
    }

    fn is_said_to_hold_key(&self, _: KeyOwner<'_>) -> bool {
        false
    }

    fn key(&self, _: KeyOwner<'_>) -> Result<DesktopKey, KeyStoreError> {
        Err(KeyStoreError::Missing)
    }

    fn keep_key(&self, _: KeyOwner<'_>, _: &DesktopKey) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Missing)
    }

    fn forget_key(&self, _: KeyOwner<'_>) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Missing)
    }

    fn seen_head(&self, _: VaultId) -> Option<AuditHead> {
        None
    }

    fn see_head(&self, _: VaultId, _: &AuditHead) {}

    fn is_dismissed(&self, _: VaultId, _: WarningKind) -> bool {
        false
    }

    fn dismiss(&self, _: VaultId, _: WarningKind) {}
}
