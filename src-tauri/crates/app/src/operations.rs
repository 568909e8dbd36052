//! Asynchronous work: requesting it, watching it, and what a person may do with it.

use chrono::{DateTime, Utc};
use domain::{
    CredentialId, FailureClass, NotChangeable, OperationId, RequestId,
    approval::{Content, OperationTask},
    operation::{Candidate, Effect, Event, OperationType, State, StateName},
};
use serde_json::json;
use vault::{
    AttemptRecord, CredentialQuery, CredentialRow, NewEntry, NewOperation, Noun, Object, OperationQuery,
    OperationRecord, OperationRow, Page, Reader, VaultError, Writer,
};

use crate::{
    Action as Permission, App, AppError,
    batches::{Moment, checked_reason},
    credentials::label,
    seat::Seat,
};

/// What a person may do with an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Overtake the schedule and the queue.
    RunNow,
    /// Call it off before it runs.
    Cancel,
    /// Try it again after it ended in error.
    Restart,
}

/// Which credentials a request is about.
#[derive(Debug, Clone)]
pub enum Selection {
    /// These.
    Ids(Vec<CredentialId>),
    /// All that match, but for these.
    Matching {
        /// The filter; its page and order do not matter.
        query: CredentialQuery,
        /// Left out.
        except: Vec<CredentialId>,
    },
}

/// What became of a request.
#[derive(Debug, Clone, Default)]
pub struct Requested {
    /// The operations that were scheduled.
    pub operations: Vec<OperationId>,
    /// What could not be scheduled.
    pub skipped: Vec<Skipped>,
    /// The request that the operations wait for, where they need approval.
    pub request: Option<RequestId>,
}

/// A credential that no change was scheduled for.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// The credential.
    pub credential: CredentialId,
    /// What people call it.
    pub label: String,
    /// Why.
    pub reason: NotChangeable,
}

/// An operation with its attempts.
#[derive(Debug, Clone)]
pub struct OperationDetails {
    /// The operation.
    pub row: OperationRow,
    /// Its attempts, first to last.
    pub attempts: Vec<AttemptRecord>,
}

/// The door to operations.
pub struct Operations<'a>(pub(crate) &'a App);

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Operation };

impl Operations<'_> {
    /// One page of the operations that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &OperationQuery) -> Result<Page<OperationRow>, AppError> {
        let seat = self.0.seated(Permission::ReadOperations)?;
        seat.vault.read(|reader| Ok(reader.operations().list(query)?))
    }

    /// One operation with its attempts.
    ///
    /// # Errors
    /// As [`Operations::list`], and [`AppError::NotFound`].
    pub fn get(&self, id: OperationId) -> Result<OperationDetails, AppError> {
        let seat = self.0.seated(Permission::ReadOperations)?;
        seat.vault.read(|reader| {
            let row = reader.operations().row(id)?.ok_or(NOT_FOUND)?;
            Ok(OperationDetails { row, attempts: reader.attempts().list(id)? })
        })
    }

    /// What may be done with an operation now.
    pub fn actions(row: &OperationRow) -> Vec<Action> {
        match row.record.state {
            StateName::Scheduled if row.candidate_sent => vec![Action::RunNow],
            StateName::Scheduled => vec![Action::RunNow, Action::Cancel],
            StateName::AwaitingApproval => vec![Action::Cancel],
            StateName::Error => vec![Action::Restart],
            StateName::Running | StateName::Succeeded | StateName::Canceled | StateName::Expired => vec![],
        }
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

    /// The same, with a reason. Where changes need approval, the operations wait for it, under one request over exactly
    /// these, and the reason is required.
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
        let seat = self.0.seated(Permission::WriteOperations)?;
        let requested = self.0.in_request(&seat, |writer, moment| {
            let approval = moment.register.needs_approval(OperationType::ChangePassword);
            let state = if approval { StateName::AwaitingApproval } else { StateName::Scheduled };
            let at = scheduled_at.unwrap_or(moment.now);
            let (mut requested, mut tasks) = (Requested::default(), Vec::new());
            for credential in selected(writer, selection)? {
                // One that was deleted since it was selected is not there to be changed.
                let Some(row) = writer.credentials().row(credential)? else {
                    continue;
                };
                if let Some(reason) = row.not_changeable {
                    let label = label(&row.credential.details.username, &row.device_name);
                    requested.skipped.push(Skipped { credential, label, reason });
                    continue;
                }
                let operation = self.schedule(writer, &seat, &row, state, at, moment.now)?;
                tasks.push(task(writer, operation, &row)?);
                requested.operations.push(operation);
            }
            if approval && !tasks.is_empty() {
                requested.request = Some(self.ask(writer, &seat, moment, tasks, reason.unwrap_or_default())?);
            }
            Ok(requested)
        })?;
        self.0.wake_executor();
        Ok(requested)
    }

    /// Asks for operations to be allowed, and binds them to the request.
    fn ask(
        &self,
        writer: &Writer<'_>,
        seat: &Seat,
        moment: &Moment<'_>,
        tasks: Vec<OperationTask>,
        reason: &str,
    ) -> Result<RequestId, AppError> {
        let reason = checked_reason("reason", reason)?;
        let operations: Vec<_> = tasks.iter().map(|task| task.operation).collect();
        let request = self.0.submit(writer, seat, moment, Content::Operations(tasks), &reason)?;
        for operation in operations {
            writer.requests_mut().bind_operation(operation, request)?;
        }
        Ok(request)
    }

    fn schedule(
        &self,
        writer: &Writer<'_>,
        seat: &Seat,
        row: &CredentialRow,
        state: StateName,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<OperationId, AppError> {
        let id = OperationId::from_uuid(self.0.new_uuid());
        let code = writer.operations_mut().insert(&NewOperation {
            id,
            kind: OperationType::ChangePassword,
            credential: row.credential.id,
            device: row.credential.details.device,
            requester: seat.user.id,
            state,
            scheduled_at: at,
            immediate: false,
            created_at: now,
        })?;
        let label = label(&row.credential.details.username, &row.device_name);
        let object = Some(Object { noun: "credential", id: row.credential.id.as_uuid(), label: &label });
        let detail = json!({ "operation": code, "scheduledAt": at });
        let entry = NewEntry { who: Some(seat.user.id), action: "operation.requested", object, detail, at: now };
        writer.audit_mut().append(&entry)?;
        Ok(id)
    }

    /// Lets a scheduled operation overtake its schedule and the queue.
    ///
    /// # Errors
    /// As [`Operations::get`], and [`AppError::IllegalState`].
    pub fn run_now(&self, id: OperationId) -> Result<(), AppError> {
        let seat = self.0.seated(Permission::WriteOperations)?;
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            let record = writer.operations().get(id)?.ok_or(NOT_FOUND)?;
            // What was approved was approved for its date.
            let bound = writer.requests().of_operation(id)?.is_some() && record.scheduled_at > now;
            if record.state != StateName::Scheduled || bound {
                return Err(AppError::IllegalState { state: record.state, action: Action::RunNow });
            }
            writer.operations_mut().set_immediate(id, now)?;
            append(writer, &seat, &record, "operation.hastened", now)
        })?;
        self.0.wake_executor();
        Ok(())
    }

    /// Puts an operation that ended in error back into the queue, with all its attempts to spend again.
    ///
    /// # Errors
    /// As [`Operations::get`], [`AppError::IllegalState`], and [`AppError::OpenOperation`] when another operation on
    /// the credential was requested since.
    pub fn restart(&self, id: OperationId) -> Result<(), AppError> {
        let seat = self.0.seated(Permission::WriteOperations)?;
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            let record = writer.operations().get(id)?.ok_or(NOT_FOUND)?;
            let illegal = AppError::IllegalState { state: record.state, action: Action::Restart };
            let state = resting_state(record.state).ok_or(illegal)?;
            let Ok((state, _)) = state.on(Event::RestartRequested) else {
                return Err(AppError::IllegalState { state: record.state, action: Action::Restart });
            };
            if writer.operations().open_of(record.credential)?.is_some() {
                return Err(AppError::OpenOperation);
            }
            writer.operations_mut().set_state(id, state.name(), state.step(), now)?;
            writer.operations_mut().reset_attempts(id)?;
            writer.operations_mut().reschedule(id, now)?;
            append(writer, &seat, &record, "operation.restarted", now)
        })?;
        self.0.wake_executor();
        Ok(())
    }

    /// Calls an operation off before it runs.
    ///
    /// # Errors
    /// As [`Operations::get`], [`AppError::IllegalState`], and [`AppError::CandidateUnresolved`] when the device may
    /// already have the new password.
    pub fn cancel(&self, id: OperationId) -> Result<(), AppError> {
        let seat = self.0.seated(Permission::WriteOperations)?;
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            let record = writer.operations().get(id)?.ok_or(NOT_FOUND)?;
            let candidate = candidate(writer, record.credential)?;
            let illegal = AppError::IllegalState { state: record.state, action: Action::Cancel };
            let state = resting_state(record.state).ok_or(illegal)?;
            let Ok((state, effects)) = state.on(Event::CancelRequested(candidate)) else {
                return Err(match candidate {
                    Candidate::Sent { .. } if record.state == StateName::Scheduled => AppError::CandidateUnresolved,
                    _ => AppError::IllegalState { state: record.state, action: Action::Cancel },
                });
            };
            if effects.contains(&Effect::AbandonCandidate) {
                writer.secrets_mut().abandon_candidate(record.credential, now)?;
            }
            writer.operations_mut().set_state(id, state.name(), state.step(), now)?;
            append(writer, &seat, &record, "operation.canceled", now)
        })
    }
}

/// An operation as it stands in the vault, to be approved exactly so.
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

/// The ids that a selection means, at this moment.
fn selected(reader: &Reader<'_>, selection: &Selection) -> Result<Vec<CredentialId>, VaultError> {
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

/// The state of a row that no worker holds; None for one that runs.
fn resting_state(name: StateName) -> Option<State> {
    match name {
        StateName::AwaitingApproval => Some(State::AwaitingApproval),
        StateName::Scheduled => Some(State::Scheduled),
        StateName::Running => None,
        StateName::Succeeded => Some(State::SuccessfullyPerformed),
        StateName::Error => Some(State::Error),
        StateName::Canceled => Some(State::Canceled),
        StateName::Expired => Some(State::Expired),
    }
}

fn candidate(reader: &Reader<'_>, credential: CredentialId) -> Result<Candidate, VaultError> {
    Ok(match reader.secrets().candidate_facts(credential)? {
        None => Candidate::None,
        Some(facts) if facts.sent_at.is_none() => Candidate::Unsent,
        Some(_) => Candidate::Sent { settled: false, cause: FailureClass::Uncertain },
    })
}

fn append(
    writer: &Writer<'_>,
    seat: &Seat,
    record: &OperationRecord,
    action: &str,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let label = record.code.to_string();
    let object = Some(Object { noun: "operation", id: record.id.as_uuid(), label: &label });
    let detail = json!({ "from": record.state });
    writer.audit_mut().append(&NewEntry { who: Some(seat.user.id), action, object, detail, at: now })?;
    Ok(())
}
