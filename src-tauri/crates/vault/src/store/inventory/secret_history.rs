//! The history in `secret_versions`: the facts about all versions without opening them, and one opened value at a time.

use chrono::{DateTime, Utc};
use domain::{CredentialId, SecretKind, SecretOrigin, SecretVersionId, SecretVersionState, UserId};
use rusqlite::{OptionalExtension, Row, params};
use secret::Secret;

use super::secrets::Secrets;
use crate::store::value::{Columns, micros};
use crate::{SecretsKey, SecretsMut, VaultError, error::Stored};

const COLUMNS: &str = "id, kind, version, state, origin, created_at, current_at, sent_at";

/// A value that a secret of a credential has, had, or may have; still sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionFacts {
    /// The id of the version.
    pub id: SecretVersionId,
    /// A password or a key.
    pub kind: SecretKind,
    /// 1, 2, 3 … for each credential and kind.
    pub number: u32,
    /// Its state: current, candidate, retired or another.
    pub state: SecretVersionState,
    /// Its origin: entered or generated, and so on.
    pub origin: SecretOrigin,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// When it became current.
    pub current_at: Option<DateTime<Utc>>,
    /// When it may first have been sent to the device.
    pub sent_at: Option<DateTime<Utc>>,
}

fn read_facts(row: &Row<'_>) -> rusqlite::Result<VersionFacts> {
    Ok(VersionFacts {
        id: SecretVersionId::from_uuid(row.uuid("id")?),
        kind: row.word("kind")?,
        number: row.get("version")?,
        state: row.word("state")?,
        origin: row.word("origin")?,
        created_at: row.time("created_at")?,
        current_at: row.optional_time("current_at")?,
        sent_at: row.optional_time("sent_at")?,
    })
}

/// The origin of a version, as far as the vault knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VersionSource {
    /// The person who entered it, or who asked for the change that made it.
    pub user: Option<UserId>,
    /// The code of the operation that made it.
    pub operation: Option<i64>,
}

impl Secrets<'_> {
    /// Finds the origin of a version. A generated one comes from the operation that ran at that time. An entered one
    /// comes from the person named in the audit trail.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn source(&self, id: CredentialId, version: &VersionFacts) -> Result<VersionSource, VaultError> {
        let sql = match version.origin {
            SecretOrigin::Generated => {
                "SELECT code, requester_id AS who FROM operations
                 WHERE credential_id = ?1 AND started_at <= ?2 AND (ended_at IS NULL OR ended_at >= ?2)
                 ORDER BY started_at DESC LIMIT 1"
            }
            SecretOrigin::Entered => "SELECT NULL AS code, who FROM audit WHERE object_id = ?1 AND at = ?2 LIMIT 1",
        };
        let source = self
            .connection
            .prepare_cached(sql)
            .stored()?
            .query_row(params![id.as_uuid().as_bytes(), micros(version.created_at)], |row| {
                let user = row.optional_uuid("who")?.map(UserId::from_uuid);
                Ok(VersionSource { user, operation: row.get("code")? })
            })
            .optional()
            .stored()?;
        Ok(source.unwrap_or_default())
    }

    /// Returns every version of every secret of a credential, newest first. It needs no key.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn history(&self, id: CredentialId) -> Result<Vec<VersionFacts>, VaultError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM secret_versions WHERE credential_id = ?1 ORDER BY number DESC"
            ))
            .stored()?;
        let facts = statement.query_map([id.as_uuid().as_bytes()], read_facts).stored()?;
        facts.collect::<Result<_, _>>().stored()
    }

    /// Returns one version of a credential's secret, opened; None if the credential has no such version.
    ///
    /// # Errors
    /// The same as [`Secrets::current`].
    pub fn version(
        &self,
        key: &SecretsKey,
        id: CredentialId,
        version: SecretVersionId,
    ) -> Result<Option<(VersionFacts, Secret)>, VaultError> {
        let Some(facts) = self.history(id)?.into_iter().find(|facts| facts.id == version) else {
            return Ok(None);
        };
        Ok(self.open_version(key, id, version)?.map(|secret| (facts, secret)))
    }
}

impl SecretsMut<'_> {
    /// Deletes the oldest retired and abandoned versions of each secret, except for the newest `kept`. The versions
    /// that the device has, had last or may have are never deleted. Returns the number of deleted versions.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn forget_beyond(&self, kept: u32) -> Result<usize, VaultError> {
        let (retired, abandoned) = (SecretVersionState::Retired.word(), SecretVersionState::Abandoned.word());
        self.connection
            .prepare_cached(
                "DELETE FROM secret_versions WHERE number IN (
                     SELECT number FROM (
                         SELECT number, row_number() OVER (
                             PARTITION BY credential_id, kind ORDER BY number DESC
                         ) AS place
                         FROM secret_versions WHERE state IN (?1, ?2)
                     ) WHERE place > ?3
                 )",
            )
            .stored()?
            .execute(params![retired, abandoned, kept])
            .stored()
    }
}
