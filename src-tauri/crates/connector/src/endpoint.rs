//! Where a device is and who logs in, as a connector is told.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use domain::{Transport, Trust};
use secret::Secret;

/// Where a device is, and how long to wait for it.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Endpoint {
    /// Host name or IP address.
    pub address: String,
    pub port: u16,
    /// How the bytes travel.
    pub transport: Transport,
    /// Bound on reaching the device.
    pub connect_timeout: Duration,
    /// Bound on each silence while talking to it.
    pub read_timeout: Duration,
    /// Values of the fields that the descriptor names, by name.
    pub fields: BTreeMap<String, String>,
    /// Hosts that the connection goes through, the nearest first.
    pub jumps: Vec<JumpHost>,
}

/// A host that forwards a connection. It has an identity and a login of its own.
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
    /// The domain of the account; empty for a local one.
    pub domain: String,
    pub password: Option<Secret>,
    /// Its private key, OpenSSH or PEM.
    pub private_key: Option<Secret>,
    /// Opens the private key.
    pub passphrase: Option<Secret>,
    /// The code of a second factor for this moment.
    pub totp_code: Option<Secret>,
}

impl Endpoint {
    /// Makes one without TLS, fields and jump hosts.
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
    /// Makes a login of a local account by a password.
    pub fn by_password(username: impl Into<String>, password: Secret) -> Self {
        Self { username: username.into(), password: Some(password), ..Self::default() }
    }
}

impl fmt::Debug for JumpHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The login holds secrets, which have no such form.
        formatter
            .debug_struct("JumpHost")
            .field("address", &self.address)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
