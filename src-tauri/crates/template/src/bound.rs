//! The filling of a template with values. A tag without a value is an error before anything connects, never an empty
//! string.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use domain::FailureCode;
use regex::Regex;
use secret::Secret;

use crate::{
    NewLine, Part, Program, Settings, Tag,
    inbox::Needle,
    pattern,
    program::{Command, Pattern, Step},
    text::{Piece, Text},
};

/// The values that fill the tags of a template.
#[derive(Default)]
pub struct Values {
    texts: BTreeMap<Tag, String>,
    secrets: BTreeMap<Tag, Secret>,
}

impl Values {
    /// Makes an empty set of values.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value that is not secret.
    #[must_use]
    pub fn text(mut self, tag: Tag, value: impl Into<String>) -> Self {
        self.texts.insert(tag, value.into());
        self
    }

    /// Adds a secret value. It is masked in every form.
    #[must_use]
    pub fn secret(mut self, tag: Tag, value: &Secret) -> Self {
        self.secrets.insert(tag, value.duplicate());
        self
    }

    /// Returns the tags that have a value.
    pub fn tags(&self) -> BTreeSet<Tag> {
        self.texts.keys().chain(self.secrets.keys()).copied().collect()
    }

    fn get(&self, tag: Tag) -> Option<&str> {
        // EXPOSE: the value is filled into the text that is sent.
        self.secrets.get(&tag).map(Secret::expose).or_else(|| self.texts.get(&tag).map(String::as_str))
    }
}

/// The values that a template needs and does not have, or cannot send.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("values are missing or cannot be sent")]
pub struct MissingValues {
    /// The tags that have no value.
    pub tags: Vec<Tag>,
    /// Tags whose value holds a control character (a line end in a user name would be a second line) or is too long.
    pub unsendable: Vec<Tag>,
}

/// A part of a template that is ready to run, with its secrets filled in.
pub struct Bound {
    pub(crate) settings: Settings,
    pub(crate) steps: Vec<BoundStep>,
    pub(crate) on_failure: Vec<BoundStep>,
    pub(crate) secrets: Vec<Secret>,
}

impl Bound {
    /// Tells whether there is nothing to run.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns the settings that the template asks for on the connection.
    pub fn settings(&self) -> Settings {
        self.settings
    }
}

pub(crate) struct BoundStep {
    pub line: usize,
    /// The template's text with its tags not filled, for messages.
    pub source: String,
    pub sends_password: bool,
    pub command: BoundCommand,
}

pub(crate) enum BoundCommand {
    SetReadTimeout(Duration),
    SetNewLine(NewLine),
    Send { text: Secret, line: bool },
    Start { command: Secret, terminal: bool },
    EndInput,
    ExpectExit(i32),
    Expect(Needle),
    NoExpect(Needle),
    Refusal { expression: Regex, code: FailureCode },
    Sleep(Duration),
    End,
}

impl Program {
    /// Fills the change and its `on-failure` block.
    ///
    /// # Errors
    /// [`MissingValues`] names every tag that has no value or one that cannot be sent.
    pub fn bind(&self, values: &Values) -> Result<Bound, MissingValues> {
        self.bind_part(Part::Change, values)
    }

    /// Fills one part. A block that the template does not have gives a [`Bound`] that [is empty](Bound::is_empty).
    ///
    /// # Errors
    /// [`MissingValues`] names every tag that has no value or one that cannot be sent.
    pub fn bind_part(&self, part: Part, values: &Values) -> Result<Bound, MissingValues> {
        let needed = self.tags_of(part);
        let tags: Vec<Tag> = needed.iter().copied().filter(|&tag| values.get(tag).is_none_or(str::is_empty)).collect();
        let unsendable: Vec<Tag> =
            needed.iter().copied().filter(|&tag| values.get(tag).is_some_and(uncontrolled)).collect();
        if !tags.is_empty() || !unsendable.is_empty() {
            return Err(MissingValues { tags, unsendable });
        }
        let on_failure = if part == Part::Change { self.on_failure.as_slice() } else { &[] };
        let settings = match part {
            // A change sets its read timeout and new line by steps, at the place where the template says so.
            Part::Change | Part::Rehearsal => {
                Settings { connect_timeout: self.settings.connect_timeout, ..Settings::default() }
            }
            Part::Verify | Part::OnSuccess => self.settings,
        };
        Ok(Bound {
            settings,
            steps: bind_steps(self.steps(part), values)?,
            on_failure: bind_steps(on_failure, values)?,
            // Every known secret is masked, including those that this part does not send.
            secrets: values.secrets.values().map(Secret::duplicate).collect(),
        })
    }
}

fn uncontrolled(value: &str) -> bool {
    value.chars().any(char::is_control)
}

/// Fills every step. A step that cannot be filled is an error, because leaving it out could remove an assertion.
fn bind_steps(steps: &[Step], values: &Values) -> Result<Vec<BoundStep>, MissingValues> {
    let fill = |step: &Step| {
        let unsendable = || MissingValues { tags: Vec::new(), unsendable: step.command.tags().into_iter().collect() };
        bind_step(step, values).ok_or_else(unsendable)
    };
    steps.iter().map(fill).collect()
}

/// Fills one step; `None` when its expression becomes too big with the values in it.
fn bind_step(step: &Step, values: &Values) -> Option<BoundStep> {
    let (command, source) = match &step.command {
        Command::SetReadTimeout(wait) => (BoundCommand::SetReadTimeout(*wait), String::new()),
        Command::SetNewLine(mode) => (BoundCommand::SetNewLine(*mode), String::new()),
        Command::Send { text, line } => {
            (BoundCommand::Send { text: fill(text, values), line: *line }, text.source.clone())
        }
        Command::Start { text, terminal } => {
            (BoundCommand::Start { command: fill(text, values), terminal: *terminal }, text.source.clone())
        }
        Command::EndInput => (BoundCommand::EndInput, String::new()),
        Command::ExpectExit(status) => (BoundCommand::ExpectExit(*status), format!("exit status {status}")),
        Command::Expect(text) => (BoundCommand::Expect(Needle::Parts(parts(text, values))), text.source.clone()),
        Command::NoExpect(text) => (BoundCommand::NoExpect(Needle::Parts(parts(text, values))), text.source.clone()),
        Command::ExpectPattern(pattern) => {
            (BoundCommand::Expect(Needle::Expression(expression(pattern, values)?)), pattern.text.source.clone())
        }
        Command::Refusal { pattern, code } => (
            BoundCommand::Refusal { expression: expression(pattern, values)?, code: *code },
            pattern.text.source.clone(),
        ),
        Command::Sleep(wait) => (BoundCommand::Sleep(*wait), String::new()),
        Command::End => (BoundCommand::End, String::new()),
    };
    let sends = matches!(step.command, Command::Send { .. } | Command::Start { .. });
    let sends_password = sends && step.command.tags().contains(&Tag::NewPassword);
    Some(BoundStep { line: step.line, source, sends_password, command })
}

fn expression(pattern: &Pattern, values: &Values) -> Option<Regex> {
    pattern::compile(pattern, &|tag| values.get(tag).map(str::to_owned)).ok()
}

fn fill(text: &Text, values: &Values) -> Secret {
    let mut filled = String::new();
    for piece in &text.pieces {
        match piece {
            Piece::Literal(literal) => filled.push_str(literal),
            Piece::Value(tag, escape) => filled.push_str(&escape.apply(values.get(*tag).unwrap_or_default())),
        }
    }
    Secret::new(filled)
}

/// Splits a text at each `*`. A `*` inside a value is not a wildcard.
fn parts(text: &Text, values: &Values) -> Vec<String> {
    let mut parts = vec![String::new()];
    for piece in &text.pieces {
        match piece {
            Piece::Literal(literal) => {
                for (index, part) in literal.split('*').enumerate() {
                    if index > 0 {
                        parts.push(String::new());
                    }
                    if let Some(last) = parts.last_mut() {
                        last.push_str(part);
                    }
                }
            }
            Piece::Value(tag, escape) => {
                if let Some(last) = parts.last_mut() {
                    last.push_str(&escape.apply(values.get(*tag).unwrap_or_default()));
                }
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
