//! Who signed in, and what they hold. A vault may be open with nobody signed in; the executor then works with a
//! [`SecretsKey`] of its own.

use crypto::{AssociatedData, Identity, PublicIdentity, SIGNATURE_LENGTH};
use domain::{Role, UserId, VaultId};
use secret::{KEY_LENGTH, Key, Secret};

use crate::{KdfParameters, VaultError};

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// How somebody asks to be let in.
pub struct SignIn<'a> {
    /// Who they say they are.
    pub user_name: &'a str,
    /// Their password.
    pub password: &'a Secret,
    /// What a guess is to cost at least: a slot that is cheaper is sealed anew. None leaves it.
    pub raise_to: Option<KdfParameters>,
}

impl<'a> SignIn<'a> {
    /// Asks with a name and a password.
    pub fn password(user_name: &'a str, password: &'a Secret) -> Self {
        Self { user_name, password, raise_to: None }
    }

    /// Lets the slot's key derivation rise to these parameters.
    #[must_use]
    pub fn raise_to(self, parameters: KdfParameters) -> Self {
        Self { raise_to: Some(parameters), ..self }
    }
}

/// The key to passwords, of one vault, until the next re-keying: an older one is refused as [`VaultError::StaleKey`].
///
/// A deliberate copy for a holder of its own (the executor) is [`SecretsKey::duplicate`].
pub struct SecretsKey {
    key: Key,
    vault: VaultId,
    generation: u32,
}

impl SecretsKey {
    pub(crate) fn new(key: Key, vault: VaultId, generation: u32) -> Self {
        Self { key, vault, generation }
    }

    /// Makes a second owner of the same key: a deliberate act, which is why it is not `Clone`.
    pub fn duplicate(&self) -> Self {
        Self { key: self.key.duplicate(), ..*self }
    }

    /// The key, if it is that of this vault and of its present generation.
    pub(crate) fn of(&self, vault: VaultId, generation: u32) -> Result<&Key, VaultError> {
        if self.vault == vault && self.generation == generation { Ok(&self.key) } else { Err(VaultError::StaleKey) }
    }
}

/// An Ed25519 signature that a person gave in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; SIGNATURE_LENGTH]);

impl Signature {
    /// Tells whether the holder of this signing key signed exactly this content, in a session of this program.
    pub fn is_of(&self, signing_key: &[u8; KEY_LENGTH], content: &[u8]) -> bool {
        let signer = PublicIdentity { encryption: [0; KEY_LENGTH], signing: *signing_key };
        signer.verify(&signed(content), &self.0).is_ok()
    }
}

/// What a session signs: never the same bytes as a grant, whatever the content.
fn signed(content: &[u8]) -> AssociatedData {
    AssociatedData::new("chaveiro session signature").bytes(content)
}

/// One signed-in person with their private keys, which are wiped when it is dropped.
pub struct Session {
    pub(crate) vault: VaultId,
    pub(crate) user: SignedIn,
    pub(crate) identity: Identity,
    pub(crate) secrets_key: Option<SecretsKey>,
}

impl Session {
    /// The vault that they signed in to.
    pub fn vault_id(&self) -> VaultId {
        self.vault
    }

    /// Who it is.
    pub fn user(&self) -> &SignedIn {
        &self.user
    }

    /// The key to passwords; none for who may not open them.
    pub fn secrets_key(&self) -> Option<&SecretsKey> {
        self.secrets_key.as_ref()
    }

    /// The key to passwords, where it is needed.
    ///
    /// # Errors
    /// [`VaultError::NoSecretsKey`].
    pub fn require_secrets_key(&self) -> Result<&SecretsKey, VaultError> {
        self.secrets_key.as_ref().ok_or(VaultError::NoSecretsKey)
    }

    /// Signs content as this person. What the content is for must be in the content.
    pub fn sign(&self, content: &[u8]) -> Signature {
        Signature(self.identity.sign(&signed(content)))
    }

    /// The public key that checks what they sign.
    pub fn signing_key(&self) -> [u8; KEY_LENGTH] {
        self.identity.public().signing
    }
}

#[cfg(test)]
mod tests {
    use super::{SecretsKey, Session};

    static_assertions::assert_not_impl_any!(
        Session: std::fmt::Debug, std::fmt::Display, Clone, Copy, serde::Serialize, PartialEq
    );
    static_assertions::assert_not_impl_any!(
        SecretsKey: std::fmt::Debug, std::fmt::Display, Clone, Copy, serde::Serialize, PartialEq, AsRef<[u8]>
    );
    static_assertions::assert_impl_all!(Session: Send, Sync);
}
