//! The SSH connector, based on libssh2: login with password, keyboard-interactive or key, and pinned host keys.
//!
//! The order of the steps makes a connection safe: connect, exchange keys with the pinned host key's type preferred,
//! compare the host key, and only then send a username or a secret. A password is offered once; after a refusal no
//! other method is tried with it. All calls block, every wait has a time limit, and a session belongs to one thread at
//! a time.

mod channel;
mod failure;
mod identity;
mod login;
mod prompts;
mod reach;
mod session;

use connector::{Capabilities, Connector, ConnectorError, Descriptor, Endpoint, Login, Session};
use domain::{FailureCode, HostKey, Identity, IdentityKind, PluginId, Transport, Trust};

use crate::failure::failure;

const ID: PluginId = PluginId::known("ssh");

/// The SSH connector. It holds no state.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ssh;

impl Connector for Ssh {
    fn descriptor(&self) -> Descriptor {
        Descriptor {
            id: ID,
            name: "SSH",
            default_port: 22,
            transports: &[Transport::Plain],
            identity: IdentityKind::HostKey,
            longest_password: 511,
            forbidden_characters: "",
            fields: &[],
            capabilities: Capabilities { change: true, prove: true, look: false, run: true },
        }
    }

    fn identify(&self, endpoint: &Endpoint) -> Result<Identity, ConnectorError> {
        direct(endpoint)?;
        let reached = reach::reach(endpoint, None)?;
        identity::offered(&reached.session).map(Identity::HostKey)
    }

    fn open(&self, endpoint: &Endpoint, trust: &Trust, login: &Login) -> Result<Box<dyn Session>, ConnectorError> {
        direct(endpoint)?;
        let pinned = pinned(trust)?;
        // ORDER: the host key is compared before anything about the account leaves this program.
        let reached = reach::reach(endpoint, Some(pinned))?;
        identity::check(&reached.session, pinned)?;
        login::log_in(&reached, endpoint, login)?;
        Ok(Box::new(session::SshSession::new(reached, endpoint.read_timeout)))
    }
}

/// Refuses an endpoint that this connector does not support: one with jump hosts or with TLS.
fn direct(endpoint: &Endpoint) -> Result<(), ConnectorError> {
    let words = match (endpoint.jumps.is_empty(), endpoint.transport) {
        (true, Transport::Plain) => return Ok(()),
        (false, _) => "connections through a jump host are not supported yet",
        (true, Transport::StartTls | Transport::Tls) => "SSH does not run inside of TLS",
    };
    Err(failure(FailureCode::NotSupported, words))
}

/// Returns the pinned host key. Every other kind of trust is refused: only an exact host key identifies an SSH server.
fn pinned(trust: &Trust) -> Result<&HostKey, ConnectorError> {
    match trust {
        Trust::HostKey(key) => Ok(key),
        Trust::Certificate(_) | Trust::Authority { .. } | Trust::SystemAuthorities { .. } | Trust::None => {
            Err(ConnectorError::new(FailureCode::HostKeyUnknown))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use connector::{Connector, Endpoint, JumpHost, Login};
    use domain::{FailureCode, Transport, Trust};
    use secret::Secret;

    use super::Ssh;

    /// Returns an endpoint on port 9 of this machine: an attempt to connect would fail with another error.
    fn endpoint() -> Endpoint {
        Endpoint::plain("127.0.0.1", 9, Duration::from_millis(200), Duration::from_millis(200))
    }

    #[test]
    fn a_way_that_is_not_supported_is_refused_before_anything_connects() {
        let login = Arc::new(Login::by_password("somebody", Secret::new("a password")));
        let jump = JumpHost { address: "127.0.0.1".to_owned(), port: 9, trust: Trust::None, login };
        let through = Endpoint { jumps: vec![jump], ..endpoint() };
        let wrapped = Endpoint { transport: Transport::Tls, ..endpoint() };
        for endpoint in [through, wrapped] {
            let code = Ssh.identify(&endpoint).err().map(|error| error.code);
            assert_eq!(code, Some(FailureCode::NotSupported), "{endpoint:?}");
        }
    }

    #[test]
    fn no_trust_but_a_host_key_opens_an_ssh_connection() {
        let login = Login::by_password("somebody", Secret::new("a password"));
        let code = Ssh.open(&endpoint(), &Trust::None, &login).err().map(|error| error.code);
        assert_eq!(code, Some(FailureCode::HostKeyUnknown), "no connection without an identity");
    }
}
