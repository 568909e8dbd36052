//! Counts the decisions of a request under its rules.

use chrono::{DateTime, Utc};

use crate::{LEVELS, Rules, canonical::words};
use domain::UserId;

domain::enumeration! {
    /// The decision of one approver.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum Verdict {
        Approved = "approved",
        Rejected = "rejected",
    }
}

/// A decision that counts: its signature holds, its author held the role and the level, and is not the requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Vote {
    pub approver: UserId,
    pub level: u64,
    pub verdict: Verdict,
    pub at: DateTime<Utc>,
}

/// The result of the decisions so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalOutcome {
    /// More decisions are needed.
    Waiting {
        /// The lowest level that still needs approvals.
        level: u64,
    },
    /// Every level has given enough approvals.
    Approved,
    /// Enough approvers have rejected it.
    Rejected,
    /// The validity ended before it was decided.
    Expired,
}

/// Counts the votes under the rules that the request was made under.
///
/// A person counts once, however many decisions they sent. A decision after the end of the validity does not count. The
/// passing of time does not undo an approval: a request that was approved in time stays approved.
pub fn judge(rules: &Rules, votes: &[Vote], valid_until: DateTime<Utc>, now: DateTime<Utc>) -> ApprovalOutcome {
    let mut votes: Vec<&Vote> = votes.iter().filter(|vote| vote.at <= valid_until && vote.at <= now).collect();
    votes.sort_by_key(|vote| (vote.at, vote.approver));
    let (mut people, mut approvals, mut rejections) = (Vec::new(), [0_u64; LEVELS], 0);
    for vote in votes {
        if people.contains(&vote.approver) {
            continue;
        }
        people.push(vote.approver);
        match (vote.verdict, slot(&mut approvals, vote.level)) {
            (Verdict::Rejected, _) => rejections += 1,
            (Verdict::Approved, Some(count)) => *count += 1,
            (Verdict::Approved, None) => {}
        }
        // ORDER: votes are counted by time, and the first event that ends the request decides; later votes change
        // nothing.
        if rejections >= rules.rejections.max(1) {
            return ApprovalOutcome::Rejected;
        }
        if open_level(rules, approvals).is_none() {
            return ApprovalOutcome::Approved;
        }
    }
    match open_level(rules, approvals) {
        Some(level) if now <= valid_until => ApprovalOutcome::Waiting { level },
        _ => ApprovalOutcome::Expired,
    }
}

/// Returns the lowest level that still needs approvals; none when all have enough. Level 1 always needs at least one,
/// even under rules that ask for none.
pub fn open_level(rules: &Rules, approvals: [u64; LEVELS]) -> Option<u64> {
    let [first, second, third] = rules.needed;
    let needed = [first.max(1), second, third];
    (1..).zip(needed.iter().zip(approvals)).find(|(_, (needed, given))| given < needed).map(|(level, _)| level)
}

fn slot(approvals: &mut [u64; LEVELS], level: u64) -> Option<&mut u64> {
    approvals.get_mut(usize::try_from(level).ok()?.checked_sub(1)?)
}

words!(Verdict);
