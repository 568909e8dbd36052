//! Derivation of a key from a password by Argon2id, version 1.3 (RFC 9106). Where a key file is needed too, it is
//! Argon2's secret value.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use secret::{KEY_LENGTH, Key, Secret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{CryptoError, make_bytes};

/// Length of a salt, in bytes (RFC 9106, section 3.1, recommends 16).
pub const SALT_LENGTH: usize = 16;

/// The cost of a derivation. It is stored beside the data that it protects, and authenticated with that data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct KdfParameters {
    pub memory_kib: u32,
    pub iterations: u32,
    pub parallelism: u32,
}

impl KdfParameters {
    /// The weakest parameters that are accepted: the second recommendation of RFC 9106, section 4.
    pub const FLOOR: Self = Self { memory_kib: 64 * 1024, iterations: 3, parallelism: 4 };
    /// The strongest parameters that are accepted, 1 GiB and 16 passes. A damaged or planted number beyond them would
    /// only make the computer hang.
    pub const CEILING: Self = Self { memory_kib: 1024 * 1024, iterations: 16, parallelism: 16 };

    /// Returns the greater value of each parameter. It is used so that a raised cost never falls again.
    #[must_use]
    pub fn at_least(self, other: Self) -> Self {
        Self {
            memory_kib: self.memory_kib.max(other.memory_kib),
            iterations: self.iterations.max(other.iterations),
            parallelism: self.parallelism.max(other.parallelism),
        }
    }

    /// Returns the lesser value of each parameter.
    #[must_use]
    pub fn at_most(self, other: Self) -> Self {
        Self {
            memory_kib: self.memory_kib.min(other.memory_kib),
            iterations: self.iterations.min(other.iterations),
            parallelism: self.parallelism.min(other.parallelism),
        }
    }

    /// Tells whether each parameter lies between the floor and the ceiling.
    pub fn are_acceptable(&self) -> bool {
        self.check().is_ok()
    }

    /// Refuses parameters of which any lies below the floor or above the ceiling.
    fn check(self) -> Result<(), CryptoError> {
        if self.at_least(Self::FLOOR) != self {
            return Err(CryptoError::UnacceptableParameters);
        }
        if self.at_most(Self::CEILING) != self {
            return Err(CryptoError::CostlyParameters);
        }
        Ok(())
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

/// Derives a user's key from the password, and from a key file's digest where there is one.
///
/// # Errors
/// [`CryptoError::UnacceptableParameters`] for parameters below the floor: somebody who can edit a file must not be
/// able to make guessing cheap. [`CryptoError::CostlyParameters`] for those above the ceiling. Nothing is derived then.
/// [`CryptoError::CannotBeOpened`] when there is not enough memory.
pub fn derive_user_key(
    password: &Secret,
    key_file: Option<&Key>,
    salt: &[u8; SALT_LENGTH],
    parameters: KdfParameters,
) -> Result<Key, CryptoError> {
    parameters.check()?;
    let KdfParameters { memory_kib, iterations, parallelism } = parameters;
    let parameters = Params::new(memory_kib, iterations, parallelism, Some(KEY_LENGTH))
        .map_err(|_| CryptoError::UnacceptableParameters)?;
    let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
    // EXPOSE: the key file's digest is Argon2's secret value (RFC 9106, section 3.1); without a file it is empty.
    let secret_value = key_file.map_or(&[][..], |key| key.expose());
    Argon2::new_with_secret(secret_value, Algorithm::Argon2id, Version::V0x13, parameters)
        .map_err(|_| CryptoError::UnacceptableParameters)?
        // EXPOSE: the password is what the key is derived from.
        .hash_password_into(password.expose().as_bytes(), salt, &mut *bytes)
        .map_err(|_| CryptoError::CannotBeOpened)?;
    Ok(Key::from_bytes(&bytes))
}

/// The most memory that [`calibrate`] chooses, in KiB. A small computer can spare it while other programs run.
const MOST_MEMORY: u32 = KdfParameters::CEILING.memory_kib;

/// Finds parameters that take about as long as the target on this computer, never below the floor. Memory is raised
/// first, because memory is what makes guessing expensive. Passes are raised after it.
///
/// # Errors
/// [`CryptoError::CannotBeOpened`] when there is not enough memory, as in [`derive_user_key`].
pub fn calibrate(target: Duration) -> Result<KdfParameters, CryptoError> {
    let mut parameters = KdfParameters::FLOOR;
    loop {
        let begun = Instant::now();
        derive_user_key(&Secret::new("calibration"), None, &[0; SALT_LENGTH], parameters)?;
        match slower(parameters, begun.elapsed(), target) {
            Some(next) => parameters = next,
            None => return Ok(parameters),
        }
    }
}

/// Returns the next parameters to try, or None when the present ones are about right. The work grows with memory times
/// passes.
fn slower(parameters: KdfParameters, took: Duration, target: Duration) -> Option<KdfParameters> {
    let factor = target.as_secs_f64() / took.as_secs_f64().max(0.001);
    if factor < 1.2 {
        return None;
    }
    // One step raises the work at most eight times, because the first and smallest measurement is the least exact.
    let factor = factor.min(8.0);
    let scaled = |value: u32, most: u32| ((f64::from(value) * factor) as u32).min(most);
    let next = if parameters.memory_kib < MOST_MEMORY {
        KdfParameters { memory_kib: scaled(parameters.memory_kib, MOST_MEMORY) / 1024 * 1024, ..parameters }
    } else {
        let most = KdfParameters::CEILING.iterations;
        KdfParameters { iterations: scaled(parameters.iterations, most), ..parameters }
    };
    (next != parameters).then_some(next)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{KdfParameters, MOST_MEMORY, slower};

    #[test]
    fn a_faster_computer_gets_more_memory_first_and_then_more_passes() {
        let (floor, second) = (KdfParameters::FLOOR, Duration::from_secs(1));
        let next = slower(floor, Duration::from_millis(250), second);
        assert_eq!(next, Some(KdfParameters { memory_kib: 4 * floor.memory_kib, ..floor }), "four times the memory");
        let full = KdfParameters { memory_kib: MOST_MEMORY, ..floor };
        let next = slower(full, Duration::from_millis(500), second);
        assert_eq!(next, Some(KdfParameters { iterations: 6, ..full }), "twice the passes");
        assert_eq!(slower(floor, Duration::from_secs(3), second), None, "a slow computer stays at the floor");
        let most = KdfParameters { iterations: KdfParameters::CEILING.iterations, ..full };
        assert_eq!(slower(most, Duration::from_millis(1), second), None, "and it ends somewhere");
    }
}
