//! A template's dialogue over SSH channels: one program at a time, with or without a pty.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use domain::FailureCode;
use ssh2::{Channel, ExtendedData, Session};
use template::{Dialogue, DialogueError, Received};

use crate::{failure, reach::milliseconds};

/// The size of a pty. It is wide, so that no echoed line is wrapped.
const WINDOW: (u32, u32, u32, u32) = (1000, 50, 0, 0);
/// The number of bytes that are read at once; more than one SSH packet holds.
const PIECE: usize = 32 << 10;
/// The longest time that closing a channel may take.
const CLOSING: Duration = Duration::from_secs(2);

/// The dialogue over one connection.
pub(crate) struct Channels<'a> {
    session: &'a Session,
    socket: &'a TcpStream,
    channel: Option<Channel>,
    /// True once the device has ended the program's output and closed the channel.
    ended: bool,
    read_timeout: Duration,
}

impl<'a> Channels<'a> {
    pub fn new(session: &'a Session, socket: &'a TcpStream, read_timeout: Duration) -> Self {
        Self { session, socket, channel: None, ended: false, read_timeout }
    }

    /// Closes the open channel, within a time limit.
    pub fn close(&mut self) {
        if let Some(mut channel) = self.channel.take() {
            self.session.set_timeout(milliseconds(CLOSING));
            if !self.ended && channel.close().is_err() {
                tracing::debug!("the channel was gone before it was closed");
            }
        }
        self.ended = false;
    }

    fn start(&mut self, begin: impl FnOnce(&mut Channel) -> Result<(), ssh2::Error>) -> Result<(), DialogueError> {
        self.close();
        self.session.set_timeout(milliseconds(self.read_timeout));
        self.acknowledge();
        let mut channel = self.session.channel_session().map_err(broken)?;
        channel.handle_extended_data(ExtendedData::Merge).map_err(broken)?;
        begin(&mut channel).map_err(broken)?;
        self.channel = Some(channel);
        Ok(())
    }

    fn channel(&mut self) -> Result<&mut Channel, DialogueError> {
        self.channel.as_mut().ok_or_else(|| DialogueError {
            code: FailureCode::CommandFailed,
            words: Some("no program runs".to_owned()),
        })
    }

    /// Asks the system to acknowledge packets at once: otherwise sshd delays its next packet by 40 ms. The system
    /// resets this option from time to time, so that it is set again before each read.
    fn acknowledge(&self) {
        #[cfg(target_os = "linux")]
        if rustix::net::sockopt::set_tcp_quickack(self.socket, true).is_err() {
            tracing::trace!("the system does not acknowledge at once");
        }
        #[cfg(not(target_os = "linux"))]
        let _ = self.socket;
    }

    /// Waits until the channel is closed, after the device has ended its output. The end of the channel carries the
    /// exit status.
    fn end(&mut self) -> Result<Received, DialogueError> {
        let timeout = milliseconds(self.read_timeout);
        self.session.set_timeout(timeout);
        self.channel()?.wait_close().map_err(broken)?;
        self.ended = true;
        Ok(Received::Closed)
    }
}

fn broken(error: ssh2::Error) -> DialogueError {
    DialogueError { code: failure::after_login(&error), words: Some(error.message().to_owned()) }
}

impl Dialogue for Channels<'_> {
    fn start_shell(&mut self) -> Result<(), DialogueError> {
        self.start(|channel| {
            channel.request_pty("vt100", None, Some(WINDOW))?;
            channel.shell()
        })
    }

    fn start_command(&mut self, command: &str) -> Result<(), DialogueError> {
        self.start(|channel| channel.exec(command))
    }

    fn start_terminal(&mut self, command: &str) -> Result<(), DialogueError> {
        self.start(|channel| {
            channel.request_pty("vt100", None, Some(WINDOW))?;
            channel.exec(command)
        })
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), DialogueError> {
        self.session.set_timeout(milliseconds(self.read_timeout));
        let session = self.session;
        let channel = self.channel()?;
        let mut rest = bytes;
        // One write is enough unless the device's receive window is full; then the rest is written again.
        while !rest.is_empty() {
            match channel.write(rest) {
                Ok(0) => return Err(unsent(session, &io::ErrorKind::WriteZero.into())),
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) => return Err(unsent(session, &error)),
            }
        }
        Ok(())
    }

    fn receive(&mut self, wait: Duration) -> Result<Received, DialogueError> {
        if self.ended {
            return Ok(Received::Closed);
        }
        let deadline = Instant::now() + wait;
        let mut bytes = vec![0; PIECE];
        loop {
            self.acknowledge();
            let rest = deadline.saturating_duration_since(Instant::now());
            self.session.set_timeout(milliseconds(rest));
            let session = self.session;
            let channel = self.channel()?;
            match channel.read(&mut bytes) {
                Ok(0) if channel.eof() => return self.end(),
                // Another message of the protocol arrived, which is neither output nor the end.
                Ok(0) => thread::sleep(Duration::from_millis(5)),
                Ok(length) => {
                    bytes.truncate(length);
                    return Ok(Received::Bytes(bytes));
                }
                Err(error) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {}
                Err(error) => return Err(unsent(session, &error)),
            }
            if Instant::now() >= deadline {
                return Ok(Received::Silence);
            }
        }
    }

    fn send_end(&mut self) -> Result<(), DialogueError> {
        self.session.set_timeout(milliseconds(self.read_timeout));
        self.channel()?.send_eof().map_err(broken)
    }

    fn exit_status(&mut self) -> Result<Option<i32>, DialogueError> {
        if !self.ended {
            // libssh2 would return 0 here, even after the connection broke.
            let words = Some("the program has not ended properly".to_owned());
            return Err(DialogueError { code: FailureCode::ConnectionLost, words });
        }
        let channel = self.channel()?;
        if channel.exit_signal().map_err(broken)?.exit_signal.is_some() {
            return Ok(None);
        }
        channel.exit_status().map(Some).map_err(broken)
    }

    fn read_timeout(&self) -> Duration {
        self.read_timeout
    }
}

/// Converts an error of reading or writing. An `io::Error` has lost libssh2's error number, but the session still knows
/// it.
fn unsent(session: &Session, error: &io::Error) -> DialogueError {
    match ssh2::Error::last_session_error(session) {
        Some(error) => broken(error),
        None => DialogueError { code: FailureCode::ConnectionLost, words: Some(error.to_string()) },
    }
}
