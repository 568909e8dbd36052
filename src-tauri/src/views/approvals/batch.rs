//! Bulk actions, up to the request for them.

use app::{BatchCandidate, BatchCheck, BatchReview};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::Problem;
use crate::views::{
    BatchAction, BatchFlag, CredentialSort, ListRequest, Page, RefusalReason, ReviewTab,
    batch_draft::BatchDraftRequest,
    count,
    credential::{CredentialFilter, CredentialRowView},
    task::{ChangeGroupView, TaskView},
};

/// A request for one page of the credentials that a bulk action applies to.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BatchCandidatesRequest {
    /// The bulk action, which also determines the status that the credentials must have.
    pub action: BatchAction,
    /// The request for the page, as for the list of credentials.
    pub list: ListRequest<CredentialFilter, CredentialSort>,
}

/// A request for the ids of all matching credentials.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchCandidateIdsRequest {
    pub action: BatchAction,
    pub filter: CredentialFilter,
}

/// A credential as a row of the picker.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchCandidateView {
    /// The credential's row in the list of credentials.
    pub credential: CredentialRowView,
    /// The obstacles to the action.
    pub flags: Vec<BatchFlag>,
}

impl From<BatchCandidate> for BatchCandidateView {
    fn from(candidate: BatchCandidate) -> Self {
        Self { credential: candidate.row.into(), flags: candidate.flags.into_iter().collect() }
    }
}

/// A request for one page of the picked credentials.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchCheckRequest {
    pub action: BatchAction,
    /// The ids of the credentials, in the order in which they were picked.
    pub credential_ids: Vec<String>,
    /// Words to search for in username or device.
    pub text: Option<String>,
    /// True: only credentials with a flag.
    pub flagged_only: bool,
    /// The end of the previous page.
    pub cursor: Option<String>,
    pub limit: u32,
}

/// A page of the picked credentials.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchCheckPage {
    #[serde(flatten)]
    pub page: Page<BatchCandidateView>,
    /// The number of all picked credentials with a flag.
    pub flagged: u32,
    /// The number of picked credentials that were deleted since.
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

/// A request for one page of the changes (From → To) of a draft.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchReviewRequest {
    pub draft: BatchDraftRequest,
    /// The tab of the review to show.
    pub show: ReviewTab,
    /// Words to search for in username, device or a value.
    pub text: Option<String>,
    pub group: Option<String>,
    /// The end of the previous page.
    pub cursor: Option<String>,
    pub limit: u32,
}

/// A request for the changes that the review shows.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchSaveRequest {
    pub draft: BatchDraftRequest,
    pub reason: String,
}

/// A page of the review, with the counts of the whole draft.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchReviewPage {
    /// The number of credentials that would change.
    pub changed: u32,
    /// The number of credentials that would be refused.
    pub refused: u32,
    /// The number of credentials that have the values already.
    pub unchanged: u32,
    /// Groups of credentials with the same change of the same field, the largest group first.
    pub groups: Vec<ChangeGroupView>,
    /// The reasons for refusals, with the number of credentials for each.
    pub refusal_groups: Vec<RefusalGroupView>,
    /// The number of operations that would be canceled.
    pub canceled_operations: u32,
    #[serde(flatten)]
    pub page: Page<TaskView>,
    /// The problems that prevent the request as a whole.
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

/// A reason why credentials would be refused, and their number.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefusalGroupView {
    pub reason: RefusalReason,
    pub count: u32,
}
