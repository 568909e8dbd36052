//! The progress of the levels of a request.

use approval::{ApprovalOutcome, VerifiedRequest, open_level};

/// A level that must approve, with its progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct LevelProgress {
    /// 1, 2 or 3.
    pub level: u64,
    pub needed: u64,
    pub approvals: u64,
    /// True if this level decides now.
    pub open: bool,
}

/// Returns the levels that must approve a request; none for a request that fails verification.
pub(super) fn levels(examination: &VerifiedRequest) -> Vec<LevelProgress> {
    let Some(request) = examination.request() else {
        return Vec::new();
    };
    let approvals = examination.approvals();
    let waits = matches!(examination.outcome(), ApprovalOutcome::Waiting { .. });
    let open = open_level(&request.rules, approvals).filter(|_| waits);
    let levels = (1..).zip(request.rules.needed.into_iter().zip(approvals));
    levels
        .filter(|(_, (needed, _))| *needed > 0)
        .map(|(level, (needed, approvals))| LevelProgress { level, needed, approvals, open: open == Some(level) })
        .collect()
}
