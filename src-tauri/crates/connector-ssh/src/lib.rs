//! SSH by libssh2: password, keyboard-interactive and key login, pinned host keys.
//!
//! The order of one connection is what makes it safe: reach the device, agree on keys with the pinned host key's type
//! first, compare the host key, and only then send a name or a secret. A password is offered once; after a refusal
//! nothing else is tried with it. Blocking, every wait bounded; a session belongs to one thread at a time.

mod channel;
mod failure;
mod identity;
mod login;
mod prompts;
mod reach;
mod session;

use connector::{Connector, ConnectorError, Descriptor, Endpoint, Login, Session};
use domain::HostKey;

/// The speaker of SSH. Holds no state.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ssh;

impl Connector for Ssh {
    fn descriptor(&self) -> Descriptor {
        Descriptor { id: "ssh", name: "SSH", default_port: 22, longest_password: 511, forbidden_characters: "" }
    }

    fn identify(&self, endpoint: &Endpoint) -> Result<HostKey, ConnectorError> {
        let reached = reach::reach(endpoint, None)?;
        identity::offered(&reached.session)
    }

    fn open(&self, endpoint: &Endpoint, pinned: &HostKey, login: &Login) -> Result<Box<dyn Session>, ConnectorError> {
        // ORDER: the host key is compared before anything about the account leaves this program.
        let reached = reach::reach(endpoint, Some(pinned))?;
        identity::check(&reached.session, pinned)?;
        login::log_in(&reached, endpoint, login)?;
        Ok(Box::new(session::SshSession::new(reached, endpoint.read_timeout)))
    }
}
