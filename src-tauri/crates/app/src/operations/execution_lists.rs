//! What the lists of operations and attempts show beside their rows, and one action on several operations.

use std::collections::HashMap;

use domain::{AttemptId, OperationId, Pause, operation::OperationState};
use rotation::Ended;
use vault::{
    AttemptQuery, AttemptRecord, AttemptRow, BlockReason, Expiration, ExpirationQuery, Noun, OperationChoices,
    OperationQuery, OperationRow, Page,
};

use crate::{Action, App, AppError, OperationAction, OperationDetails, Operations};

/// An operation with everything that is shown of it.
#[derive(Debug, Clone)]
pub struct OperationInFull {
    /// The operation and its attempts.
    pub details: OperationDetails,
    /// Why it does not run although it is due.
    pub hold: Option<BlockReason>,
    /// The one that it follows.
    pub cause: Option<OperationRow>,
    /// Those that follow it.
    pub followers: Vec<OperationRow>,
}

/// An operation that one action was not done on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The operation.
    pub operation: OperationId,
    /// The number that people know it by.
    pub code: i64,
    /// Where it is.
    pub state: OperationState,
}

/// What one action did to several operations.
#[derive(Debug, Clone, Default)]
pub struct Acted {
    /// It was done on these.
    pub done: Vec<OperationId>,
    /// These do not allow it.
    pub refused: Vec<Refused>,
}

/// How the executor stands.
#[derive(Debug, Clone)]
pub struct RotationStatus {
    /// Why everything rests, and the name of who said so.
    pub pause: Option<(Pause, String)>,
    /// Nobody who holds the passwords' key is signed in.
    pub waits_for_operator: bool,
    /// How many operations run.
    pub running: u32,
    /// The zone in which hours are meant.
    pub time_zone: String,
}

/// How many followers are shown.
const FOLLOWERS: usize = 100;

impl Operations<'_> {
    /// One page of the operations that match, and why some of them do not run although they are due.
    ///
    /// # Errors
    /// As [`Operations::list`].
    pub fn page(
        &self,
        query: &OperationQuery,
    ) -> Result<(Page<OperationRow>, HashMap<OperationId, BlockReason>), AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        let now = self.0.setup.clock.now();
        seat.vault.read(|reader| {
            let page = reader.operations().list(query)?;
            let mut holds = HashMap::new();
            for row in page.rows.iter().filter(|row| row.record.state == OperationState::Scheduled) {
                if let Some(hold) = reader.operations().hold(&row.record, now)? {
                    holds.insert(row.record.id, hold);
                }
            }
            Ok((page, holds))
        })
    }

    /// One operation with everything that is shown of it.
    ///
    /// # Errors
    /// As [`Operations::get`].
    pub fn in_full(&self, id: OperationId) -> Result<OperationInFull, AppError> {
        let details = self.get(id)?;
        let seat = self.0.seated(Action::ReadOperations)?;
        let now = self.0.setup.clock.now();
        seat.vault.read(|reader| {
            let operations = reader.operations();
            let cause = match details.row.record.cause {
                Some(cause) => operations.row(cause)?,
                None => None,
            };
            let mut followers = Vec::new();
            for follower in operations.caused_by(id)?.into_iter().take(FOLLOWERS) {
                followers.extend(operations.row(follower)?);
            }
            let hold = operations.hold(&details.row.record, now)?;
            Ok(OperationInFull { hold, cause, followers, details })
        })
    }

    /// Values to filter by.
    ///
    /// # Errors
    /// As [`Operations::list`].
    pub fn choices(&self) -> Result<OperationChoices, AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        seat.vault.read(|reader| Ok(reader.operations().choices()?))
    }

    /// Does one action on several operations, each by itself. What the device may already have is not called off here.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::ReadOnly`], [`AppError::Vault`].
    pub fn act(&self, action: OperationAction, ids: &[OperationId]) -> Result<Acted, AppError> {
        let mut acted = Acted::default();
        for id in ids {
            let done = match action {
                OperationAction::RunNow => self.run_now(*id),
                OperationAction::Cancel => self.cancel_unsent(*id),
                OperationAction::Restart => self.restart(*id),
                OperationAction::Reconcile => {
                    let row = self.get(*id)?.row;
                    self.0.credentials().reconcile(row.record.credential, Some(*id), None).map(|_| ())
                }
            };
            match done {
                Ok(()) => acted.done.push(*id),
                Err(
                    AppError::IllegalState { .. }
                    | AppError::CandidateUnresolved
                    | AppError::OpenOperation
                    | AppError::NotReconcilable { .. },
                ) => {
                    let record = self.get(*id)?.row.record;
                    acted.refused.push(Refused { operation: *id, code: record.code, state: record.state });
                }
                // One that is gone needs nothing any more.
                Err(AppError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(acted)
    }

    /// One page of the attempts that match.
    ///
    /// # Errors
    /// As [`Operations::list`].
    pub fn attempts(&self, query: &AttemptQuery) -> Result<Page<AttemptRow>, AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        seat.vault.read(|reader| Ok(reader.attempts().page(query)?))
    }

    /// One attempt, and the operation that it is of.
    ///
    /// # Errors
    /// As [`Operations::get`].
    pub fn attempt(&self, id: AttemptId) -> Result<(AttemptRecord, OperationRow), AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        let not_found = || AppError::NotFound { noun: Noun::Operation };
        seat.vault.read(|reader| {
            let attempt = reader.attempts().get(id)?.ok_or_else(not_found)?;
            let row = reader.operations().row(attempt.operation)?.ok_or_else(not_found)?;
            Ok((attempt, row))
        })
    }

    /// One page of the report of when passwords expire.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn expirations(&self, query: &ExpirationQuery) -> Result<Page<Expiration>, AppError> {
        let seat = self.0.seated(Action::ReadCredentials)?;
        seat.vault.read(|reader| Ok(reader.schedules().expirations(query)?))
    }

    /// How the executor stands.
    ///
    /// # Errors
    /// As [`Operations::list`].
    pub fn status(&self) -> Result<RotationStatus, AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        let waits_for_operator = self.0.waits_for_operator();
        seat.vault.read(|reader| {
            let pause = match reader.pauses().everything()? {
                Some(pause) => {
                    let by = reader.users().name(pause.by)?.unwrap_or_default();
                    Some((pause, by))
                }
                None => None,
            };
            let running = u32::try_from(reader.operations().running()?.len()).unwrap_or(u32::MAX);
            let time_zone = reader.schedules().state()?.time_zone;
            Ok(RotationStatus { pause, waits_for_operator, running, time_zone })
        })
    }
}

impl App {
    /// What an operation that ended was on: the username and the device's name. None when no vault is open.
    pub fn name_of(&self, ended: &Ended) -> Option<(String, String)> {
        let vault = std::sync::Arc::clone(&self.held().as_ref()?.vault);
        let row = vault.read(|reader| reader.operations().row(ended.operation)).ok()??;
        Some((row.username, row.device_name))
    }

    /// Nobody who holds the key of the passwords has opened the vault: what is due waits.
    pub(crate) fn waits_for_operator(&self) -> bool {
        self.held().as_ref().is_some_and(|held| !held.executor.as_ref().is_some_and(rotation::Executor::holds_key))
    }
}
