//! The connector of Redis and Valkey, from version 6 on: a small client of RESP2.
//!
//! A template's `command` is one command of Redis: words with blanks between them. A word in double quotes is read as
//! JSON, so that a value cannot become two words. The server's reply is the program's output, and the exit status is 1
//! if the reply is an error.
//!
//! The server accepts any password for a user with `nopass`. This cannot be distinguished from a right password, except
//! for the user `default`. A change removes `nopass`.

mod client;
mod failure;
mod login;
mod reply;
mod session;
mod words;

use connector::{Capabilities, Connector, ConnectorError, Descriptor, Endpoint, Login, Session};
use domain::{FailureCode, Identity, IdentityKind, PluginId, Transport, Trust};

use crate::client::Client;

const ID: PluginId = PluginId::known("redis");

/// The connector of Redis and Valkey. It holds no state.
#[derive(Debug, Clone, Copy, Default)]
pub struct Redis;

impl Connector for Redis {
    fn descriptor(&self) -> Descriptor {
        Descriptor {
            id: ID,
            name: "Redis",
            default_port: 6379,
            transports: &[Transport::Plain],
            identity: IdentityKind::None,
            longest_password: 511,
            forbidden_characters: "",
            fields: &[],
            capabilities: Capabilities { change: true, prove: true, look: false, run: true },
        }
    }

    fn identify(&self, endpoint: &Endpoint) -> Result<Identity, ConnectorError> {
        login::greet(&mut reach(endpoint)?)?;
        Ok(Identity::None)
    }

    fn open(&self, endpoint: &Endpoint, trust: &Trust, login: &Login) -> Result<Box<dyn Session>, ConnectorError> {
        if *trust != Trust::None {
            let words = "without TLS a Redis server has no identity that could be compared";
            return Err(ConnectorError::with_words(FailureCode::HostKeyUnknown, words));
        }
        let mut client = reach(endpoint)?;
        login::log_in(&mut client, login)?;
        Ok(Box::new(session::RedisSession::new(client)))
    }
}

/// Connects without TLS and without jump hosts. Any other way is refused: it is not supported yet.
fn reach(endpoint: &Endpoint) -> Result<Client, ConnectorError> {
    let words = match (endpoint.jumps.is_empty(), endpoint.transport) {
        (true, Transport::Plain) => return Client::connect(endpoint),
        (false, _) => "connections through a jump host are not supported yet",
        (true, Transport::StartTls | Transport::Tls) => "Redis over TLS is not supported yet",
    };
    Err(ConnectorError::with_words(FailureCode::NotSupported, words))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use connector::{Connector, Endpoint, Login};
    use domain::{FailureCode, HostKey, Transport, Trust};
    use secret::Secret;

    use super::Redis;

    #[test]
    fn nothing_connects_by_another_way_or_with_another_trust_than_there_is() {
        let endpoint = Endpoint::plain("127.0.0.1", 9, Duration::from_millis(200), Duration::from_millis(200));
        let login = Login::by_password("somebody", Secret::new("a password"));
        let wrapped = Endpoint { transport: Transport::Tls, ..endpoint.clone() };
        let code = Redis.open(&wrapped, &Trust::None, &login).err().map(|error| error.code);
        assert_eq!(code, Some(FailureCode::NotSupported), "never in clear where TLS was asked for");
        let key = HostKey { algorithm: String::new(), key: String::new(), fingerprint: String::new() };
        let code = Redis.open(&endpoint, &Trust::HostKey(key), &login).err().map(|error| error.code);
        assert_eq!(code, Some(FailureCode::HostKeyUnknown), "a key cannot be compared");
    }
}
