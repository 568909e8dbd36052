//! The answer that the executor gets before it takes an operation.

use crate::Unauthorized;

/// The result of checking whether an operation may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalCheck {
    /// Its type needs no approval.
    NotNeeded,
    /// Exactly this operation was approved.
    Proven,
    /// It needs an approval and has none.
    Missing,
    /// Its request failed verification.
    Refused(Unauthorized),
    /// Something else was approved: another credential, another name, another date.
    Different,
}

impl ApprovalCheck {
    /// Returns the code that the audit trail stores.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotNeeded => "notNeeded",
            Self::Proven => "proven",
            Self::Missing => "missing",
            Self::Refused(reason) => reason.word(),
            Self::Different => "different",
        }
    }
}
