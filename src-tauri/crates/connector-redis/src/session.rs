//! A logged-in connection, and the dialogue of a template over it.

use std::time::Duration;

use connector::{ConnectorError, Session};
use domain::{FailureCode, operation::Evidence};
use template::{Bound, Dialogue, DialogueError, Received, Transcript};

use crate::{client::Client, reply::Reply, words};

/// A logged-in connection. Dropping it closes it.
pub(crate) struct RedisSession {
    client: Client,
}

impl RedisSession {
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

impl Session for RedisSession {
    fn run(&mut self, program: &Bound, transcript: &mut Transcript) -> Result<(), ConnectorError> {
        let mut commands = Commands { client: &mut self.client, output: None, failed: false };
        template::run(program, &mut commands, transcript).map_err(|error| ConnectorError {
            words: error.words,
            expected: error.expected,
            nothing_sent: !error.password_sent,
            evidence: Evidence::Words,
            ..ConnectorError::new(error.code)
        })
    }
}

/// The dialogue of a template. Each command of the template is a command of the server, and the reply is its output.
struct Commands<'a> {
    client: &'a mut Client,
    output: Option<String>,
    failed: bool,
}

fn impossible(words: &str) -> DialogueError {
    DialogueError { code: FailureCode::CommandFailed, words: Some(words.to_owned()) }
}

impl Dialogue for Commands<'_> {
    fn start_shell(&mut self) -> Result<(), DialogueError> {
        Err(impossible("a Redis server has no shell: the template needs `command`"))
    }

    fn start_command(&mut self, command: &str) -> Result<(), DialogueError> {
        let words = words::split(command).filter(|words| !words.is_empty());
        let words = words.ok_or_else(|| impossible("the command has a quote that does not end, or no words"))?;
        let answer = self.client.ask(&words);
        let reply = answer.map_err(|error| DialogueError { code: error.code, words: error.words })?;
        self.failed = matches!(reply, Reply::Error(_));
        self.output = Some(reply.shown());
        Ok(())
    }

    fn start_terminal(&mut self, _: &str) -> Result<(), DialogueError> {
        Err(impossible("a Redis server has no terminal: the template needs `command`"))
    }

    fn send(&mut self, _: &[u8]) -> Result<(), DialogueError> {
        Err(impossible("a command of a Redis server takes no input"))
    }

    fn receive(&mut self, _: Duration) -> Result<Received, DialogueError> {
        Ok(self.output.take().map_or(Received::Closed, |output| Received::Bytes(output.into_bytes())))
    }

    fn send_end(&mut self) -> Result<(), DialogueError> {
        Ok(())
    }

    fn exit_status(&mut self) -> Result<Option<i32>, DialogueError> {
        Ok(Some(i32::from(self.failed)))
    }

    fn read_timeout(&self) -> Duration {
        self.client.read_timeout()
    }
}
