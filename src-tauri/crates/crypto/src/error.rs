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
    /// The parameters of a key derivation are weaker than what is accepted, or beyond what a computer can do.
    #[error("the key derivation parameters are not acceptable")]
    UnacceptableParameters,
}
