//! Sealing under a key: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with a fresh random nonce each time.
//!
//! A sealed value is the nonce (24 bytes), the encrypted bytes and the tag (16 bytes), in this order. With 192 random
//! bits, no two nonces under one key will ever be equal.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secret::{KEY_LENGTH, Key, Secret};
use zeroize::Zeroizing;

use crate::{AssociatedData, CryptoError, make_bytes};

const NONCE_LENGTH: usize = 24;
const TAG_LENGTH: usize = 16;
/// The number of bytes that sealing adds to a value.
pub const OVERHEAD: usize = NONCE_LENGTH + TAG_LENGTH;

/// Seals bytes, bound to the associated data.
///
/// # Errors
/// [`CryptoError::CannotBeSealed`] when the system has no random bytes to give.
pub fn seal(key: &Key, associated_data: &AssociatedData, content: &[u8]) -> Result<Vec<u8>, CryptoError> {
    seal_with_nonce(key, &make_bytes()?, associated_data.as_bytes(), content)
}

/// Opens what [`seal`] made with the same key and the same associated data.
///
/// # Errors
/// [`CryptoError::CannotBeOpened`], whatever is wrong.
pub fn open(key: &Key, associated_data: &AssociatedData, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let (nonce, encrypted) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(CryptoError::CannotBeOpened)?;
    cipher(key)
        .decrypt(&XNonce::from(*nonce), Payload { msg: encrypted, aad: associated_data.as_bytes() })
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::CannotBeOpened)
}

/// Seals a secret text, bound to the associated data.
///
/// # Errors
/// The same as [`seal`].
pub fn seal_secret(key: &Key, associated_data: &AssociatedData, secret: &Secret) -> Result<Vec<u8>, CryptoError> {
    // EXPOSE: the text is what is sealed.
    seal(key, associated_data, secret.expose().as_bytes())
}

/// Opens a text that [`seal_secret`] sealed.
///
/// # Errors
/// The same as [`open`]. Bytes that are not UTF-8 do not open either.
pub fn open_secret(key: &Key, associated_data: &AssociatedData, sealed: &[u8]) -> Result<Secret, CryptoError> {
    let content = open(key, associated_data, sealed)?;
    let text = std::str::from_utf8(&content).map_err(|_| CryptoError::CannotBeOpened)?;
    Ok(Secret::new(text))
}

/// Seals another key, bound to the associated data.
///
/// # Errors
/// The same as [`seal`].
pub fn seal_key(key: &Key, associated_data: &AssociatedData, content: &Key) -> Result<Vec<u8>, CryptoError> {
    // EXPOSE: the key is what is sealed.
    seal(key, associated_data, content.expose())
}

/// Opens a key that [`seal_key`] sealed.
///
/// # Errors
/// The same as [`open`]. Bytes of another length do not open either.
pub fn open_key(key: &Key, associated_data: &AssociatedData, sealed: &[u8]) -> Result<Key, CryptoError> {
    let content = open(key, associated_data, sealed)?;
    let bytes: &[u8; KEY_LENGTH] = content.as_slice().try_into().map_err(|_| CryptoError::CannotBeOpened)?;
    Ok(Key::from_bytes(bytes))
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    // EXPOSE: the cipher works with the key; it wipes its copy when dropped.
    XChaCha20Poly1305::new(key.expose().into())
}

fn seal_with_nonce(
    key: &Key,
    nonce: &[u8; NONCE_LENGTH],
    associated_data: &[u8],
    content: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let encrypted = cipher(key)
        .encrypt(&XNonce::from(*nonce), Payload { msg: content, aad: associated_data })
        .map_err(|_| CryptoError::CannotBeSealed)?;
    let mut sealed = Vec::with_capacity(NONCE_LENGTH + encrypted.len());
    sealed.extend_from_slice(nonce);
    sealed.extend_from_slice(&encrypted);
    Ok(sealed)
}

#[cfg(test)]
mod tests {
    use secret::Key;

    use super::{NONCE_LENGTH, seal_with_nonce};

    /// The vector is from draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    #[test]
    fn the_vector_of_the_draft_comes_out() -> anyhow::Result<()> {
        let key: [u8; 32] = std::array::from_fn(|index| 0x80 + index as u8);
        let nonce: [u8; NONCE_LENGTH] = std::array::from_fn(|index| 0x40 + index as u8);
        let associated_data = unhex("50515253c0c1c2c3c4c5c6c7");
        let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                     sunscreen would be it.";
        let expected = unhex(
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
             731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
             2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
             21f9664c97637da9768812f615c68b13b52e\
             c0875924c1c7987947deafd8780acf49",
        );
        let sealed = seal_with_nonce(&Key::from_bytes(&key), &nonce, &associated_data, text)?;
        assert_eq!(sealed[..NONCE_LENGTH], nonce, "a sealed value begins with its nonce");
        assert_eq!(sealed[NONCE_LENGTH..], expected, "encrypted bytes and tag are those of the draft");
        Ok(())
    }

    fn unhex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }
}
