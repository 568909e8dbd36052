//! The problems of a form: each names a field and the rule that the field breaks.

use std::borrow::Cow;

use serde::Serialize;

/// A rule that a field breaks. The window has a text for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "name", rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Rule {
    /// The field must not be empty.
    Required,
    /// Fewer characters than allowed.
    TooShort { minimum: u32 },
    /// More characters than allowed.
    TooLong { maximum: u32 },
    /// A number outside its range.
    OutOfRange { minimum: u32, maximum: u32 },
    /// Another record has it already.
    Duplicate,
    /// Neither a host name nor an IP address.
    InvalidAddress,
    /// Control characters, or others that the field cannot hold.
    InvalidCharacters,
    /// The password is too easy to guess.
    TooWeak,
    /// The text is not a readable private key, or the key needs a passphrase.
    InvalidKey,
    /// The field names something that does not exist.
    Unknown,
    /// The credential refers to itself.
    SameCredential,
    /// The credential belongs to another device, where one of the same device is needed.
    OtherDevice,
    /// The template is of another plugin, or for another way of connecting.
    WrongPlugin,
    /// The sum of the minimums is greater than the length.
    MinimumsExceedLength { maximum: u32 },
    /// The minimum is greater than the maximum.
    AboveMaximum { maximum: u32 },
    /// No character is left to choose from.
    NothingLeft,
    /// A plugin can carry no password of this kind.
    PluginLimit {
        plugin: String,
        /// The longest password that it carries.
        maximum: u32,
    },
    /// So few possibilities that a generated password could be guessed.
    TooFewPossibilities {
        /// The fewest possibilities that are accepted, as a binary logarithm.
        minimum: u32,
    },
    /// The hours do not form a window.
    InvalidWindow,
    /// The chain of parents would form a cycle.
    Cycle { path: String },
    /// The credential that the field names is inactive.
    InactiveCredential,
    /// There is no time zone of this name.
    Zone,
}

/// A field of a form, by its name in the request, and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Problem {
    /// The field, with dots between the levels ("execution.templateId").
    pub field: Cow<'static, str>,
    pub rule: Rule,
}

impl Problem {
    /// Makes a problem of a field and a rule.
    pub fn new(field: impl Into<Cow<'static, str>>, rule: Rule) -> Self {
        Self { field: field.into(), rule }
    }
}
