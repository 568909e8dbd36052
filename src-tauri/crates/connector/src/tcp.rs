//! Connecting to a device by TCP. One time limit covers resolving the name, all addresses and the connection.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use domain::FailureCode;

use crate::{ConnectorError, Endpoint};

/// Connects to the first address of the device that answers.
///
/// # Errors
/// [`FailureCode::Unreachable`], [`FailureCode::TimedOut`].
pub fn connect(endpoint: &Endpoint, deadline: Instant) -> Result<TcpStream, ConnectorError> {
    any_of(&addresses(endpoint, deadline)?, deadline)
}

/// Resolves the name within the deadline. The system's resolver has no time limit, so it runs on a separate thread.
fn addresses(endpoint: &Endpoint, deadline: Instant) -> Result<Vec<SocketAddr>, ConnectorError> {
    let port = endpoint.port;
    if let Ok(address) = endpoint.address.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (sender, receiver) = mpsc::channel();
    let name = endpoint.address.clone();
    thread::spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // The receiver is gone when the deadline has passed, so that sending can fail.
        drop(sender.send(found));
    });
    match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Err(error)) => {
            Err(ConnectorError::with_words(FailureCode::Unreachable, "the name is not known").caused_by(error))
        }
        Ok(Ok(_)) => Err(ConnectorError::with_words(FailureCode::Unreachable, "the name is not known")),
        Err(_) => Err(ConnectorError::with_words(FailureCode::TimedOut, "the name was not resolved in time")),
    }
}

/// Tries every address in turn, each with its share of the time that is left.
fn any_of(addresses: &[SocketAddr], deadline: Instant) -> Result<TcpStream, ConnectorError> {
    let mut last = ConnectorError::with_words(FailureCode::Unreachable, "there is no address");
    for (index, address) in addresses.iter().enumerate() {
        let left = u32::try_from(addresses.len() - index).unwrap_or(1);
        let share = deadline.saturating_duration_since(Instant::now()) / left;
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = not_connected(&error).caused_by(error),
        }
    }
    Err(last)
}

fn not_connected(error: &io::Error) -> ConnectorError {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
            ConnectorError::with_words(FailureCode::TimedOut, "the device did not answer in time")
        }
        io::ErrorKind::ConnectionRefused => {
            ConnectorError::with_words(FailureCode::Unreachable, "the connection was refused")
        }
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            ConnectorError::with_words(FailureCode::Unreachable, "there is no route to the device")
        }
        _ => ConnectorError::with_words(FailureCode::Unreachable, error.to_string()),
    }
}
