//! A request and its decisions as rows hold them: material to be verified, never proof.

use chrono::{DateTime, Utc};
use crypto::SIGNATURE_LENGTH;
use domain::{RequestId, UserId};

use crate::{RequestState, Verdict};

/// Everything that the vault file holds about one request.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct StoredRequest {
    /// The id by which it is stored.
    pub id: RequestId,
    pub content: Vec<u8>,
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
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct StoredDecision {
    /// The user whom the row names as its author.
    pub approver: UserId,
    pub verdict: Verdict,
    pub reason: String,
    /// The time that the author stated.
    pub at: DateTime<Utc>,
    pub signature: [u8; SIGNATURE_LENGTH],
}

/// An application without approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Emergency {
    pub by: UserId,
    pub at: DateTime<Utc>,
    pub justification: String,
    /// The administrator's, over request, digest, justification and time.
    pub signature: [u8; SIGNATURE_LENGTH],
}
