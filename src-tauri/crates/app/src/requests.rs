//! What others must approve: the inbox, the decision, and the report.
//!
//! What a person is shown is read from what was signed, and what they sign is what they were shown: the digest goes out
//! with the request and comes back with the decision. The approval that completes the count and what it does are one
//! transaction.

use std::{collections::HashMap, io::Write};

use chrono::{DateTime, Utc};
use domain::{
    Problem, RequestId, Role, Rule, UserId,
    approval::{
        Batch, BatchAction, Content, FieldChange, Judgement, RequestAction, RequestState, Task, Verdict, open_level,
    },
    parameter::Parameter,
};
use serde_json::json;
use vault::{
    NewDecision, Noun, Outcome, Page, Reader, RequestQuery, RequestRecord, RequestRow, RequestScope, Writer,
    four_eyes::{Emergency, Examination, Finding, Integrity, Unauthorized},
};

use crate::{
    Action, App, AppError, AppEvent, Confirmation,
    batches::{self, Moment, ShownPage, Window, append, checked_reason, hex, verdict_action},
    seat::Seat,
};

/// What may be done with a request now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doing {
    /// Say yes.
    Approve,
    /// Say no.
    Reject,
    /// Take it back.
    Cancel,
    /// Ask for the same once more.
    Repeat,
    /// Apply it without approvals.
    ApplyInEmergency,
}

/// Why somebody who may decide may not decide on this one, or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotMine {
    /// They asked for it.
    OwnRequest,
    /// They have the requester's key.
    SameKeyAsRequester,
    /// They have decided.
    AlreadyDecided,
    /// They are not registered as approvers.
    NotApprover,
    /// Their level is not asked.
    OtherLevel,
    /// A level before theirs has its turn.
    NotYourTurn,
    /// It has ended.
    Ended,
    /// Its time is over.
    Expired,
}

/// Whose requests, from where somebody sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those that wait for them.
    WaitingForMe,
    /// Those that they decided on.
    DecidedByMe,
    /// Those that they made.
    Mine,
    /// All.
    All,
}

/// A request in a list.
#[derive(Debug, Clone)]
pub struct ListedRequest {
    /// The row.
    pub row: RequestRow,
    /// What may be done with it now.
    pub doings: Vec<Doing>,
}

/// A request with everything about it.
#[derive(Debug, Clone)]
pub struct RequestDetails {
    /// As the list shows it.
    pub listed: ListedRequest,
    /// As it is stored.
    pub record: RequestRecord,
    /// What is signed, and what is to be said of it.
    pub examination: Examination,
    /// The names of everybody who appears.
    pub names: HashMap<UserId, String>,
    /// Why whoever sits there may not decide, if they may not.
    pub not_mine: Option<NotMine>,
    /// Whether a decision asks for the password once more.
    pub needs_password: bool,
    /// Whether that needs the key file too.
    pub needs_key_file: bool,
    /// Whether a decision asks for a code.
    pub needs_code: bool,
}

/// A decision to be made.
pub struct Decide {
    /// On which request.
    pub request: RequestId,
    /// The digest that was shown, in hexadecimal.
    pub digest: String,
    /// Yes or no.
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
    pub fn list(&self, scope: Scope, query: &RequestQuery) -> Result<Page<ListedRequest>, AppError> {
        let seat = self.0.seated(Action::ReadBatches)?;
        self.0.look(&seat, |reader, moment| {
            let Some(query) = scoped(&seat, moment, scope, query) else {
                return Ok(Page { rows: Vec::new(), next: None, total: 0, total_is_exact: true });
            };
            let page = reader.requests().list(&query)?;
            let emergency = emergency_allowed(reader, moment)?;
            let listed = |row| ListedRequest { doings: doings(&seat, moment, &row, emergency), row };
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
            note_uncounted(writer, &seat, moment, &record, &examination)?;
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
                return Err(AppError::NotDecidable { why: NotMine::AlreadyDecided });
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
                return note_tampered(writer, &seat, moment, &record, &examination).map(Err);
            };
            let Content::Batch(batch) = &request.content else {
                return Err(AppError::NothingToRequest);
            };
            let tasks = rebased(writer, batch, moment.now)?;
            let content = Content::Batch(Batch { action: batch.action, tasks });
            self.0.submit(writer, &seat, moment, content, &reason).map(Ok)
        })?
    }

    /// Applies a request without approvals. Every report shows it, and approvers are told.
    ///
    /// # Errors
    /// As [`Requests::decide`], and [`AppError::EmergencyForbidden`].
    pub fn apply_in_emergency(&self, id: RequestId, digest: &str, justification: &str) -> Result<(), AppError> {
        let seat = self.0.seated(Action::ApplyInEmergency)?;
        let justification = checked_reason("justification", justification)?;
        let done = self.0.in_request(&seat, |writer, moment| {
            let record = writer.requests().get(id)?.ok_or(NOT_FOUND)?;
            let examination = examine(writer, moment, id)?;
            if examination.is_tampered_with() {
                // Committed, so that the audit trail keeps it.
                return note_tampered(writer, &seat, moment, &record, &examination).map(Err);
            }
            if hex(&examination.digest()) != digest {
                return Err(AppError::ContentChanged);
            }
            let emergency = Emergency {
                by: seat.user.id,
                at: moment.now,
                justification: justification.clone(),
                signature: [0; 64],
            };
            let digest = examination.digest();
            let signed = writer.requests_mut().note_emergency(
                id,
                &digest,
                &emergency.justification,
                moment.now,
                &seat.session,
            )?;
            let switch = writer.switch(moment.electorate, &moment.register, moment.now)?;
            let authorized = examination
                .authorize_emergency(&signed, moment.electorate, &moment.register, switch.as_ref())
                .map_err(unauthorized)?;
            let detail = json!({ "justification": justification, "digest": hex(&digest) });
            append(writer, &seat, id, record.code, "request.appliedInEmergency", detail, moment.now)?;
            let outcome = writer.apply(authorized, seat.user.id)?;
            told_outcome(writer, &seat, moment, &record, &outcome)?;
            Ok(Ok(matches!(outcome, Outcome::Applied(_))))
        })??;
        if done {
            (self.0.setup.listener)(AppEvent::EmergencyApplied { request: id.as_uuid() });
        }
        self.0.wake_executor();
        Ok(())
    }

    /// Writes all that match as CSV, one line a request.
    ///
    /// # Errors
    /// As [`Requests::list`], and [`AppError::System`] when it cannot be written.
    pub fn export(&self, scope: Scope, query: &RequestQuery, to: &mut dyn Write) -> Result<u64, AppError> {
        let seat = self.0.seated(Action::ExportReports)?;
        let mut written = 0;
        to.write_all(CSV_HEAD.as_bytes())?;
        let mut query = RequestQuery { after: None, limit: 500, ..query.clone() };
        loop {
            let page = self.0.look(&seat, |reader, moment| match scoped(&seat, moment, scope, &query) {
                Some(query) => Ok(reader.requests().list(&query)?),
                None => Ok(Page { rows: Vec::new(), next: None, total: 0, total_is_exact: true }),
            })?;
            for row in &page.rows {
                to.write_all(csv_line(row).as_bytes())?;
                written += 1;
            }
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        to.flush()?;
        self.0.in_request(&seat, |writer, moment| {
            let entry = vault::NewEntry {
                who: Some(seat.user.id),
                action: "requests.exported",
                object: None,
                detail: json!({ "requests": written }),
                at: moment.now,
            };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })?;
        Ok(written)
    }
}

impl App {
    /// One snapshot, at one moment that never lies before what the audit trail has seen.
    pub(crate) fn look<T>(
        &self,
        seat: &Seat,
        work: impl FnOnce(&Reader<'_>, &Moment<'_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let electorate = seat.vault.electorate();
        let clock = self.setup.clock.now();
        seat.vault.read(|reader| {
            let moment = Moment {
                electorate: &electorate,
                register: reader.requests().register(&electorate)?,
                now: reader.requests().moment(clock)?,
            };
            work(reader, &moment)
        })
    }

    /// Asks once more who it is, where a parameter says so.
    fn confirm_decision(&self, seat: &Seat, decide: &Decide) -> Result<(), AppError> {
        let parameters = seat.vault.read(|reader| reader.parameters().all())?;
        if parameters.is_on(Parameter::DecideNeedsPassword) {
            let problem = || AppError::Invalid { problems: vec![Problem::new("password", Rule::Required)] };
            self.check(seat, decide.password.as_ref().ok_or_else(problem)?)?;
        }
        if parameters.is_on(Parameter::DecideNeedsCode) {
            if decide.code.is_none() {
                return Err(AppError::Invalid { problems: vec![Problem::new("code", Rule::Required)] });
            }
            self.check_code(seat, decide.code.as_deref())?;
        }
        Ok(())
    }
}

pub(crate) fn examine(reader: &Reader<'_>, moment: &Moment<'_>, id: RequestId) -> Result<Examination, AppError> {
    reader.requests().examine(id, moment.electorate, &moment.register, moment.now)?.ok_or(NOT_FOUND)
}

/// The level at which whoever sits there is registered.
fn level(seat: &Seat, moment: &Moment<'_>) -> Option<u64> {
    if !seat.user.roles.contains(&Role::Approver) {
        return None;
    }
    moment.register.level_at(seat.user.id, moment.now)
}

fn scoped(seat: &Seat, moment: &Moment<'_>, scope: Scope, query: &RequestQuery) -> Option<RequestQuery> {
    let user = seat.user.id;
    let scope = match scope {
        Scope::All => RequestScope::All,
        Scope::Mine => RequestScope::Of(user),
        Scope::DecidedByMe => RequestScope::DecidedBy(user),
        Scope::WaitingForMe => RequestScope::WaitingFor { user, level: level(seat, moment)? },
    };
    Some(RequestQuery { scope, viewer: user, now: moment.now, ..query.clone() })
}

fn emergency_allowed(reader: &Reader<'_>, moment: &Moment<'_>) -> Result<bool, AppError> {
    let switch = reader.switch(moment.electorate, &moment.register, moment.now)?;
    Ok(switch.is_some_and(|switch| switch.integrity() == Integrity::Sound && switch.judgement() == Judgement::Approved))
}

/// What may be done with a request, by whoever sits there.
fn doings(seat: &Seat, moment: &Moment<'_>, row: &RequestRow, emergency: bool) -> Vec<Doing> {
    let (mut doings, roles) = (Vec::new(), &seat.user.roles);
    let own = row.requester == seat.user.id;
    if row.state != RequestState::AwaitingApproval {
        let batch = !matches!(row.action, RequestAction::Operations | RequestAction::Emergency);
        if batch && row.state != RequestState::Applied && crate::may(roles, Action::RequestBatches) {
            doings.push(Doing::Repeat);
        }
        return doings;
    }
    let turn = level(seat, moment).is_some_and(|level| row.open_level == Some(level));
    if turn && !own && !row.decided_by_viewer {
        doings.extend([Doing::Approve, Doing::Reject]);
    }
    if own && !row.decided {
        doings.push(Doing::Cancel);
    }
    let urgent = emergency && !own && row.action != RequestAction::Emergency;
    if urgent && crate::may(roles, Action::ApplyInEmergency) {
        doings.push(Doing::ApplyInEmergency);
    }
    doings
}

fn details(reader: &Reader<'_>, seat: &Seat, moment: &Moment<'_>, id: RequestId) -> Result<RequestDetails, AppError> {
    let row = reader.requests().row(id, moment.now, seat.user.id)?.ok_or(NOT_FOUND)?;
    let record = reader.requests().get(id)?.ok_or(NOT_FOUND)?;
    let examination = examine(reader, moment, id)?;
    let doings = doings(seat, moment, &row, emergency_allowed(reader, moment)?);
    let mut names = HashMap::new();
    let people = examination.decisions().iter().map(|decision| decision.approver);
    for person in people.chain(record.emergency.as_ref().map(|emergency| emergency.by)) {
        let name = match moment.electorate.name_of(person) {
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
        names,
        not_mine,
        needs_password: parameters.is_on(Parameter::DecideNeedsPassword),
        needs_key_file: seat.vault.people().iter().any(|person| person.id == seat.user.id && person.has_key_file),
        needs_code: parameters.is_on(Parameter::DecideNeedsCode),
        examination,
    })
}

/// Why whoever sits there may not decide.
fn not_mine(seat: &Seat, moment: &Moment<'_>, state: RequestState, examination: &Examination) -> Option<NotMine> {
    let user = seat.user.id;
    let request = examination.request()?;
    if request.requester == user {
        return Some(NotMine::OwnRequest);
    }
    if moment.electorate.ever_held(request.requester, &seat.session.signing_key()) {
        return Some(NotMine::SameKeyAsRequester);
    }
    if examination.decisions().iter().any(|decision| decision.approver == user) {
        return Some(NotMine::AlreadyDecided);
    }
    if state != RequestState::AwaitingApproval {
        return Some(NotMine::Ended);
    }
    if moment.now > request.valid_until {
        return Some(NotMine::Expired);
    }
    let Some(level) = level(seat, moment) else {
        return Some(NotMine::NotApprover);
    };
    match open_level(&request.rules, examination.approvals()) {
        Some(open) if open == level => None,
        Some(open) if open < level && needed(request, level) > 0 => Some(NotMine::NotYourTurn),
        _ => Some(NotMine::OtherLevel),
    }
}

fn needed(request: &domain::approval::Request, level: u64) -> u64 {
    let place = usize::try_from(level.saturating_sub(1)).unwrap_or(usize::MAX);
    request.rules.needed.get(place).copied().unwrap_or(0)
}

/// Why a decision is not taken; what has to be kept of that is written.
fn refusal(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &Moment<'_>,
    record: &RequestRecord,
    examination: &Examination,
    decide: &Decide,
) -> Result<Option<AppError>, AppError> {
    let refuse = |why: &str, error: AppError| {
        let detail = json!({ "why": why, "verdict": decide.verdict });
        append(writer, seat, record.id, record.code, "request.decisionRefused", detail, moment.now)?;
        Ok::<_, AppError>(Some(error))
    };
    if examination.is_tampered_with() {
        return note_tampered(writer, seat, moment, record, examination).map(Some);
    }
    match not_mine(seat, moment, record.state, examination) {
        Some(NotMine::OwnRequest) => return refuse("own request", AppError::OwnRequest),
        Some(NotMine::SameKeyAsRequester) => return refuse("the requester's key", AppError::OwnRequest),
        Some(NotMine::Ended) => return Ok(Some(AppError::RequestEnded { state: record.state })),
        Some(NotMine::Expired) => {
            writer.expire_requests(moment.now)?;
            return Ok(Some(AppError::RequestEnded { state: RequestState::Expired }));
        }
        Some(why) => return Ok(Some(AppError::NotDecidable { why })),
        None => {}
    }
    Ok((hex(&examination.digest()) != decide.digest).then_some(AppError::ContentChanged))
}

/// Writes down what is not as it was signed, and answers with the refusal.
fn note_tampered(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &Moment<'_>,
    record: &RequestRecord,
    examination: &Examination,
) -> Result<AppError, AppError> {
    let findings: Vec<_> = examination.decisions().iter().map(|decision| format!("{:?}", decision.finding)).collect();
    let detail = json!({ "request": format!("{:?}", examination.integrity()), "decisions": findings });
    append(writer, seat, record.id, record.code, "request.tampered", detail, moment.now)?;
    Ok(AppError::Tampered)
}

/// Writes down decisions that stand there and do not count: no way of the program leads to one.
fn note_uncounted(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &Moment<'_>,
    record: &RequestRecord,
    examination: &Examination,
) -> Result<(), AppError> {
    let uncounted = examination.decisions().iter().filter(|decision| decision.finding != Finding::Valid);
    let told: Vec<_> = uncounted
        .map(|decision| {
            let name = moment.electorate.name_of(decision.approver).unwrap_or_default();
            format!("{name}: {:?}", decision.finding)
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let detail = json!({ "decisions": told });
    append(writer, seat, record.id, record.code, "request.decisionsNotCounted", detail, moment.now)
}

/// What the decisions amount to, and doing it.
fn conclude(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &Moment<'_>,
    record: &RequestRecord,
    examination: Examination,
) -> Result<(), AppError> {
    match examination.judgement() {
        Judgement::Waiting { .. } => Ok(()),
        Judgement::Rejected => {
            writer.end_request(record.id, RequestState::Rejected, moment.now)?;
            Ok(())
        }
        Judgement::Expired => {
            writer.end_request(record.id, RequestState::Expired, moment.now)?;
            Ok(())
        }
        Judgement::Approved => {
            let authorized = examination.authorize().map_err(unauthorized)?;
            let outcome = writer.apply(authorized, seat.user.id)?;
            told_outcome(writer, seat, moment, record, &outcome)
        }
    }
}

fn told_outcome(
    writer: &Writer<'_>,
    seat: &Seat,
    moment: &Moment<'_>,
    record: &RequestRecord,
    outcome: &Outcome,
) -> Result<(), AppError> {
    let (action, detail) = match outcome {
        Outcome::Applied(applied) => {
            ("request.applied", json!({ "tasks": applied.tasks, "canceledOperations": applied.canceled_operations }))
        }
        Outcome::Conflict(conflicts) => ("request.conflict", json!({ "conflicts": conflicts.len() })),
    };
    append(writer, seat, record.id, record.code, action, detail, moment.now)
}

fn unauthorized(why: Unauthorized) -> AppError {
    match why {
        Unauthorized::Tampered(_) => AppError::Tampered,
        Unauthorized::Ended(state) => AppError::RequestEnded { state },
        Unauthorized::NoEmergency => AppError::EmergencyForbidden,
        Unauthorized::NotApproved(_) => AppError::RequestEnded { state: RequestState::Expired },
    }
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

const CSV_HEAD: &str = "code,id,action,state,emergency,requester,reason,tasks,approvals,needed,rejections,requestedAt,\
    validUntil,endedAt\r\n";

fn csv_line(row: &RequestRow) -> String {
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let fields = [
        row.code.to_string(),
        row.id.to_string(),
        word(json!(row.action)),
        word(json!(row.state)),
        row.emergency.to_string(),
        row.requester_name.clone(),
        row.reason.clone(),
        row.tasks.to_string(),
        row.approvals.to_string(),
        row.approvals_needed.to_string(),
        row.rejections.to_string(),
        time(row.requested_at),
        time(row.valid_until),
        row.ended_at.map(time).unwrap_or_default(),
    ];
    let fields: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
    format!("{}\r\n", fields.join(","))
}

/// A field as RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe before it.
fn csv_field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::csv_field;

    #[test]
    fn no_field_of_an_export_is_a_formula_or_breaks_out_of_its_place() {
        assert_eq!(csv_field("plain"), "plain", "what is harmless stays as it is");
        assert_eq!(csv_field("=1+1"), "'=1+1", "a formula is text");
        assert_eq!(csv_field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"", "quotes, commas and lines stay inside");
        assert_eq!(csv_field("@SUM(A1),x"), "\"'@SUM(A1),x\"", "both at once");
    }
}
