//! Bulk actions, up to asking for them.

use app::{BatchCandidate, BatchCheck, BatchReview};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    BatchAction, BatchFlag, CredentialSort, ListRequest, Page, RefusalReason, ReviewTab,
    batch_draft::BatchDraftRequest,
    count,
    credential::{CredentialFilter, CredentialRowView},
    task::{ChangeGroupView, TaskView},
};
use crate::error::Problem;

/// One page of the credentials that a bulk action applies to.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BatchCandidatesRequest {
    /// What is to be done with them; it also says in which status they must be.
    pub action: BatchAction,
    /// As the list of credentials is asked for.
    pub list: ListRequest<CredentialFilter, CredentialSort>,
}

/// The ids of all that match.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchCandidateIdsRequest {
    pub action: BatchAction,
    pub filter: CredentialFilter,
}

/// A credential in the picker.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchCandidateView {
    /// As its list shows it.
    pub credential: CredentialRowView,
    /// What may stand in the way.
    pub flags: Vec<BatchFlag>,
}

impl From<BatchCandidate> for BatchCandidateView {
    fn from(candidate: BatchCandidate) -> Self {
        Self { credential: candidate.row.into(), flags: candidate.flags.into_iter().collect() }
    }
}

/// What was picked.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchCheckRequest {
    pub action: BatchAction,
    /// The ids, in the order in which they were picked.
    pub credential_ids: Vec<String>,
    /// Words in username or device.
    pub text: Option<String>,
    /// Only those that carry a flag.
    pub flagged_only: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    pub limit: u32,
}

/// A page of what was picked.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchCheckPage {
    #[serde(flatten)]
    pub page: Page<BatchCandidateView>,
    /// How many of all that were picked carry a flag.
    pub flagged: u32,
    /// Picked, and deleted since.
    pub gone: u32,
}

impl From<BatchCheck> for BatchCheckPage {
    fn from(check: BatchCheck) -> Self {
        Self {
            page: Page::counted(check.rows, check.next, check.total as u64, BatchCandidateView::from),
            flagged: count(check.flagged as u64),
            gone: count(check.gone as u64),
        }
    }
}

/// Every From → To of a draft.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchReviewRequest {
    pub draft: BatchDraftRequest,
    /// Which part of it.
    pub show: ReviewTab,
    /// Words in username, device or a value.
    pub text: Option<String>,
    pub group: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    pub limit: u32,
}

/// Asks for what the review shows as changed.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchSaveRequest {
    pub draft: BatchDraftRequest,
    pub reason: String,
}

/// A page of the review, with the counts of all.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchReviewPage {
    /// How many would change.
    pub changed: u32,
    /// How many would be refused.
    pub refused: u32,
    /// How many hold it already.
    pub unchanged: u32,
    /// The same field, the same From → To; the largest first.
    pub groups: Vec<ChangeGroupView>,
    /// Why, and how many.
    pub refusal_groups: Vec<RefusalGroupView>,
    /// How many operations would be called off.
    pub canceled_operations: u32,
    #[serde(flatten)]
    pub page: Page<TaskView>,
    /// What cannot be asked for at all.
    pub problems: Vec<Problem>,
}

impl From<BatchReview> for BatchReviewPage {
    fn from(mut review: BatchReview) -> Self {
        let groups = std::mem::take(&mut review.page.groups).into_iter().map(ChangeGroupView::from).collect();
        let refusals = review.refusals.into_iter();
        Self {
            changed: count(review.changed as u64),
            refused: count(review.refused as u64),
            unchanged: count(review.unchanged as u64),
            groups,
            refusal_groups: refusals
                .map(|(reason, number)| RefusalGroupView { reason, count: count(number as u64) })
                .collect(),
            canceled_operations: count(review.canceled_operations as u64),
            page: review.page.into(),
            problems: review.problems.into_iter().map(Problem::from).collect(),
        }
    }
}

/// Why credentials would be refused, and how many.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefusalGroupView {
    pub reason: RefusalReason,
    pub count: u32,
}
