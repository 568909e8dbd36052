//! The errors of this crate.

/// Why a value could not be derived, sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The key is wrong, the associated data is wrong, or the bytes were changed. The error does not say which.
    #[error("cannot be opened")]
    CannotBeOpened,
    /// The system gave no random bytes, or the text is longer than the cipher takes.
    #[error("cannot be sealed")]
    CannotBeSealed,
    /// The parameters of a key derivation are weaker than the weakest accepted ones.
    #[error("the key derivation parameters are not acceptable")]
    UnacceptableParameters,
    /// The parameters of a key derivation ask for more memory or time than the accepted limit.
    #[error("the key derivation parameters ask for too much")]
    CostlyParameters,
}
