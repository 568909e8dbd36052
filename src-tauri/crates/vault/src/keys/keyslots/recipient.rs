//! Whom keys are sealed for: somebody whom the verified ledger names, never somebody whom a slot names.
//!
//! A [`Recipient`] has no constructor but [`Roster::recipient`], and a [`Roster`] is only made from a ledger in which every
//! signature holds. No other code of this crate seals a key for a person.

use domain::UserId;
use secret::Key;

use super::{PersonStatus, bytes::Bytes, format::PublicKeys, roster::Roster};
use crate::VaultError;

/// Somebody active, with the public keys and the rights of their newest entry in the verified ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recipient {
    id: UserId,
    keys: PublicKeys,
    holds_secrets: bool,
}

impl Roster {
    /// Whom keys are sealed for under an id; none for who is not active.
    pub(super) fn recipient(&self, id: UserId) -> Option<Recipient> {
        let standing = self.standing(id).filter(|standing| standing.status == PersonStatus::Active)?;
        Some(Recipient { id, keys: standing.public_keys, holds_secrets: standing.holds_secrets() })
    }
}

impl Recipient {
    /// Their id.
    pub(super) fn id(&self) -> UserId {
        self.id
    }

    /// Their public keys.
    pub(super) fn keys(&self) -> &PublicKeys {
        &self.keys
    }

    /// Tells whether they get the key to passwords.
    pub(super) fn holds_secrets(&self) -> bool {
        self.holds_secrets
    }

    /// Seals a key so that only they can open it.
    pub(super) fn seal(&self, key: &Key) -> Result<Bytes, VaultError> {
        Ok(Bytes(self.keys.identity().seal_key(key)?))
    }
}
