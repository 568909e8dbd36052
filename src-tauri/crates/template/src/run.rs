//! The run of a bound template over a dialogue.
//!
//! Waits are bounded twice: by the read timeout for each silence, and by ten times that for one step. So a device that
//! never stops sending cannot hold a run for ever. While a step waits, refusals (`reject-regex`, `deny-regex`) are
//! searched for in the same text. The match that begins first decides; of two at the same place, the one that was
//! declared later.

mod wait;

use std::{ops::Range, time::Duration};

use domain::FailureCode;
use regex::Regex;
use secret::Secret;

use crate::{
    Bound, Dialogue, DialogueError, NewLine, Transcript,
    bound::{BoundCommand, BoundStep},
    inbox::Inbox,
};

/// The most characters that are kept of a device's message.
const LONGEST_WORDS: usize = 600;

/// The reason why a run failed. Every text is masked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the template: {code:?}")]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct RunError {
    pub code: FailureCode,
    /// The template's line, counted from 1.
    pub line: usize,
    /// The expected text, as the template writes it.
    pub expected: Option<String>,
    /// The message of the device.
    pub words: Option<String>,
    /// True when the new password had been sent. If it had not, nothing can have changed.
    pub password_sent: bool,
}

/// Runs the steps. The transcript holds everything that was sent and received afterwards, also when the run fails.
///
/// # Errors
/// A [`RunError`] with the step at which the run ended.
pub fn run(bound: &Bound, dialogue: &mut dyn Dialogue, transcript: &mut Transcript) -> Result<(), RunError> {
    for secret in &bound.secrets {
        transcript.know(secret);
    }
    let mut runner = Runner::new(bound, dialogue, transcript);
    let mut result = runner.steps(&bound.steps);
    if let Err(error) = &mut result {
        error.password_sent = runner.password_sent;
        if !bound.on_failure.is_empty() && error.code != FailureCode::ConnectionLost {
            runner.transcript.note("cleaning up after a failure");
            runner.refusals.clear();
            if let Err(second) = runner.steps(&bound.on_failure) {
                runner.transcript.note(&format!("cleaning up failed: {second}"));
            }
        }
    }
    result
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Channel {
    None,
    Open,
    /// The program has ended properly.
    Ended,
}

struct Refusal {
    expression: Regex,
    code: FailureCode,
    next: usize,
    found: Option<Range<usize>>,
}

struct Runner<'a> {
    dialogue: &'a mut dyn Dialogue,
    transcript: &'a mut Transcript,
    inbox: Inbox,
    channel: Channel,
    refusals: Vec<Refusal>,
    new_line: NewLine,
    read_timeout: Duration,
    password_sent: bool,
}

/// The reason why a step did not succeed.
struct Stop {
    code: FailureCode,
    words: Option<String>,
}

impl From<DialogueError> for Stop {
    fn from(error: DialogueError) -> Self {
        Self { code: error.code, words: error.words }
    }
}

impl<'a> Runner<'a> {
    fn new(bound: &Bound, dialogue: &'a mut dyn Dialogue, transcript: &'a mut Transcript) -> Self {
        Self {
            read_timeout: bound.settings.read_timeout.unwrap_or_else(|| dialogue.read_timeout()),
            new_line: bound.settings.new_line,
            dialogue,
            transcript,
            inbox: Inbox::new(),
            channel: Channel::None,
            refusals: Vec::new(),
            password_sent: false,
        }
    }

    fn steps(&mut self, steps: &[BoundStep]) -> Result<(), RunError> {
        for step in steps {
            if matches!(step.command, BoundCommand::End) {
                break;
            }
            self.step(step).map_err(|stop| self.error(step, stop))?;
        }
        Ok(())
    }

    fn error(&self, step: &BoundStep, stop: Stop) -> RunError {
        let expects =
            matches!(step.command, BoundCommand::Expect(_) | BoundCommand::NoExpect(_) | BoundCommand::ExpectExit(_));
        let words = stop.words.or_else(|| Some(self.inbox.text().to_owned()));
        RunError {
            code: stop.code,
            line: step.line,
            expected: expects.then(|| self.transcript.mask(&step.source)),
            words: words.map(|words| shorten(&self.transcript.mask(words.trim()))).filter(|words| !words.is_empty()),
            password_sent: self.password_sent,
        }
    }

    fn step(&mut self, step: &BoundStep) -> Result<(), Stop> {
        match &step.command {
            BoundCommand::SetReadTimeout(wait) => self.read_timeout = *wait,
            BoundCommand::SetNewLine(mode) => self.new_line = *mode,
            BoundCommand::Send { text, line } => self.send(text, *line, step.sends_password)?,
            BoundCommand::Start { command, terminal } => self.start(command, *terminal, step.sends_password)?,
            BoundCommand::EndInput => {
                self.begin()?;
                self.dialogue.send_end()?;
                self.transcript.note("end of input");
            }
            BoundCommand::ExpectExit(status) => self.expect_exit(*status)?,
            BoundCommand::Expect(needle) => {
                let found = self.wait_for(needle)?;
                self.inbox.take(found.end);
            }
            BoundCommand::NoExpect(needle) => self.no_expect(needle)?,
            BoundCommand::Refusal { expression, code } => {
                // The text since the last match is searched too: the answer may have arrived before this line is
                // reached.
                let refusal = Refusal { expression: expression.clone(), code: *code, next: 0, found: None };
                self.refusals.push(refusal);
            }
            BoundCommand::Sleep(wait) => self.sleep(*wait)?,
            BoundCommand::End => {}
        }
        Ok(())
    }

    /// Starts the login shell if the template has started no program.
    fn begin(&mut self) -> Result<(), Stop> {
        if self.channel == Channel::None {
            self.dialogue.start_shell()?;
            self.transcript.note("shell on a terminal");
            self.channel = Channel::Open;
        }
        Ok(())
    }

    fn start(&mut self, command: &Secret, terminal: bool, password: bool) -> Result<(), Stop> {
        self.password_sent |= password;
        self.inbox.clear();
        // EXPOSE: the command is started with this text. It may hold secret values; the parser warns about that.
        let command = command.expose();
        self.transcript.note(if terminal { "command on a terminal:" } else { "command:" });
        self.transcript.sent(command);
        if terminal {
            self.dialogue.start_terminal(command)?;
        } else {
            self.dialogue.start_command(command)?;
        }
        self.channel = Channel::Open;
        Ok(())
    }

    fn send(&mut self, text: &Secret, line: bool, password: bool) -> Result<(), Stop> {
        self.begin()?;
        if self.channel == Channel::Ended {
            return Err(self.ended());
        }
        // ORDER: the text and its line end leave in one write. A line that is sent in pieces can be cut, and its
        // beginning would become a password.
        // EXPOSE: this is the place where a template sends its text.
        let bytes = Secret::new(format!("{}{}", text.expose(), if line { self.new_line.characters() } else { "" }));
        self.password_sent |= password;
        // EXPOSE: the transcript records the text masked, and the dialogue sends it.
        self.transcript.sent(bytes.expose());
        match self.dialogue.send(bytes.expose().as_bytes()) {
            // The program ended before it took this text. Its last words give the reason.
            Err(error) if error.code == FailureCode::CommandFailed => {
                while matches!(self.receive(wait::LINE_REST), Ok(true)) {}
                Err(if self.channel == Channel::Ended { self.ended() } else { error.into() })
            }
            sent => Ok(sent?),
        }
    }
}

/// Keeps the end of a long text, because devices say there what went wrong.
fn shorten(words: &str) -> String {
    let count = words.chars().count();
    words.chars().skip(count.saturating_sub(LONGEST_WORDS)).collect()
}
