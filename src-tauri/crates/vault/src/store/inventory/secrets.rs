//! `secret_versions`: every value that a secret of a credential has, had, or may have.
//!
//! Each value is sealed by itself under the secrets key, bound to the vault, the version, the credential, the kind and
//! the number, so that no row can stand in for another. Nothing is ever overwritten: a value only changes its state,
//! which `secret_changes` does. There is at most one candidate, one current and one previous value of a kind; the
//! database itself refuses a second.

use chrono::{DateTime, Utc};
use crypto::AssociatedData;
use domain::{CredentialId, OperationId, SecretKind, SecretVersionId, SecretVersionState, VaultId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use secret::{Key, Secret};

use crate::store::value::Columns;
use crate::{SecretsKey, VaultError, error::Stored as _};

pub(in crate::store) const COLUMNS: &str =
    "id, credential_id, kind, version, sealed, created_at, current_at, sent_at, doubted_at, operation_id";

/// A value that is, or was, the proven one.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Stored {
    /// The id of the version.
    pub version: SecretVersionId,
    pub secret: Secret,
    /// When it became current.
    pub at: DateTime<Utc>,
}

/// A generated value. It is not known whether the device has it.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct StoredCandidate {
    /// The id of the version.
    pub version: SecretVersionId,
    pub secret: Secret,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// When it may first have been sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// When another password was first proven against it.
    pub doubted_at: Option<DateTime<Utc>>,
    /// The operation that it was made for; `None` when an older version of the program made it.
    pub operation: Option<OperationId>,
}

/// The facts about a candidate that are known without decrypting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CandidateFacts {
    /// The id of the version.
    pub version: SecretVersionId,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// When it may first have been sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// When another password was first proven against it.
    pub doubted_at: Option<DateTime<Utc>>,
    /// The operation that it was made for; `None` when an older version of the program made it.
    pub operation: Option<OperationId>,
}

/// A row, still sealed.
pub(in crate::store) struct SealedVersion {
    place: Place,
    sealed: Vec<u8>,
    created_at: DateTime<Utc>,
    current_at: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
    doubted_at: Option<DateTime<Utc>>,
    operation: Option<OperationId>,
}

/// The fields that a sealed value is bound to.
pub(in crate::store) struct Place {
    pub(in crate::store) id: SecretVersionId,
    pub(in crate::store) credential: CredentialId,
    pub(in crate::store) kind: SecretKind,
    pub(in crate::store) version: u32,
}

pub(in crate::store) fn read_version(row: &Row<'_>) -> rusqlite::Result<SealedVersion> {
    Ok(SealedVersion {
        place: Place {
            id: SecretVersionId::from_uuid(row.uuid("id")?),
            credential: CredentialId::from_uuid(row.uuid("credential_id")?),
            kind: row.word("kind")?,
            version: row.get("version")?,
        },
        sealed: row.get("sealed")?,
        created_at: row.time("created_at")?,
        current_at: row.optional_time("current_at")?,
        sent_at: row.optional_time("sent_at")?,
        doubted_at: row.optional_time("doubted_at")?,
        operation: row.optional_uuid("operation_id")?.map(OperationId::from_uuid),
    })
}

impl SealedVersion {
    /// Tells whether the value can be decrypted. The clear text is wiped at once.
    pub(in crate::store) fn opens(&self, vault: VaultId, key: &Key) -> bool {
        crypto::open_secret(key, &self.place.associated_data(vault), &self.sealed).is_ok()
    }
}

impl Place {
    pub(in crate::store) fn associated_data(&self, vault: VaultId) -> AssociatedData {
        AssociatedData::new("chaveiro secret")
            .bytes(vault.as_uuid().as_bytes())
            .bytes(self.id.as_uuid().as_bytes())
            .bytes(self.credential.as_uuid().as_bytes())
            .text(self.kind.word())
            .number(u64::from(self.version))
    }
}

/// Reads secrets, one at a time.
pub struct Secrets<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) vault_id: VaultId,
    pub(crate) generation: u32,
}

impl Secrets<'_> {
    /// Returns the value that was proven last, or that a person entered.
    ///
    /// # Errors
    /// [`VaultError::StaleKey`]; [`VaultError::CannotBeOpened`] for a row that was changed or swapped.
    pub fn current(&self, key: &SecretsKey, id: CredentialId, kind: SecretKind) -> Result<Option<Stored>, VaultError> {
        self.stored(key, id, kind, SecretVersionState::Current)
    }

    /// Returns the value before the current one.
    ///
    /// # Errors
    /// The same as [`Secrets::current`].
    pub fn previous(&self, key: &SecretsKey, id: CredentialId, kind: SecretKind) -> Result<Option<Stored>, VaultError> {
        self.stored(key, id, kind, SecretVersionState::Previous)
    }

    /// Returns the newest unresolved version: a candidate that was replaced by another one before it was proven or
    /// refuted.
    ///
    /// # Errors
    /// The same as [`Secrets::current`].
    pub fn unresolved(&self, key: &SecretsKey, id: CredentialId) -> Result<Option<Stored>, VaultError> {
        self.stored(key, id, SecretKind::Password, SecretVersionState::Unresolved)
    }

    /// Returns the candidate: a generated password that is not proven yet.
    ///
    /// # Errors
    /// The same as [`Secrets::current`].
    pub fn candidate(&self, key: &SecretsKey, id: CredentialId) -> Result<Option<StoredCandidate>, VaultError> {
        let key = self.key(key)?;
        let Some(found) = self.find(id, SecretKind::Password, SecretVersionState::Candidate)? else {
            return Ok(None);
        };
        Ok(Some(StoredCandidate {
            version: found.place.id,
            secret: self.open(key, &found)?,
            created_at: found.created_at,
            sent_at: found.sent_at,
            doubted_at: found.doubted_at,
            operation: found.operation,
        }))
    }

    pub(in crate::store) fn newest_unresolved(&self, id: CredentialId) -> Result<Option<SecretVersionId>, VaultError> {
        let found = self.find(id, SecretKind::Password, SecretVersionState::Unresolved)?;
        Ok(found.map(|found| found.place.id))
    }

    /// Returns the last values of a kind in any state, newest first.
    ///
    /// # Errors
    /// The same as [`Secrets::current`].
    pub fn latest(
        &self,
        key: &SecretsKey,
        id: CredentialId,
        kind: SecretKind,
        most: u32,
    ) -> Result<Vec<Secret>, VaultError> {
        let key = self.key(key)?;
        let found: Vec<SealedVersion> = self
            .connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM secret_versions WHERE credential_id = ?1 AND kind = ?2 \
                 ORDER BY version DESC LIMIT ?3"
            ))
            .stored()?
            .query_map(params![id.as_uuid().as_bytes(), kind.word(), most], read_version)
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()?;
        found.iter().map(|version| self.open(key, version)).collect()
    }

    /// Returns the facts about the candidate of a credential; needs no key.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn candidate_facts(&self, id: CredentialId) -> Result<Option<CandidateFacts>, VaultError> {
        let found = self.find(id, SecretKind::Password, SecretVersionState::Candidate)?;
        Ok(found.map(|found| CandidateFacts {
            version: found.place.id,
            created_at: found.created_at,
            sent_at: found.sent_at,
            doubted_at: found.doubted_at,
            operation: found.operation,
        }))
    }

    fn stored(
        &self,
        key: &SecretsKey,
        id: CredentialId,
        kind: SecretKind,
        state: SecretVersionState,
    ) -> Result<Option<Stored>, VaultError> {
        let key = self.key(key)?;
        let Some(found) = self.find(id, kind, state)? else {
            return Ok(None);
        };
        let secret = self.open(key, &found)?;
        Ok(Some(Stored { version: found.place.id, secret, at: found.current_at.unwrap_or(found.created_at) }))
    }

    pub(in crate::store) fn find(
        &self,
        id: CredentialId,
        kind: SecretKind,
        state: SecretVersionState,
    ) -> Result<Option<SealedVersion>, VaultError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM secret_versions WHERE credential_id = ?1 AND kind = ?2 AND state = ?3 \
                 ORDER BY version DESC LIMIT 1"
            ))
            .stored()?
            .query_row(params![id.as_uuid().as_bytes(), kind.word(), state.word()], read_version)
            .optional()
            .stored()
    }

    /// Returns one version in any state.
    pub(in crate::store) fn open_version(
        &self,
        key: &SecretsKey,
        id: CredentialId,
        version: SecretVersionId,
    ) -> Result<Option<Secret>, VaultError> {
        let key = self.key(key)?;
        let found = self
            .connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM secret_versions WHERE credential_id = ?1 AND id = ?2"))
            .stored()?
            .query_row(params![id.as_uuid().as_bytes(), version.as_uuid().as_bytes()], read_version)
            .optional()
            .stored()?;
        found.map(|found| self.open(key, &found)).transpose()
    }

    fn open(&self, key: &Key, found: &SealedVersion) -> Result<Secret, VaultError> {
        Ok(crypto::open_secret(key, &found.place.associated_data(self.vault_id), &found.sealed)?)
    }

    /// Returns the key itself if it belongs to the vault and key generation of this transaction.
    pub(in crate::store) fn key<'k>(&self, key: &'k SecretsKey) -> Result<&'k Key, VaultError> {
        key.of(self.vault_id, self.generation)
    }
}

/// The number of values that are sealed again in one step.
const BATCH: u32 = 500;

/// Seals every value under another key. A value that cannot be decrypted (because it was changed or swapped) stays as
/// it is; it cannot be decrypted with the new key either.
pub(crate) fn seal_anew(connection: &Connection, vault: VaultId, old: &Key, new: &Key) -> Result<(), VaultError> {
    let sql = format!("SELECT number, {COLUMNS} FROM secret_versions WHERE number > ?1 ORDER BY number LIMIT {BATCH}");
    let mut read = connection.prepare(&sql).stored()?;
    let mut write = connection.prepare("UPDATE secret_versions SET sealed = ?2 WHERE number = ?1").stored()?;
    let mut after = 0_i64;
    loop {
        let rows = read.query_map([after], |row| Ok((row.get("number")?, read_version(row)?))).stored()?;
        let rows: Vec<(i64, SealedVersion)> = rows.collect::<Result<_, _>>().stored()?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = *last;
        for (number, found) in &rows {
            let bound = found.place.associated_data(vault);
            if let Ok(content) = crypto::open(old, &bound, &found.sealed) {
                write.execute(params![number, crypto::seal(new, &bound, &content)?]).stored()?;
            }
        }
    }
}
