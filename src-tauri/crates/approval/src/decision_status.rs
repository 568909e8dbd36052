//! The result of verifying a decision, and the record that carries both.

use chrono::{DateTime, Utc};
use domain::UserId;

use crate::Verdict;

domain::enumeration! {
    /// The result of verifying a decision. Only a valid one counts.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum DecisionStatus {
        Valid = "valid",
        /// Its signature is not that of the person whom it names.
        Forged = "forged",
        /// It was signed for another request or for other content.
        OtherContent = "otherContent",
        /// Its author was no approver at that moment.
        NotApproverThen = "notApproverThen",
        /// Its author is the requester.
        Requester = "requester",
        /// Its author has, or had, the requester's key: the same person under another name.
        RequesterKey = "requesterKey",
        /// A person with the same key has already decided.
        Repeated = "repeated",
        /// Made before the request or after its validity.
        OutsideValidity = "outsideValidity",
        /// Its time is in the future: the clock of its author was ahead, or the author stated a false time.
        ClockAhead = "clockAhead",
    }
}

/// A decision with the result of its verification.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExaminedDecision {
    pub approver: UserId,
    /// The level at which the approver was registered at that time.
    pub level: Option<u64>,
    pub verdict: Verdict,
    pub reason: String,
    pub at: DateTime<Utc>,
    pub finding: DecisionStatus,
    /// True if the requester registered this approver. The decision counts, but the window shows it.
    pub appointed_by_requester: bool,
}
