//! Why a call of a connector failed.

use std::{error::Error, sync::Arc};

use domain::{FailureClass, FailureCode, operation::Evidence};

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
    /// [`crate::Session::run`] can know it.
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

    /// Makes an error with the words that explain it. The words must not hold a secret.
    pub fn with_words(code: FailureCode, words: impl Into<String>) -> Self {
        Self { words: Some(words.into()), ..Self::new(code) }
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

    /// Tells whether the device said that the password is wrong. A refusal that may be about a second factor, or about
    /// nothing that is known, says nothing about the password.
    pub fn refuses_the_password(&self) -> bool {
        self.code == FailureCode::AuthenticationFailed
            && !matches!(self.evidence, Evidence::Nothing | Evidence::SecondFactor)
    }
}
