//! The history in `secret_versions`: what there is, without opening it, and one value of it at a time.

use chrono::{DateTime, Utc};
use domain::{CredentialId, Origin, SecretKind, SecretVersionId, VersionState};
use rusqlite::{Row, params};
use secret::Secret;

use super::{secrets::Secrets, value::Columns, words::Word};
use crate::{SecretsKey, SecretsMut, VaultError, error::Stored};

const COLUMNS: &str = "id, kind, version, state, origin, created_at, current_at, sent_at";

/// A value that a secret of a credential has, had, or may have; still sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionFacts {
    /// Which version it is.
    pub id: SecretVersionId,
    /// A password or a key.
    pub kind: SecretKind,
    /// 1, 2, 3 … for each credential and kind.
    pub number: u32,
    /// What it is to its credential.
    pub state: VersionState,
    /// Where it comes from.
    pub origin: Origin,
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

impl Secrets<'_> {
    /// Every version of every secret of a credential, newest first. Needs no key.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
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

    /// One version of a credential's secret, opened; none if the credential has no such version.
    ///
    /// # Errors
    /// As [`Secrets::current`].
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
    /// Forgets the oldest retired and abandoned versions of a credential beyond so many of each kind. What the device
    /// has, had last or may have stays. Answers with how many went.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn forget_beyond(&self, id: CredentialId, kept: u32) -> Result<usize, VaultError> {
        let (retired, abandoned) = (VersionState::Retired.word(), VersionState::Abandoned.word());
        self.connection
            .prepare_cached(
                "DELETE FROM secret_versions WHERE number IN (
                     SELECT number FROM (
                         SELECT number, row_number() OVER (PARTITION BY kind ORDER BY number DESC) AS place
                         FROM secret_versions WHERE credential_id = ?1 AND state IN (?2, ?3)
                     ) WHERE place > ?4
                 )",
            )
            .stored()?
            .execute(params![id.as_uuid().as_bytes(), retired, abandoned, kept])
            .stored()
    }
}
