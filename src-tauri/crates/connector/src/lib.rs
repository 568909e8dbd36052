//! The trait of every change plugin.
//!
//! A connector speaks one protocol. It keeps no state between calls, never retries and never logs a credential. What
//! went wrong comes back as a [`ConnectorError`] whose code says what the driver may do next. A connector never sees
//! the vault: it gets what it needs as arguments.
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

/// A speaker of one protocol.
pub trait Connector: Send + Sync {
    /// Says what the plugin is.
    fn descriptor(&self) -> Descriptor;

    /// Connects far enough to see who answers. Sends neither a name nor a secret.
    ///
    /// # Errors
    /// [`FailureCode::Unreachable`], [`FailureCode::TimedOut`], [`FailureCode::Throttled`],
    /// [`FailureCode::ProtocolRefused`], [`FailureCode::NotSupported`].
    fn identify(&self, endpoint: &Endpoint) -> Result<Identity, ConnectorError>;

    /// Connects, checks that the device is the trusted one, and logs in. Nothing secret is sent to another device.
    ///
    /// # Errors
    /// Those of [`Connector::identify`], [`FailureCode::HostKeyUnknown`] for a trust that is none for this protocol,
    /// [`FailureCode::HostKeyChanged`], [`FailureCode::AuthenticationFailed`], [`FailureCode::AccountLocked`],
    /// [`FailureCode::PasswordExpired`], [`FailureCode::InteractionNeeded`].
    fn open(&self, endpoint: &Endpoint, trust: &Trust, login: &Login) -> Result<Box<dyn Session>, ConnectorError>;

    /// Proves a password by a login of its own, which ends at once.
    fn prove(&self, endpoint: &Endpoint, trust: &Trust, login: &Login) -> Proof {
        Proof::of(self.open(endpoint, trust, login).map(drop))
    }
}

/// A connection that is logged in.
pub trait Session: Send {
    /// Runs a change template. Everything that is sent and received is in the transcript afterwards, also when it fails.
    ///
    /// # Errors
    /// Whatever the template's dialogue or the connection ran into. The caller has written "apply begun" before: what
    /// is not a clear refusal means that the change may have happened.
    fn run(&mut self, program: &Bound, transcript: &mut Transcript) -> Result<(), ConnectorError>;

    /// Reads facts from the device. Changes nothing, and is never called with a new password.
    ///
    /// # Errors
    /// [`FailureCode::NotSupported`] where the plugin's descriptor does not say that it can look; else whatever the
    /// connection ran into.
    fn look(&mut self, _for_what: &Look) -> Result<Facts, ConnectorError> {
        Err(ConnectorError::new(FailureCode::NotSupported))
    }
}
