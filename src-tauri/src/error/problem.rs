//! Form errors: the wrong field, and the rule that it breaks.

use app::domain;
use serde::Serialize;
use specta::Type;

/// A field and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Problem {
    /// The field's name in the request, with dots between the levels.
    pub field: String,
    pub rule: Rule,
}

/// A rule of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "name", rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Rule {
    Required,
    TooShort {
        minimum: u32,
    },
    TooLong {
        maximum: u32,
    },
    OutOfRange {
        minimum: u32,
        maximum: u32,
    },
    Duplicate,
    InvalidAddress,
    InvalidCharacters,
    TooWeak,
    InvalidKey,
    Unknown,
    SameCredential,
    OtherDevice,
    WrongPlugin,
    Cycle {
        /// The names of the credentials in the cycle.
        path: String,
    },
    InactiveCredential,
    MinimumsExceedLength {
        maximum: u32,
    },
    AboveMaximum {
        maximum: u32,
    },
    NothingLeft,
    PluginLimit {
        plugin: String,
        /// The longest password that the plugin can transmit.
        maximum: u32,
    },
    TooFewPossibilities {
        /// The fewest possibilities that are allowed, as a binary logarithm.
        minimum: u32,
    },
    InvalidWindow,
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
