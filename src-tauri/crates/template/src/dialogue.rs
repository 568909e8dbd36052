//! The connection as a template sees it: it starts programs, sends and receives.

use std::time::Duration;

use domain::FailureCode;

/// The result of one wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// Some bytes, including those of standard error, in the order of arrival. Never empty.
    Bytes(Vec<u8>),
    /// Nothing came during the whole wait.
    Silence,
    /// The other side has ended its program properly: no more bytes will come.
    Closed,
}

/// The reason why a dialogue broke.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the dialogue broke: {code:?}")]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct DialogueError {
    pub code: FailureCode,
    /// The message of the library or of the device.
    pub words: Option<String>,
}

/// A blocking dialogue with one device. Connectors implement it over a real channel.
///
/// One program runs at a time. Starting another one closes the one before.
pub trait Dialogue {
    /// Starts the login shell on a pty.
    ///
    /// # Errors
    /// When the device refuses or the connection is broken.
    fn start_shell(&mut self) -> Result<(), DialogueError>;

    /// Starts a command without a pty: its input is exactly what is sent, nothing is echoed.
    ///
    /// # Errors
    /// When the device refuses or the connection is broken.
    fn start_command(&mut self, command: &str) -> Result<(), DialogueError>;

    /// Starts a command on a pty.
    ///
    /// # Errors
    /// When the device refuses or the connection is broken.
    fn start_terminal(&mut self, command: &str) -> Result<(), DialogueError>;

    /// Sends these bytes as one write.
    ///
    /// # Errors
    /// When the connection is broken or the device does not take them in time.
    fn send(&mut self, bytes: &[u8]) -> Result<(), DialogueError>;

    /// Waits for something to arrive. [`Received::Silence`] means that all of `wait` has passed.
    ///
    /// # Errors
    /// When the connection is broken. A broken connection is never reported as [`Received::Closed`].
    fn receive(&mut self, wait: Duration) -> Result<Received, DialogueError>;

    /// Ends the program's standard input.
    ///
    /// # Errors
    /// When the connection is broken.
    fn send_end(&mut self) -> Result<(), DialogueError>;

    /// Returns the exit status of a program that has ended, if the device reported one.
    ///
    /// # Errors
    /// When the program has not ended properly: a status without a proper end proves nothing.
    fn exit_status(&mut self) -> Result<Option<i32>, DialogueError>;

    /// Returns the time limit for each silence where the template names none.
    fn read_timeout(&self) -> Duration {
        Duration::from_secs(30)
    }
}
