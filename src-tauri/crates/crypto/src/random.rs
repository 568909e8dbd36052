//! The system's random source.

use rand::{TryRng, rngs::SysRng};
use secret::{KEY_LENGTH, Key, Secret};
use zeroize::Zeroizing;

use crate::CryptoError;

/// Makes random bytes, as many as the array has.
///
/// # Errors
/// [`CryptoError::CannotBeSealed`] when the system has none to give.
pub fn make_bytes<const LENGTH: usize>() -> Result<[u8; LENGTH], CryptoError> {
    let mut bytes = [0; LENGTH];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| CryptoError::CannotBeSealed)?;
    Ok(bytes)
}

/// Makes a new random key.
///
/// # Errors
/// [`CryptoError::CannotBeSealed`] when the system has no random bytes to give.
pub fn make_key() -> Result<Key, CryptoError> {
    Ok(Key::from_bytes(&Zeroizing::new(make_bytes::<KEY_LENGTH>()?)))
}

/// Letters and digits that nobody confuses when they are read aloud: 32 of them, so that each carries 5 bits.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// The number of characters of a made password, without the dashes: 100 bits.
const LENGTH: usize = 20;

/// Makes a password that the program gives to a person, who types it once: 100 random bits in groups of five.
///
/// # Errors
/// [`CryptoError::CannotBeSealed`] when the system has no random bytes to give.
pub fn make_password() -> Result<Secret, CryptoError> {
    let bytes = Zeroizing::new(make_bytes::<LENGTH>()?);
    let mut text = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / 5));
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(READABLE[usize::from(byte % 32)]));
    }
    Ok(Secret::new(text.as_str()))
}
