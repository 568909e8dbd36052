//! The reasons why work waits: the pause of everything, overdue operations, and the reason of a single operation.

use chrono::{DateTime, Utc};
use domain::{Pause, Problem, Rule};
use serde_json::json;
use vault::{BlockReason, NewEntry, OperationRecord, Overdue, OverdueQuery, Writer};

use crate::{Action, AppError, Operations, access::signed_in_user::SignedInUser};

impl Operations<'_> {
    /// Pauses everything: only work that a person starts immediately begins.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::ReadOnly`], [`AppError::Invalid`] with the field
    /// `reason`, [`AppError::Vault`].
    pub fn pause_everything(&self, reason: &str) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WritePolicies)?;
        let pause = pause_of(&signed_in, reason, self.0.setup.clock.now())?;
        signed_in.vault.write(|writer| {
            writer.pauses_mut().pause_everything(&pause)?;
            append_pause(writer, &signed_in, "rotation.paused", Some(&pause), pause.at)
        })
    }

    /// Ends the pause of everything. Work that became due meanwhile runs in its order.
    ///
    /// # Errors
    /// As [`Operations::pause_everything`].
    pub fn resume_everything(&self) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WritePolicies)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            writer.pauses_mut().resume_everything()?;
            append_pause(writer, &signed_in, "rotation.resumed", None, now)
        })?;
        self.0.wake_executor();
        Ok(())
    }

    /// Returns the pause of everything, if there is one.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn everything_paused(&self) -> Result<Option<Pause>, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        signed_in.vault.read(|reader| Ok(reader.pauses().everything()?))
    }

    /// Returns the operations that are due and do not run, or that run without progress. At most `limit` of them are
    /// returned, but all of them are counted.
    ///
    /// # Errors
    /// As [`Operations::everything_paused`].
    pub fn overdue(&self, limit: u32) -> Result<Overdue, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        let (now, parameters) = (self.0.setup.clock.now(), self.0.bounds());
        let query = OverdueQuery { due_before: now - parameters.overdue_after, lease_before: now, limit };
        signed_in.vault.read(|reader| Ok(reader.operations().overdue(&query)?))
    }

    /// Returns the reason why a due operation does not run, if there is one.
    ///
    /// # Errors
    /// As [`Operations::everything_paused`].
    pub fn hold(&self, record: &OperationRecord) -> Result<Option<BlockReason>, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.read(|reader| Ok(reader.operations().hold(record, now)?))
    }
}

/// The longest reason of a pause, in characters.
const LONGEST_REASON: usize = 500;

/// Makes a pause that the signed-in user begins.
pub(crate) fn pause_of(signed_in: &SignedInUser, reason: &str, now: DateTime<Utc>) -> Result<Pause, AppError> {
    let reason = reason.trim();
    let rule = if reason.is_empty() {
        Rule::Required
    } else if reason.chars().count() > LONGEST_REASON {
        Rule::TooLong { maximum: LONGEST_REASON as u32 }
    } else {
        return Ok(Pause { reason: reason.to_owned(), by: signed_in.user.id, at: now });
    };
    Err(AppError::Invalid { problems: vec![Problem::new("reason", rule)] })
}

fn append_pause(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    action: &str,
    pause: Option<&Pause>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let detail = json!({ "reason": pause.map(|pause| pause.reason.as_str()) });
    writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object: None, detail, at: now })?;
    Ok(())
}
