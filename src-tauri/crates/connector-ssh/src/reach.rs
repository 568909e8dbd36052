//! Connecting to a device: the TCP connection and the key exchange.

use std::{
    io,
    net::TcpStream,
    time::{Duration, Instant},
};

use connector::{ConnectorError, Endpoint};
use domain::{FailureCode, HostKey};
use ssh2::{DisconnectCode, MethodType, Session};

use crate::{
    failure::{self, failure},
    identity,
};

/// The longest time that the disconnect message may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection after the key exchange and before the login. Dropping it sends a disconnect message.
pub(crate) struct Reached {
    pub session: Session,
    /// The socket of the same connection, to test its state and to cut it without libssh2.
    pub socket: TcpStream,
}

impl Drop for Reached {
    fn drop(&mut self) {
        self.session.set_timeout(milliseconds(GOODBYE));
        // The message is only a courtesy: nothing depends on its arrival.
        if self.session.disconnect(Some(DisconnectCode::ByApplication), "", None).is_err() {
            tracing::trace!("the connection was gone before the goodbye");
        }
    }
}

/// Converts a wait to libssh2's milliseconds. The result is never 0, which would mean to wait for ever.
pub(crate) fn milliseconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).clamp(1, i32::MAX.unsigned_abs())
}

/// Connects to the device and exchanges keys. The type of a pinned key is preferred, so that a device with several keys
/// presents that one.
pub(crate) fn reach(endpoint: &Endpoint, pinned: Option<&HostKey>) -> Result<Reached, ConnectorError> {
    let deadline = Instant::now() + endpoint.connect_timeout;
    let socket = connector::connect(endpoint, deadline)?;
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
