//! The answer that the executor gets before it takes an operation.

use crate::Unauthorized;

/// Whether an operation may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalCheck {
    /// Its type needs no approval.
    NotNeeded,
    /// Exactly this operation was approved.
    Proven,
    /// It needs an approval and has none.
    Missing,
    /// Its request does not hold.
    Refused(Unauthorized),
    /// Something else was approved: another credential, another name, another date.
    Different,
}

impl ApprovalCheck {
    /// The word that the audit trail keeps.
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
