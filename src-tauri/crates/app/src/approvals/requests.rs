//! Requests that need approval: the inbox, the decision, and the report.
//!
//! The window shows the content that was signed, and an approver signs the content that was shown: the digest is sent
//! to the window with the request and comes back with the decision. The approval that completes the count and its
//! effect are one transaction.

mod deciding;
mod emergency;
mod levels;
mod report;

use std::collections::HashMap;

use approval::{
    ApprovalOutcome, Batch, BatchAction, Content, FieldChange, RequestIntegrity, RequestKind, RequestState, Task,
    Verdict, VerifiedRequest,
};
use chrono::{DateTime, Utc};
use domain::{RequestId, Role, UserId, parameter::Parameter};
use serde_json::json;
use vault::{NewDecision, Noun, Page, Reader, RequestQuery, RequestRecord, RequestRow, RequestSelection};

use self::levels::levels;
use self::{
    deciding::{conclude, not_mine, refusal},
    emergency::unseen,
};
pub use self::{emergency::WaitingRequests, levels::LevelProgress};
use crate::{
    Action, App, AppError, Confirmation,
    access::signed_in_user::SignedInUser,
    approvals::batches::{self, ApprovalContext, PageRequest, ShownPage, append, checked_reason, hex, verdict_action},
};

domain::enumeration! {
    /// An action that is possible on a request now.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RequestAction {
        Approve = "approve",
        Reject = "reject",
        Cancel = "cancel",
        /// Request the same again.
        Repeat = "repeat",
        /// Apply it without approvals.
        ApplyInEmergency = "applyInEmergency",
        /// Confirm that one knows of its application without approvals.
        AcknowledgeEmergency = "acknowledgeEmergency",
    }
}

domain::enumeration! {
    /// The reason why an approver cannot decide on this request, or not now.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum CannotDecide {
        /// They are the requester.
        OwnRequest = "ownRequest",
        /// They have the requester's key.
        SameKeyAsRequester = "sameKeyAsRequester",
        AlreadyDecided = "alreadyDecided",
        /// They are not registered as approvers.
        NotApprover = "notApprover",
        /// The request needs no approval at their level.
        OtherLevel = "otherLevel",
        /// A lower level must decide first.
        NotYourTurn = "notYourTurn",
        Ended = "ended",
        /// Its validity has ended.
        Expired = "expired",
        /// Its time is in the future: the clock of the requester's computer was ahead.
        ClockAhead = "clockAhead",
    }
}

domain::enumeration! {
    /// A selection of requests, relative to the signed-in user.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RequestScope {
        /// Requests that wait for the user's decision.
        WaitingForMe = "waitingForMe",
        /// Requests that the user decided on.
        DecidedByMe = "decidedByMe",
        /// Requests that the user made.
        Mine = "mine",
        All = "all",
    }
}

/// A request, as the list shows it.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ListedRequest {
    pub row: RequestRow,
    /// The actions that are possible now.
    pub doings: Vec<RequestAction>,
}

/// A request with all its details.
#[derive(Debug, Clone)]
pub struct RequestDetails {
    /// The request, as the list shows it.
    pub listed: ListedRequest,
    /// The request, as it is stored.
    pub record: RequestRecord,
    /// The signed content and the result of its verification.
    pub examination: VerifiedRequest,
    /// True if the stored result follows from the decisions.
    pub outcome_holds: bool,
    /// The names of all people in the request.
    pub names: HashMap<UserId, String>,
    /// The progress of each level that must approve.
    pub levels: Vec<LevelProgress>,
    /// The number of rejections that end it.
    pub rejections_to_end: u64,
    /// The reason why the signed-in user cannot decide, if there is one.
    pub not_mine: Option<CannotDecide>,
    /// True if a decision needs the password again.
    pub needs_password: bool,
    /// True if that needs the key file too.
    pub needs_key_file: bool,
    /// True if a decision needs a code.
    pub needs_code: bool,
}

/// A decision to be made.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Decide {
    pub request: RequestId,
    /// The digest that was shown, in hexadecimal.
    pub digest: String,
    pub verdict: Verdict,
    /// The reason; required for a rejection.
    pub reason: String,
    /// The password again, with the key file if the user has one; given if it is required.
    pub password: Option<Confirmation>,
    /// A code of the authenticator; given if it is required.
    pub code: Option<String>,
}

/// The operations on requests.
pub struct Requests<'a>(pub(crate) &'a App);

pub(crate) const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Request };

impl Requests<'_> {
    /// Returns the number of requests that wait for the signed-in user.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn waiting(&self) -> Result<u64, AppError> {
        let signed_in = self.0.authorize(Action::ReadBatches)?;
        self.0.look(&signed_in, |reader, context| match level(&signed_in, context) {
            Some(level) => Ok(reader.requests().waiting_for(signed_in.user.id, level, context.now)?),
            None => Ok(0),
        })
    }

    /// Returns one page of the requests that match. The query's scope, viewer and time are set here.
    ///
    /// # Errors
    /// As [`Requests::waiting`].
    pub fn list(&self, scope: RequestScope, query: &RequestQuery) -> Result<Page<ListedRequest>, AppError> {
        let signed_in = self.0.authorize(Action::ReadBatches)?;
        self.0.look(&signed_in, |reader, context| {
            let Some(query) = scoped(&signed_in, context, scope, query) else {
                return Ok(Page { rows: Vec::new(), next: None, total: 0, total_is_exact: true });
            };
            let page = reader.requests().list(&query)?;
            let emergency = Urgency::read(reader, &signed_in, context)?;
            let listed = |row| ListedRequest { doings: doings(&signed_in, context, &row, &emergency), row };
            Ok(Page {
                rows: page.rows.into_iter().map(listed).collect(),
                next: page.next,
                total: page.total,
                total_is_exact: page.total_is_exact,
            })
        })
    }

    /// Reads a request with its decisions and verifies every signature now.
    ///
    /// # Errors
    /// As [`Requests::waiting`], and [`AppError::NotFound`].
    pub fn get(&self, id: RequestId) -> Result<RequestDetails, AppError> {
        let signed_in = self.0.authorize(Action::ReadBatches)?;
        self.0.look(&signed_in, |reader, context| details(reader, &signed_in, context, id))
    }

    /// Returns one page of the exact old and new values, from the signed content.
    ///
    /// # Errors
    /// As [`Requests::get`].
    pub fn tasks(&self, id: RequestId, page: &PageRequest) -> Result<ShownPage, AppError> {
        let signed_in = self.0.authorize(Action::ReadBatches)?;
        self.0.look(&signed_in, |reader, context| {
            let examination = examine(reader, context, id)?;
            Ok(examination.request().map(|request| batches::of_content(&request.content, page)).unwrap_or_default())
        })
    }

    /// Approves or rejects exactly what was shown. An approval that completes the count applies it at once.
    ///
    /// # Errors
    /// As [`Requests::get`], [`AppError::Invalid`], [`AppError::OwnRequest`], [`AppError::NotDecidable`],
    /// [`AppError::RequestEnded`], [`AppError::ContentChanged`], [`AppError::Tampered`]. Refusals with
    /// [`AppError::OwnRequest`], [`AppError::ContentChanged`] and [`AppError::Tampered`] leave an entry in the audit
    /// trail.
    pub fn decide(&self, decide: &Decide) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::Decide)?;
        let reason = match decide.verdict {
            Verdict::Rejected => checked_reason("reason", &decide.reason)?,
            Verdict::Approved if decide.reason.trim().is_empty() => String::new(),
            Verdict::Approved => checked_reason("reason", &decide.reason)?,
        };
        self.0.confirm_decision(&signed_in, decide)?;
        let decided = self.0.in_request(&signed_in, |writer, context| {
            let record = writer.requests().get(decide.request)?.ok_or(NOT_FOUND)?;
            let examination = examine(writer, context, decide.request)?;
            if let Some(refused) = refusal(writer, &signed_in, context, &record, &examination, decide)? {
                // The transaction is committed, so that the audit entry of the refusal is kept.
                return Ok(Err(refused));
            }
            deciding::note_uncounted(writer, &signed_in, context, &record, &examination)?;
            let new = NewDecision {
                request: decide.request,
                digest: examination.digest(),
                verdict: decide.verdict,
                reason: &reason,
                at: context.now,
            };
            writer.requests_mut().decide(&new, &signed_in.session)?;
            let detail = json!({ "reason": reason, "digest": hex(&examination.digest()) });
            append(writer, &signed_in, record.id, record.code, verdict_action(decide.verdict), detail, context.now)?;
            let examination = examine(writer, context, decide.request)?;
            writer.requests_mut().note_count(&examination)?;
            conclude(writer, &signed_in, context, &record, examination).map(Ok)
        })?;
        self.0.wake_executor();
        decided
    }

    /// Takes a request back. Only its requester can, and only before anybody has decided.
    ///
    /// # Errors
    /// As [`Requests::get`], [`AppError::Forbidden`], [`AppError::RequestEnded`], [`AppError::NotDecidable`].
    pub fn cancel(&self, id: RequestId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::ReadBatches)?;
        self.0.in_request(&signed_in, |writer, context| {
            let row = writer.requests().row(id, context.now, signed_in.user.id)?.ok_or(NOT_FOUND)?;
            if row.requester != signed_in.user.id {
                return Err(AppError::Forbidden);
            }
            if row.state != RequestState::AwaitingApproval {
                return Err(AppError::RequestEnded { state: row.state });
            }
            if row.decided {
                return Err(AppError::NotDecidable { why: CannotDecide::AlreadyDecided });
            }
            writer.end_request(id, RequestState::Canceled, context.now)?;
            append(writer, &signed_in, id, row.code, "request.canceled", json!({}), context.now)
        })
    }

    /// Requests the same changes again, from the current values of the credentials. Credentials that have the new
    /// values already are left out.
    ///
    /// # Errors
    /// As [`Requests::get`], and as the first request for it.
    pub fn repeat(&self, id: RequestId, reason: &str) -> Result<RequestId, AppError> {
        let signed_in = self.0.authorize(Action::RequestBatches)?;
        let reason = checked_reason("reason", reason)?;
        self.0.in_request(&signed_in, |writer, context| {
            let record = writer.requests().get(id)?.ok_or(NOT_FOUND)?;
            let examination = examine(writer, context, id)?;
            let Some(request) = examination.request().filter(|_| !examination.is_tampered_with()) else {
                return deciding::note_tampered(writer, &signed_in, context, &record, &examination).map(Err);
            };
            let Content::Batch(batch) = &request.content else {
                return Err(AppError::NothingToRequest);
            };
            let tasks = rebased(writer, batch, context.now)?;
            let content = Content::Batch(Batch { action: batch.action, tasks });
            self.0.submit(writer, &signed_in, context, content, &reason).map(Ok)
        })?
    }
}

impl App {
    /// Reads from one snapshot with one time for all of it. That time is never before the latest time in the audit
    /// trail.
    pub(crate) fn look<T>(
        &self,
        signed_in: &SignedInUser,
        work: impl FnOnce(&Reader<'_>, &ApprovalContext<'_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let history = signed_in.vault.approver_history();
        let clock = self.setup.clock.now();
        signed_in.vault.read(|reader| {
            let context = ApprovalContext {
                history: &history,
                chain: reader.requests().settings_chain(&history)?,
                now: reader.requests().decision_time(clock)?,
                found: None,
            };
            work(reader, &context)
        })
    }
}

pub(crate) fn examine(
    reader: &Reader<'_>,
    context: &ApprovalContext<'_>,
    id: RequestId,
) -> Result<VerifiedRequest, AppError> {
    reader.requests().examine(id, context.history, &context.chain, context.now)?.ok_or(NOT_FOUND)
}

/// Returns the level at which the signed-in user is registered.
fn level(signed_in: &SignedInUser, context: &ApprovalContext<'_>) -> Option<u64> {
    if !signed_in.user.roles.contains(&Role::Approver) {
        return None;
    }
    context.chain.level_now(signed_in.user.id)
}

fn scoped(
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    scope: RequestScope,
    query: &RequestQuery,
) -> Option<RequestQuery> {
    let user = signed_in.user.id;
    let scope = match scope {
        RequestScope::All => RequestSelection::All,
        RequestScope::Mine => RequestSelection::Of(user),
        RequestScope::DecidedByMe => RequestSelection::DecidedBy(user),
        RequestScope::WaitingForMe => RequestSelection::WaitingFor { user, level: level(signed_in, context)? },
    };
    Some(RequestQuery { scope, viewer: user, now: context.now, ..query.clone() })
}

/// The state of emergencies, which is the same for all requests.
struct Urgency {
    allowed: bool,
    unseen: Vec<RequestId>,
}

impl Urgency {
    fn read(reader: &Reader<'_>, signed_in: &SignedInUser, context: &ApprovalContext<'_>) -> Result<Self, AppError> {
        let switch = reader.switch(context.history, &context.chain, context.now)?;
        let holds = |it: &VerifiedRequest| {
            it.integrity() == RequestIntegrity::Sound && it.outcome() == ApprovalOutcome::Approved
        };
        Ok(Self { allowed: switch.is_some_and(|it| holds(&it)), unseen: unseen(reader, context, signed_in.user.id)? })
    }
}

/// Tells whether a request whose row says that it was applied may have been.
fn outcome_holds(
    reader: &Reader<'_>,
    context: &ApprovalContext<'_>,
    examination: &VerifiedRequest,
) -> Result<bool, AppError> {
    let switch = reader.switch_of(examination, context.history, &context.chain, context.now)?;
    Ok(examination.outcome_holds(context.history, &context.chain, switch.as_ref()))
}

/// Returns the actions on a request that are possible for the signed-in user.
fn doings(
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    row: &RequestRow,
    urgency: &Urgency,
) -> Vec<RequestAction> {
    let (mut doings, roles) = (Vec::new(), &signed_in.user.roles);
    let own = row.requester == signed_in.user.id;
    if row.state != RequestState::AwaitingApproval {
        let batch = !matches!(row.action, RequestKind::Operations | RequestKind::Emergency);
        if batch && row.state != RequestState::Applied && crate::may(roles, Action::RequestBatches) {
            doings.push(RequestAction::Repeat);
        }
        if urgency.unseen.contains(&row.id) && crate::may(roles, Action::Decide) {
            doings.push(RequestAction::AcknowledgeEmergency);
        }
        return doings;
    }
    let turn = level(signed_in, context).is_some_and(|level| row.open_level == Some(level));
    let has_begun = row.requested_at <= context.now;
    if turn && has_begun && !own && !row.decided_by_viewer {
        doings.extend([RequestAction::Approve, RequestAction::Reject]);
    }
    if own && !row.decided {
        doings.push(RequestAction::Cancel);
    }
    let urgent = urgency.allowed && !own && row.action != RequestKind::Emergency;
    if urgent && crate::may(roles, Action::ApplyInEmergency) {
        doings.push(RequestAction::ApplyInEmergency);
    }
    doings
}

fn details(
    reader: &Reader<'_>,
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    id: RequestId,
) -> Result<RequestDetails, AppError> {
    let row = reader.requests().row(id, context.now, signed_in.user.id)?.ok_or(NOT_FOUND)?;
    let record = reader.requests().get(id)?.ok_or(NOT_FOUND)?;
    let examination = examine(reader, context, id)?;
    let doings = doings(signed_in, context, &row, &Urgency::read(reader, signed_in, context)?);
    let outcome_holds = outcome_holds(reader, context, &examination)?;
    let mut names = HashMap::new();
    let people = examination.decisions().iter().map(|decision| decision.approver);
    for person in people.chain(record.emergency.as_ref().map(|emergency| emergency.by)) {
        let name = match context.history.name_of(person) {
            Some(name) => name.to_owned(),
            None => reader.users().name(person)?.unwrap_or_default(),
        };
        names.insert(person, name);
    }
    let parameters = reader.parameters().all()?;
    let decides = signed_in.user.roles.contains(&Role::Approver);
    let not_mine = if decides { not_mine(signed_in, context, record.state, &examination) } else { None };
    Ok(RequestDetails {
        listed: ListedRequest { row, doings },
        record,
        outcome_holds,
        names,
        levels: levels(&examination),
        rejections_to_end: examination.request().map_or(0, |request| request.rules.rejections),
        not_mine,
        needs_password: parameters.is_on(Parameter::DecideNeedsPassword),
        needs_key_file: signed_in
            .vault
            .people()
            .iter()
            .any(|person| person.id == signed_in.user.id && person.has_key_file),
        needs_code: parameters.is_on(Parameter::DecideNeedsCode),
        examination,
    })
}

/// Returns the same tasks with the current values of the credentials as old values.
fn rebased(reader: &Reader<'_>, batch: &Batch, now: DateTime<Utc>) -> Result<Vec<Task>, AppError> {
    let mut tasks = Vec::with_capacity(batch.tasks.len());
    for task in &batch.tasks {
        let Some(snapshot) = reader.requests().credential_snapshot(task.credential)? else {
            continue;
        };
        if snapshot.status != batch.action.applies_to() {
            continue;
        }
        let renewed = |change: &FieldChange| match (batch.action, change.rebased(&snapshot)) {
            (BatchAction::Expire, FieldChange::ExpiresAt(mut change)) => {
                change.to = Some(now);
                FieldChange::ExpiresAt(change)
            }
            (_, change) => change,
        };
        let changes: Vec<_> = task.changes.iter().map(renewed).filter(FieldChange::changes_something).collect();
        if !changes.is_empty() {
            let (username, device_name) = (snapshot.username, snapshot.device.name);
            tasks.push(Task { credential: task.credential, username, device_name, changes });
        }
    }
    Ok(tasks)
}
