//! Reaching a device: addresses, the TCP connection, the key exchange.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use connector::{ConnectorError, Endpoint};
use domain::{FailureCode, HostKey};
use ssh2::{DisconnectCode, MethodType, Session};

use crate::{
    failure::{self, failure},
    identity,
};

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection whose keys are agreed on; nobody has logged in. Dropping it says goodbye.
pub(crate) struct Reached {
    pub session: Session,
    /// The same connection, to look at it and to cut it without libssh2.
    pub socket: TcpStream,
}

impl Drop for Reached {
    fn drop(&mut self) {
        self.session.set_timeout(milliseconds(GOODBYE));
        // Only courtesy: whether it arrives changes nothing.
        if self.session.disconnect(Some(DisconnectCode::ByApplication), "", None).is_err() {
            tracing::trace!("the connection was gone before the goodbye");
        }
    }
}

/// Returns a wait as libssh2 takes it: never 0, which would mean for ever.
pub(crate) fn milliseconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).clamp(1, i32::MAX.unsigned_abs())
}

/// Reaches the device. With a pinned key, its type is agreed on first, so that a device with several keys shows it.
pub(crate) fn reach(endpoint: &Endpoint, pinned: Option<&HostKey>) -> Result<Reached, ConnectorError> {
    let deadline = Instant::now() + endpoint.connect_timeout;
    let socket = connect(&addresses(endpoint, deadline)?, deadline)?;
    let broken = |error: io::Error| failure(FailureCode::ConnectionLost, error.to_string()).caused_by(error);
    socket.set_nodelay(true).map_err(broken)?;
    let mut session = Session::new().map_err(|error| failure(FailureCode::ProtocolRefused, error.message()))?;
    let rest = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(100));
    session.set_timeout(milliseconds(rest));
    session
        .method_pref(MethodType::HostKey, &identity::preference(pinned))
        .map_err(|error| failure(FailureCode::ProtocolRefused, error.message()))?;
    session.set_tcp_stream(socket.try_clone().map_err(broken)?);
    if let Err(error) = session.handshake() {
        return Err(failure::handshake(&error, session.banner()).caused_by(error));
    }
    session.set_timeout(milliseconds(endpoint.read_timeout));
    Ok(Reached { session, socket })
}

/// Resolves the name, within the deadline. The system's resolver knows no bound, so it gets a thread of its own.
fn addresses(endpoint: &Endpoint, deadline: Instant) -> Result<Vec<SocketAddr>, ConnectorError> {
    let port = endpoint.port;
    if let Ok(address) = endpoint.address.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (sender, receiver) = mpsc::channel();
    let name = endpoint.address.clone();
    thread::spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Nobody listens any more when the deadline has passed.
        drop(sender.send(found));
    });
    match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Err(error)) => Err(failure(FailureCode::Unreachable, "the name is not known").caused_by(error)),
        Ok(Ok(_)) => Err(failure(FailureCode::Unreachable, "the name is not known")),
        Err(_) => Err(failure(FailureCode::TimedOut, "the name was not resolved in time")),
    }
}

/// Tries every address in turn, each with its share of the time that is left.
fn connect(addresses: &[SocketAddr], deadline: Instant) -> Result<TcpStream, ConnectorError> {
    let mut last = failure(FailureCode::Unreachable, "there is no address");
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
            failure(FailureCode::TimedOut, "the device did not answer in time")
        }
        io::ErrorKind::ConnectionRefused => failure(FailureCode::Unreachable, "the connection was refused"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            failure(FailureCode::Unreachable, "there is no route to the device")
        }
        _ => failure(FailureCode::Unreachable, error.to_string()),
    }
}
