//! The recipient of sealed keys: a person whom the verified ledger names, never one whom only a slot names.
//!
//! A [`Recipient`] has no constructor except [`Roster::recipient`], and a [`Roster`] is made only from a ledger in
//! which every signature is valid. No other code of this crate seals a key for a person.

use domain::UserId;
use secret::Key;

use super::{PersonStatus, bytes::Bytes, format::PublicKeys, roster::Roster};
use crate::VaultError;

/// An active person, with the public keys and the rights of their newest entry in the verified ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recipient {
    id: UserId,
    keys: PublicKeys,
    holds_secrets: bool,
}

impl Roster {
    /// Returns the recipient with an id; None for a person who is not active.
    pub(super) fn recipient(&self, id: UserId) -> Option<Recipient> {
        let membership = self.membership(id).filter(|membership| membership.status == PersonStatus::Active)?;
        Some(Recipient { id, keys: membership.public_keys, holds_secrets: membership.holds_secrets() })
    }
}

impl Recipient {
    /// Returns the id of the person.
    pub(super) fn id(&self) -> UserId {
        self.id
    }

    /// Returns the public keys of the person.
    pub(super) fn keys(&self) -> &PublicKeys {
        &self.keys
    }

    /// Tells whether the person gets the key to passwords.
    pub(super) fn holds_secrets(&self) -> bool {
        self.holds_secrets
    }

    /// Seals a key so that only this person can open it.
    pub(super) fn seal(&self, key: &Key) -> Result<Bytes, VaultError> {
        Ok(Bytes(self.keys.identity().seal_key(key)?))
    }
}
