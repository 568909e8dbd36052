//! One connection that sends commands and waits for their replies, with limits on time and size.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use connector::{ConnectorError, Endpoint};
use domain::FailureCode;
use secret::Secret;

use crate::reply::{self, Parsed, Reply};

/// The most bytes of one reply. The replies that templates ask for are far smaller.
const LONGEST_ANSWER: usize = 1 << 20;
/// The number of bytes that are read at once.
const PIECE: usize = 16 << 10;

/// A connection. After a failure it refuses every further command: a late reply would be taken for the reply to the
/// next command.
pub(crate) struct Client {
    socket: TcpStream,
    read_timeout: Duration,
    broken: bool,
}

impl Client {
    /// Connects to the server, within the endpoint's time limit.
    pub fn connect(endpoint: &Endpoint) -> Result<Self, ConnectorError> {
        let socket = connector::connect(endpoint, Instant::now() + endpoint.connect_timeout)?;
        socket.set_nodelay(true).map_err(|error| lost(&error))?;
        Ok(Self { socket, read_timeout: endpoint.read_timeout, broken: false })
    }

    /// Returns the longest time that one reply may take.
    pub fn read_timeout(&self) -> Duration {
        self.read_timeout
    }

    /// Sends one command and waits for its reply.
    pub fn ask(&mut self, words: &[Secret]) -> Result<Reply, ConnectorError> {
        if self.broken {
            return Err(ConnectorError::with_words(FailureCode::ConnectionLost, "the connection broke before"));
        }
        let answer = self.exchange(words);
        self.broken = answer.is_err();
        answer
    }

    fn exchange(&mut self, words: &[Secret]) -> Result<Reply, ConnectorError> {
        let deadline = Instant::now() + self.read_timeout;
        let request = encode(words);
        self.socket.set_write_timeout(Some(self.read_timeout)).map_err(|error| lost(&error))?;
        // EXPOSE: the command is sent to the device that the caller asked for.
        self.socket.write_all(request.expose().as_bytes()).map_err(|error| lost(&error))?;
        let (mut received, mut piece) = (Vec::new(), vec![0; PIECE]);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(late());
            }
            self.socket.set_read_timeout(Some(left)).map_err(|error| lost(&error))?;
            match self.socket.read(&mut piece).map_err(|error| lost(&error))? {
                0 => return Err(ConnectorError::with_words(FailureCode::ConnectionLost, "the server hung up")),
                length => received.extend_from_slice(piece.get(..length).unwrap_or_default()),
            }
            match reply::parse(&received) {
                Parsed::Whole(reply) => return Ok(reply),
                Parsed::Part if received.len() <= LONGEST_ANSWER => {}
                Parsed::Part | Parsed::Nonsense => {
                    let words = "the answer is none of a Redis server";
                    return Err(ConnectorError::with_words(FailureCode::ProtocolRefused, words));
                }
            }
        }
    }
}

/// Encodes a command as an array of bulk strings. Each string has its length in front, so that no value can be read as
/// a command.
fn encode(words: &[Secret]) -> Secret {
    let mut request = format!("*{}\r\n", words.len());
    for word in words {
        // EXPOSE: the word is copied into the request, which is a secret too.
        let word = word.expose();
        request.push_str(&format!("${}\r\n{word}\r\n", word.len()));
    }
    Secret::new(request)
}

fn late() -> ConnectorError {
    ConnectorError::with_words(FailureCode::TimedOut, "the server did not answer in time")
}

fn lost(error: &io::Error) -> ConnectorError {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => late(),
        _ => ConnectorError::with_words(FailureCode::ConnectionLost, error.to_string()),
    }
}
