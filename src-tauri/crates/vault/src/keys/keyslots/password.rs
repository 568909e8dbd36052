//! A person's password, in the form that keys are derived from.
//!
//! One keyboard gives "ç" as one code point, another as "c" and a cedilla. What is sealed is sealed under Unicode's
//! composed form (NFC), so that both open it. Slots of before were sealed under what was typed: it is tried next, where it
//! differs. Only passwords of people come here. A device takes every byte as it is.

use secret::Secret;
use unicode_normalization::UnicodeNormalization;

use crate::VaultError;

/// The form of a password that opened something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The composed one: that of everything that is sealed now.
    Composed,
    /// As it was typed, which is not composed.
    AsTyped,
}

/// The password in Unicode's composed form.
pub(super) fn composed(password: &Secret) -> Secret {
    // EXPOSE: the characters are composed.
    let typed = password.expose();
    // In UTF-8, the composed form is at most three times as long: the text never moves in memory.
    let mut composed = String::with_capacity(3 * typed.len());
    composed.extend(typed.nfc());
    Secret::new(composed)
}

/// Tries the composed form, and where that is a wrong password, what was typed.
pub(super) fn try_forms<T>(
    password: &Secret,
    attempt: impl Fn(&Secret) -> Result<T, VaultError>,
) -> Result<(T, Form), VaultError> {
    let composed = composed(password);
    match attempt(&composed) {
        Err(VaultError::WrongPassword) if !composed.same_as(password) => {
            attempt(password).map(|opened| (opened, Form::AsTyped))
        }
        opened => opened.map(|opened| (opened, Form::Composed)),
    }
}
