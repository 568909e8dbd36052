//! A request and its decisions as rows hold them: material to be verified, never proof.

use chrono::{DateTime, Utc};
use crypto::SIGNATURE_LENGTH;
use domain::{RequestId, UserId};

use crate::{RequestState, Verdict};

/// Everything about one request that a file holds.
pub struct StoredRequest {
    /// The id by which it is stored.
    pub id: RequestId,
    /// The encoded request.
    pub content: Vec<u8>,
    /// The requester's signature.
    pub signature: [u8; SIGNATURE_LENGTH],
    /// The state that its row names.
    pub state: RequestState,
    /// Its decisions, oldest first.
    pub decisions: Vec<StoredDecision>,
    /// How it was applied without approvals, if it was.
    pub emergency: Option<Emergency>,
}

/// A decision as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDecision {
    /// The user whom the row names as its author.
    pub approver: UserId,
    /// Approved or rejected.
    pub verdict: Verdict,
    /// The author's words.
    pub reason: String,
    /// The time that the author stated.
    pub at: DateTime<Utc>,
    /// The author's signature.
    pub signature: [u8; SIGNATURE_LENGTH],
}

/// An application without approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// The administrator.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub justification: String,
    /// The administrator's, over request, digest, justification and time.
    pub signature: [u8; SIGNATURE_LENGTH],
}
