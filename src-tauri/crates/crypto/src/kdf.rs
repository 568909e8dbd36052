//! A password becomes a key: Argon2id, version 1.3 (RFC 9106).

use argon2::{Algorithm, Argon2, Params, Version};
use secret::{KEY_LENGTH, Key, Secret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{CryptoError, make_bytes};

/// Length of a salt, in bytes (RFC 9106, section 3.1, recommends 16).
pub const SALT_LENGTH: usize = 16;

/// How much work a derivation is. Stored beside what it protects, and authenticated with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KdfParameters {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl KdfParameters {
    /// The weakest parameters that are accepted: the second recommendation of RFC 9106, section 4.
    pub const FLOOR: Self = Self { memory_kib: 64 * 1024, iterations: 3, parallelism: 4 };
    /// The strongest: beyond it, a damaged or planted number would only make the computer hang.
    pub const CEILING: Self = Self { memory_kib: 4 * 1024 * 1024, iterations: 64, parallelism: 64 };

    /// Tells whether they lie between floor and ceiling, each by itself.
    pub fn are_acceptable(&self) -> bool {
        let within = |value: u32, floor: u32, ceiling: u32| (floor..=ceiling).contains(&value);
        within(self.memory_kib, Self::FLOOR.memory_kib, Self::CEILING.memory_kib)
            && within(self.iterations, Self::FLOOR.iterations, Self::CEILING.iterations)
            && within(self.parallelism, Self::FLOOR.parallelism, Self::CEILING.parallelism)
    }
}

impl Default for KdfParameters {
    /// Twice the memory of the floor; about a third of a second on a small computer.
    fn default() -> Self {
        Self { memory_kib: 128 * 1024, ..Self::FLOOR }
    }
}

/// Makes the salt of a new password.
///
/// # Errors
/// [`CryptoError::CannotBeSealed`] when the system has no random bytes to give.
pub fn make_salt() -> Result<[u8; SALT_LENGTH], CryptoError> {
    make_bytes()
}

/// Derives a user's key from the password.
///
/// # Errors
/// [`CryptoError::UnacceptableParameters`] for parameters below the floor or above the ceiling: whoever can edit a file
/// must not be able to make guessing cheap. [`CryptoError::CannotBeOpened`] when there is not enough memory.
pub fn derive_user_key(
    password: &Secret,
    salt: &[u8; SALT_LENGTH],
    parameters: KdfParameters,
) -> Result<Key, CryptoError> {
    if !parameters.are_acceptable() {
        return Err(CryptoError::UnacceptableParameters);
    }
    let KdfParameters { memory_kib, iterations, parallelism } = parameters;
    let parameters = Params::new(memory_kib, iterations, parallelism, Some(KEY_LENGTH))
        .map_err(|_| CryptoError::UnacceptableParameters)?;
    let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        // EXPOSE: the password is what the key is derived from.
        .hash_password_into(password.expose().as_bytes(), salt, &mut *bytes)
        .map_err(|_| CryptoError::CannotBeOpened)?;
    Ok(Key::from_bytes(&bytes))
}
