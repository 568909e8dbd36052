//! The queue of operations: requesting them, reading them, and the actions of a user on them.

use approval::{Content, OperationTask};
use chrono::{DateTime, Utc};
use domain::{
    CredentialId, FailureClass, NotChangeable, OperationId, RequestId, SyncState,
    operation::{Candidate, Effect, Event, NoAutorun, OperationOrigin, OperationState, OperationType, State},
};
use rotation::Schedule;
use serde_json::json;
use vault::{
    AttemptRecord, AuditQuery, CredentialQuery, CredentialRow, NewEntry, NewOperation, Noun, Object, OperationQuery,
    OperationRecord, OperationRow, Page, Reader, VaultError, Writer,
};

use crate::{
    Action, App, AppError,
    access::signed_in_user::SignedInUser,
    approvals::batches::{ApprovalContext, checked_reason},
    inventory::label::label,
};

domain::enumeration! {
    /// An action that a user can take on an operation.
    pub enum OperationAction {
        /// Overtake the schedule and the queue.
        RunNow = "runNow",
        /// Cancel it before it runs.
        Cancel = "cancel",
        /// Put it into the queue again after it ended in error.
        Restart = "restart",
        /// Set the credential's password again through its reconciliation credential, by a new operation.
        Reconcile = "reconcile",
    }
}

/// The credentials that a request is about.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Selection {
    Ids(Vec<CredentialId>),
    /// All matching credentials except these.
    Matching {
        /// The filter; its page and order do not matter.
        query: CredentialQuery,
        except: Vec<CredentialId>,
    },
}

/// The result of a request.
#[derive(Debug, Clone, Default)]
pub struct Requested {
    /// The operations that were scheduled.
    pub operations: Vec<OperationId>,
    /// Credentials for which nothing could be scheduled, each with the reason.
    pub skipped: Vec<Skipped>,
    /// The request that the operations wait for, where they need approval.
    pub request: Option<RequestId>,
}

/// A credential for which nothing was scheduled.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Skipped {
    pub credential: CredentialId,
    /// The name that the window shows for it.
    pub label: String,
    pub reason: NotChangeable,
}

/// An operation with its attempts.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct OperationDetails {
    pub row: OperationRow,
    /// Its attempts, first to last.
    pub attempts: Vec<AttemptRecord>,
    /// The reason why no automatic reconciliation followed, if one was expected.
    pub no_autorun: Option<NoAutorun>,
}

/// Reads from the audit trail why no automatic reconciliation began at the operation's last end.
pub(crate) fn no_autorun(reader: &Reader<'_>, row: &OperationRow) -> Result<Option<NoAutorun>, AppError> {
    if row.record.state != OperationState::Error {
        return Ok(None);
    }
    let query = AuditQuery {
        object: Some(row.record.id.as_uuid()),
        actions: vec!["operation.ended".to_owned()],
        limit: 1,
        ..AuditQuery::default()
    };
    let ended = reader.audit().list(&query)?.rows.into_iter().next();
    Ok(ended.and_then(|entry| serde_json::from_value(entry.detail["noAutorun"].clone()).ok()))
}

/// A request of a user.
#[derive(Clone, Copy)]
struct ScheduleRequest<'a> {
    kind: OperationType,
    scheduled_at: Option<DateTime<Utc>>,
    reason: Option<&'a str>,
}

/// The operations on the queue.
pub struct Operations<'a>(pub(crate) &'a App);

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Operation };

impl Operations<'_> {
    /// Returns one page of the operations that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &OperationQuery) -> Result<Page<OperationRow>, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        signed_in.vault.read(|reader| Ok(reader.operations().list(query)?))
    }

    /// Reads one operation with its attempts.
    ///
    /// # Errors
    /// As [`Operations::list`], and [`AppError::NotFound`].
    pub fn get(&self, id: OperationId) -> Result<OperationDetails, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        signed_in.vault.read(|reader| {
            let row = reader.operations().row(id)?.ok_or(NOT_FOUND)?;
            let no_autorun = no_autorun(reader, &row)?;
            Ok(OperationDetails { row, attempts: reader.attempts().list(id)?, no_autorun })
        })
    }

    /// Lists the actions that are possible now.
    pub fn actions(row: &OperationRow) -> Vec<OperationAction> {
        let mut actions = match row.record.state {
            OperationState::Scheduled => vec![OperationAction::RunNow, OperationAction::Cancel],
            OperationState::AwaitingApproval => vec![OperationAction::Cancel],
            OperationState::Error => vec![OperationAction::Restart],
            OperationState::Running
            | OperationState::Succeeded
            | OperationState::Canceled
            | OperationState::Expired => vec![],
        };
        let stuck = row.record.state == OperationState::Scheduled && row.candidate_sent;
        if row.reconcilable && (stuck || row.record.state == OperationState::Error) {
            actions.push(OperationAction::Reconcile);
        }
        actions
    }

    /// Schedules a change for every selected credential that can be changed, in one transaction.
    ///
    /// # Errors
    /// As [`Operations::request_change_because`].
    pub fn request_change(
        &self,
        selection: &Selection,
        scheduled_at: Option<DateTime<Utc>>,
    ) -> Result<Requested, AppError> {
        self.request_change_because(selection, scheduled_at, None)
    }

    /// As [`Operations::request_change`], with a reason. If changes need approval, the operations wait for one request
    /// over exactly these operations, and the reason is required.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::ReadOnly`], [`AppError::Vault`]; with approval,
    /// [`AppError::Invalid`] without a reason, and [`AppError::NoApprovers`].
    pub fn request_change_because(
        &self,
        selection: &Selection,
        scheduled_at: Option<DateTime<Utc>>,
        reason: Option<&str>,
    ) -> Result<Requested, AppError> {
        let request = ScheduleRequest { kind: OperationType::ChangePassword, scheduled_at, reason };
        self.request(selection, request, |row| row.not_changeable)
    }

    /// Schedules a verification of every selected credential that can be verified, in one transaction. A
    /// password that was refused before is tried once more, because a user asks for it.
    ///
    /// # Errors
    /// As [`Operations::request_change_because`].
    pub fn request_verification(
        &self,
        selection: &Selection,
        scheduled_at: Option<DateTime<Utc>>,
        reason: Option<&str>,
    ) -> Result<Requested, AppError> {
        let request = ScheduleRequest { kind: OperationType::PasswordVerification, scheduled_at, reason };
        self.request(selection, request, |row| row.not_verifiable)
    }

    fn request(
        &self,
        selection: &Selection,
        request: ScheduleRequest<'_>,
        why_not: impl Fn(&CredentialRow) -> Option<NotChangeable>,
    ) -> Result<Requested, AppError> {
        let signed_in = self.0.authorize(Action::WriteOperations)?;
        let requested = self.0.in_request(&signed_in, |writer, context| {
            let approval = context.chain.needs_approval(request.kind);
            let at = request.scheduled_at.unwrap_or(context.now);
            let (mut requested, mut tasks) = (Requested::default(), Vec::new());
            for credential in selected(writer, selection)? {
                // A credential that was deleted since it was selected cannot be changed.
                let Some(row) = writer.credentials().row(credential)? else {
                    continue;
                };
                if let Some(reason) = why_not(&row) {
                    let label = label(&row.credential.details.username, &row.device_name);
                    requested.skipped.push(Skipped { credential, label, reason });
                    continue;
                }
                let order = by_person(&signed_in, credential, request.kind, None, at);
                let operation = rotation::schedule(writer, &order, context.now)?;
                if approval {
                    writer.operations_mut().set_state(
                        operation,
                        OperationState::AwaitingApproval,
                        None,
                        context.now,
                    )?;
                }
                tasks.push(task(writer, operation, &row)?);
                requested.operations.push(operation);
            }
            if approval && !tasks.is_empty() {
                requested.request =
                    Some(self.ask(writer, &signed_in, context, tasks, request.reason.unwrap_or_default())?);
            }
            Ok(requested)
        })?;
        self.0.wake_executor();
        Ok(requested)
    }

    /// Requests approval for the operations and binds them to the request.
    fn ask(
        &self,
        writer: &Writer<'_>,
        signed_in: &SignedInUser,
        context: &ApprovalContext<'_>,
        tasks: Vec<OperationTask>,
        reason: &str,
    ) -> Result<RequestId, AppError> {
        let reason = checked_reason("reason", reason)?;
        let operations: Vec<_> = tasks.iter().map(|task| task.operation).collect();
        let request = self.0.submit(writer, signed_in, context, Content::Operations(tasks), &reason)?;
        for operation in operations {
            writer.requests_mut().bind_operation(operation, request)?;
        }
        Ok(request)
    }

    /// Lets a scheduled operation overtake its schedule and the queue.
    ///
    /// # Errors
    /// As [`Operations::get`], and [`AppError::IllegalState`].
    pub fn run_now(&self, id: OperationId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteOperations)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let record = writer.operations().get(id)?.ok_or(NOT_FOUND)?;
            // An approval is valid only for the date that it names.
            let bound = writer.requests().of_operation(id)?.is_some() && record.scheduled_at > now;
            if record.state != OperationState::Scheduled || bound {
                return Err(AppError::IllegalState { state: record.state, action: OperationAction::RunNow });
            }
            writer.operations_mut().set_immediate(id, now)?;
            append(writer, &signed_in, &record, "operation.hastened", now)
        })?;
        self.0.wake_executor();
        Ok(())
    }

    /// Puts an operation that ended in error back into the queue, with its full number of attempts.
    ///
    /// # Errors
    /// As [`Operations::get`], [`AppError::IllegalState`], and [`AppError::OpenOperation`] if another operation on the
    /// credential was requested since.
    pub fn restart(&self, id: OperationId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteOperations)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let record = writer.operations().get(id)?.ok_or(NOT_FOUND)?;
            let illegal = AppError::IllegalState { state: record.state, action: OperationAction::Restart };
            let state = resting_state(record.state).ok_or(illegal)?;
            let Ok((state, _)) = state.on(Event::RestartRequested) else {
                return Err(AppError::IllegalState { state: record.state, action: OperationAction::Restart });
            };
            if writer.operations().open_of(record.credential)?.is_some() {
                return Err(AppError::OpenOperation);
            }
            writer.operations_mut().set_state(id, state.name(), state.step(), now)?;
            writer.operations_mut().reset_attempts(id)?;
            writer.operations_mut().reschedule(id, now)?;
            append(writer, &signed_in, &record, "operation.restarted", now)
        })?;
        self.0.wake_executor();
        Ok(())
    }

    /// Cancels an operation that is not running. It also ends an operation whose new password may already be on the
    /// device, because a person does not want to wait any longer. In that case every password stays stored, the
    /// credential is marked as out of sync, and the next operation on it first finds out which password is right.
    ///
    /// # Errors
    /// As [`Operations::get`], and [`AppError::IllegalState`].
    pub fn cancel(&self, id: OperationId) -> Result<(), AppError> {
        self.call_off(id, true)
    }

    /// Cancels an operation that is not running, unless its new password may already be on the device.
    ///
    /// # Errors
    /// As [`Operations::cancel`], and [`AppError::CandidateUnresolved`].
    pub fn cancel_unsent(&self, id: OperationId) -> Result<(), AppError> {
        self.call_off(id, false)
    }

    fn call_off(&self, id: OperationId, give_up: bool) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteOperations)?;
        let now = self.0.setup.clock.now();
        let ended = signed_in.vault.write(|writer| {
            let record = writer.operations().get(id)?.ok_or(NOT_FOUND)?;
            call_off(writer, &signed_in, &record, give_up, now)?;
            rotation::after_end(writer, signed_in.session.secrets_key(), record.credential, id, now)?;
            Ok::<_, AppError>(record)
        })?;
        self.0.wake_executor();
        self.0.tell_canceled(&ended);
        Ok(())
    }
}

/// Makes the schedule of an operation that a user requests.
pub(crate) fn by_person(
    signed_in: &SignedInUser,
    credential: CredentialId,
    kind: OperationType,
    cause: Option<OperationId>,
    at: DateTime<Utc>,
) -> Schedule {
    Schedule {
        credential,
        kind,
        origin: OperationOrigin::Person,
        cause,
        requester: signed_in.user.id,
        at,
        priority: NewOperation::USUAL_PRIORITY,
        immediate: false,
    }
}

/// Cancels an operation that is not running.
pub(crate) fn call_off(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    record: &OperationRecord,
    give_up: bool,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let candidate = candidate(writer, record)?;
    let illegal = || AppError::IllegalState { state: record.state, action: OperationAction::Cancel };
    let state = resting_state(record.state).ok_or_else(illegal)?;
    let event = match candidate {
        Candidate::Sent { .. } if record.state == OperationState::Scheduled && give_up => Event::GivenUp,
        Candidate::Sent { .. } if record.state == OperationState::Scheduled => {
            return Err(AppError::CandidateUnresolved);
        }
        _ => Event::CancelRequested(candidate),
    };
    let (state, effects) = state.on(event).map_err(|_| illegal())?;
    if effects.contains(&Effect::AbandonCandidate) {
        writer.secrets_mut().abandon_candidate(record.credential, now)?;
    }
    if effects.contains(&Effect::DeclareOutOfSync) {
        writer.credentials_mut().set_sync(record.credential, SyncState::OutOfSync, now)?;
    }
    writer.operations_mut().set_state(record.id, state.name(), state.step(), now)?;
    append(writer, signed_in, record, "operation.canceled", now)
}

/// Reads an operation in the form in which it is approved.
fn task(reader: &Reader<'_>, operation: OperationId, row: &CredentialRow) -> Result<OperationTask, AppError> {
    let record = reader.operations().get(operation)?.ok_or(NOT_FOUND)?;
    Ok(OperationTask {
        operation,
        kind: record.kind,
        credential: record.credential,
        username: row.credential.details.username.clone(),
        device: record.device,
        device_name: row.device_name.clone(),
        scheduled_at: record.scheduled_at,
    })
}

/// Returns the ids of the selected credentials at this time.
pub(crate) fn selected(reader: &Reader<'_>, selection: &Selection) -> Result<Vec<CredentialId>, VaultError> {
    match selection {
        Selection::Ids(ids) => Ok(ids.clone()),
        Selection::Matching { query, except } => {
            let except: std::collections::HashSet<_> = except.iter().collect();
            let mut ids = reader.credentials().ids(query)?;
            ids.retain(|id| !except.contains(id));
            Ok(ids)
        }
    }
}

/// Returns the state of an operation that no worker is running; None for a running one.
fn resting_state(name: OperationState) -> Option<State> {
    match name {
        OperationState::AwaitingApproval => Some(State::AwaitingApproval),
        OperationState::Scheduled => Some(State::Scheduled),
        OperationState::Running => None,
        OperationState::Succeeded => Some(State::SuccessfullyPerformed),
        OperationState::Error => Some(State::Error),
        OperationState::Canceled => Some(State::Canceled),
        OperationState::Expired => Some(State::Expired),
    }
}

/// Returns the candidate that an operation would find. A verification neither makes nor looks for one.
fn candidate(reader: &Reader<'_>, record: &OperationRecord) -> Result<Candidate, VaultError> {
    if record.kind == OperationType::PasswordVerification {
        return Ok(Candidate::None);
    }
    Ok(match reader.secrets().candidate_facts(record.credential)? {
        None => Candidate::None,
        Some(facts) if facts.sent_at.is_none() => Candidate::Unsent,
        // A candidate of another operation was not sent by this reconciliation, which has not begun.
        Some(facts) if record.kind == OperationType::Reconciliation && facts.operation != Some(record.id) => {
            Candidate::None
        }
        Some(_) => Candidate::Sent { settled: false, cause: FailureClass::Uncertain },
    })
}

fn append(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    record: &OperationRecord,
    action: &str,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let label = record.code.to_string();
    let object = Some(Object { noun: "operation", id: record.id.as_uuid(), label: &label });
    let detail = json!({ "from": record.state });
    writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object, detail, at: now })?;
    Ok(())
}
