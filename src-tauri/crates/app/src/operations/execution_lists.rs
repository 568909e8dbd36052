//! What the lists of operations offer beside their rows, and one action on several operations.

use domain::{OperationId, Pause, operation::OperationState};
use rotation::Ended;
use vault::{Expiration, ExpirationQuery, OperationChoices, Page};

use crate::{Action, App, AppError, OperationAction, Operations};

/// An operation that one action was not done on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Refused {
    pub operation: OperationId,
    /// The number that people know it by.
    pub code: i64,
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

impl Operations<'_> {
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
