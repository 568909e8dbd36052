//! A short name for one failure, which a person can read out on the phone.

use std::fmt::{self, Display, Formatter};

use uuid::Uuid;

/// Crockford's base 32: no I, L, O and U, which are misread or misheard.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// Eight characters that appear in the window's message and in the log line of the same failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// Draws a reference. 40 random bits are enough to tell the failures of a few weeks apart.
    pub fn draw() -> Self {
        // The last 62 bits of a UUIDv7 are random (RFC 9562, section 5.7).
        let random = Uuid::now_v7().as_u128();
        let digit = |place: usize| char::from(ALPHABET[((random >> (5 * place)) & 31) as usize]);
        Self((0..LENGTH).map(digit).collect())
    }

    /// Parses a reference that the page made. Returns `None` if the text is not a reference.
    pub fn parse(text: &str) -> Option<Self> {
        let is_one = text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte));
        is_one.then(|| Self(text.to_owned()))
    }
}

impl Display for Reference {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Reference;

    #[test]
    fn a_thousand_references_are_short_and_different() {
        let drawn: BTreeSet<String> = (0..1000).map(|_| Reference::draw().to_string()).collect();
        assert_eq!(drawn.len(), 1000);
        for text in &drawn {
            assert_eq!(Reference::parse(text).map(|read| read.to_string()).as_ref(), Some(text));
        }
    }

    #[test]
    fn only_eight_characters_of_the_alphabet_are_a_reference() {
        for text in ["", "ABCDEFG", "ABCDEFGHJ", "ABCDEFGU", "abcdefgh", "ABCD EFG", "ABCDEF\nG"] {
            assert_eq!(Reference::parse(text), None, "{text:?}");
        }
    }
}
