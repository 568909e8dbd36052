//! The arguments of commands: numbers, quoted texts and expressions.

use std::time::Duration;

use domain::FailureCode;

use super::{Block, Reader};
use crate::{
    FindingKind, pattern,
    program::{Command, Pattern},
    quoting::{self, Quoted},
    text::Text,
};

impl Reader {
    pub(super) fn connect_timeout(&mut self, rest: &str) -> Option<Command> {
        if self.block != Block::Change {
            self.error(FindingKind::NotInBlock("set-connect-timeout"));
            return None;
        }
        let wait = self.seconds("set-connect-timeout", rest)?;
        self.program.settings.connect_timeout = Some(wait);
        None
    }

    pub(super) fn ssh_version(&mut self, rest: &str) -> Option<Command> {
        match quoting::bare(rest) {
            "2" => None,
            "1" => {
                self.error(FindingKind::SshVersionRefused);
                None
            }
            _ => self.invalid("set-ssh-version", "2"),
        }
    }

    pub(super) fn alone(&mut self, _: &'static str, rest: &str, command: Command) -> Command {
        if !quoting::bare(rest).is_empty() {
            self.warning(FindingKind::Quoting(crate::Repair::Outside));
        }
        command
    }

    pub(super) fn invalid<T>(&mut self, command: &'static str, wanted: &'static str) -> Option<T> {
        self.error(FindingKind::ArgumentInvalid { command, wanted });
        None
    }

    pub(super) fn seconds(&mut self, command: &'static str, rest: &str) -> Option<Duration> {
        let seconds: Option<f64> =
            quoting::bare(rest).parse().ok().filter(|seconds| (0.0..=86_400.0).contains(seconds));
        match seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) {
            Some(wait) if command == "sleep" || !wait.is_zero() => Some(wait),
            _ => self.invalid(command, "a number of seconds"),
        }
    }

    pub(super) fn status(&mut self, rest: &str) -> Option<i32> {
        match quoting::bare(rest).parse() {
            Ok(status @ 0..=255) => Some(status),
            _ => self.invalid("expect-exit", "an exit status from 0 to 255"),
        }
    }

    /// Reads the quoted text and reports the repairs.
    pub(super) fn quoted(&mut self, rest: &str) -> Quoted {
        let quoted = quoting::read(rest);
        for &repair in &quoted.repairs {
            self.warning(FindingKind::Quoting(repair));
        }
        quoted
    }

    pub(super) fn tagged(&mut self, source: &str) -> Option<Text> {
        let (text, problems) = Text::parse(source);
        let mut sound = true;
        for problem in problems {
            if problem == FindingKind::TagNotClosed {
                self.warning(problem);
            } else {
                sound = false;
                self.error(problem);
            }
        }
        sound.then_some(text)
    }

    pub(super) fn text_or_empty(&mut self, command: &'static str, rest: &str) -> Option<Text> {
        if rest.is_empty() || rest == "\"\"" { Text::parse("").0.into() } else { self.text(command, rest) }
    }

    pub(super) fn text(&mut self, command: &'static str, rest: &str) -> Option<Text> {
        let quoted = self.quoted(rest);
        if !quoted.before.is_empty() {
            self.warning(FindingKind::Quoting(crate::Repair::Outside));
        }
        if quoted.text.is_empty() {
            self.error(FindingKind::ArgumentMissing { command, wanted: "a text in quotes" });
            return None;
        }
        self.tagged(&quoted.text)
    }

    pub(super) fn pattern(&mut self, command: &'static str, rest: &str) -> Option<Pattern> {
        let quoted = quoting::read(rest);
        self.pattern_of(command, &quoted)
    }

    pub(super) fn pattern_of(&mut self, command: &'static str, quoted: &Quoted) -> Option<Pattern> {
        for &repair in &quoted.repairs {
            // Backslashes are normal in a regular expression.
            if repair != crate::Repair::Backslash {
                self.warning(FindingKind::Quoting(repair));
            }
        }
        if quoted.text.is_empty() {
            self.error(FindingKind::ArgumentMissing { command, wanted: "a regular expression as \"/…/\"" });
            return None;
        }
        let (body, flags) = pattern::split(&quoted.text);
        let pattern = Pattern { text: self.tagged(body)?, flags: flags.to_owned() };
        match pattern::compile(&pattern, &|_| Some("x".to_owned())) {
            Ok(_) => Some(pattern),
            Err(reason) => {
                self.error(FindingKind::PatternInvalid(reason));
                None
            }
        }
    }

    /// Reads `reject-regex` and `deny-regex`. An optional word gives the exact reason.
    pub(super) fn refusal(&mut self, command: &'static str, rest: &str) -> Option<Command> {
        let quoted = quoting::read(rest);
        let code = match (command, quoted.before.as_str()) {
            ("reject-regex", "") => FailureCode::PasswordRefused,
            ("reject-regex", "too-soon") => FailureCode::ChangedTooSoon,
            ("deny-regex", "") => FailureCode::AccessRefused,
            ("deny-regex", "password") => FailureCode::AuthenticationFailed,
            ("deny-regex", "locked") => FailureCode::AccountLocked,
            ("deny-regex", "expired") => FailureCode::PasswordExpired,
            ("reject-regex", _) => {
                return self.invalid("reject-regex", "nothing or too-soon, then the expression");
            }
            _ => {
                return self.invalid("deny-regex", "nothing, password, locked or expired, then the expression");
            }
        };
        Some(Command::Refusal { pattern: self.pattern_of(command, &quoted)?, code })
    }
}
