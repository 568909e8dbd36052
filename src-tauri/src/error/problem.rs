//! Form errors: the field that is wrong, and the rule that it breaks.

use app::domain;
use serde::Serialize;
use specta::Type;

/// A field and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Problem {
    /// The field's name in the request, with dots between the levels.
    pub field: String,
    /// The rule.
    pub rule: Rule,
}

/// A rule of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "name", rename_all = "camelCase")]
pub enum Rule {
    /// See `domain::Rule`.
    Required,
    /// See `domain::Rule`.
    TooShort {
        /// The fewest characters.
        minimum: u32,
    },
    /// See `domain::Rule`.
    TooLong {
        /// The most characters.
        maximum: u32,
    },
    /// See `domain::Rule`.
    OutOfRange {
        /// The smallest number.
        minimum: u32,
        /// The largest number.
        maximum: u32,
    },
    /// See `domain::Rule`.
    Duplicate,
    /// See `domain::Rule`.
    InvalidAddress,
    /// See `domain::Rule`.
    InvalidCharacters,
    /// See `domain::Rule`.
    TooWeak,
    /// See `domain::Rule`.
    InvalidKey,
    /// See `domain::Rule`.
    Unknown,
    /// See `domain::Rule`.
    SameCredential,
    /// See `domain::Rule`.
    OtherDevice,
    /// See `domain::Rule`.
    WrongPlugin,
    /// See `domain::Rule`.
    Cycle {
        /// The names on the way.
        path: String,
    },
    /// See `domain::Rule`.
    InactiveCredential,
    /// See `domain::Rule`.
    MinimumsExceedLength {
        /// The length.
        maximum: u32,
    },
    /// See `domain::Rule`.
    AboveMaximum {
        /// The largest.
        maximum: u32,
    },
    /// See `domain::Rule`.
    NothingLeft,
    /// See `domain::Rule`.
    PluginLimit {
        /// The plugin's name.
        plugin: String,
        /// The longest password that it carries.
        maximum: u32,
    },
    /// See `domain::Rule`.
    TooFewPossibilities {
        /// The fewest, as a binary logarithm.
        minimum: u32,
    },
    /// See `domain::Rule`.
    InvalidWindow,
    /// See `domain::Rule`.
    Zone,
}

impl From<domain::Rule> for Rule {
    fn from(rule: domain::Rule) -> Self {
        match rule {
            domain::Rule::Required => Rule::Required,
            domain::Rule::TooShort { minimum } => Rule::TooShort { minimum },
            domain::Rule::TooLong { maximum } => Rule::TooLong { maximum },
            domain::Rule::OutOfRange { minimum, maximum } => Rule::OutOfRange { minimum, maximum },
            domain::Rule::Duplicate => Rule::Duplicate,
            domain::Rule::InvalidAddress => Rule::InvalidAddress,
            domain::Rule::InvalidCharacters => Rule::InvalidCharacters,
            domain::Rule::TooWeak => Rule::TooWeak,
            domain::Rule::InvalidKey => Rule::InvalidKey,
            domain::Rule::Unknown => Rule::Unknown,
            domain::Rule::SameCredential => Rule::SameCredential,
            domain::Rule::OtherDevice => Rule::OtherDevice,
            domain::Rule::WrongPlugin => Rule::WrongPlugin,
            domain::Rule::Cycle { path } => Rule::Cycle { path },
            domain::Rule::InactiveCredential => Rule::InactiveCredential,
            domain::Rule::MinimumsExceedLength { maximum } => Rule::MinimumsExceedLength { maximum },
            domain::Rule::AboveMaximum { maximum } => Rule::AboveMaximum { maximum },
            domain::Rule::NothingLeft => Rule::NothingLeft,
            domain::Rule::PluginLimit { plugin, maximum } => Rule::PluginLimit { plugin, maximum },
            domain::Rule::TooFewPossibilities { minimum } => Rule::TooFewPossibilities { minimum },
            domain::Rule::InvalidWindow => Rule::InvalidWindow,
            domain::Rule::Zone => Rule::Zone,
        }
    }
}

impl From<domain::Problem> for Problem {
    fn from(problem: domain::Problem) -> Self {
        Self { field: problem.field.into_owned(), rule: problem.rule.into() }
    }
}
