//! What is wrong with a field of a form.

use std::borrow::Cow;

use serde::Serialize;

/// A rule that a field breaks. The window has words for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "name", rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Rule {
    /// There must be something.
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
    /// A password that is guessed too soon.
    TooWeak,
    /// Not a private key that can be read, or one that needs a passphrase.
    InvalidKey,
    /// Names something that does not exist.
    Unknown,
    /// A credential that refers to itself.
    SameCredential,
    /// A credential of another device, where one of the same is needed.
    OtherDevice,
    /// A template of another plugin, or for another way of connecting.
    WrongPlugin,
    /// The minimums together are more than the length allows.
    MinimumsExceedLength { maximum: u32 },
    /// The smallest is above the largest.
    AboveMaximum { maximum: u32 },
    /// No character is left to choose from.
    NothingLeft,
    /// A plugin allows no such password.
    PluginLimit {
        plugin: String,
        /// The longest password that it carries.
        maximum: u32,
    },
    /// So few possibilities that a generated password could be guessed.
    TooFewPossibilities {
        /// The fewest, as a binary logarithm.
        minimum: u32,
    },
    /// Hours that are no window.
    InvalidWindow,
    /// The chain of parents would come back to where it began.
    Cycle {
        /// The names on the way.
        path: String,
    },
    /// The credential that is named is not in use.
    InactiveCredential,
    /// No time zone of this name.
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
    /// Joins the two.
    pub fn new(field: impl Into<Cow<'static, str>>, rule: Rule) -> Self {
        Self { field: field.into(), rule }
    }
}
