//! A person's two key pairs: X25519 to receive keys, Ed25519 to sign.

use crypto_box::aead::OsRng;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use secret::{KEY_LENGTH, Key};
use zeroize::Zeroizing;

use crate::{AssociatedData, CryptoError, digest::hash_to_key, make_key, open, seal};

/// Length of a signature, in bytes.
pub const SIGNATURE_LENGTH: usize = 64;
/// Length of a key sealed for a person, in bytes: a public key, a tag, and the key.
pub const SEALED_KEY_LENGTH: usize = KEY_LENGTH + 16 + KEY_LENGTH;

/// The public half: for others to seal keys for the person and to check what the person signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicIdentity {
    /// The X25519 public key (RFC 7748).
    pub encryption: [u8; KEY_LENGTH],
    /// The Ed25519 public key (RFC 8032).
    pub signing: [u8; KEY_LENGTH],
}

/// The private half: it opens keys that others sealed for the person, and it signs.
pub struct Identity {
    encryption: Key,
    signing: Key,
}

impl Identity {
    /// Makes two new key pairs.
    ///
    /// # Errors
    /// [`CryptoError::CannotBeSealed`] when the system has no random bytes to give.
    pub fn make() -> Result<Self, CryptoError> {
        Ok(Self { encryption: make_key()?, signing: make_key()? })
    }

    /// Copies the keys. The copy has a name of its own, not `Clone`, so that nobody copies private keys by accident.
    pub fn duplicate(&self) -> Self {
        Self { encryption: self.encryption.duplicate(), signing: self.signing.duplicate() }
    }

    /// Derives a key that only this person has, for what is theirs alone.
    pub fn derive_personal_key(&self, purpose: &str) -> Key {
        let purpose = AssociatedData::new("chaveiro personal key").text(purpose);
        // EXPOSE: the key is derived from the private key that opens what others sealed for the person.
        hash_to_key(&[purpose.as_bytes(), self.encryption.expose()])
    }

    /// Seals the private keys under the person's user key.
    ///
    /// # Errors
    /// [`CryptoError::CannotBeSealed`] when the system has no random bytes to give.
    pub fn seal(&self, user_key: &Key, associated_data: &AssociatedData) -> Result<Vec<u8>, CryptoError> {
        let mut content = Zeroizing::new([0; 2 * KEY_LENGTH]);
        // EXPOSE: the private keys are what is sealed.
        content[..KEY_LENGTH].copy_from_slice(self.encryption.expose());
        // EXPOSE: as above.
        content[KEY_LENGTH..].copy_from_slice(self.signing.expose());
        seal(user_key, associated_data, &*content)
    }

    /// Opens what [`Identity::seal`] made.
    ///
    /// # Errors
    /// [`CryptoError::CannotBeOpened`], whatever is wrong.
    pub fn open(user_key: &Key, associated_data: &AssociatedData, sealed: &[u8]) -> Result<Self, CryptoError> {
        let content = open(user_key, associated_data, sealed)?;
        let (encryption, signing) = content.split_first_chunk::<KEY_LENGTH>().ok_or(CryptoError::CannotBeOpened)?;
        let signing: &[u8; KEY_LENGTH] = signing.try_into().map_err(|_| CryptoError::CannotBeOpened)?;
        Ok(Self { encryption: Key::from_bytes(encryption), signing: Key::from_bytes(signing) })
    }

    /// Returns the public half of both key pairs.
    pub fn public(&self) -> PublicIdentity {
        PublicIdentity {
            encryption: *self.receiver().public_key().as_bytes(),
            signing: self.signer().verifying_key().to_bytes(),
        }
    }

    /// Opens a key that was sealed for this person.
    ///
    /// # Errors
    /// [`CryptoError::CannotBeOpened`], whatever is wrong.
    pub fn open_key(&self, sealed: &[u8]) -> Result<Key, CryptoError> {
        let content = self.receiver().unseal(sealed).map(Zeroizing::new).map_err(|_| CryptoError::CannotBeOpened)?;
        let bytes: &[u8; KEY_LENGTH] = content.as_slice().try_into().map_err(|_| CryptoError::CannotBeOpened)?;
        Ok(Key::from_bytes(bytes))
    }

    /// Signs bytes as they are. The bytes must name their own purpose; [`Identity::sign`] adds it.
    pub fn sign_bytes(&self, content: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        self.signer().sign(content).to_bytes()
    }

    /// Signs a list of fields; its purpose keeps signatures of different kinds apart.
    pub fn sign(&self, content: &AssociatedData) -> [u8; SIGNATURE_LENGTH] {
        self.sign_bytes(content.as_bytes())
    }

    fn receiver(&self) -> crypto_box::SecretKey {
        // EXPOSE: the key agreement computes with the X25519 private key, here and nowhere else.
        crypto_box::SecretKey::from_bytes(*self.encryption.expose())
    }

    fn signer(&self) -> SigningKey {
        // EXPOSE: the Ed25519 private key signs; the copy is wiped when dropped.
        SigningKey::from_bytes(self.signing.expose())
    }
}

impl PublicIdentity {
    /// Seals a key so that only this person can open it (libsodium's `crypto_box_seal`).
    ///
    /// A sealed box does not say who made it. Where the sender matters, the caller signs the box as well.
    ///
    /// # Errors
    /// [`CryptoError::CannotBeSealed`] when the system has no random bytes to give.
    pub fn seal_key(&self, key: &Key) -> Result<Vec<u8>, CryptoError> {
        crypto_box::PublicKey::from_bytes(self.encryption)
            // EXPOSE: the key is what is sealed.
            .seal(&mut OsRng, key.expose())
            .map_err(|_| CryptoError::CannotBeSealed)
    }

    /// Checks a signature of this person over a list of fields.
    ///
    /// # Errors
    /// [`CryptoError::CannotBeOpened`] when another person made the signature, or when it covers other fields.
    pub fn verify(&self, content: &AssociatedData, signature: &[u8; SIGNATURE_LENGTH]) -> Result<(), CryptoError> {
        self.verify_bytes(content.as_bytes(), signature)
    }

    /// Checks a signature of this person over bytes as they are.
    ///
    /// # Errors
    /// The same as [`PublicIdentity::verify`].
    pub fn verify_bytes(&self, content: &[u8], signature: &[u8; SIGNATURE_LENGTH]) -> Result<(), CryptoError> {
        VerifyingKey::from_bytes(&self.signing)
            .and_then(|key| key.verify_strict(content, &Signature::from_bytes(signature)))
            .map_err(|_| CryptoError::CannotBeOpened)
    }
}

#[cfg(test)]
mod tests {
    use super::Identity;

    static_assertions::assert_not_impl_any!(
        Identity: std::fmt::Debug, std::fmt::Display, Clone, Copy, serde::Serialize, PartialEq, AsRef<[u8]>
    );
}
