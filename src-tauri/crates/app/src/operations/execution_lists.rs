//! The lists of operations: filter values, actions on several operations, and the state of the executor.

use domain::{OperationId, Pause, operation::OperationState};
use rotation::Ended;
use vault::{Expiration, ExpirationQuery, OperationChoices, Page};

use crate::{Action, App, AppError, OperationAction, Operations};

/// An operation on which an action was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Refused {
    pub operation: OperationId,
    /// The number that people see.
    pub code: i64,
    pub state: OperationState,
}

/// The result of one action on several operations.
#[derive(Debug, Clone, Default)]
pub struct Acted {
    /// The operations on which it was done.
    pub done: Vec<OperationId>,
    /// The operations that do not allow it.
    pub refused: Vec<Refused>,
}

/// The state of the executor.
#[derive(Debug, Clone)]
pub struct RotationStatus {
    /// The pause of everything, with the name of the user who began it.
    pub pause: Option<(Pause, String)>,
    /// True if the executor has no key, because no user with the key to passwords has signed in.
    pub waits_for_operator: bool,
    /// The number of running operations.
    pub running: u32,
    /// The time zone of the hours in policies.
    pub time_zone: String,
}

impl Operations<'_> {
    /// Returns the values that the filters offer.
    ///
    /// # Errors
    /// As [`Operations::list`].
    pub fn choices(&self) -> Result<OperationChoices, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        signed_in.vault.read(|reader| Ok(reader.operations().choices()?))
    }

    /// Runs one action on several operations, each by itself. An operation whose new password may already be on the
    /// device is not canceled here.
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
                // A deleted operation needs no action.
                Err(AppError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(acted)
    }

    /// Returns one page of the report of expiring passwords.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn expirations(&self, query: &ExpirationQuery) -> Result<Page<Expiration>, AppError> {
        let signed_in = self.0.authorize(Action::ReadCredentials)?;
        signed_in.vault.read(|reader| Ok(reader.schedules().expirations(query)?))
    }

    /// Returns the state of the executor.
    ///
    /// # Errors
    /// As [`Operations::list`].
    pub fn status(&self) -> Result<RotationStatus, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        let waits_for_operator = self.0.waits_for_operator();
        signed_in.vault.read(|reader| {
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
    /// Returns the username and the device's name of an operation that ended. None if no vault is open.
    pub fn name_of(&self, ended: &Ended) -> Option<(String, String)> {
        let vault = std::sync::Arc::clone(&self.open_vault().as_ref()?.vault);
        let row = vault.read(|reader| reader.operations().row(ended.operation)).ok()??;
        Some((row.username, row.device_name))
    }

    /// Tells whether due work waits because no user with the key to passwords has opened the vault.
    pub(crate) fn waits_for_operator(&self) -> bool {
        self.open_vault()
            .as_ref()
            .is_some_and(|open_vault| !open_vault.executor.as_ref().is_some_and(rotation::Executor::holds_key))
    }
}
