//! The values that a credential's secret has, had, or may have.

crate::enumeration! {
    /// The kind of a credential's secret.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum SecretKind {
        Password = "password",
        /// A private key that logs in beside or instead of the password.
        PrivateKey = "privateKey",
    }
}

crate::enumeration! {
    /// The state of a stored value of a credential. Of each kind there is at most one current value and at most one
    /// candidate.
    pub enum SecretVersionState {
        /// Generated and stored, not proven on the device yet.
        Candidate = "candidate",
        /// The last value that was proven, or that a person entered.
        Current = "current",
        /// The value before the current one.
        Previous = "previous",
        /// A value that is older than the previous one.
        Retired = "retired",
        /// A candidate that the device may have and that was never resolved. Another candidate took its place.
        Unresolved = "unresolved",
        /// A candidate that was given up because another password was proven. It is kept nevertheless.
        Abandoned = "abandoned",
    }
}

crate::enumeration! {
    /// The origin of a value.
    pub enum SecretOrigin {
        /// A person entered it.
        Entered = "entered",
        /// The program generated it for a change.
        Generated = "generated",
    }
}
