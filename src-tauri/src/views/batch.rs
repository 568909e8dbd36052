//! Bulk actions, up to asking for them.

use app::{
    BatchCandidate, BatchCheck, BatchDraft, BatchReview, BatchUpdate, ChangeGroup, CredentialQuery, Page, ShownTask,
    TagsUpdate, Window, approval::Part, domain::CredentialId,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    BatchAction, BatchField, BatchFlag, CredentialSort, Noun, OperationType, PasswordType, RefusalReason, ReviewTab,
    count,
    credential::{CredentialFilter, CredentialListRequest, CredentialRowView},
    id, limit, time,
};
use crate::{CommandError, error::Problem};

/// One page of the credentials that a bulk action applies to.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchCandidatesRequest {
    /// Which action.
    pub action: BatchAction,
    /// The credential list's own filters; the status is set by the action.
    pub filter: CredentialFilter,
    /// In which order.
    pub sort: CredentialSort,
    /// Turned round.
    pub descending: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: u32,
}

impl TryFrom<BatchCandidatesRequest> for CredentialQuery {
    type Error = CommandError;

    fn try_from(request: BatchCandidatesRequest) -> Result<Self, CommandError> {
        let BatchCandidatesRequest { action: _, filter, sort, descending, cursor, limit } = request;
        CredentialListRequest { filter, sort, descending, cursor, limit }.try_into()
    }
}

/// The ids of all that match.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchCandidateIdsRequest {
    /// Which action.
    pub action: BatchAction,
    /// The filter.
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

/// A page of the picker.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchCandidatePage {
    /// The rows.
    pub rows: Vec<BatchCandidateView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

impl From<Page<BatchCandidate>> for BatchCandidatePage {
    fn from(page: Page<BatchCandidate>) -> Self {
        Self {
            rows: page.rows.into_iter().map(BatchCandidateView::from).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            total: count(page.total),
        }
    }
}

/// What was picked.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchCheckRequest {
    /// Which action.
    pub action: BatchAction,
    /// The ids, in the order in which they were picked.
    pub credential_ids: Vec<String>,
    /// Words in username or device.
    pub text: Option<String>,
    /// Only those that carry a flag.
    pub flagged_only: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: u32,
}

/// A page of what was picked.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchCheckPage {
    /// The rows.
    pub rows: Vec<BatchCandidateView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many fit.
    pub total: u32,
    /// How many of all that were picked carry a flag.
    pub flagged: u32,
    /// Picked, and deleted since.
    pub gone: u32,
}

impl From<BatchCheck> for BatchCheckPage {
    fn from(check: BatchCheck) -> Self {
        Self {
            rows: check.rows.into_iter().map(BatchCandidateView::from).collect(),
            next: check.next.map(|place| place.to_string()),
            total: count(check.total as u64),
            flagged: count(check.flagged as u64),
            gone: count(check.gone as u64),
        }
    }
}

/// What the wizard holds.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "BatchDraft", rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchDraftRequest {
    /// Which action.
    pub action: BatchAction,
    /// The ids, in the order in which they were picked.
    pub credential_ids: Vec<String>,
    /// The fields; for an update only.
    pub update: Option<BatchUpdateRequest>,
}

/// The fields of an update. Null: not modified.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "BatchUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchUpdateRequest {
    /// The kind of account.
    pub password_type: Option<PasswordType>,
    /// The directory's domain.
    pub domain: Option<String>,
    /// The device.
    pub device_id: Option<String>,
    /// Free text.
    pub additional_information: Option<String>,
    /// The tags.
    pub tags: Option<TagsUpdateRequest>,
    /// Whose password it follows.
    pub parent: Option<ParentUpdateRequest>,
    /// How it is changed.
    pub password_change: Option<PasswordChangeUpdateRequest>,
    /// How it is repaired.
    pub reconciliation: Option<ReconciliationUpdateRequest>,
}

/// What happens to tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TagsMode {
    /// These instead of all.
    Replace,
    /// These beside those that are there.
    Add,
}

/// What happens to the tags.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "TagsUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct TagsUpdateRequest {
    /// Instead, or beside.
    pub mode: TagsMode,
    /// The tags.
    pub tags: Vec<String>,
}

/// Whose password a credential follows.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "ParentUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct ParentUpdateRequest {
    /// The parent; null takes it away.
    pub credential_id: Option<String>,
    /// A password of its own instead of the parent's.
    pub own_password: bool,
}

/// How passwords are changed.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "PasswordChangeUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChangeUpdateRequest {
    /// Whether by a plugin at all.
    pub automatic_change: bool,
    /// The plugin.
    pub plugin_id: Option<String>,
    /// The template.
    pub template_id: Option<String>,
    /// Who logs in.
    pub connect_as: ConnectAs,
    /// With "access": a credential of the same device as each target.
    pub access_credential_id: Option<String>,
}

/// Who logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename = "BatchConnectAs", rename_all = "camelCase")]
pub enum ConnectAs {
    /// The credential itself.
    Own,
    /// Another one.
    Access,
}

/// How passwords are repaired.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "ReconciliationUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct ReconciliationUpdateRequest {
    /// Whether at all.
    pub enabled: bool,
    /// Whether by itself.
    pub autorun: bool,
    /// Who logs in.
    pub credential_id: Option<String>,
    /// The plugin.
    pub plugin_id: Option<String>,
    /// The template.
    pub template_id: Option<String>,
}

impl TryFrom<BatchDraftRequest> for BatchDraft {
    type Error = CommandError;

    fn try_from(request: BatchDraftRequest) -> Result<Self, CommandError> {
        Ok(Self {
            action: request.action,
            credentials: ids(&request.credential_ids)?,
            update: request.update.map(BatchUpdate::try_from).transpose()?,
        })
    }
}

impl TryFrom<BatchUpdateRequest> for BatchUpdate {
    type Error = CommandError;

    fn try_from(request: BatchUpdateRequest) -> Result<Self, CommandError> {
        let credential = |text: Option<String>| text.map(|text| id(&text, Noun::Credential)).transpose();
        let tags = request.tags.map(|tags| match tags.mode {
            TagsMode::Replace => TagsUpdate::Replace(tags.tags),
            TagsMode::Add => TagsUpdate::Add(tags.tags),
        });
        let parent = request.parent.map(|parent| {
            Ok::<_, CommandError>(app::ParentUpdate {
                parent: credential(parent.credential_id)?,
                own_password: parent.own_password,
            })
        });
        let password_change = request.password_change.map(|change| {
            let access = match change.connect_as {
                ConnectAs::Own => None,
                ConnectAs::Access => credential(change.access_credential_id)?,
            };
            if access.is_none() && change.connect_as == ConnectAs::Access {
                let field = "update.passwordChange.accessCredentialId".to_owned();
                let problem = Problem { field, rule: crate::error::Rule::Required };
                return Err(CommandError::Invalid { problems: vec![problem] });
            }
            Ok(app::PasswordChangeUpdate {
                automatic_change: change.automatic_change,
                plugin: change.plugin_id,
                template: change.template_id,
                access,
            })
        });
        let reconciliation = request.reconciliation.map(|repair| {
            Ok::<_, CommandError>(app::ReconciliationUpdate {
                enabled: repair.enabled,
                autorun: repair.autorun,
                credential: credential(repair.credential_id)?,
                plugin: repair.plugin_id,
                template: repair.template_id,
            })
        });
        Ok(Self {
            password_type: request.password_type,
            domain: request.domain,
            device: request.device_id.map(|text| id(&text, Noun::Device)).transpose()?,
            additional_information: request.additional_information,
            tags,
            parent: parent.transpose()?,
            password_change: password_change.transpose()?,
            reconciliation: reconciliation.transpose()?,
        })
    }
}

/// Every From → To of a draft.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchReviewRequest {
    /// The draft.
    pub draft: BatchDraftRequest,
    /// Which part of it.
    pub show: ReviewTab,
    /// Words in username, device or a value.
    pub text: Option<String>,
    /// Only this group.
    pub group: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: u32,
}

/// Asks for what the review shows as changed.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchSaveRequest {
    /// The draft.
    pub draft: BatchDraftRequest,
    /// Why.
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
    /// The rows.
    pub rows: Vec<TaskView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many fit.
    pub total: u32,
    /// What cannot be asked for at all.
    pub problems: Vec<Problem>,
}

impl From<BatchReview> for BatchReviewPage {
    fn from(review: BatchReview) -> Self {
        let refusals = review.refusals.into_iter();
        Self {
            changed: count(review.changed as u64),
            refused: count(review.refused as u64),
            unchanged: count(review.unchanged as u64),
            groups: review.page.groups.into_iter().map(ChangeGroupView::from).collect(),
            refusal_groups: refusals
                .map(|(reason, number)| RefusalGroupView { reason, count: count(number as u64) })
                .collect(),
            canceled_operations: count(review.canceled_operations as u64),
            rows: review.page.rows.into_iter().map(TaskView::from).collect(),
            next: review.page.next.map(|place| place.to_string()),
            total: count(review.page.total as u64),
            problems: review.problems.into_iter().map(Problem::from).collect(),
        }
    }
}

/// Credentials of which the same field changes in the same way.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChangeGroupView {
    /// Names it in requests.
    pub key: String,
    /// The field.
    pub field: BatchField,
    /// Before.
    pub from: String,
    /// After.
    pub to: String,
    /// How many.
    pub count: u32,
}

impl From<ChangeGroup> for ChangeGroupView {
    fn from(group: ChangeGroup) -> Self {
        Self { key: group.key, field: group.field, from: group.from, to: group.to, count: count(group.count as u64) }
    }
}

/// Why credentials would be refused, and how many.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefusalGroupView {
    /// Why.
    pub reason: RefusalReason,
    /// How many.
    pub count: u32,
}

/// One credential of a request or a review.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TaskView {
    /// The credential.
    pub credential_id: String,
    /// Its username.
    pub username: String,
    /// Its device's name.
    pub device_name: String,
    /// Each field that changes.
    pub changes: Vec<ChangeView>,
    /// Why it would be refused.
    pub refusal: Option<RefusalReason>,
    /// What may stand in the way by the time of the approval.
    pub flags: Vec<BatchFlag>,
    /// The operation that waits to be allowed, for a request about operations.
    pub operation: Option<TaskOperationView>,
}

/// An operation that waits to be allowed.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TaskOperationView {
    /// Its id.
    pub id: String,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: OperationType,
    /// Not before when.
    pub scheduled_at: String,
}

/// One field that changes.
#[derive(Debug, Serialize, Type)]
pub struct ChangeView {
    /// The field.
    pub field: BatchField,
    /// Its parts that differ.
    pub parts: Vec<ChangePartView>,
}

/// A part of a change.
#[derive(Debug, Serialize, Type)]
pub struct ChangePartView {
    /// Which part.
    pub part: String,
    /// Before; empty: nothing.
    pub from: String,
    /// After; empty: nothing.
    pub to: String,
}

impl From<Part> for ChangePartView {
    fn from(part: Part) -> Self {
        Self { part: part.name.to_owned(), from: part.from, to: part.to }
    }
}

impl From<ShownTask> for TaskView {
    fn from(task: ShownTask) -> Self {
        let changes = task
            .changes
            .into_iter()
            .map(|(field, parts)| ChangeView { field, parts: parts.into_iter().map(ChangePartView::from).collect() });
        Self {
            credential_id: task.credential.to_string(),
            username: task.username,
            device_name: task.device_name,
            changes: changes.collect(),
            refusal: task.refusal,
            flags: task.flags.into_iter().collect(),
            operation: task.operation.map(|(id, kind, scheduled_at)| TaskOperationView {
                id: id.to_string(),
                kind,
                scheduled_at: time(scheduled_at),
            }),
        }
    }
}

/// Reads ids of credentials.
pub fn ids(texts: &[String]) -> Result<Vec<CredentialId>, CommandError> {
    texts.iter().map(|text| id(text, Noun::Credential)).collect()
}

/// Reads a place in a list in memory.
pub fn window(
    text: Option<String>,
    group: Option<String>,
    cursor: Option<String>,
    asked: u32,
) -> Result<Window, CommandError> {
    let from = cursor.map(|cursor| id(&cursor, Noun::Request)).transpose()?.unwrap_or(0);
    Ok(Window { text: text.unwrap_or_default(), group, from, limit: limit(asked) as usize })
}
