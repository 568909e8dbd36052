//! The trait of every change plugin.
//!
//! A connector speaks one protocol. It keeps no state between calls, never retries and never logs a credential. A
//! failure comes back as a [`ConnectorError`], and its code says what the driver may do next. A connector never sees
//! the vault: it gets everything that it needs as arguments.
//!
//! A change is two calls, so that the driver can write "apply begun" between them: [`Connector::open`] connects, proves
//! the device's identity **before** any secret is sent and logs in; [`Session::run`] runs the template.

mod descriptor;
mod endpoint;
mod error;
mod look;
mod proof;
mod tcp;

pub use descriptor::{Capabilities, Descriptor, FieldKind, FormField};
pub use endpoint::{Endpoint, JumpHost, Login};
pub use error::ConnectorError;
pub use look::{Account, Dependent, Facts, Look, Right};
pub use proof::Proof;
pub use tcp::connect;

use domain::{FailureCode, Identity, Trust};
use template::{Bound, Transcript};

/// An implementation of one protocol.
pub trait Connector: Send + Sync {
    /// Returns the description of the plugin.
    fn descriptor(&self) -> Descriptor;

    /// Connects only as far as needed to read the identity of the device. Sends neither a username nor a secret.
    ///
    /// # Errors
    /// [`FailureCode::Unreachable`], [`FailureCode::TimedOut`], [`FailureCode::Throttled`],
    /// [`FailureCode::ProtocolRefused`], [`FailureCode::NotSupported`].
    fn identify(&self, endpoint: &Endpoint) -> Result<Identity, ConnectorError>;

    /// Connects, checks that the device is the trusted one, and logs in. No secret is sent before the check has passed.
    ///
    /// # Errors
    /// Those of [`Connector::identify`], [`FailureCode::HostKeyUnknown`] for a kind of trust that this protocol does
    /// not support, [`FailureCode::HostKeyChanged`], [`FailureCode::AuthenticationFailed`],
    /// [`FailureCode::AccountLocked`], [`FailureCode::PasswordExpired`], [`FailureCode::InteractionNeeded`].
    fn open(&self, endpoint: &Endpoint, trust: &Trust, login: &Login) -> Result<Box<dyn Session>, ConnectorError>;

    /// Proves a password with a separate login, which is closed at once.
    fn prove(&self, endpoint: &Endpoint, trust: &Trust, login: &Login) -> Proof {
        Proof::of(self.open(endpoint, trust, login).map(drop))
    }
}

/// A logged-in connection.
pub trait Session: Send {
    /// Runs a change template. The transcript holds everything that was sent and received, even after a failure.
    ///
    /// # Errors
    /// Any failure of the template's dialogue or of the connection. The caller has recorded "apply begun" before:
    /// unless the error is a clear refusal, the change may have happened.
    fn run(&mut self, program: &Bound, transcript: &mut Transcript) -> Result<(), ConnectorError>;

    /// Reads facts from the device. Changes nothing, and is never called with a new password.
    ///
    /// # Errors
    /// [`FailureCode::NotSupported`] if the plugin's descriptor does not list this capability; else any failure of the
    /// connection.
    fn look(&mut self, _for_what: &Look) -> Result<Facts, ConnectorError> {
        Err(ConnectorError::new(FailureCode::NotSupported))
    }
}
