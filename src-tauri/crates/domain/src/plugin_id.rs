//! The stable identifier of a change plugin, as it is stored in vaults.

use std::{
    borrow::{Borrow, Cow},
    fmt,
};

use serde::{Deserialize, Serialize};

/// The longest id, in characters.
const LONGEST: usize = 40;

/// The id of a plugin: small letters, digits and hyphens, a letter first. A vault may name a plugin that this program
/// does not have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PluginId(Cow<'static, str>);

/// A text that is no id of a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a plugin id has small letters, digits and hyphens, a letter first, and at most {LONGEST} characters")]
pub struct InvalidPluginId;

impl PluginId {
    /// Reads an id from a text.
    ///
    /// # Errors
    /// [`InvalidPluginId`] for a text that is no id of a plugin.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidPluginId> {
        let text = text.into();
        if is_valid(&text) { Ok(Self(Cow::Owned(text))) } else { Err(InvalidPluginId) }
    }

    /// Makes the id of a plugin that this program has. In a constant, an invalid one does not compile.
    pub const fn known(id: &'static str) -> Self {
        assert!(is_valid(id), "a plugin id has small letters, digits and hyphens, a letter first");
        Self(Cow::Borrowed(id))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        let allowed = match bytes[index] {
            b'a'..=b'z' => true,
            b'0'..=b'9' | b'-' => index > 0,
            _ => false,
        };
        if !allowed {
            return false;
        }
        index += 1;
    }
    !bytes.is_empty() && bytes.len() <= LONGEST
}

impl TryFrom<String> for PluginId {
    type Error = InvalidPluginId;

    fn try_from(text: String) -> Result<Self, InvalidPluginId> {
        Self::new(text)
    }
}

impl From<PluginId> for String {
    fn from(id: PluginId) -> Self {
        id.0.into_owned()
    }
}

impl Borrow<str> for PluginId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PluginId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::PluginId;

    #[test]
    fn only_plain_words_are_plugin_ids() {
        for good in ["ssh", "connector-2", "a"] {
            assert!(PluginId::new(good).is_ok(), "{good}");
        }
        for bad in ["", "2fa", "-a", "SSH", "a b", "a\"b", "a_b", &"a".repeat(41)] {
            assert!(PluginId::new(bad).is_err(), "{bad:?}");
        }
    }
}
