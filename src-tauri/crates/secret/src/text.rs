//! Secret text: passwords, passphrases, private keys.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use zeroize::Zeroizing;

use crate::arena::Bytes;

/// Text that is wiped when dropped and never prints itself. It is never swapped out where the system allows locked
/// memory; [`memory_status`](crate::memory_status) tells whether it does.
pub struct Secret {
    bytes: Bytes,
    length: usize,
}

impl Secret {
    /// Takes ownership of the text. The caller's text is wiped once its copy is in protected memory.
    pub fn new(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        Self::of(&text)
    }

    /// Returns the text. Every call gives its reason in an `// EXPOSE:` comment.
    pub fn expose(&self) -> &str {
        // The bytes are a copy of valid UTF-8 and nobody can write to them, so that the check never fails.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// Copies the text. The copy has a name of its own, not `Clone`, so that nobody copies a secret by accident.
    pub fn duplicate(&self) -> Self {
        Self::of(self.expose())
    }

    /// Tells whether there is any text at all.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    fn of(text: &str) -> Self {
        Self { bytes: Bytes::copy_of(text.as_bytes()), length: text.len() }
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes.all()[..self.length]
    }

    /// Compares two texts in a time that depends on their lengths only.
    pub fn same_as(&self, other: &Self) -> bool {
        let (left, right) = (self.as_bytes(), other.as_bytes());
        left.len() == right.len() && left.iter().zip(right).fold(0_u8, |difference, (a, b)| difference | (a ^ b)) == 0
    }
}

impl<'de> Deserialize<'de> for Secret {
    /// Reads a string; an error names neither the text nor its shape.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Quiet;
        impl Visitor<'_> for Quiet {
            type Value = Secret;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a secret text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
                Ok(Secret::of(text))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Secret, E> {
                Ok(Secret::new(text))
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Secret, E> {
                Err(E::custom("expected a secret text"))
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
                Err(E::custom("expected a secret text"))
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Secret, E> {
                Err(E::custom("expected a secret text"))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
                Err(E::custom("expected a secret text"))
            }
        }
        // Not `deserialize_string`: there, serde_json itself reports a wrong type and repeats the value.
        deserializer.deserialize_any(Quiet)
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    static_assertions::assert_not_impl_any!(
        Secret: std::fmt::Debug, std::fmt::Display, Clone, Copy, serde::Serialize, PartialEq, AsRef<str>
    );

    #[test]
    fn a_wrong_type_is_refused_without_repeating_it() {
        let error = serde_json::from_str::<Secret>("4711").err().map(|error| error.to_string());
        let message = error.expect("a number is not a secret text");
        assert!(!message.contains("4711"), "the message repeats the value: {message}");
    }

    #[test]
    fn equal_texts_are_the_same_and_others_are_not() {
        assert!(Secret::new("a1").same_as(&Secret::new("a1")), "equal texts");
        assert!(!Secret::new("a1").same_as(&Secret::new("a2")), "one letter differs");
        assert!(!Secret::new("a1").same_as(&Secret::new("a")), "one is longer");
    }
}
