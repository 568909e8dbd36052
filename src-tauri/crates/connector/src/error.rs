//! The error of a connector.

use std::{error::Error, sync::Arc};

use domain::{FailureClass, FailureCode, operation::Evidence};

/// The reason why a call of a connector failed. It never carries a secret: the device's words are masked before they
/// are stored here.
#[derive(Debug, thiserror::Error)]
#[error("{code:?}")]
pub struct ConnectorError {
    /// The reason, for people and for the driver.
    pub code: FailureCode,
    /// The device's own words, secrets masked.
    pub words: Option<String>,
    /// The expected value: the prompt that a template waited for, or the pinned fingerprint.
    pub expected: Option<String>,
    /// True if the new password was certainly not sent, so that nothing can have changed. Only [`crate::Session::run`]
    /// can know it.
    pub nothing_sent: bool,
    /// The conclusion that it allows about the password that was used.
    pub evidence: Evidence,
    /// The error of the system or of the protocol's library, for the log. It never holds the device's words.
    #[source]
    pub source: Option<Arc<dyn Error + Send + Sync>>,
}

impl ConnectorError {
    /// Makes an error that consists of its code alone.
    pub fn new(code: FailureCode) -> Self {
        Self { code, words: None, expected: None, nothing_sent: false, evidence: Evidence::Nothing, source: None }
    }

    /// Makes an error with the words that explain it. The words must not hold a secret.
    pub fn with_words(code: FailureCode, words: impl Into<String>) -> Self {
        Self { words: Some(words.into()), ..Self::new(code) }
    }

    /// Adds the error of the system or of the protocol's library.
    #[must_use]
    pub fn caused_by(self, source: impl Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }

    /// Returns the class of the failure, which decides the driver's next step if nothing had been sent yet.
    pub fn class(&self) -> FailureClass {
        self.code.class()
    }

    /// Tells whether the device said that the password is wrong. A refusal that may be about a second factor, or that
    /// has no known reason, says nothing about the password.
    pub fn refuses_the_password(&self) -> bool {
        self.code == FailureCode::AuthenticationFailed
            && !matches!(self.evidence, Evidence::Nothing | Evidence::SecondFactor)
    }
}
