//! What holds the work up: pauses of everything, what is overdue, and why one operation waits.

use chrono::{DateTime, Utc};
use domain::{Pause, Problem, Rule};
use serde_json::json;
use vault::{BlockReason, NewEntry, OperationRecord, Overdue, OverdueQuery, Writer};

use crate::{Action as Permission, AppError, Operations, access::seat::Seat};

impl Operations<'_> {
    /// Lets everything rest: nothing begins but what a person pushes.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::ReadOnly`], [`AppError::Invalid`] with the field
    /// `reason`, [`AppError::Vault`].
    pub fn pause_everything(&self, reason: &str) -> Result<(), AppError> {
        let seat = self.0.seated(Permission::WritePolicies)?;
        let pause = pause_of(&seat, reason, self.0.setup.clock.now())?;
        seat.vault.write(|writer| {
            writer.pauses_mut().pause_everything(&pause)?;
            append_pause(writer, &seat, "rotation.paused", Some(&pause), pause.at)
        })
    }

    /// Ends the pause of everything; what became due meanwhile runs in its order.
    ///
    /// # Errors
    /// As [`Operations::pause_everything`].
    pub fn resume_everything(&self) -> Result<(), AppError> {
        let seat = self.0.seated(Permission::WritePolicies)?;
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            writer.pauses_mut().resume_everything()?;
            append_pause(writer, &seat, "rotation.resumed", None, now)
        })?;
        self.0.wake_executor();
        Ok(())
    }

    /// Why everything rests, if it does.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn everything_paused(&self) -> Result<Option<Pause>, AppError> {
        let seat = self.0.seated(Permission::ReadOperations)?;
        seat.vault.read(|reader| Ok(reader.pauses().everything()?))
    }

    /// What is due and does not run, or runs without a sign of life; at most `limit` of them, all of them counted.
    ///
    /// # Errors
    /// As [`Operations::everything_paused`].
    pub fn overdue(&self, limit: u32) -> Result<Overdue, AppError> {
        let seat = self.0.seated(Permission::ReadOperations)?;
        let (now, parameters) = (self.0.setup.clock.now(), self.0.bounds());
        let query = OverdueQuery { due_before: now - parameters.overdue_after, lease_before: now, limit };
        seat.vault.read(|reader| Ok(reader.operations().overdue(&query)?))
    }

    /// Why an operation that is due does not run, if something holds it up.
    ///
    /// # Errors
    /// As [`Operations::everything_paused`].
    pub fn hold(&self, record: &OperationRecord) -> Result<Option<BlockReason>, AppError> {
        let seat = self.0.seated(Permission::ReadOperations)?;
        let now = self.0.setup.clock.now();
        seat.vault.read(|reader| Ok(reader.operations().hold(record, now)?))
    }
}

/// The longest reason of a pause, in characters.
const LONGEST_REASON: usize = 500;

/// A pause that the person at the window begins.
pub(crate) fn pause_of(seat: &Seat, reason: &str, now: DateTime<Utc>) -> Result<Pause, AppError> {
    let reason = reason.trim();
    let rule = if reason.is_empty() {
        Rule::Required
    } else if reason.chars().count() > LONGEST_REASON {
        Rule::TooLong { maximum: LONGEST_REASON as u32 }
    } else {
        return Ok(Pause { reason: reason.to_owned(), by: seat.user.id, at: now });
    };
    Err(AppError::Invalid { problems: vec![Problem::new("reason", rule)] })
}

fn append_pause(
    writer: &Writer<'_>,
    seat: &Seat,
    action: &str,
    pause: Option<&Pause>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let detail = json!({ "reason": pause.map(|pause| pause.reason.as_str()) });
    writer.audit_mut().append(&NewEntry { who: Some(seat.user.id), action, object: None, detail, at: now })?;
    Ok(())
}
