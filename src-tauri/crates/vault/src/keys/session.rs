//! The session of a signed-in person, with their keys. A vault may be open with nobody signed in. The executor then
//! works with a [`SecretsKey`] of its own.

use std::borrow::Cow;

use crypto::{AssociatedData, Identity, PublicIdentity, SIGNATURE_LENGTH, derive_file_key};
use domain::{Role, UserId, VaultId};
use secret::{KEY_LENGTH, Key, Secret};
use uuid::Uuid;

use crate::{
    KdfParameters, VaultError,
    keys::{keyslots::PasswordProof, recovery},
};

/// The person who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SignedIn {
    pub id: UserId,
    pub name: String,
    pub roles: Vec<Role>,
}

/// A request to sign in.
pub struct SignIn<'a> {
    pub(crate) who: Who<'a>,
    pub(crate) raise_to: Option<KdfParameters>,
}

/// The proof of a sign-in.
pub(crate) enum Who<'a> {
    Password(PasswordProof<'a>),
    Desktop(&'a str, &'a DesktopKey),
    Recovery(Key),
}

impl<'a> SignIn<'a> {
    /// Makes a request with a name and a password.
    pub fn password(user_name: &'a str, password: &'a Secret) -> Self {
        Self::with(Who::Password(PasswordProof { user_name, password, key_file: None }))
    }

    /// Makes a request with the key that this desktop keeps for the person.
    pub fn desktop(user_name: &'a str, key: &'a DesktopKey) -> Self {
        Self::with(Who::Desktop(user_name, key))
    }

    /// Makes a request with the recovery key: its words, or the text of its QR code.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`] for a text that cannot be a recovery key.
    pub fn recovery(typed: &Secret) -> Result<Self, VaultError> {
        recovery::read_key(typed).map(|key| Self::with(Who::Recovery(key)))
    }

    /// Adds a key file to the password.
    #[must_use]
    pub fn key_file(mut self, file: &'a KeyFile) -> Self {
        if let Who::Password(proof) = &mut self.who {
            proof.key_file = Some(file);
        }
        self
    }

    /// Raises the slot's key-derivation cost to at least these parameters: a cheaper slot is sealed again.
    #[must_use]
    pub fn raise_to(self, parameters: KdfParameters) -> Self {
        Self { raise_to: Some(parameters), ..self }
    }

    fn with(who: Who<'a>) -> Self {
        Self { who, raise_to: None }
    }
}

/// A file that is needed together with the password. Its digest goes into the key derivation.
pub struct KeyFile(Key);

impl KeyFile {
    /// Takes the file's content; every byte counts.
    pub fn from_content(content: &[u8]) -> Self {
        Self(derive_file_key(content))
    }

    /// Makes the content of a new key file.
    ///
    /// # Errors
    /// When the system has no random bytes to give.
    pub fn make_content() -> Result<Secret, VaultError> {
        let (one, two) = (crypto::make_password()?, crypto::make_password()?);
        let three = crypto::make_password()?;
        // EXPOSE: the text becomes the content of the file: 300 random bits.
        Ok(Secret::new(format!("{}-{}-{}\n", one.expose(), two.expose(), three.expose())))
    }

    /// Copies the key. The copy has a name of its own, not `Clone`, so that nobody copies a key by accident.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }

    pub(crate) fn key(&self) -> &Key {
        &self.0
    }
}

/// A key that the system's key store keeps for one person on one desktop.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct DesktopKey {
    /// The id of the person's desktop.
    pub id: Uuid,
    pub key: Key,
}

/// The key to passwords of one vault, valid until the next re-keying. An older one is refused as
/// [`VaultError::StaleKey`].
///
/// [`SecretsKey::duplicate`] makes a deliberate copy for another holder, such as the executor.
pub struct SecretsKey {
    key: Key,
    vault: VaultId,
    generation: u32,
}

impl SecretsKey {
    pub(crate) fn new(key: Key, vault: VaultId, generation: u32) -> Self {
        Self { key, vault, generation }
    }

    /// Copies the key. The copy has a name of its own, not `Clone`, so that nobody copies a key by accident.
    pub fn duplicate(&self) -> Self {
        Self { key: self.key.duplicate(), ..*self }
    }

    /// Returns the key, if it belongs to this vault, even if the vault has another one now. It is for data that is
    /// older itself.
    pub(crate) fn whatever_generation(&self, vault: VaultId) -> Result<&Key, VaultError> {
        self.of(vault, self.generation)
    }

    /// Returns the key, if it belongs to this vault and to its present generation.
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
        signer.verify_bytes(&signed(content), &self.0).is_ok()
    }
}

/// Returns the bytes that a session signs: the content as it is. A content that could be an entry of the ledger or a
/// grant gets a prefix, so that it cannot be used as one.
fn signed(content: &[u8]) -> Cow<'_, [u8]> {
    const OURS: [&str; 2] = ["chaveiro ledger entry", "chaveiro sealed keys"];
    let ours = OURS.iter().any(|purpose| content.starts_with(AssociatedData::new(purpose).as_bytes()));
    if ours {
        Cow::Owned(AssociatedData::new("chaveiro session signature").bytes(content).as_bytes().to_vec())
    } else {
        Cow::Borrowed(content)
    }
}

/// One signed-in person with their private keys, which are wiped when it is dropped.
pub struct Session {
    pub(crate) vault: VaultId,
    /// The founder's key, which the person's own password authenticated.
    pub(crate) founder: [u8; KEY_LENGTH],
    pub(crate) user: SignedIn,
    pub(crate) identity: Identity,
    pub(crate) secrets_key: Option<SecretsKey>,
    pub(crate) one_time: bool,
    pub(crate) recovery: bool,
}

impl Session {
    /// Returns the vault that the person signed in to.
    pub fn vault_id(&self) -> VaultId {
        self.vault
    }

    /// Returns the person who signed in.
    pub fn user(&self) -> &SignedIn {
        &self.user
    }

    /// Tells whether the person used a one-time password. They must choose a password of their own before they can do
    /// anything else.
    pub fn must_choose_password(&self) -> bool {
        self.one_time
    }

    /// Tells whether the recovery key signed in. It can give an administrator a new password, and nothing else.
    pub fn is_recovery(&self) -> bool {
        self.recovery
    }

    /// Returns the key to passwords; None for a person who may not open them.
    pub fn secrets_key(&self) -> Option<&SecretsKey> {
        self.secrets_key.as_ref().filter(|_| !self.recovery)
    }

    /// Returns the key to passwords, or an error without it.
    ///
    /// # Errors
    /// [`VaultError::NoSecretsKey`] for a person who may not open passwords.
    pub fn require_secrets_key(&self) -> Result<&SecretsKey, VaultError> {
        self.secrets_key().ok_or(VaultError::NoSecretsKey)
    }

    /// Signs content as this person: plain Ed25519 over exactly these bytes. The bytes must contain their purpose, as
    /// in a list of fields.
    pub fn sign(&self, content: &[u8]) -> Signature {
        Signature(self.identity.sign_bytes(&signed(content)))
    }

    /// Returns the public key that checks the person's signatures.
    pub fn signing_key(&self) -> [u8; KEY_LENGTH] {
        self.identity.public().signing
    }
}

#[cfg(test)]
mod tests {
    use super::{DesktopKey, KeyFile, SecretsKey, Session, SignIn};

    static_assertions::assert_not_impl_any!(
        Session: std::fmt::Debug, std::fmt::Display, Clone, Copy, serde::Serialize, PartialEq
    );
    static_assertions::assert_not_impl_any!(
        SecretsKey: std::fmt::Debug, std::fmt::Display, Clone, Copy, serde::Serialize, PartialEq, AsRef<[u8]>
    );
    static_assertions::assert_not_impl_any!(
        KeyFile: std::fmt::Debug, std::fmt::Display, Clone, Copy, serde::Serialize, PartialEq, AsRef<[u8]>
    );
    static_assertions::assert_not_impl_any!(
        DesktopKey: std::fmt::Debug, std::fmt::Display, Clone, Copy, serde::Serialize, PartialEq, AsRef<[u8]>
    );
    static_assertions::assert_not_impl_any!(SignIn<'static>: std::fmt::Debug, Clone, Copy, serde::Serialize);
    static_assertions::assert_impl_all!(Session: Send, Sync);
}
