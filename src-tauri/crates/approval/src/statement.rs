//! The exact bytes that are signed. Each kind of statement has a purpose of its own, so that a signature of one kind is
//! never accepted as another.

use chrono::{DateTime, Utc};
use crypto::{AssociatedData, DIGEST_LENGTH, derive_digest};
use domain::{RequestId, UserId, VaultId};

use crate::Verdict;

const FORMAT: u64 = 1;

/// Returns the digest of a request's content, which approvers sign and people compare.
pub fn digest_of_request(content: &[u8]) -> [u8; DIGEST_LENGTH] {
    derive_digest(&AssociatedData::new("chaveiro request content").bytes(content))
}

/// Returns the digest of the content of approver settings, which the administrator signs.
pub fn digest_of_settings(content: &[u8]) -> [u8; DIGEST_LENGTH] {
    derive_digest(&AssociatedData::new("chaveiro approval settings content").bytes(content))
}

/// Returns the statement about a request that its requester signs.
pub fn request(vault: VaultId, id: RequestId, digest: &[u8], requester: UserId) -> AssociatedData {
    begin("chaveiro request", vault).bytes(id.as_uuid().as_bytes()).bytes(digest).bytes(requester.as_uuid().as_bytes())
}

/// Returns the statement about approver settings that their administrator signs.
pub fn settings(vault: VaultId, digest: &[u8], by: UserId) -> AssociatedData {
    begin("chaveiro approval settings", vault).bytes(digest).bytes(by.as_uuid().as_bytes())
}

/// Returns the statement about a decision that its approver signs.
pub fn decision(
    vault: VaultId,
    request: RequestId,
    digest: &[u8],
    verdict: Verdict,
    reason: &str,
    at: DateTime<Utc>,
    approver: UserId,
) -> AssociatedData {
    let word = match verdict {
        Verdict::Approved => "approved",
        Verdict::Rejected => "rejected",
    };
    begin("chaveiro decision", vault)
        .bytes(request.as_uuid().as_bytes())
        .bytes(digest)
        .text(word)
        .bytes(&derive_digest(&AssociatedData::new("chaveiro decision reason").text(reason)))
        .bytes(&at.timestamp_micros().to_le_bytes())
        .bytes(approver.as_uuid().as_bytes())
}

/// Returns the statement that an administrator signs to apply a request without approvals.
pub fn emergency(
    vault: VaultId,
    request: RequestId,
    digest: &[u8],
    justification: &str,
    at: DateTime<Utc>,
    administrator: UserId,
) -> AssociatedData {
    begin("chaveiro emergency", vault)
        .bytes(request.as_uuid().as_bytes())
        .bytes(digest)
        .bytes(&derive_digest(&AssociatedData::new("chaveiro emergency reason").text(justification)))
        .bytes(&at.timestamp_micros().to_le_bytes())
        .bytes(administrator.as_uuid().as_bytes())
}

fn begin(purpose: &str, vault: VaultId) -> AssociatedData {
    AssociatedData::new(purpose).number(FORMAT).bytes(vault.as_uuid().as_bytes())
}
