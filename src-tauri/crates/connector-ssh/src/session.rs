//! A logged-in connection, and the translation of its failures.

use std::time::Duration;

use connector::{ConnectorError, Session};
use domain::{FailureClass, FailureCode, operation::Evidence};
use template::{Bound, Direction, RunError, Transcript};

use crate::{channel::Channels, reach::Reached};

/// The texts that sshd prints in place of a program's output when the password has expired. They are in English on
/// every system.
const EXPIRED: [&str; 4] = [
    "Password change required but no TTY available",
    "You must change your password now",
    "You are required to change your password",
    "Your password has expired",
];
/// The texts of a login shell that refuses to work, such as nologin.
const BARRED: [&str; 2] = ["This account is currently not available", "This account is not available"];

/// A logged-in connection. Dropping it closes it, within a time limit.
pub(crate) struct SshSession {
    reached: Reached,
    read_timeout: Duration,
}

impl SshSession {
    pub fn new(reached: Reached, read_timeout: Duration) -> Self {
        Self { reached, read_timeout }
    }
}

impl Session for SshSession {
    fn run(&mut self, program: &Bound, transcript: &mut Transcript) -> Result<(), ConnectorError> {
        let mut channels = Channels::new(&self.reached.session, &self.reached.socket, self.read_timeout);
        let result = template::run(program, &mut channels, transcript);
        channels.close();
        result.map_err(|error| explain(error, transcript))
    }
}

/// Converts the error of a template. If the template met an unexpected answer, searches the transcript for a known
/// cause.
fn explain(error: RunError, transcript: &Transcript) -> ConnectorError {
    let mut code = error.code;
    let mut words = error.words;
    if matches!(code.class(), FailureClass::Script) {
        let lines = transcript.lines();
        let said = |known: &[&str]| {
            let received = lines.iter().filter(|line| line.direction == Direction::Received);
            received.map(|line| line.text.as_str()).find(|text| known.iter().any(|known| text.contains(known)))
        };
        if let Some(line) = said(&EXPIRED) {
            code = FailureCode::PasswordExpired;
            words = Some(line.to_owned());
        } else if let Some(line) = said(&BARRED) {
            code = FailureCode::AccountLocked;
            words = Some(line.to_owned());
        }
    }
    let nothing_sent = !error.password_sent;
    ConnectorError {
        words,
        expected: error.expected,
        nothing_sent,
        evidence: Evidence::Words,
        ..ConnectorError::new(code)
    }
}
