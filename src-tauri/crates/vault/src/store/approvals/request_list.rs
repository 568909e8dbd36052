//! The list of requests.

use approval::{RequestKind, RequestState};
use chrono::{DateTime, Utc};
use domain::{RequestId, UserId};
use rusqlite::{OptionalExtension, Row};

use super::requests::{Requests, folded_words};
use crate::store::{
    filter::Filter,
    list::List,
    value::{Columns, micros},
};
use crate::{Cursor, Page, VaultError, error::Stored, page::USUAL_LIMIT};

/// The people whose requests the list contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum RequestSelection {
    #[default]
    All,
    /// Those that wait for somebody at a level.
    WaitingFor { user: UserId, level: u64 },
    /// Those that somebody decided on.
    DecidedBy(UserId),
    /// Those that somebody made.
    Of(UserId),
}

/// Filters and sort order of the list of requests. A request must match every filter that is set.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct RequestQuery {
    pub scope: RequestSelection,
    /// Words, each of which is the code, or in the reason or the requester's name.
    pub text: String,
    /// In any of these states; in all, when empty.
    pub states: Vec<RequestState>,
    /// About any of these; about all, when empty.
    pub actions: Vec<RequestKind>,
    pub requester: Option<UserId>,
    /// Made then or later.
    pub requested_from: Option<DateTime<Utc>>,
    /// Made then or earlier.
    pub requested_until: Option<DateTime<Utc>>,
    /// Only those applied without approvals.
    pub emergency_only: bool,
    /// The sort order of the list.
    pub sort: RequestSort,
    pub descending: bool,
    /// The row after which the page begins; `None` for the first page.
    pub after: Option<Cursor>,
    /// The largest number of rows of the page.
    pub limit: u32,
    /// The current time: a request whose validity is over no longer waits for a decision.
    pub now: DateTime<Utc>,
    /// The person who looks at the list.
    pub viewer: UserId,
}

impl RequestQuery {
    /// Selects all requests, oldest first, with their state at this time.
    pub fn at(now: DateTime<Utc>, viewer: UserId) -> Self {
        Self {
            scope: RequestSelection::All,
            text: String::new(),
            states: Vec::new(),
            actions: Vec::new(),
            requester: None,
            requested_from: None,
            requested_until: None,
            emergency_only: false,
            sort: RequestSort::default(),
            descending: false,
            after: None,
            limit: USUAL_LIMIT,
            now,
            viewer,
        }
    }
}

domain::enumeration! {
    /// The sort orders of the list of requests.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RequestSort {
        /// The code: the order in which they were made.
        #[default]
        Code = "code",
        /// When it was made.
        RequestedAt = "requested",
        /// When it came to an end; never comes before the oldest.
        EndedAt = "ended",
        State = "state",
        Action = "action",
        Requester = "requester",
        /// How many credentials or operations.
        Tasks = "tasks",
    }
}

/// A request in a list. The values come from the stored columns; only a verification shows the signed content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct RequestRow {
    /// The number that people know it by.
    pub code: i64,
    pub id: RequestId,
    /// The subject of the request.
    pub action: RequestKind,
    /// Its state; `Expired` as soon as its validity is over.
    pub state: RequestState,
    pub requester: UserId,
    pub requester_name: String,
    pub reason: String,
    /// How many credentials or operations.
    pub tasks: u32,
    /// When it was made.
    pub requested_at: DateTime<Utc>,
    /// After this, nothing is decided any more.
    pub valid_until: DateTime<Utc>,
    /// When it came to an end.
    pub ended_at: Option<DateTime<Utc>>,
    pub approvals: u32,
    /// Approvals needed, over all levels.
    pub approvals_needed: u32,
    pub rejections: u32,
    /// Whose turn it is.
    pub open_level: Option<u64>,
    /// Tells whether it was applied without approvals.
    pub emergency: bool,
    /// Tells whether anybody has decided on it.
    pub decided: bool,
    /// Tells whether the viewer has decided on it.
    pub decided_by_viewer: bool,
}

impl RequestSort {
    pub(crate) fn expression(self) -> &'static str {
        match self {
            Self::Code => "r.code",
            Self::RequestedAt => "r.requested_at",
            Self::EndedAt => "r.ended_order",
            Self::State => "r.state",
            Self::Action => "r.action",
            Self::Requester => "r.requester_name",
            Self::Tasks => "r.tasks",
        }
    }
}

const COLUMNS: &str = "r.code, r.id, r.action, r.state, r.requester_id, r.requester_name, r.reason, r.tasks, \
    r.requested_at, r.valid_until, r.ended_at, r.approvals, r.approvals_needed, r.rejections, r.open_level, \
    r.emergency_by IS NOT NULL AS emergency, \
    EXISTS (SELECT 1 FROM decisions d WHERE d.request_id = r.id) AS decided";

/// Returns the columns, one of which depends on the viewer. An id consists of digits and letters, so nothing has to be
/// escaped.
fn columns(viewer: UserId) -> String {
    let hex = viewer.as_uuid().simple();
    format!(
        "{COLUMNS}, EXISTS (SELECT 1 FROM decisions d WHERE d.request_id = r.id AND d.approver_id = x'{hex}') \
         AS decided_by_viewer"
    )
}

fn read_row(row: &Row<'_>, now: DateTime<Utc>) -> rusqlite::Result<RequestRow> {
    let valid_until = row.time("valid_until")?;
    let state = match row.word("state")? {
        RequestState::AwaitingApproval if valid_until < now => RequestState::Expired,
        state => state,
    };
    let open_level: Option<i64> = row.get("open_level")?;
    Ok(RequestRow {
        code: row.get("code")?,
        id: RequestId::from_uuid(row.uuid("id")?),
        action: row.word("action")?,
        state,
        requester: UserId::from_uuid(row.uuid("requester_id")?),
        requester_name: row.get("requester_name")?,
        reason: row.get("reason")?,
        tasks: row.get("tasks")?,
        requested_at: row.time("requested_at")?,
        valid_until,
        ended_at: row.optional_time("ended_at")?,
        approvals: row.get("approvals")?,
        approvals_needed: row.get("approvals_needed")?,
        rejections: row.get("rejections")?,
        open_level: open_level.map(i64::unsigned_abs),
        emergency: row.get("emergency")?,
        decided: row.get("decided")?,
        decided_by_viewer: row.get("decided_by_viewer")?,
    })
}

fn filter(query: &RequestQuery) -> Filter {
    let mut filter = Filter::default();
    add_scope(&mut filter, query);
    for word in folded_words(&query.text) {
        let place = filter.value(word.clone());
        let named = format!("instr(lower(r.reason || char(10) || r.requester_name), {place}) > 0");
        match word.trim_start_matches('#').parse::<i64>() {
            Ok(code) => {
                let place = filter.value(code);
                filter.add(format!("(r.code = {place} OR {named})"));
            }
            Err(_) => filter.add(named),
        }
    }
    if !query.states.is_empty() {
        let now = filter.value(micros(query.now));
        let places: Vec<String> = query.states.iter().map(|state| filter.value(state.word().to_owned())).collect();
        filter.add(format!(
            "(CASE WHEN r.state = 'awaitingApproval' AND r.valid_until < {now} THEN 'expired' ELSE r.state END) IN ({})",
            places.join(", ")
        ));
    }
    if !query.actions.is_empty() {
        let places: Vec<String> = query.actions.iter().map(|action| filter.value(action.word().to_owned())).collect();
        filter.add(format!("r.action IN ({})", places.join(", ")));
    }
    if let Some(requester) = query.requester {
        let place = filter.value(requester.as_uuid().into_bytes().to_vec());
        filter.add(format!("r.requester_id = {place}"));
    }
    if let Some(from) = query.requested_from {
        let place = filter.value(micros(from));
        filter.add(format!("r.requested_at >= {place}"));
    }
    if let Some(until) = query.requested_until {
        let place = filter.value(micros(until));
        filter.add(format!("r.requested_at <= {place}"));
    }
    if query.emergency_only {
        filter.add("r.emergency_by IS NOT NULL");
    }
    filter
}

fn add_scope(filter: &mut Filter, query: &RequestQuery) {
    let decided = |place: &str| {
        format!("EXISTS (SELECT 1 FROM decisions d WHERE d.request_id = r.id AND d.approver_id = {place})")
    };
    match query.scope {
        RequestSelection::All => {}
        RequestSelection::Of(user) => {
            let place = filter.value(user.as_uuid().into_bytes().to_vec());
            filter.add(format!("r.requester_id = {place}"));
        }
        RequestSelection::DecidedBy(user) => {
            let place = filter.value(user.as_uuid().into_bytes().to_vec());
            filter.add(decided(&place));
        }
        RequestSelection::WaitingFor { user, level } => {
            let place = filter.value(user.as_uuid().into_bytes().to_vec());
            let level = filter.value(i64::try_from(level).unwrap_or(i64::MAX));
            let now = filter.value(micros(query.now));
            filter.add(format!(
                "r.state = 'awaitingApproval' AND r.valid_until >= {now} AND r.open_level = {level} \
                 AND r.requester_id <> {place} AND NOT {}",
                decided(&place)
            ));
        }
    }
}

impl Requests<'_> {
    /// Reads one page of the requests that match the filters.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &RequestQuery) -> Result<Page<RequestRow>, VaultError> {
        let columns = columns(query.viewer);
        let list = List {
            name: "requests",
            columns: &columns,
            from: "requests r",
            table: "requests",
            alias: "r",
            joins: "",
            walked: None,
            sort: query.sort.expression(),
            number: "r.code",
            descending: query.descending,
        };
        let read = |row: &Row<'_>| read_row(row, query.now);
        list.page(self.connection, filter(query), query.after.as_ref(), query.limit, read)
    }

    /// Returns one request as the list shows it.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn row(&self, id: RequestId, now: DateTime<Utc>, viewer: UserId) -> Result<Option<RequestRow>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {} FROM requests r WHERE r.id = ?1", columns(viewer)))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| read_row(row, now))
            .optional()
            .stored()
    }
}
