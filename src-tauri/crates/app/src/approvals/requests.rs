//! What others must approve: the inbox, the decision, and the report.
//!
//! What a person is shown is read from what was signed, and what they sign is what they were shown: the digest goes out
//! with the request and comes back with the decision. The approval that completes the count and what it does are one
//! transaction.

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
    access::seat::Seat,
    approvals::batches::{self, ApprovalContext, ShownPage, Window, append, checked_reason, hex, verdict_action},
};

domain::enumeration! {
    /// What may be done with a request now.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RequestAction {
        Approve = "approve",
        Reject = "reject",
        Cancel = "cancel",
        /// Ask for the same once more.
        Repeat = "repeat",
        /// Apply it without approvals.
        ApplyInEmergency = "applyInEmergency",
        /// Say that one knows of its having been applied without approvals.
        AcknowledgeEmergency = "acknowledgeEmergency",
    }
}

domain::enumeration! {
    /// Why somebody who may decide may not decide on this one, or not now.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum CannotDecide {
        /// They asked for it.
        OwnRequest = "ownRequest",
        /// They have the requester's key.
        SameKeyAsRequester = "sameKeyAsRequester",
        AlreadyDecided = "alreadyDecided",
        /// They are not registered as approvers.
        NotApprover = "notApprover",
        /// Their level is not asked.
        OtherLevel = "otherLevel",
        /// A level before theirs has its turn.
        NotYourTurn = "notYourTurn",
        Ended = "ended",
        /// Its time is over.
        Expired = "expired",
        /// Its time is yet to come: the clock of the computer at which it was made was ahead.
        ClockAhead = "clockAhead",
    }
}

domain::enumeration! {
    /// Whose requests, from where somebody sits.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RequestScope {
        /// Those that wait for them.
        WaitingForMe = "waitingForMe",
        /// Those that they decided on.
        DecidedByMe = "decidedByMe",
        /// Those that they made.
        Mine = "mine",
        All = "all",
    }
}

/// A request in a list.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ListedRequest {
    pub row: RequestRow,
    /// What may be done with it now.
    pub doings: Vec<RequestAction>,
}

/// A request with everything about it.
#[derive(Debug, Clone)]
pub struct RequestDetails {
    /// As the list shows it.
    pub listed: ListedRequest,
    /// As it is stored.
    pub record: RequestRecord,
    /// What is signed, and what is to be said of it.
    pub examination: VerifiedRequest,
    /// Whether what it is said to have come to follows from its decisions.
    pub outcome_holds: bool,
    /// The names of everybody who appears.
    pub names: HashMap<UserId, String>,
    /// How far each level that is asked has come.
    pub levels: Vec<LevelProgress>,
    /// So many rejections end it.
    pub rejections_to_end: u64,
    /// Why whoever sits there may not decide, if they may not.
    pub not_mine: Option<CannotDecide>,
    /// Whether a decision asks for the password once more.
    pub needs_password: bool,
    /// Whether that needs the key file too.
    pub needs_key_file: bool,
    /// Whether a decision asks for a code.
    pub needs_code: bool,
}

/// A decision to be made.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Decide {
    pub request: RequestId,
    /// The digest that was shown, in hexadecimal.
    pub digest: String,
    pub verdict: Verdict,
    /// Why; required for a no.
    pub reason: String,
    /// The password once more, with the key file of who needs one, where it is asked for.
    pub password: Option<Confirmation>,
    /// A code, where it is asked for.
    pub code: Option<String>,
}

/// The door to requests.
pub struct Requests<'a>(pub(crate) &'a App);

pub(crate) const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Request };

impl Requests<'_> {
    /// How many requests wait for whoever sits there.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn waiting(&self) -> Result<u64, AppError> {
        let seat = self.0.seated(Action::ReadBatches)?;
        self.0.look(&seat, |reader, moment| match level(&seat, moment) {
            Some(level) => Ok(reader.requests().waiting_for(seat.user.id, level, moment.now)?),
            None => Ok(0),
        })
    }

    /// One page of the requests that match. The query's scope, viewer and time are set here.
    ///
    /// # Errors
    /// As [`Requests::waiting`].
    pub fn list(&self, scope: RequestScope, query: &RequestQuery) -> Result<Page<ListedRequest>, AppError> {
        let seat = self.0.seated(Action::ReadBatches)?;
        self.0.look(&seat, |reader, moment| {
            let Some(query) = scoped(&seat, moment, scope, query) else {
                return Ok(Page { rows: Vec::new(), next: None, total: 0, total_is_exact: true });
            };
            let page = reader.requests().list(&query)?;
            let emergency = Urgency::read(reader, &seat, moment)?;
            let listed = |row| ListedRequest { doings: doings(&seat, moment, &row, &emergency), row };
            Ok(Page {
                rows: page.rows.into_iter().map(listed).collect(),
                next: page.next,
                total: page.total,
                total_is_exact: page.total_is_exact,
            })
        })
    }

    /// A request with its decisions, every signature verified now.
    ///
    /// # Errors
    /// As [`Requests::waiting`], and [`AppError::NotFound`].
    pub fn get(&self, id: RequestId) -> Result<RequestDetails, AppError> {
        let seat = self.0.seated(Action::ReadBatches)?;
        self.0.look(&seat, |reader, moment| details(reader, &seat, moment, id))
    }

    /// The exact From → To, from what was signed.
    ///
    /// # Errors
    /// As [`Requests::get`].
    pub fn tasks(&self, id: RequestId, window: &Window) -> Result<ShownPage, AppError> {
        let seat = self.0.seated(Action::ReadBatches)?;
        self.0.look(&seat, |reader, moment| {
            let examination = examine(reader, moment, id)?;
            Ok(examination.request().map(|request| batches::of_content(&request.content, window)).unwrap_or_default())
        })
    }

    /// Approves or rejects exactly what was shown. An approval that completes the count applies it at once.
    ///
    /// # Errors
    /// As [`Requests::get`], [`AppError::Invalid`], [`AppError::OwnRequest`], [`AppError::NotDecidable`],
    /// [`AppError::RequestEnded`], [`AppError::ContentChanged`], [`AppError::Tampered`]. The first and the last of these
    /// leave an entry in the audit trail.
    pub fn decide(&self, decide: &Decide) -> Result<(), AppError> {
        let seat = self.0.seated(Action::Decide)?;
        let reason = match decide.verdict {
            Verdict::Rejected => checked_reason("reason", &decide.reason)?,
            Verdict::Approved if decide.reason.trim().is_empty() => String::new(),
            Verdict::Approved => checked_reason("reason", &decide.reason)?,
        };
        self.0.confirm_decision(&seat, decide)?;
        let decided = self.0.in_request(&seat, |writer, moment| {
            let record = writer.requests().get(decide.request)?.ok_or(NOT_FOUND)?;
            let examination = examine(writer, moment, decide.request)?;
            if let Some(refused) = refusal(writer, &seat, moment, &record, &examination, decide)? {
                // Committed, so that the audit trail keeps it.
                return Ok(Err(refused));
            }
            deciding::note_uncounted(writer, &seat, moment, &record, &examination)?;
            let new = NewDecision {
                request: decide.request,
                digest: examination.digest(),
                verdict: decide.verdict,
                reason: &reason,
                at: moment.now,
            };
            writer.requests_mut().decide(&new, &seat.session)?;
            let detail = json!({ "reason": reason, "digest": hex(&examination.digest()) });
            append(writer, &seat, record.id, record.code, verdict_action(decide.verdict), detail, moment.now)?;
            let examination = examine(writer, moment, decide.request)?;
            writer.requests_mut().note_count(&examination)?;
            conclude(writer, &seat, moment, &record, examination).map(Ok)
        })?;
        self.0.wake_executor();
        decided
    }

    /// Takes a request back. Only its requester can, and only before anybody has decided.
    ///
    /// # Errors
    /// As [`Requests::get`], [`AppError::Forbidden`], [`AppError::RequestEnded`], [`AppError::NotDecidable`].
    pub fn cancel(&self, id: RequestId) -> Result<(), AppError> {
        let seat = self.0.seated(Action::ReadBatches)?;
        self.0.in_request(&seat, |writer, moment| {
            let row = writer.requests().row(id, moment.now, seat.user.id)?.ok_or(NOT_FOUND)?;
            if row.requester != seat.user.id {
                return Err(AppError::Forbidden);
            }
            if row.state != RequestState::AwaitingApproval {
                return Err(AppError::RequestEnded { state: row.state });
            }
            if row.decided {
                return Err(AppError::NotDecidable { why: CannotDecide::AlreadyDecided });
            }
            writer.end_request(id, RequestState::Canceled, moment.now)?;
            append(writer, &seat, id, row.code, "request.canceled", json!({}), moment.now)
        })
    }

    /// Asks for the same once more, from what the credentials hold now. What holds it already is left out.
    ///
    /// # Errors
    /// As [`Requests::get`], and as asking for it.
    pub fn repeat(&self, id: RequestId, reason: &str) -> Result<RequestId, AppError> {
        let seat = self.0.seated(Action::RequestBatches)?;
        let reason = checked_reason("reason", reason)?;
        self.0.in_request(&seat, |writer, moment| {
            let record = writer.requests().get(id)?.ok_or(NOT_FOUND)?;
            let examination = examine(writer, moment, id)?;
            let Some(request) = examination.request().filter(|_| !examination.is_tampered_with()) else {
                return deciding::note_tampered(writer, &seat, moment, &record, &examination).map(Err);
            };
            let Content::Batch(batch) = &request.content else {
                return Err(AppError::NothingToRequest);
            };
            let tasks = rebased(writer, batch, moment.now)?;
            let content = Content::Batch(Batch { action: batch.action, tasks });
            self.0.submit(writer, &seat, moment, content, &reason).map(Ok)
        })?
    }
}

impl App {
    /// One snapshot, at one moment that never lies before what the audit trail has seen.
    pub(crate) fn look<T>(
        &self,
        seat: &Seat,
        work: impl FnOnce(&Reader<'_>, &ApprovalContext<'_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let history = seat.vault.approver_history();
        let clock = self.setup.clock.now();
        seat.vault.read(|reader| {
            let moment = ApprovalContext {
                history: &history,
                chain: reader.requests().settings_chain(&history)?,
                now: reader.requests().moment(clock)?,
                found: None,
            };
            work(reader, &moment)
        })
    }
}

pub(crate) fn examine(
    reader: &Reader<'_>,
    moment: &ApprovalContext<'_>,
    id: RequestId,
) -> Result<VerifiedRequest, AppError> {
    reader.requests().examine(id, moment.history, &moment.chain, moment.now)?.ok_or(NOT_FOUND)
}

/// The level at which whoever sits there is registered.
fn level(seat: &Seat, moment: &ApprovalContext<'_>) -> Option<u64> {
    if !seat.user.roles.contains(&Role::Approver) {
        return None;
    }
    moment.chain.level_now(seat.user.id)
}

fn scoped(
    seat: &Seat,
    moment: &ApprovalContext<'_>,
    scope: RequestScope,
    query: &RequestQuery,
) -> Option<RequestQuery> {
    let user = seat.user.id;
    let scope = match scope {
        RequestScope::All => RequestSelection::All,
        RequestScope::Mine => RequestSelection::Of(user),
        RequestScope::DecidedByMe => RequestSelection::DecidedBy(user),
        RequestScope::WaitingForMe => RequestSelection::WaitingFor { user, level: level(seat, moment)? },
    };
    Some(RequestQuery { scope, viewer: user, now: moment.now, ..query.clone() })
}

/// What there is to know of emergencies, whatever the request.
struct Urgency {
    allowed: bool,
    unseen: Vec<RequestId>,
}

impl Urgency {
    fn read(reader: &Reader<'_>, seat: &Seat, moment: &ApprovalContext<'_>) -> Result<Self, AppError> {
        let switch = reader.switch(moment.history, &moment.chain, moment.now)?;
        let holds = |it: &VerifiedRequest| {
            it.integrity() == RequestIntegrity::Sound && it.outcome() == ApprovalOutcome::Approved
        };
        Ok(Self { allowed: switch.is_some_and(|it| holds(&it)), unseen: unseen(reader, moment, seat.user.id)? })
    }
}

/// Tells whether a request that is said to be applied may be.
fn outcome_holds(
    reader: &Reader<'_>,
    moment: &ApprovalContext<'_>,
    examination: &VerifiedRequest,
) -> Result<bool, AppError> {
    let switch = reader.switch_of(examination, moment.history, &moment.chain, moment.now)?;
    Ok(examination.outcome_holds(moment.history, &moment.chain, switch.as_ref()))
}

/// What may be done with a request, by whoever sits there.
fn doings(seat: &Seat, moment: &ApprovalContext<'_>, row: &RequestRow, urgency: &Urgency) -> Vec<RequestAction> {
    let (mut doings, roles) = (Vec::new(), &seat.user.roles);
    let own = row.requester == seat.user.id;
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
    let turn = level(seat, moment).is_some_and(|level| row.open_level == Some(level));
    let has_begun = row.requested_at <= moment.now;
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
    seat: &Seat,
    moment: &ApprovalContext<'_>,
    id: RequestId,
) -> Result<RequestDetails, AppError> {
    let row = reader.requests().row(id, moment.now, seat.user.id)?.ok_or(NOT_FOUND)?;
    let record = reader.requests().get(id)?.ok_or(NOT_FOUND)?;
    let examination = examine(reader, moment, id)?;
    let doings = doings(seat, moment, &row, &Urgency::read(reader, seat, moment)?);
    let outcome_holds = outcome_holds(reader, moment, &examination)?;
    let mut names = HashMap::new();
    let people = examination.decisions().iter().map(|decision| decision.approver);
    for person in people.chain(record.emergency.as_ref().map(|emergency| emergency.by)) {
        let name = match moment.history.name_of(person) {
            Some(name) => name.to_owned(),
            None => reader.users().name(person)?.unwrap_or_default(),
        };
        names.insert(person, name);
    }
    let parameters = reader.parameters().all()?;
    let decides = seat.user.roles.contains(&Role::Approver);
    let not_mine = if decides { not_mine(seat, moment, record.state, &examination) } else { None };
    Ok(RequestDetails {
        listed: ListedRequest { row, doings },
        record,
        outcome_holds,
        names,
        levels: levels(&examination),
        rejections_to_end: examination.request().map_or(0, |request| request.rules.rejections),
        not_mine,
        needs_password: parameters.is_on(Parameter::DecideNeedsPassword),
        needs_key_file: seat.vault.people().iter().any(|person| person.id == seat.user.id && person.has_key_file),
        needs_code: parameters.is_on(Parameter::DecideNeedsCode),
        examination,
    })
}

/// The same tasks, from what the credentials hold now.
fn rebased(reader: &Reader<'_>, batch: &Batch, now: DateTime<Utc>) -> Result<Vec<Task>, AppError> {
    let mut tasks = Vec::with_capacity(batch.tasks.len());
    for task in &batch.tasks {
        let Some(held) = reader.requests().held(task.credential)? else {
            continue;
        };
        if held.status != batch.action.applies_to() {
            continue;
        }
        let renewed = |change: &FieldChange| match (batch.action, change.rebased(&held)) {
            (BatchAction::Expire, FieldChange::ExpiresAt(mut change)) => {
                change.to = Some(now);
                FieldChange::ExpiresAt(change)
            }
            (_, change) => change,
        };
        let changes: Vec<_> = task.changes.iter().map(renewed).filter(FieldChange::changes_something).collect();
        if !changes.is_empty() {
            let (username, device_name) = (held.username, held.device.name);
            tasks.push(Task { credential: task.credential, username, device_name, changes });
        }
    }
    Ok(tasks)
}
