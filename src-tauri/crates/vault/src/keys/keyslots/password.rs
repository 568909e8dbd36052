//! A person's password, in the form that keys are derived from.
//!
//! One keyboard gives "ç" as one code point, another as "c" and a cedilla. Slots are sealed under Unicode's composed
//! form (NFC), so that both open them. Older slots were sealed under the typed text. So the typed text is tried next,
//! where it differs. Only passwords of people are handled here. A device takes every byte as it is.

use secret::Secret;
use unicode_normalization::UnicodeNormalization;

use crate::VaultError;

/// The form of the password that opened a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The composed form, under which every slot is sealed now.
    Composed,
    /// The typed text, where it is not composed.
    AsTyped,
}

/// Returns the password in Unicode's composed form.
pub(super) fn composed(password: &Secret) -> Secret {
    // EXPOSE: the characters are composed.
    let typed = password.expose();
    // In UTF-8, the composed form is at most three times as long. So the text is never moved in memory.
    let mut composed = String::with_capacity(3 * typed.len());
    composed.extend(typed.nfc());
    Secret::new(composed)
}

/// Tries the composed form. If it is a wrong password, tries the typed text.
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
