//! What a desktop keeps between two runs of the program: keys in its key store, and what it has seen of each vault.

use std::path::Path;

use domain::VaultId;
use vault::{AuditHead, DesktopKey};

use crate::WarningKind;

/// Whose key it is: a person of the vault in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct KeyOwner<'a> {
    pub folder: &'a Path,
    pub user_name: &'a str,
}

/// Why the key store gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// The desktop has none that answers.
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

    /// Takes a person's key out of the key store.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    fn key(&self, owner: KeyOwner<'_>) -> Result<DesktopKey, KeyStoreError>;

    /// Puts a person's key into the key store.
    ///
    /// # Errors
    /// [`KeyStoreError::Missing`].
    fn keep_key(&self, owner: KeyOwner<'_>, key: &DesktopKey) -> Result<(), KeyStoreError>;

    /// Removes a person's key from the key store; one that is not there is no error.
    ///
    /// # Errors
    /// [`KeyStoreError::Missing`].
    fn forget_key(&self, owner: KeyOwner<'_>) -> Result<(), KeyStoreError>;

    /// The newest state of a vault that was seen here.
    fn seen_head(&self, vault: VaultId) -> Option<AuditHead>;

    /// Remembers a state of a vault.
    fn see_head(&self, vault: VaultId, head: &AuditHead);

    /// Tells whether somebody said that they know.
    fn is_dismissed(&self, vault: VaultId, warning: WarningKind) -> bool;

    /// Remembers that somebody knows.
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
