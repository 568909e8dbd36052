//! The trait of every change plugin, and its errors.
//!
//! A connector speaks one protocol. It keeps no state between calls, never retries and never logs a credential. What
//! went wrong comes back as a [`ConnectorError`] whose code says what the driver may do next. A connector never sees
//! the vault: it gets what it needs as arguments.
//!
//! A change is two calls, so that the driver can write "apply begun" between them: [`Connector::open`] connects, proves
//! the device's identity **before** any secret is sent and logs in; [`Session::run`] runs the template.

use std::{error::Error, sync::Arc, time::Duration};

use domain::{FailureClass, FailureCode, HostKey, operation::Evidence};
use secret::Secret;
use template::{Bound, Transcript};

/// What a plugin is, as data: forms and lists render from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Stable identifier, stored in vaults.
    pub id: &'static str,
    /// The protocol's name, the same in every language.
    pub name: &'static str,
    /// The port of the protocol's registration.
    pub default_port: u16,
    /// The longest password that the plugin carries unharmed, in bytes.
    pub longest_password: usize,
    /// Characters that would not arrive unharmed.
    pub forbidden_characters: &'static str,
}

/// Where a device is, and how long to wait for it.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Host name or IP address.
    pub address: String,
    /// TCP port.
    pub port: u16,
    /// Bound on reaching the device.
    pub connect_timeout: Duration,
    /// Bound on each silence while talking to it.
    pub read_timeout: Duration,
}

/// Who logs in, with what. At least one of the two secrets is present.
pub struct Login {
    /// The account's name on the device.
    pub username: String,
    /// Its password.
    pub password: Option<Secret>,
    /// Its private key, OpenSSH or PEM.
    pub private_key: Option<Secret>,
}

/// A speaker of one protocol.
pub trait Connector: Send + Sync {
    /// Says what the plugin is.
    fn descriptor(&self) -> Descriptor;

    /// Connects far enough to see who answers. Sends neither a name nor a secret.
    ///
    /// # Errors
    /// [`FailureCode::Unreachable`], [`FailureCode::TimedOut`], [`FailureCode::Throttled`],
    /// [`FailureCode::ProtocolRefused`].
    fn identify(&self, endpoint: &Endpoint) -> Result<HostKey, ConnectorError>;

    /// Connects, checks that the device holds `pinned`, and logs in. Nothing secret is sent to another device.
    ///
    /// # Errors
    /// Those of [`Connector::identify`], [`FailureCode::HostKeyChanged`], [`FailureCode::AuthenticationFailed`],
    /// [`FailureCode::AccountLocked`], [`FailureCode::PasswordExpired`], [`FailureCode::InteractionNeeded`].
    fn open(&self, endpoint: &Endpoint, pinned: &HostKey, login: &Login) -> Result<Box<dyn Session>, ConnectorError>;
}

/// A connection that is logged in.
pub trait Session: Send {
    /// Runs a change template. Everything that is sent and received is in the transcript afterwards, also when it fails.
    ///
    /// # Errors
    /// Whatever the template's dialogue or the connection ran into. The caller has written "apply begun" before: what
    /// is not a clear refusal means that the change may have happened.
    fn run(&mut self, program: &Bound, transcript: &mut Transcript) -> Result<(), ConnectorError>;
}

/// Why a call of a connector failed. Never carries a secret: device words come masked.
#[derive(Debug, thiserror::Error)]
#[error("{code:?}")]
pub struct ConnectorError {
    /// The reason, for people and for the driver.
    pub code: FailureCode,
    /// The device's own words, secrets masked.
    pub words: Option<String>,
    /// What was expected instead: the prompt that a template waited for, or the pinned fingerprint.
    pub expected: Option<String>,
    /// Whether it is certain that the new password was not sent, so that nothing can have changed. Only
    /// [`Session::run`] can know it.
    pub nothing_sent: bool,
    /// What it tells about the password that was used.
    pub evidence: Evidence,
    /// What the system or the protocol's library said, for the log. Never what the device said.
    #[source]
    pub source: Option<Arc<dyn Error + Send + Sync>>,
}

impl ConnectorError {
    /// Makes an error that has nothing to add to its code.
    pub fn new(code: FailureCode) -> Self {
        Self { code, words: None, expected: None, nothing_sent: false, evidence: Evidence::Nothing, source: None }
    }

    /// Adds what the system or the protocol's library said.
    #[must_use]
    pub fn caused_by(self, source: impl Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }

    /// Tells what may follow, if nothing had been sent yet.
    pub fn class(&self) -> FailureClass {
        self.code.class()
    }
}
