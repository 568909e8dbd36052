//! The errors and warnings about a template, as data. The window translates the kind; logs print it in English.

use std::fmt;

use crate::Tag;

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The template cannot be saved as active.
    Error,
    /// The finding is shown, and the template can be saved.
    Warning,
}

/// One error or warning about a line of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Finding {
    /// The line, counted from 1; 0 for the template as a whole.
    pub line: usize,
    pub severity: Severity,
    pub kind: FindingKind,
}

/// A repair of the quoting of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// There were no quotes at all: the rest of the line is the text.
    NoQuotes,
    /// The closing quote is missing: the text ends with the line.
    NotClosed,
    /// Quotes inside the text are part of it.
    InnerQuote,
    /// Backslashes inside the text are part of it; they escape nothing.
    Backslash,
    /// Text outside of the quotes is ignored.
    Outside,
}

/// The kind of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum FindingKind {
    UnknownCommand(String),
    UnknownTag(String),
    UnknownEscape(String),
    /// A `[#` has no `#]`: it is sent as it is.
    TagNotClosed,
    /// The command needs an argument.
    ArgumentMissing {
        command: &'static str,
        wanted: &'static str,
    },
    /// The argument does not fit the command.
    ArgumentInvalid {
        command: &'static str,
        wanted: &'static str,
    },
    /// SSH version 1 is refused.
    SshVersionRefused,
    /// The regular expression is invalid.
    PatternInvalid(String),
    /// The quoting was repaired.
    Quoting(Repair),
    /// The `}` of a block is missing, or there is one without a block.
    BlockNotClosed,
    /// The same block or declaration appears twice.
    Repeated(&'static str),
    /// `verify none` needs a reason.
    ReasonMissing,
    /// The command is not allowed in a block.
    NotInBlock(&'static str),
    /// The template has no step at all.
    Empty,
    /// This execution type has no value for the tag.
    TagNotFilled(Tag),
    /// A change template never sends the new password.
    PasswordNeverSent,
    /// Nothing is asserted after the last place where the new password is sent.
    NothingAsserted,
    /// The line is never reached.
    Unreachable,
    /// A secret is on a command line, where every user of the device can read it.
    PasswordOnCommandLine {
        /// The lines that should replace it.
        rewrite: String,
    },
    /// The line needs a program that `command` started, and there is none.
    NoCommand(&'static str),
}

impl Finding {
    pub(crate) fn error(line: usize, kind: FindingKind) -> Self {
        Self { line, severity: Severity::Error, kind }
    }

    pub(crate) fn warning(line: usize, kind: FindingKind) -> Self {
        Self { line, severity: Severity::Warning, kind }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}", self.kind),
            line => write!(formatter, "line {line}: {}", self.kind),
        }
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoQuotes => "the text has no quotes: the rest of the line was taken",
            Self::NotClosed => "the closing quote is missing: the text was closed at the end of the line",
            Self::InnerQuote => "quotes inside the text are part of it",
            Self::Backslash => "backslashes are sent as they stand; they escape nothing",
            Self::Outside => "what stands outside of the quotes is ignored",
        })
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand(name) => write!(formatter, "there is no command `{name}`"),
            Self::UnknownTag(name) => write!(formatter, "there is no tag [#{name}#]"),
            Self::UnknownEscape(name) => write!(formatter, "there is no escape |{name}"),
            Self::TagNotClosed => formatter.write_str("`[#` has no `#]`: it is sent as it stands"),
            Self::ArgumentMissing { command, wanted } => {
                write!(formatter, "`{command}` needs {wanted}")
            }
            Self::ArgumentInvalid { command, wanted } => {
                write!(formatter, "after `{command}` comes {wanted}")
            }
            Self::SshVersionRefused => formatter.write_str("only version 2 of SSH is spoken"),
            Self::PatternInvalid(reason) => {
                write!(formatter, "the regular expression is not valid: {reason}")
            }
            Self::Quoting(repair) => repair.fmt(formatter),
            Self::BlockNotClosed => formatter.write_str("a block is not closed with `}`, or `}` stands alone"),
            Self::Repeated(what) => write!(formatter, "`{what}` stands twice"),
            Self::ReasonMissing => formatter.write_str("`verify none` needs a reason in quotes"),
            Self::NotInBlock(command) => {
                write!(formatter, "`{command}` has no place inside a block")
            }
            Self::Empty => formatter.write_str("the template has no step"),
            Self::TagNotFilled(tag) => write!(formatter, "[#{tag}#] has no value in this kind of execution"),
            Self::PasswordNeverSent => formatter.write_str("the new password is never sent"),
            Self::NothingAsserted => {
                formatter.write_str("nothing is expected after the new password: add `expect` or `expect-exit 0`")
            }
            Self::Unreachable => formatter.write_str("this line is never reached: `end` stands before it"),
            Self::PasswordOnCommandLine { rewrite } => {
                write!(
                    formatter,
                    "a password on a command line can be seen by every user of the device; write: {rewrite}"
                )
            }
            Self::NoCommand(command) => write!(formatter, "`{command}` needs a `command` or `terminal` before it"),
        }
    }
}
