//! What can go wrong.

/// Why a value could not be derived, sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// Wrong key, wrong place, or changed bytes: which of them is not said.
    #[error("cannot be opened")]
    CannotBeOpened,
    /// The system gave no random bytes, or the text is longer than the cipher takes.
    #[error("cannot be sealed")]
    CannotBeSealed,
    /// The parameters of a key derivation are weaker than what is accepted.
    #[error("the key derivation parameters are not acceptable")]
    UnacceptableParameters,
    /// The parameters of a key derivation ask for more memory or time than what is accepted.
    #[error("the key derivation parameters ask for too much")]
    CostlyParameters,
}
