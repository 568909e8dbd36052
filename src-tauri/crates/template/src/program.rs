//! A parsed template: its settings, its steps, and how it is verified.

use std::{collections::BTreeSet, time::Duration};

use domain::FailureCode;

use crate::{Tag, text::Text};

/// The line end that `exec` sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum NewLine {
    #[default]
    Unix,
    Windows,
    Mac,
}

impl NewLine {
    /// Returns the characters of the line end.
    pub fn characters(self) -> &'static str {
        match self {
            Self::Unix => "\n",
            Self::Windows => "\r\n",
            Self::Mac => "\r",
        }
    }
}

/// The settings of a template for the connection itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// The time limit for connecting to the device, if the template names one.
    pub connect_timeout: Option<Duration>,
    /// The time limit for each silence, if the template names one for the whole (its first `set-read-timeout`).
    pub read_timeout: Option<Duration>,
    /// The line end (its first `set-new-line-mode`).
    pub new_line: NewLine,
}

/// The way in which the new password is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Verification {
    /// By a fresh login as the account.
    Login,
    None {
        reason: String,
    },
    /// By running the `verify` block: [`Program::bind_part`] with [`Part::Verify`].
    Steps,
}

/// A part of a template that runs on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Part {
    /// The change, with its `on-failure` block.
    Change,
    /// The dry run: every step before the first one that would send the new password.
    Rehearsal,
    Verify,
    /// The `on-success` block, which runs after the proof.
    OnSuccess,
}

/// A parsed template, without the lines that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub(crate) settings: Settings,
    pub(crate) verification: Verification,
    pub(crate) change: Vec<Step>,
    pub(crate) verify: Vec<Step>,
    pub(crate) on_success: Vec<Step>,
    pub(crate) on_failure: Vec<Step>,
}

/// One line of a template that runs a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub line: usize,
    pub command: Command,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    SetReadTimeout(Duration),
    SetNewLine(NewLine),
    /// Sends a text; `line` adds the line end of the new-line mode.
    Send {
        text: Text,
        line: bool,
    },
    /// Starts a program on a channel of its own.
    Start {
        text: Text,
        terminal: bool,
    },
    EndInput,
    ExpectExit(i32),
    Expect(Text),
    ExpectPattern(Pattern),
    NoExpect(Text),
    /// A refusal that is searched for from this line on.
    Refusal {
        pattern: Pattern,
        code: FailureCode,
    },
    Sleep(Duration),
    End,
}

/// A regular expression with its flags, tags not yet filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub text: Text,
    pub flags: String,
}

impl Program {
    /// Lists every tag that any part needs.
    pub fn tags(&self) -> BTreeSet<Tag> {
        [&self.change, &self.verify, &self.on_success, &self.on_failure]
            .into_iter()
            .flat_map(|steps| tags(steps))
            .collect()
    }

    /// Lists the tags that one part needs.
    pub fn tags_of(&self, part: Part) -> BTreeSet<Tag> {
        let mut needed = tags(self.steps(part));
        if part == Part::Change {
            needed.extend(tags(&self.on_failure));
        }
        needed
    }

    /// Returns the settings that the template asks for on the connection.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Returns the way in which the new password is proven.
    pub fn verification(&self) -> &Verification {
        &self.verification
    }

    pub(crate) fn steps(&self, part: Part) -> &[Step] {
        match part {
            Part::Change => &self.change,
            Part::Rehearsal => {
                let sends = |step: &Step| step.command.tags().contains(&Tag::NewPassword);
                let end = self.change.iter().position(sends).unwrap_or(self.change.len());
                &self.change[..end]
            }
            Part::Verify => &self.verify,
            Part::OnSuccess => &self.on_success,
        }
    }
}

fn tags(steps: &[Step]) -> BTreeSet<Tag> {
    steps.iter().flat_map(|step| step.command.tags()).collect()
}

impl Command {
    /// Lists the tags of the command's text.
    pub fn tags(&self) -> BTreeSet<Tag> {
        match self {
            Self::Send { text, .. } | Self::Start { text, .. } | Self::Expect(text) | Self::NoExpect(text) => {
                text.tags()
            }
            Self::ExpectPattern(pattern) | Self::Refusal { pattern, .. } => pattern.text.tags(),
            Self::SetReadTimeout(_)
            | Self::SetNewLine(_)
            | Self::EndInput
            | Self::ExpectExit(_)
            | Self::Sleep(_)
            | Self::End => BTreeSet::new(),
        }
    }

    /// Tells whether the command can find out that something went wrong.
    pub fn asserts(&self) -> bool {
        matches!(self, Self::Expect(_) | Self::ExpectPattern(_) | Self::NoExpect(_) | Self::ExpectExit(_))
    }
}
