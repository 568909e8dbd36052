//! The facts about an open vault that people see.

use std::time::{Duration, Instant};

use bip39::Language;
use crypto::{SALT_LENGTH, derive_user_key};
use domain::UserId;
use secret::Secret;

use crate::{KdfParameters, Vault, VaultError};

impl Vault {
    /// Returns the number of the format of `keyslots.json`.
    pub fn slots_format(&self) -> u32 {
        self.slots().format_number()
    }

    /// Returns how often the vault was re-keyed.
    pub fn times_rekeyed(&self) -> u32 {
        self.slots().times_rekeyed()
    }

    /// Returns the person who made the vault.
    pub fn founder(&self) -> Option<UserId> {
        self.roster().all().first().map(|record| record.user)
    }

    /// Returns the key-derivation cost of each person's password.
    pub fn key_parameters(&self) -> Vec<(UserId, KdfParameters)> {
        self.slots().key_parameters()
    }
}

/// Measures the time of a sign-in on this computer.
///
/// # Errors
/// [`VaultError::WeakKdf`]; the error of the system when there is not enough memory.
pub fn measure(parameters: KdfParameters) -> Result<Duration, VaultError> {
    let began = Instant::now();
    derive_user_key(&Secret::new("measured"), None, &[0; SALT_LENGTH], parameters)?;
    Ok(began.elapsed())
}

/// Returns the position, from 1, of the first word that no recovery key can contain. None where all words are possible,
/// or where the text is that of a QR code.
pub fn unknown_recovery_word(typed: &Secret) -> Option<u32> {
    // EXPOSE: each word is looked up in the list of words.
    let mut words = typed.expose().split_whitespace().peekable();
    let first = words.peek()?.to_lowercase();
    let is_text = first.starts_with("chaveiro");
    let unknown = |word: &str| Language::English.find_word(&word.to_lowercase()).is_none();
    let place = words.position(unknown).filter(|_| !is_text)?;
    u32::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use secret::Secret;

    use super::unknown_recovery_word;

    #[test]
    fn the_first_word_that_no_kit_has_is_named_by_its_place() {
        assert_eq!(unknown_recovery_word(&Secret::new("zebra Zone abandn ability")), Some(3), "a letter is missing");
        assert_eq!(unknown_recovery_word(&Secret::new(" zebra ZONE\nabandon")), None, "all are words");
        assert_eq!(unknown_recovery_word(&Secret::new("CHAVEIRO-RECOVERY-00FF")), None, "the text of a code");
    }
}
