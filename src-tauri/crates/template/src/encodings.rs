//! Every form in which a secret may come back: as it was sent, as each escape writes it, and as common tools print it.

use base64::{
    Engine,
    alphabet::{Alphabet, STANDARD, URL_SAFE},
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};
use secret::Secret;

use crate::Escape;

/// A base64 core shorter than this would mask ordinary text.
const SHORTEST_CORE: usize = 4;

/// Lists the forms of one secret, each once.
pub(crate) fn forms(secret: &Secret) -> Vec<Secret> {
    // EXPOSE: the forms of the secret are computed so that they can be masked.
    let value = secret.expose();
    let mut forms: Vec<Secret> = Vec::new();
    let mut add = |form: String| {
        let form = Secret::new(form);
        if !form.is_empty() && !forms.iter().any(|known| known.same_as(&form)) {
            forms.push(form);
        }
    };
    for escape in Escape::ALL {
        let written = escape.apply(value);
        match escape {
            // The outer quotes are left out, because the device may print others.
            Escape::Shell | Escape::PowerShell => {
                add(written.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\'')).unwrap_or(value).to_owned());
            }
            Escape::Url => {
                add(written.to_lowercase());
                add(small_digits(&written));
                add(written.replace("%20", "+"));
                add(written);
            }
            Escape::Json => {
                add(written.replace('/', "\\/"));
                add(written);
            }
            _ => add(written),
        }
    }
    add(backslashed(value));
    add(value.replace('\\', "\\\\").replace('\'', "\\'"));
    add(value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"));
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    add(hex.to_uppercase());
    add(hex);
    let wide: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for alphabet in [STANDARD, URL_SAFE] {
        base64_cores(value.as_bytes(), &alphabet, &mut add);
        base64_cores(&wide, &alphabet, &mut add);
    }
    forms
}

/// Writes `%2f` where the encoder writes `%2F`, and leaves the letters of the secret as they are.
fn small_digits(encoded: &str) -> String {
    let mut written = String::with_capacity(encoded.len());
    let mut digits = 0;
    for character in encoded.chars() {
        written.push(if digits > 0 { character.to_ascii_lowercase() } else { character });
        digits = if character == '%' { 2_usize } else { digits.saturating_sub(1) };
    }
    written
}

/// Writes a value as `printf %q` prints it, and as shells print it that show a command line.
fn backslashed(value: &str) -> String {
    value.chars().flat_map(|c| (!c.is_alphanumeric()).then_some('\\').into_iter().chain([c])).collect()
}

/// Adds the base64 forms of bytes that are part of a longer value: one form for each of the three alignments, without
/// the characters that depend on the neighbours.
fn base64_cores(bytes: &[u8], alphabet: &Alphabet, add: &mut impl FnMut(String)) {
    let engine = GeneralPurpose::new(alphabet, NO_PAD);
    for before in 0..3_usize {
        let mut shifted = vec![0_u8; before];
        shifted.extend_from_slice(bytes);
        let encoded = engine.encode(&shifted);
        let (first, last) = ((before * 8).div_ceil(6), shifted.len() * 8 / 6);
        if let Some(core) = encoded.get(first..last).filter(|core| core.len() >= SHORTEST_CORE) {
            add(core.to_owned());
        }
        if before == 0 && encoded.len() >= SHORTEST_CORE {
            add(encoded);
        }
    }
}
