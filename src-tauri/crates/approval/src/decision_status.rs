//! What verification says of a decision, and the decision beside it.

use chrono::{DateTime, Utc};
use domain::UserId;

use crate::Verdict;

domain::enumeration! {
    /// What is to be said of a decision. Only a valid one counts.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum DecisionStatus {
        Valid = "valid",
        /// Nobody whom it names signed it.
        Forged = "forged",
        /// It was signed, for another request or another content.
        OtherContent = "otherContent",
        /// Its author was no approver at that moment.
        NotApproverThen = "notApproverThen",
        /// Its author asked for it.
        Requester = "requester",
        /// Its author has, or had, the requester's key: the same person under another name.
        RequesterKey = "requesterKey",
        /// Somebody with the same key has decided already.
        Repeated = "repeated",
        /// Made before the request or after its validity.
        OutsideValidity = "outsideValidity",
        /// Its time is yet to come: the clock of whoever made it was ahead, or they said so.
        ClockAhead = "clockAhead",
    }
}

/// A decision, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExaminedDecision {
    pub approver: UserId,
    /// At which level they were registered at that moment.
    pub level: Option<u64>,
    pub verdict: Verdict,
    pub reason: String,
    pub at: DateTime<Utc>,
    pub finding: DecisionStatus,
    /// Whether the requester is who registered this approver. It counts, but people should see it.
    pub appointed_by_requester: bool,
}
