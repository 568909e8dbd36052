//! `secret_versions`, continued: the state changes of a version.
//!
//! Every method checks first that all of its changes are possible, so that nothing has changed when it returns an
//! error.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::{CredentialId, OperationId, SecretKind, SecretOrigin, SecretVersionId, SecretVersionState, SyncState};
use rusqlite::params;
use secret::{Key, Secret};

use super::secrets::Place;
use crate::store::value::{Columns, make_uuid, micros, must_be_kept};
use crate::{Secrets, SecretsKey, VaultError, error::Stored as _, file::transaction::Changes};

/// The proof that the device has a value that becomes current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// A login succeeded with it.
    Login,
    None,
}

/// Writes secrets, and reads them.
pub struct SecretsMut<'a> {
    pub(crate) reader: Secrets<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for SecretsMut<'a> {
    type Target = Secrets<'a>;

    fn deref(&self) -> &Secrets<'a> {
        &self.reader
    }
}

impl SecretsMut<'_> {
    /// Stores a value that a person entered: it becomes current without a proof. The current one becomes the previous.
    ///
    /// # Errors
    /// [`VaultError::StaleKey`]; [`VaultError::NotFound`] for the credential.
    pub fn set_current(
        &self,
        key: &SecretsKey,
        id: CredentialId,
        kind: SecretKind,
        secret: &Secret,
        origin: SecretOrigin,
        now: DateTime<Utc>,
    ) -> Result<SecretVersionId, VaultError> {
        self.known(id)?;
        let key = self.key(key)?;
        self.demote_current(id, kind)?;
        let version = self.insert(key, (id, kind), secret, (SecretVersionState::Current, origin), now)?;
        self.became_current(id, kind, Proof::None, now)?;
        Ok(version)
    }

    /// Stores a generated password before anything is sent.
    ///
    /// # Errors
    /// [`VaultError::Taken`] while there is another candidate; [`VaultError::StaleKey`]; [`VaultError::NotFound`] for
    /// the credential.
    pub fn store_candidate(
        &self,
        key: &SecretsKey,
        id: CredentialId,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<SecretVersionId, VaultError> {
        self.known(id)?;
        let place = (id, SecretKind::Password);
        self.insert(self.key(key)?, place, secret, (SecretVersionState::Candidate, SecretOrigin::Generated), now)
    }

    /// Stores the candidate of an operation that sets its own, whatever candidate there was before: one that may have
    /// been sent stays as unresolved, one that was never sent is abandoned.
    ///
    /// # Errors
    /// [`VaultError::StaleKey`]; [`VaultError::NotFound`] for the credential.
    pub fn store_candidate_for(
        &self,
        key: &SecretsKey,
        id: CredentialId,
        operation: OperationId,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<SecretVersionId, VaultError> {
        self.known(id)?;
        self.key(key)?;
        if let Some(before) = self.candidate_facts(id)? {
            let state =
                if before.sent_at.is_some() { SecretVersionState::Unresolved } else { SecretVersionState::Abandoned };
            self.set_state(id, SecretKind::Password, SecretVersionState::Candidate, state)?;
        }
        let version = self.store_candidate(key, id, secret, now)?;
        self.connection
            .prepare_cached("UPDATE secret_versions SET operation_id = ?2 WHERE id = ?1")
            .stored()?
            .execute(params![version.as_uuid().as_bytes(), operation.as_uuid().as_bytes()])
            .stored()?;
        Ok(version)
    }

    /// Records that another password was proven: the unresolved versions are kept, but are no longer in question.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn abandon_unresolved(&self, id: CredentialId) -> Result<(), VaultError> {
        if self.set_state(id, SecretKind::Password, SecretVersionState::Unresolved, SecretVersionState::Abandoned)? > 0
        {
            self.changes.credential(id);
        }
        Ok(())
    }

    /// Makes the newest unresolved password current, because it was proven. The others are abandoned.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is none.
    pub fn restore_unresolved(&self, id: CredentialId, now: DateTime<Utc>) -> Result<(), VaultError> {
        let kind = SecretKind::Password;
        // ORDER: the same as in `promote`: the lookup comes before any move.
        let newest = self.newest_unresolved(id)?.ok_or(VaultError::NotFound)?;
        self.demote_current(id, kind)?;
        self.connection
            .prepare_cached("UPDATE secret_versions SET state = 'current' WHERE id = ?1")
            .stored()?
            .execute([newest.as_uuid().as_bytes()])
            .stored()?;
        self.abandon_unresolved(id)?;
        self.stamp_current(id, kind, now)?;
        self.became_current(id, kind, Proof::Login, now)
    }

    /// Records that the candidate may have been sent from now on; only the first time is kept.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when it is no candidate any more.
    pub fn mark_sent(&self, version: SecretVersionId, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.mark(version, "sent_at = coalesce(sent_at, ?2)", Some(micros(now)))
    }

    /// Records that another password was proven while this one was a candidate; only the first time is kept.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when it is no candidate any more.
    pub fn mark_doubted(&self, version: SecretVersionId, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.mark(version, "doubted_at = coalesce(doubted_at, ?2)", Some(micros(now)))
    }

    /// Removes the doubt, because the candidate is being sent once more.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when it is no candidate any more.
    pub fn clear_doubt(&self, version: SecretVersionId) -> Result<(), VaultError> {
        self.mark(version, "doubted_at = ?2", None)
    }

    /// Makes the candidate current, because it was proven. The current value becomes the previous one, and the previous
    /// one is retired.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no candidate.
    pub fn promote_candidate(&self, id: CredentialId, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.promote(id, Proof::Login, now)
    }

    /// Does the same as [`SecretsMut::promote_candidate`] where the template waives the proof: the candidate becomes
    /// current, and is not verified.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no candidate.
    pub fn promote_unproven(&self, id: CredentialId, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.promote(id, Proof::None, now)
    }

    fn promote(&self, id: CredentialId, proof: Proof, now: DateTime<Utc>) -> Result<(), VaultError> {
        let kind = SecretKind::Password;
        // ORDER: the candidate is looked up before anything moves, so that an error leaves everything as it was. Then
        // the values move in the order previous, current, candidate: there are never two of a kind, which the indexes
        // refuse.
        self.find(id, kind, SecretVersionState::Candidate)?.ok_or(VaultError::NotFound)?;
        self.demote_current(id, kind)?;
        self.set_state(id, kind, SecretVersionState::Candidate, SecretVersionState::Current)?;
        self.abandon_unresolved(id)?;
        self.stamp_current(id, kind, now)?;
        self.became_current(id, kind, proof, now)
    }

    /// Records that another password was proven: the former candidate is kept, but is no longer a candidate.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no candidate.
    pub fn abandon_candidate(&self, id: CredentialId, now: DateTime<Utc>) -> Result<(), VaultError> {
        let kind = SecretKind::Password;
        if let Some(facts) = self.candidate_facts(id)? {
            self.mark_doubted(facts.version, now)?;
        }
        if self.set_state(id, kind, SecretVersionState::Candidate, SecretVersionState::Abandoned)? == 0 {
            return Err(VaultError::NotFound);
        }
        self.changes.credential(id);
        Ok(())
    }

    /// Makes the previous password current again, because it was proven. The current one is retired.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no previous one.
    pub fn restore_previous(&self, id: CredentialId, now: DateTime<Utc>) -> Result<(), VaultError> {
        let kind = SecretKind::Password;
        // ORDER: the lookup comes before any move. Then the current value makes room.
        self.find(id, kind, SecretVersionState::Previous)?.ok_or(VaultError::NotFound)?;
        self.set_state(id, kind, SecretVersionState::Current, SecretVersionState::Retired)?;
        self.set_state(id, kind, SecretVersionState::Previous, SecretVersionState::Current)?;
        self.stamp_current(id, kind, now)?;
        self.became_current(id, kind, Proof::Login, now)
    }

    fn insert(
        &self,
        key: &Key,
        (credential, kind): (CredentialId, SecretKind),
        secret: &Secret,
        (state, origin): (SecretVersionState, SecretOrigin),
        now: DateTime<Utc>,
    ) -> Result<SecretVersionId, VaultError> {
        let version: u32 = self
            .connection
            .prepare_cached(
                "SELECT coalesce(max(version), 0) + 1 FROM secret_versions WHERE credential_id = ?1 AND kind = ?2",
            )
            .stored()?
            .query_row(params![credential.as_uuid().as_bytes(), kind.word()], |row| row.get(0))
            .stored()?;
        let place = Place { id: SecretVersionId::from_uuid(make_uuid(now)?), credential, kind, version };
        let sealed = crypto::seal_secret(key, &place.associated_data(self.vault_id), secret)?;
        let current_at = (state == SecretVersionState::Current).then(|| micros(now));
        let kept = self
            .connection
            .prepare_cached(
                "INSERT INTO secret_versions (id, credential_id, kind, version, state, origin, sealed, created_at, \
                 current_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )
            .stored()?
            .execute(params![
                place.id.as_uuid().as_bytes(),
                credential.as_uuid().as_bytes(),
                kind.word(),
                version,
                state.word(),
                origin.word(),
                &sealed,
                micros(now),
                current_at,
            ])
            .stored()?;
        must_be_kept(kept)?;
        self.must_be_there(place.id, &sealed)?;
        self.changes.credential(credential);
        Ok(place.id)
    }

    /// Reads a version back, because a planted trigger may have removed the written row.
    fn must_be_there(&self, version: SecretVersionId, sealed: &[u8]) -> Result<(), VaultError> {
        let sql = "SELECT 1 FROM secret_versions WHERE id = ?1 AND sealed = ?2";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let there = statement.exists(params![version.as_uuid().as_bytes(), sealed]).stored()?;
        must_be_kept(usize::from(there))
    }

    /// Makes room for another current value.
    fn demote_current(&self, id: CredentialId, kind: SecretKind) -> Result<(), VaultError> {
        if self.find(id, kind, SecretVersionState::Current)?.is_some() {
            self.set_state(id, kind, SecretVersionState::Previous, SecretVersionState::Retired)?;
            self.set_state(id, kind, SecretVersionState::Current, SecretVersionState::Previous)?;
        }
        Ok(())
    }

    fn set_state(
        &self,
        id: CredentialId,
        kind: SecretKind,
        from: SecretVersionState,
        to: SecretVersionState,
    ) -> Result<usize, VaultError> {
        self.connection
            .prepare_cached(
                "UPDATE secret_versions SET state = ?4 WHERE credential_id = ?1 AND kind = ?2 AND state = ?3",
            )
            .stored()?
            .execute(params![id.as_uuid().as_bytes(), kind.word(), from.word(), to.word()])
            .stored()
    }

    fn stamp_current(&self, id: CredentialId, kind: SecretKind, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.connection
            .prepare_cached(
                "UPDATE secret_versions SET current_at = ?3 \
                 WHERE credential_id = ?1 AND kind = ?2 AND state = 'current'",
            )
            .stored()?
            .execute(params![id.as_uuid().as_bytes(), kind.word(), micros(now)])
            .stored()?;
        Ok(())
    }

    /// Updates the credential after a value has become current.
    fn became_current(
        &self,
        id: CredentialId,
        kind: SecretKind,
        proof: Proof,
        now: DateTime<Utc>,
    ) -> Result<(), VaultError> {
        let sql = match (kind, proof) {
            // A proof counts as a verification; an earlier verification was about another password.
            (SecretKind::Password, Proof::Login) => {
                "UPDATE credentials SET has_password = 1, changed_at = ?2, updated_at = ?2, \
                 verification = 'confirmed', verified_at = ?2, proven_at = ?2 WHERE id = ?1"
            }
            (SecretKind::Password, Proof::None) => {
                "UPDATE credentials SET has_password = 1, changed_at = ?2, updated_at = ?2, \
                 verification = NULL, verified_at = NULL, proven_at = NULL WHERE id = ?1"
            }
            (SecretKind::PrivateKey, _) => "UPDATE credentials SET has_private_key = 1, updated_at = ?2 WHERE id = ?1",
        };
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        if statement.execute(params![id.as_uuid().as_bytes(), micros(now)]).stored()? == 0 {
            return Err(VaultError::NotFound);
        }
        if kind == SecretKind::Password {
            // In most cases the value is unchanged; then no index on it is written.
            let sql = "UPDATE credentials SET sync = ?2 WHERE id = ?1 AND sync <> ?2";
            let mut statement = self.connection.prepare_cached(sql).stored()?;
            let sync = match proof {
                Proof::Login => SyncState::InSync,
                Proof::None => SyncState::NotVerified,
            };
            statement.execute(params![id.as_uuid().as_bytes(), sync.word()]).stored()?;
        }
        self.changes.credential(id);
        Ok(())
    }

    fn mark(&self, version: SecretVersionId, what: &str, at: Option<i64>) -> Result<(), VaultError> {
        let sql =
            format!("UPDATE secret_versions SET {what} WHERE id = ?1 AND state = 'candidate' RETURNING credential_id");
        let credential = self
            .connection
            .prepare_cached(&sql)
            .stored()?
            .query_row(params![version.as_uuid().as_bytes(), at], |row| row.uuid("credential_id"))
            .stored()?;
        self.changes.credential(CredentialId::from_uuid(credential));
        Ok(())
    }

    fn known(&self, id: CredentialId) -> Result<(), VaultError> {
        let sql = "SELECT 1 FROM credentials WHERE id = ?1";
        match self.connection.prepare_cached(sql).stored()?.exists([id.as_uuid().as_bytes()]).stored()? {
            true => Ok(()),
            false => Err(VaultError::NotFound),
        }
    }
}
