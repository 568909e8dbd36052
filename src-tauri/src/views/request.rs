//! Requests that others must approve, and their decisions.

use std::collections::HashMap;

use app::{
    Conflict, Decide, ExaminedDecision, ListedRequest, Page, RequestAction as AppDoing, RequestDetails, RequestQuery,
    RequestRow, Secret, ShownPage,
    approval::{ApprovalOutcome, open_level},
    domain::UserId,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    CannotDecide, ConflictReason, DecisionStatus, Noun, RequestAction, RequestIntegrity, RequestKind, RequestScope,
    RequestSort, RequestState, Verdict,
    account::ConfirmRequest,
    batch::{ChangeGroupView, TaskView},
    count, id, limit, time,
};
use crate::{CommandError, files, state::Shell};

/// What waits for whoever sits there.
#[derive(Debug, Serialize, Type)]
pub struct WaitingView {
    /// So many requests wait for their decision.
    pub waiting: u32,
    /// These were applied without approvals, and they have not said yet that they know.
    pub emergencies: Vec<EmergencyToldView>,
}

/// A request that was applied without approvals, as approvers are told of it.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyToldView {
    /// Its id.
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    /// What it is about.
    pub action: RequestKind,
    /// When it was applied.
    pub at: Option<String>,
}

impl From<RequestRow> for EmergencyToldView {
    fn from(row: RequestRow) -> Self {
        Self {
            id: row.id.to_string(),
            code: u32::try_from(row.code).unwrap_or_default(),
            action: row.action,
            at: row.ended_at.map(time),
        }
    }
}

/// Which requests.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestFilter {
    /// Whose.
    pub scope: RequestScope,
    /// A code, or words in the reason or the requester's name.
    pub text: Option<String>,
    /// In one of these states; empty: in any.
    pub states: Vec<RequestState>,
    /// About one of these; empty: about any.
    pub actions: Vec<RequestKind>,
    /// Of this person.
    pub requester_id: Option<String>,
    /// Made then or later, as RFC 3339.
    #[specta(type = Option<String>)]
    pub requested_from: Option<DateTime<Utc>>,
    /// Made then or earlier, as RFC 3339.
    #[specta(type = Option<String>)]
    pub requested_until: Option<DateTime<Utc>>,
    /// Only those that were applied without approvals.
    pub emergency_only: bool,
}

impl RequestFilter {
    /// Whose, and which.
    pub fn query(self) -> Result<(RequestScope, RequestQuery), CommandError> {
        let nobody = UserId::from_uuid(uuid_nil());
        let query = RequestQuery {
            text: self.text.unwrap_or_default(),
            states: self.states.into_iter().collect(),
            actions: self.actions.into_iter().collect(),
            requester: self.requester_id.map(|text| id(&text, Noun::User)).transpose()?,
            requested_from: self.requested_from,
            requested_until: self.requested_until,
            emergency_only: self.emergency_only,
            ..RequestQuery::at(DateTime::<Utc>::MIN_UTC, nobody)
        };
        Ok((self.scope, query))
    }
}

fn uuid_nil() -> app::Uuid {
    app::Uuid::nil()
}

/// One page of requests.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestListRequest {
    /// Which ones.
    pub filter: RequestFilter,
    /// In which order.
    pub sort: RequestSort,
    /// Turned round.
    pub descending: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: u32,
}

impl RequestListRequest {
    /// Whose, and which.
    pub fn query(self) -> Result<(RequestScope, RequestQuery), CommandError> {
        let after = self.cursor.map(|cursor| id(&cursor, Noun::Request)).transpose()?;
        let (scope, query) = self.filter.query()?;
        let (sort, descending, limit) = (self.sort, self.descending, limit(self.limit));
        Ok((scope, RequestQuery { sort, descending, after, limit, ..query }))
    }
}

/// A page of requests.
#[derive(Debug, Serialize, Type)]
pub struct RequestPage {
    /// The rows.
    pub rows: Vec<RequestRowView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

impl From<Page<ListedRequest>> for RequestPage {
    fn from(page: Page<ListedRequest>) -> Self {
        Self {
            rows: page.rows.into_iter().map(RequestRowView::from).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            total: count(page.total),
        }
    }
}

/// A request in a list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequestRowView {
    /// Its id.
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    /// What it is about.
    pub action: RequestKind,
    /// Where it is.
    pub state: RequestState,
    /// Who asked.
    pub requester_id: String,
    /// Their name.
    pub requester: String,
    /// Why.
    pub reason: String,
    /// How many credentials or operations.
    pub tasks: u32,
    /// When it was made.
    pub requested_at: String,
    /// After this, nothing can be decided.
    pub valid_until: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Approvals that count.
    pub approvals: u32,
    /// Approvals needed, over all levels.
    pub approvals_needed: u32,
    /// Rejections that count.
    pub rejections: u32,
    /// Whether it was applied without approvals.
    pub emergency: bool,
    /// What whoever sits there may do now.
    pub actions: Vec<RequestAction>,
}

impl From<ListedRequest> for RequestRowView {
    fn from(listed: ListedRequest) -> Self {
        let row = listed.row;
        Self {
            id: row.id.to_string(),
            code: u32::try_from(row.code).unwrap_or_default(),
            action: row.action,
            state: row.state,
            requester_id: row.requester.to_string(),
            requester: row.requester_name,
            reason: row.reason,
            tasks: row.tasks,
            requested_at: time(row.requested_at),
            valid_until: time(row.valid_until),
            ended_at: row.ended_at.map(time),
            approvals: row.approvals,
            approvals_needed: row.approvals_needed,
            rejections: row.rejections,
            emergency: row.emergency,
            actions: listed.doings.into_iter().map(|doing: AppDoing| doing).collect(),
        }
    }
}

/// A request with everything about it.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// As the list shows it.
    pub row: RequestRowView,
    /// In hexadecimal; sent back with a decision, so that what is signed is what was shown.
    pub digest: String,
    /// Whether it is as it was signed. If not, nothing of it can be decided or applied.
    pub integrity: RequestIntegrity,
    /// Whether what it is said to have come to follows from its decisions.
    pub outcome_holds: bool,
    /// The levels that are asked.
    pub levels: Vec<LevelView>,
    /// So many rejections end it.
    pub rejections_to_end: u32,
    /// Every decision, each signature verified now.
    pub decisions: Vec<DecisionView>,
    /// Why whoever sits there may not decide.
    pub not_mine: Option<CannotDecide>,
    /// Whether a decision asks for the password once more.
    pub needs_password: bool,
    /// Whether that needs the key file too.
    pub needs_key_file: bool,
    /// Whether a decision asks for a code.
    pub needs_code: bool,
    /// Operations that were called off by applying it.
    pub canceled_operations: u32,
    /// What was not as requested.
    pub conflicts: Vec<ConflictView>,
    /// Who applied it without approvals, and why.
    pub emergency: Option<EmergencyView>,
}

/// A level that is asked.
#[derive(Debug, Serialize, Type)]
pub struct LevelView {
    /// 1, 2 or 3.
    pub level: u32,
    /// Approvals needed.
    pub needed: u32,
    /// Approvals that count.
    pub approvals: u32,
    /// Whether its turn is now.
    pub open: bool,
}

/// A decision.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DecisionView {
    /// Who.
    pub approver_id: String,
    /// Their name.
    pub approver: String,
    /// At which level they were registered then.
    pub level: Option<u32>,
    /// Yes or no.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// When.
    pub at: String,
    /// What is to be said of it; only a valid one counts.
    pub signature: DecisionStatus,
    /// Counts, but look: the requester registered this approver.
    pub appointed_by_requester: bool,
}

/// Something that was not as requested.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConflictView {
    /// On which credential.
    pub credential_id: String,
    /// Its username.
    pub username: String,
    /// Its device's name.
    pub device_name: String,
    /// What is the matter.
    pub reason: ConflictReason,
    /// The field.
    pub field: Option<super::BatchField>,
    /// What the request began from.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl From<Conflict> for ConflictView {
    fn from(conflict: Conflict) -> Self {
        Self {
            credential_id: conflict.credential.to_string(),
            username: conflict.username,
            device_name: conflict.device_name,
            reason: conflict.reason,
            field: conflict.field,
            expected: conflict.expected,
            found: conflict.found,
        }
    }
}

/// An application without approvals.
#[derive(Debug, Serialize, Type)]
pub struct EmergencyView {
    /// Who.
    pub by: String,
    /// Why.
    pub justification: String,
    /// When.
    pub at: String,
}

impl From<RequestDetails> for RequestView {
    fn from(details: RequestDetails) -> Self {
        let RequestDetails {
            listed,
            record,
            examination,
            outcome_holds,
            names,
            not_mine,
            needs_password,
            needs_key_file,
            needs_code,
        } = details;
        let name = |user: UserId| names.get(&user).cloned().unwrap_or_default();
        let decisions = examination.decisions().iter().map(|decision| decision_view(decision, &names));
        let rejections_to_end = examination.request().map_or(0, |request| count(request.rules.rejections));
        Self {
            digest: examination.digest().iter().map(|byte| format!("{byte:02x}")).collect(),
            integrity: examination.integrity(),
            outcome_holds,
            levels: levels(&examination),
            rejections_to_end,
            decisions: decisions.collect(),
            not_mine,
            needs_password,
            needs_key_file,
            needs_code,
            canceled_operations: record.canceled_operations,
            conflicts: record.conflicts.into_iter().map(ConflictView::from).collect(),
            emergency: record.emergency.map(|emergency| EmergencyView {
                by: name(emergency.by),
                justification: emergency.justification,
                at: time(emergency.at),
            }),
            row: listed.into(),
        }
    }
}

fn levels(examination: &app::VerifiedRequest) -> Vec<LevelView> {
    let Some(request) = examination.request() else {
        return Vec::new();
    };
    let approvals = examination.approvals();
    let waits = matches!(examination.outcome(), ApprovalOutcome::Waiting { .. });
    let open = open_level(&request.rules, approvals).filter(|_| waits);
    let levels = (1_u64..).zip(request.rules.needed.into_iter().zip(approvals));
    levels
        .filter(|(_, (needed, _))| *needed > 0)
        .map(|(level, (needed, approvals))| LevelView {
            level: count(level),
            needed: count(needed),
            approvals: count(approvals),
            open: open == Some(level),
        })
        .collect()
}

fn decision_view(decision: &ExaminedDecision, names: &HashMap<UserId, String>) -> DecisionView {
    DecisionView {
        approver_id: decision.approver.to_string(),
        approver: names.get(&decision.approver).cloned().unwrap_or_default(),
        level: decision.level.map(count),
        verdict: decision.verdict,
        reason: decision.reason.clone(),
        at: time(decision.at),
        signature: decision.finding,
        appointed_by_requester: decision.appointed_by_requester,
    }
}

/// Some of a request's From → To.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestTasksRequest {
    /// Of which request.
    pub id: String,
    /// Words in username, device or a value.
    pub text: Option<String>,
    /// Only this group.
    pub group: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: u32,
}

/// A page of a request's From → To.
#[derive(Debug, Serialize, Type)]
pub struct TaskPage {
    /// The rows.
    pub rows: Vec<TaskView>,
    /// What they have in common.
    pub groups: Vec<ChangeGroupView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many fit.
    pub total: u32,
}

impl From<ShownPage> for TaskPage {
    fn from(page: ShownPage) -> Self {
        Self {
            rows: page.rows.into_iter().map(TaskView::from).collect(),
            groups: page.groups.into_iter().map(ChangeGroupView::from).collect(),
            next: page.next.map(|place| place.to_string()),
            total: count(page.total as u64),
        }
    }
}

/// Approves or rejects exactly what was shown.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestDecideRequest {
    /// Which request.
    pub id: String,
    /// The digest that was shown.
    pub digest: String,
    /// Yes or no.
    pub verdict: Verdict,
    /// Why; required for a no.
    pub reason: String,
    /// The password once more, where it is asked for.
    #[specta(type = Option<String>)]
    pub password: Option<Secret>,
    /// Path of the key file, of who needs one beside the password.
    pub key_file: Option<String>,
    /// A code, where it is asked for.
    pub code: Option<String>,
}

impl RequestDecideRequest {
    /// The decision, with the content of the key file.
    ///
    /// # Errors
    /// As [`files::confirmation`], and for an id that is none.
    pub fn read(self, shell: &Shell) -> Result<Decide, CommandError> {
        let key_file = self.key_file;
        let proof = self.password.map(|password| files::confirmation(shell, ConfirmRequest { password, key_file }));
        Ok(Decide {
            request: id(&self.id, Noun::Request)?,
            digest: self.digest,
            verdict: self.verdict,
            reason: self.reason,
            password: proof.transpose()?,
            code: self.code,
        })
    }
}

/// Asks for the same once more.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RequestRepeatRequest {
    /// As which request.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// Applies a request without approvals.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct EmergencyRequest {
    /// Which request.
    pub id: String,
    /// The digest that was shown.
    pub digest: String,
    /// Why.
    pub justification: String,
}

/// Writes all that match to a file.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RequestExportRequest {
    /// Which ones.
    pub filter: RequestFilter,
}
