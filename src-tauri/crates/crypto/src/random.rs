//! The system's random source.

use rand::{TryRng, rngs::SysRng};
use secret::{KEY_LENGTH, Key};
use zeroize::Zeroizing;

use crate::CryptoError;

/// Makes random bytes.
///
/// # Errors
/// [`CryptoError::CannotBeSealed`] when the system has none to give.
pub fn make_bytes<const LENGTH: usize>() -> Result<[u8; LENGTH], CryptoError> {
    let mut bytes = [0; LENGTH];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| CryptoError::CannotBeSealed)?;
    Ok(bytes)
}

/// Makes a random key.
///
/// # Errors
/// [`CryptoError::CannotBeSealed`] when the system has no random bytes to give.
pub fn make_key() -> Result<Key, CryptoError> {
    Ok(Key::from_bytes(&Zeroizing::new(make_bytes::<KEY_LENGTH>()?)))
}
