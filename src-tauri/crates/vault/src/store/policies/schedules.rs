//! `schedules`: the time at which each credential is due, computed from policies and records, and stored.
//!
//! A schedule becomes stale when a record that it was computed from changes. Database triggers mark it, so that no
//! writer can forget to. A change of a policy makes every schedule stale by writing one row. Stale schedules are
//! computed again in portions. An index finds the schedules that are due.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::{
    CredentialId, CredentialStatus, DeviceId, FailureCode, NotChangeable, OperationId, PasswordType, Pause, PolicyId,
    SyncState, Verified,
    operation::OperationState,
    policy::{Due, PolicyStatus, Subject},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::{
    inventory::{
        credential_list::{OPEN, reason},
        credentials::{read_pause, read_verified},
    },
    value::{Columns, micros},
};
use crate::{VaultError, error::Stored, file::transaction::Changes};

/// The values that a schedule is computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ScheduleRow {
    number: i64,
    pub credential: CredentialId,
    pub device: DeviceId,
    /// The values that policies are matched with.
    pub subject: Subject,
    /// Tells whether it is in use.
    pub status: CredentialStatus,
    /// The reason why a change of it cannot be requested now.
    pub not_changeable: Option<NotChangeable>,
    /// Tells whether the stored password is the device's.
    pub sync: SyncState,
    /// When its password last became current.
    pub changed_at: Option<DateTime<Utc>>,
    /// When its password expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// When its password was first shown or copied since.
    pub viewed_at: Option<DateTime<Utc>>,
    /// The time that it was moved to because it was missed.
    pub not_before: Option<DateTime<Utc>>,
    /// When an operation first changed its password.
    pub first_success_at: Option<DateTime<Utc>>,
    /// The expiry that the policy gave it.
    pub own_expiry: Option<DateTime<Utc>>,
    /// The operation on it that is not finished.
    pub open_operation: Option<OperationId>,
    /// The end of the last operation that was to change its password.
    pub last: Option<LastEnd>,
    /// The result of the last verification of its password.
    pub verified: Option<Verified>,
    /// The pause of its triggers, if there is one.
    pub pause: Option<Pause>,
}

/// The end of the last operation that was to change the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct LastEnd {
    pub operation: OperationId,
    /// The number that people know it by.
    pub code: i64,
    pub state: OperationState,
    pub ended_at: DateTime<Utc>,
    pub failure: Option<FailureCode>,
}

/// A schedule as it was computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NewSchedule {
    /// The policy that applies.
    pub policy: Option<PolicyId>,
    /// Its status under the policy; `None` while it is inactive.
    pub status: Option<PolicyStatus>,
    /// When its password is older than the policy allows.
    pub overdue_at: Option<DateTime<Utc>>,
    /// When it is changed; none while something holds it up.
    pub change: Option<Due>,
    /// When it is verified; none while something holds it up.
    pub verification: Option<DateTime<Utc>>,
    /// The soonest of both, held up or not.
    pub next: Option<Due>,
    /// The time that it is moved to because it was missed.
    pub not_before: Option<DateTime<Utc>>,
    /// When its password was first shown or copied since it was changed.
    pub viewed_at: Option<DateTime<Utc>>,
    /// When an operation first changed its password.
    pub first_success_at: Option<DateTime<Utc>>,
    /// When its password expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// The expiry that the policy gives it.
    pub own_expiry: Option<DateTime<Utc>>,
}

/// A credential whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Triggered {
    pub credential: CredentialId,
    /// The trigger and the time.
    pub due: Due,
    pub policy: PolicyId,
}

fn columns() -> String {
    format!(
        "s.credential AS number, c.id, c.device_id, c.username, c.domain, c.password_type, c.tags, c.status, c.sync, \
         c.changed_at, c.expires_at, c.verification, c.verified_at, c.paused_at, c.paused_by, c.pause_reason, d.name AS device_name, d.kind, d.manufacturer, d.model, d.site, \
         d.tags AS device_tags, s.viewed_at, s.not_before, s.own_expiry, \
         coalesce(s.first_success_at, (SELECT o.ended_at FROM operations o WHERE o.credential_id = c.id \
             AND o.state = 'succeeded' AND o.kind <> 'passwordVerification' ORDER BY o.code LIMIT 1)) AS first_success_at, \
         ({OPEN}) AS open_operation, {} AS not_changeable, \
         l.id AS last_id, l.code AS last_code, l.state AS last_state, l.failure AS last_failure, l.ended_at AS last_ended_at",
        reason()
    )
}

const FROM: &str = "schedules s JOIN credentials c ON c.number = s.credential JOIN devices d ON d.id = c.device_id \
    LEFT JOIN operations l ON l.code = (SELECT max(o.code) FROM operations o WHERE o.credential_id = c.id \
        AND o.state IN ('succeeded', 'error', 'canceled', 'expired') AND o.kind <> 'passwordVerification')";

fn read_schedule(row: &Row<'_>) -> rusqlite::Result<ScheduleRow> {
    let mut tags: Vec<String> = row.json("tags")?;
    tags.extend(row.json::<Vec<String>>("device_tags")?);
    let last = match row.optional_uuid("last_id")? {
        None => None,
        Some(id) => Some(LastEnd {
            operation: OperationId::from_uuid(id),
            code: row.get("last_code")?,
            state: row.word("last_state")?,
            ended_at: row.time("last_ended_at")?,
            failure: row.optional_word("last_failure")?,
        }),
    };
    Ok(ScheduleRow {
        number: row.get("number")?,
        credential: CredentialId::from_uuid(row.uuid("id")?),
        device: DeviceId::from_uuid(row.uuid("device_id")?),
        subject: read_subject(row, tags)?,
        status: row.word("status")?,
        not_changeable: row.optional_word("not_changeable")?,
        sync: row.word("sync")?,
        changed_at: row.optional_time("changed_at")?,
        expires_at: row.optional_time("expires_at")?,
        viewed_at: row.optional_time("viewed_at")?,
        not_before: row.optional_time("not_before")?,
        first_success_at: row.optional_time("first_success_at")?,
        own_expiry: row.optional_time("own_expiry")?,
        open_operation: row.optional_uuid("open_operation")?.map(OperationId::from_uuid),
        last,
        verified: read_verified(row)?,
        pause: read_pause(row)?,
    })
}

fn read_subject(row: &Row<'_>, tags: Vec<String>) -> rusqlite::Result<Subject> {
    Ok(Subject {
        username: row.get("username")?,
        device: row.get("device_name")?,
        kind: row.get("kind")?,
        manufacturer: row.get("manufacturer")?,
        model: row.get("model")?,
        site: row.get("site")?,
        domain: row.get("domain")?,
        tags,
        password_type: row.word::<PasswordType>("password_type")?,
    })
}

/// Reads the schedules of credentials.
pub struct Schedules<'a> {
    pub(crate) connection: &'a Connection,
}

impl Schedules<'_> {
    /// Returns the values that a credential's schedule is computed from.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn row(&self, credential: CredentialId) -> Result<Option<ScheduleRow>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {} FROM {FROM} WHERE c.id = ?1", columns()))
            .stored()?
            .query_row([credential.as_uuid().as_bytes()], read_schedule)
            .optional()
            .stored()
    }

    /// Returns some of the stale schedules.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn stale(&self, limit: u32) -> Result<Vec<ScheduleRow>, VaultError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {} FROM {FROM} WHERE s.generation < (SELECT generation FROM scheduler) \
                 ORDER BY s.generation LIMIT ?1",
                columns()
            ))
            .stored()?
            .query_map([limit], read_schedule)
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()
    }

    /// Calls back for every active credential, with the values that policies are matched with and the policy that
    /// applies now.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn each_subject(
        &self,
        mut found: impl FnMut(CredentialId, Subject, Option<PolicyId>),
    ) -> Result<(), VaultError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT c.id, c.username, c.domain, c.password_type, c.tags, d.name AS device_name, d.kind, \
                 d.manufacturer, d.model, d.site, d.tags AS device_tags, p.id AS policy_id \
                 FROM credentials c JOIN devices d ON d.id = c.device_id \
                 LEFT JOIN schedules s ON s.credential = c.number LEFT JOIN policies p ON p.number = s.policy \
                 WHERE c.status = 'active'",
            )
            .stored()?;
        let mut rows = statement.query([]).stored()?;
        while let Some(row) = rows.next().stored()? {
            let mut tags: Vec<String> = row.json("tags").stored()?;
            tags.extend(row.json::<Vec<String>>("device_tags").stored()?);
            let policy = row.optional_uuid("policy_id").stored()?.map(PolicyId::from_uuid);
            let id = CredentialId::from_uuid(row.uuid("id").stored()?);
            found(id, read_subject(row, tags).stored()?, policy);
        }
        Ok(())
    }

    /// Returns the credentials whose change is due, the longest due first.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn due_changes(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<Triggered>, VaultError> {
        self.due("s.change_due", "s.change_kind", now, limit)
    }

    /// Returns the credentials whose verification is due, the longest due first.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn due_verifications(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<Triggered>, VaultError> {
        self.due("s.verify_due", "'verification'", now, limit)
    }

    fn due(&self, at: &str, kind: &str, now: DateTime<Utc>, limit: u32) -> Result<Vec<Triggered>, VaultError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT c.id, {at} AS due, {kind} AS kind, p.id AS policy_id FROM schedules s \
                 JOIN credentials c ON c.number = s.credential JOIN policies p ON p.number = s.policy \
                 WHERE {at} <= ?1 ORDER BY {at} LIMIT ?2"
            ))
            .stored()?
            .query_map(params![micros(now), limit], |row| {
                Ok(Triggered {
                    credential: CredentialId::from_uuid(row.uuid("id")?),
                    due: Due { kind: row.word("kind")?, at: row.time("due")? },
                    policy: PolicyId::from_uuid(row.uuid("policy_id")?),
                })
            })
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()
    }

    /// Returns when the next schedule becomes due: a time in the past when one is due already or stale.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn next_due(&self) -> Result<Option<DateTime<Utc>>, VaultError> {
        self.connection
            .prepare_cached(
                "SELECT min(at) AS at FROM (SELECT min(change_due) AS at FROM schedules WHERE change_due IS NOT NULL \
                 UNION ALL SELECT min(verify_due) FROM schedules WHERE verify_due IS NOT NULL \
                 UNION ALL SELECT 0 FROM schedules WHERE generation < (SELECT generation FROM scheduler))",
            )
            .stored()?
            .query_row([], |row| row.optional_time("at"))
            .stored()
    }
}

/// Writes schedules, and reads them.
pub struct SchedulesMut<'a> {
    pub(crate) reader: Schedules<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for SchedulesMut<'a> {
    type Target = Schedules<'a>;

    fn deref(&self) -> &Schedules<'a> {
        &self.reader
    }
}

impl SchedulesMut<'_> {
    /// Writes a schedule as it was computed. Only a change of the policy is announced, because a new policy touches
    /// every credential.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn write(&self, row: &ScheduleRow, new: &NewSchedule) -> Result<(), VaultError> {
        if new.expires_at != row.expires_at {
            // ORDER: this is written before the schedule itself, because it marks the schedule as stale.
            self.connection
                .prepare_cached("UPDATE credentials SET expires_at = ?2 WHERE number = ?1")
                .stored()?
                .execute(params![row.number, new.expires_at.map(micros)])
                .stored()?;
        }
        let written = self
            .connection
            .prepare_cached(
                "UPDATE schedules SET generation = (SELECT generation FROM scheduler), \
                 policy = (SELECT number FROM policies WHERE id = ?2), standing = ?3, overdue_at = ?4, \
                 change_due = ?5, change_kind = ?6, verify_due = ?7, next_due = ?8, next_kind = ?9, not_before = ?10, \
                 viewed_at = ?11, first_success_at = ?12, own_expiry = ?13 WHERE credential = ?1",
            )
            .stored()?
            .execute(params![
                row.number,
                new.policy.map(|policy| policy.as_uuid().into_bytes()),
                new.status.map(PolicyStatus::word),
                new.overdue_at.map(micros),
                new.change.map(|due| micros(due.at)),
                new.change.map(|due| due.kind.word()),
                new.verification.map(micros),
                new.next.map(|due| micros(due.at)),
                new.next.map(|due| due.kind.word()),
                new.not_before.map(micros),
                new.viewed_at.map(micros),
                new.first_success_at.map(micros),
                new.own_expiry.map(micros),
            ])
            .stored()?;
        if written == 0 {
            return Err(VaultError::NotFound);
        }
        if let Some(policy) = new.policy {
            self.changes.policy(policy);
        }
        Ok(())
    }

    /// Records that a password was shown or copied; only the first time since its change is kept.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn note_view(&self, credential: CredentialId, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.connection
            .prepare_cached(
                "UPDATE schedules SET viewed_at = ?2, generation = 0 WHERE viewed_at IS NULL \
                 AND credential = (SELECT number FROM credentials WHERE id = ?1)",
            )
            .stored()?
            .execute(params![credential.as_uuid().as_bytes(), micros(now)])
            .stored()?;
        Ok(())
    }

    /// Sets when a credential's password expires, as a person wants it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn set_expiry(&self, credential: CredentialId, at: DateTime<Utc>) -> Result<(), VaultError> {
        let changed = self
            .connection
            .prepare_cached("UPDATE credentials SET expires_at = ?2 WHERE id = ?1")
            .stored()?
            .execute(params![credential.as_uuid().as_bytes(), micros(at)])
            .stored()?;
        if changed == 0 {
            return Err(VaultError::NotFound);
        }
        self.changes.credential(credential);
        Ok(())
    }

    /// Makes every due schedule stale, because the scheduler did not run when it became due.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn reconsider_due(&self, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.connection
            .prepare_cached("UPDATE schedules SET generation = 0 WHERE change_due <= ?1 OR verify_due <= ?1")
            .stored()?
            .execute([micros(now)])
            .stored()?;
        Ok(())
    }

    /// Stores the name of a policy for the history.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn name_policy(&self, policy: PolicyId, name: &str) -> Result<(), VaultError> {
        self.connection
            .prepare_cached(
                "INSERT INTO policy_names (id, name) VALUES (?1, ?2) \
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
            )
            .stored()?
            .execute(params![policy.as_uuid().as_bytes(), name])
            .stored()?;
        Ok(())
    }

    /// Records that the credential must not be verified again before its record changes.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn skip_verification(&self, credential: CredentialId) -> Result<(), VaultError> {
        self.connection
            .prepare_cached(
                "UPDATE schedules SET verify_due = NULL \
                 WHERE credential = (SELECT number FROM credentials WHERE id = ?1)",
            )
            .stored()?
            .execute([credential.as_uuid().as_bytes()])
            .stored()?;
        Ok(())
    }
}
