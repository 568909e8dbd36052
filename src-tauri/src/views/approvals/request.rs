//! Requests that others must approve, and their decisions.

use app::{ListedRequest, RequestQuery, RequestRow, ShownPage, WaitingRequests, domain::UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::CommandError;
use crate::views::{
    ListRequest, Noun, Page, RequestAction, RequestKind, RequestScope, RequestSort, RequestState, code, count, id,
    limit,
    page::place,
    task::{ChangeGroupView, TaskView},
    time,
};

/// The requests that wait for the signed-in user.
#[derive(Debug, Serialize, Type)]
pub struct WaitingView {
    /// The number of requests that wait for the user's decision.
    pub waiting: u32,
    /// The requests that were applied without approvals and that the user has not acknowledged yet.
    pub emergencies: Vec<EmergencyToldView>,
}

impl From<WaitingRequests> for WaitingView {
    fn from(requests: WaitingRequests) -> Self {
        let emergencies = requests.emergencies.into_iter().map(EmergencyToldView::from).collect();
        Self { waiting: count(requests.waiting), emergencies }
    }
}

/// A request that was applied without approvals, as the notice to approvers shows it.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyToldView {
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    /// The kind of the request.
    pub action: RequestKind,
    /// The time at which it was applied.
    pub at: Option<String>,
}

impl From<RequestRow> for EmergencyToldView {
    fn from(row: RequestRow) -> Self {
        Self { id: row.id.to_string(), code: code(row.code), action: row.action, at: row.ended_at.map(time) }
    }
}

/// The filter of the requests.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestFilter {
    pub scope: RequestScope,
    /// A code, or words to search for in the reason or the requester's name.
    pub text: Option<String>,
    /// The states to include; empty: all.
    pub states: Vec<RequestState>,
    /// The kinds to include; empty: all.
    pub actions: Vec<RequestKind>,
    pub requester_id: Option<String>,
    /// The earliest time at which it was made, as RFC 3339.
    #[specta(type = Option<String>)]
    pub requested_from: Option<DateTime<Utc>>,
    /// The latest time at which it was made, as RFC 3339.
    #[specta(type = Option<String>)]
    pub requested_until: Option<DateTime<Utc>>,
    /// True: only requests that were applied without approvals.
    pub emergency_only: bool,
}

impl RequestFilter {
    /// Returns the scope, which says whose requests are listed, and the query.
    pub fn query(self) -> Result<(RequestScope, RequestQuery), CommandError> {
        // The viewer and the time are set by `app`, which knows both.
        let nobody = UserId::from_uuid(app::Uuid::nil());
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

impl ListRequest<RequestFilter, RequestSort> {
    /// Returns the scope, which says whose requests are listed, and the query.
    pub fn scoped(self) -> Result<(RequestScope, RequestQuery), CommandError> {
        let after = place(self.cursor, Noun::Request)?;
        let (scope, query) = self.filter.query()?;
        let (sort, descending, limit) = (self.sort, self.descending, limit(self.limit));
        Ok((scope, RequestQuery { sort, descending, after, limit, ..query }))
    }
}

/// A request as a row of the list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequestRowView {
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    /// The kind of the request.
    pub action: RequestKind,
    pub state: RequestState,
    pub requester_id: String,
    pub requester: String,
    pub reason: String,
    /// The number of credentials or operations that it is about.
    pub tasks: u32,
    /// The time at which it was made.
    pub requested_at: String,
    /// The time after which nothing can be decided.
    pub valid_until: String,
    pub ended_at: Option<String>,
    pub approvals: u32,
    /// The number of approvals that are needed at all levels together.
    pub approvals_needed: u32,
    pub rejections: u32,
    /// True if it was applied without approvals.
    pub emergency: bool,
    /// The actions that the signed-in user may do now.
    pub actions: Vec<RequestAction>,
}

impl From<ListedRequest> for RequestRowView {
    fn from(listed: ListedRequest) -> Self {
        let row = listed.row;
        Self {
            id: row.id.to_string(),
            code: code(row.code),
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
            actions: listed.doings,
        }
    }
}

/// A request for one page of the changes (From → To) of a request.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestTasksRequest {
    pub id: String,
    /// Words to search for in username, device or a value.
    pub text: Option<String>,
    pub group: Option<String>,
    /// The end of the previous page.
    pub cursor: Option<String>,
    pub limit: u32,
}

/// A page of the changes (From → To) of a request.
#[derive(Debug, Serialize, Type)]
pub struct TaskPage {
    #[serde(flatten)]
    pub page: Page<TaskView>,
    /// Groups of credentials with the same change.
    pub groups: Vec<ChangeGroupView>,
}

impl From<ShownPage> for TaskPage {
    fn from(mut page: ShownPage) -> Self {
        let groups = std::mem::take(&mut page.groups).into_iter().map(ChangeGroupView::from).collect();
        Self { groups, page: page.into() }
    }
}

/// A request to make the same request again.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RequestRepeatRequest {
    pub id: String,
    pub reason: String,
}

/// A request to apply an urgent request without approvals.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct EmergencyRequest {
    pub id: String,
    /// The digest of the request as it was shown.
    pub digest: String,
    pub justification: String,
}

/// A request to write all matching requests to a file.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RequestExportRequest {
    pub filter: RequestFilter,
}
