//! The values that a credential's secret has, had, or may have.

crate::enumeration! {
    /// Which secret of a credential.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum SecretKind {
        Password = "password",
        /// A private key that logs in beside or instead of the password.
        PrivateKey = "privateKey",
    }
}

crate::enumeration! {
    /// What a stored value is to its credential. There is at most one current and at most one candidate of a kind.
    pub enum SecretVersionState {
        /// Generated and stored, not proven on the device yet.
        Candidate = "candidate",
        /// The last one that was proven, or that a person entered.
        Current = "current",
        /// The one before the current.
        Previous = "previous",
        /// Older than the previous.
        Retired = "retired",
        /// A candidate that may be the device's and was never resolved; another candidate took its place.
        Unresolved = "unresolved",
        /// A candidate that another password was proven against. It is kept all the same.
        Abandoned = "abandoned",
    }
}

crate::enumeration! {
    /// Where a value came from.
    pub enum SecretOrigin {
        /// A person entered it.
        Entered = "entered",
        /// The program generated it for a change.
        Generated = "generated",
    }
}
