//! The arguments of a connector's calls: the place of a device, and the account that logs in.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use domain::{Transport, Trust};
use secret::Secret;

/// The address of a device, and the time limits of talking to it.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Endpoint {
    /// Host name or IP address.
    pub address: String,
    pub port: u16,
    /// The transport: plain or TLS.
    pub transport: Transport,
    /// The longest time that connecting may take.
    pub connect_timeout: Duration,
    /// The longest time that the device may stay silent in a conversation.
    pub read_timeout: Duration,
    /// Values of the fields that the descriptor names, by name.
    pub fields: BTreeMap<String, String>,
    /// The hosts that the connection goes through, the nearest first.
    pub jumps: Vec<JumpHost>,
}

/// A host that forwards a connection. It has its own identity and its own login.
#[derive(Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct JumpHost {
    /// Host name or IP address.
    pub address: String,
    pub port: u16,
    /// The identity that it must have.
    pub trust: Trust,
    /// The account that logs in there.
    pub login: Arc<Login>,
}

/// The account that logs in, and its secrets.
#[derive(Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Login {
    /// The account's name on the device.
    pub username: String,
    /// The domain of the account; empty for a local account.
    pub domain: String,
    pub password: Option<Secret>,
    /// Its private key, OpenSSH or PEM.
    pub private_key: Option<Secret>,
    /// The passphrase that decrypts the private key.
    pub passphrase: Option<Secret>,
    /// The current code of a second factor.
    pub totp_code: Option<Secret>,
}

impl Endpoint {
    /// Makes an endpoint without TLS, without extra fields and without jump hosts.
    pub fn plain(address: impl Into<String>, port: u16, connect_timeout: Duration, read_timeout: Duration) -> Self {
        Self {
            address: address.into(),
            port,
            transport: Transport::Plain,
            connect_timeout,
            read_timeout,
            fields: BTreeMap::new(),
            jumps: Vec::new(),
        }
    }
}

impl Login {
    /// Makes the login of a local account with a password.
    pub fn by_password(username: impl Into<String>, password: Secret) -> Self {
        Self { username: username.into(), password: Some(password), ..Self::default() }
    }
}

impl fmt::Debug for JumpHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The login is left out: it holds secrets, which have no `Debug`.
        formatter
            .debug_struct("JumpHost")
            .field("address", &self.address)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
