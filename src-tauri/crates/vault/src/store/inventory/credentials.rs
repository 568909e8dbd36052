//! `credentials`: usernames on devices. Their secrets are in `secret_versions`.

use std::{collections::BTreeSet, ops::Deref};

use chrono::{DateTime, Utc};
use domain::{
    ConnectAs, Credential, CredentialDetails, CredentialId, DeviceId, ExecutionSettings, OperationId, Pause,
    ReconciliationSettings, SyncState, UserId, Verified, operation::VerificationResult,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::value::{Columns, fold, json, micros};
use crate::{VaultError, error::Stored, file::transaction::Changes};

pub(in crate::store) const COLUMNS: &str = "c.id, c.device_id, c.username, c.domain, c.password_type, c.additional_information, \
    c.tags, c.status, c.automatic_change, c.plugin, c.template, c.access_credential_id, c.has_password, \
    c.has_private_key, c.sync, c.proven_at, c.changed_at, c.created_at, c.updated_at, c.parent_credential_id, c.child_password, \
    c.exclusion_group, c.reconciliation, c.reconciliation_autorun, c.reconciliation_credential_id, \
    c.reconciliation_plugin, c.reconciliation_template, c.verification, c.verified_at, c.paused_at, c.paused_by, \
    c.pause_reason, (SELECT v.origin FROM secret_versions v WHERE v.credential_id = c.id AND v.kind = 'password' \
    AND v.state = 'current') AS password_origin";

pub(in crate::store) fn read_credential(row: &Row<'_>) -> rusqlite::Result<Credential> {
    let access = row.optional_uuid("access_credential_id")?.map(CredentialId::from_uuid);
    Ok(Credential {
        id: CredentialId::from_uuid(row.uuid("id")?),
        details: CredentialDetails {
            username: row.get("username")?,
            device: DeviceId::from_uuid(row.uuid("device_id")?),
            password_type: row.word("password_type")?,
            domain: row.get("domain")?,
            additional_information: row.get("additional_information")?,
            tags: row.json("tags")?,
            status: row.word("status")?,
            execution: ExecutionSettings {
                automatic_change: row.get("automatic_change")?,
                plugin: row.get("plugin")?,
                template: row.get("template")?,
                connect_as: access.map_or(ConnectAs::Own, ConnectAs::Access),
                parent: row.optional_uuid("parent_credential_id")?.map(CredentialId::from_uuid),
                child_password: row.word("child_password")?,
                exclusion_group: row.get("exclusion_group")?,
                reconciliation: ReconciliationSettings {
                    enabled: row.get("reconciliation")?,
                    autorun: row.get("reconciliation_autorun")?,
                    credential: row.optional_uuid("reconciliation_credential_id")?.map(CredentialId::from_uuid),
                    plugin: row.get("reconciliation_plugin")?,
                    template: row.get("reconciliation_template")?,
                },
            },
        },
        has_password: row.get("has_password")?,
        has_private_key: row.get("has_private_key")?,
        sync: row.word("sync")?,
        proven_at: row.optional_time("proven_at")?,
        changed_at: row.optional_time("changed_at")?,
        password_origin: row.optional_word("password_origin")?,
        verified: read_verified(row)?,
        pause: read_pause(row)?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(in crate::store) fn read_verified(row: &Row<'_>) -> rusqlite::Result<Option<Verified>> {
    let result = row.optional_word("verification")?;
    let at = row.optional_time("verified_at")?;
    Ok(result.zip(at).map(|(result, at)| Verified { result, at }))
}

pub(in crate::store) fn read_pause(row: &Row<'_>) -> rusqlite::Result<Option<Pause>> {
    let (at, by) = (row.optional_time("paused_at")?, row.optional_uuid("paused_by")?);
    let reason: Option<String> = row.get("pause_reason")?;
    Ok(at.zip(by).map(|(at, by)| Pause { reason: reason.unwrap_or_default(), by: UserId::from_uuid(by), at }))
}

/// Reads the credentials of the vault.
pub struct Credentials<'a> {
    pub(crate) connection: &'a Connection,
}

impl Credentials<'_> {
    /// Returns a credential; `None` when there is none with this id.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn get(&self, id: CredentialId) -> Result<Option<Credential>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM credentials c WHERE c.id = ?1"))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], read_credential)
            .optional()
            .stored()
    }

    /// Tells whether another credential of the device has the username and the domain, letter case ignored.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn taken(
        &self,
        device: DeviceId,
        username: &str,
        domain: &str,
        except: Option<CredentialId>,
    ) -> Result<bool, VaultError> {
        self.connection
            .prepare_cached(
                "SELECT 1 FROM credentials WHERE device_id = ?1 AND username_folded = ?2 AND domain_folded = ?3 \
                 AND id IS NOT ?4",
            )
            .stored()?
            .exists(params![
                device.as_uuid().as_bytes(),
                fold(username),
                fold(domain),
                except.map(|id| id.as_uuid().into_bytes())
            ])
            .stored()
    }

    /// Counts the other credentials that log in with this one, follow it, or are reconciled through it.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn used_by(&self, id: CredentialId) -> Result<u32, VaultError> {
        self.connection
            .prepare_cached(
                "SELECT count(*) FROM (SELECT number FROM credentials WHERE access_credential_id = ?1 \
                 UNION SELECT number FROM credentials WHERE parent_credential_id = ?1 \
                 UNION SELECT number FROM credentials WHERE reconciliation_credential_id = ?1)",
            )
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| row.get(0))
            .stored()
    }

    pub(in crate::store) fn open_operation(&self, id: CredentialId) -> Result<Option<OperationId>, VaultError> {
        self.connection
            .prepare_cached(
                "SELECT id FROM operations WHERE credential_id = ?1 \
                 AND state IN ('awaitingApproval', 'scheduled', 'running')",
            )
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| row.uuid("id").map(OperationId::from_uuid))
            .optional()
            .stored()
    }
}

/// Writes credentials, and reads them.
pub struct CredentialsMut<'a> {
    pub(crate) reader: Credentials<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for CredentialsMut<'a> {
    type Target = Credentials<'a>;

    fn deref(&self) -> &Credentials<'a> {
        &self.reader
    }
}

impl CredentialsMut<'_> {
    /// Inserts a credential. The columns that depend on its secrets (whether it has any, since when) are written
    /// together with the secrets. The sync state is stored as given.
    ///
    /// # Errors
    /// [`VaultError::Taken`] when the device has such a credential, letter case ignored;
    /// [`VaultError::InvalidReference`] when the device or the access credential does not exist, or is itself.
    pub fn insert(&self, credential: &Credential) -> Result<(), VaultError> {
        let details = &credential.details;
        let inserted = self
            .connection
            .prepare_cached(
                "INSERT INTO credentials (id, device_id, device_name, username, username_folded, domain, \
                 domain_folded, password_type, additional_information, tags, status, automatic_change, plugin, \
                 template, access_credential_id, sync, created_at, updated_at) \
                 SELECT ?1, d.id, d.name, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17 \
                 FROM devices d WHERE d.id = ?2",
            )
            .stored()?
            .execute(params![
                credential.id.as_uuid().as_bytes(),
                details.device.as_uuid().as_bytes(),
                details.username,
                fold(&details.username),
                details.domain,
                fold(&details.domain),
                details.password_type.word(),
                details.additional_information,
                json(&details.tags)?,
                details.status.word(),
                details.execution.automatic_change,
                details.execution.plugin,
                details.execution.template,
                access(details),
                credential.sync.word(),
                micros(credential.created_at),
                micros(credential.updated_at),
            ])
            .stored()?;
        if inserted == 0 {
            return Err(VaultError::InvalidReference);
        }
        self.changes.credential(credential.id);
        self.write_execution(credential)?;
        self.write_tags(credential.id, &credential.details.tags)
    }

    /// Writes a credential's details and the time of the change.
    ///
    /// # Errors
    /// The same as [`CredentialsMut::insert`], and [`VaultError::NotFound`].
    pub fn update(&self, credential: &Credential) -> Result<(), VaultError> {
        let details = &credential.details;
        let device = details.device.as_uuid();
        let known = "SELECT 1 FROM devices WHERE id = ?1";
        if !self.connection.prepare_cached(known).stored()?.exists([device.as_bytes()]).stored()? {
            return Err(VaultError::InvalidReference);
        }
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE credentials SET device_id = ?2, device_name = (SELECT name FROM devices WHERE id = ?2), \
                 username = ?3, username_folded = ?4, domain = ?5, domain_folded = ?6, password_type = ?7, \
                 additional_information = ?8, tags = ?9, status = ?10, automatic_change = ?11, plugin = ?12, \
                 template = ?13, access_credential_id = ?14, updated_at = ?15 WHERE id = ?1",
            )
            .stored()?
            .execute(params![
                credential.id.as_uuid().as_bytes(),
                device.as_bytes(),
                details.username,
                fold(&details.username),
                details.domain,
                fold(&details.domain),
                details.password_type.word(),
                details.additional_information,
                json(&details.tags)?,
                details.status.word(),
                details.execution.automatic_change,
                details.execution.plugin,
                details.execution.template,
                access(details),
                micros(credential.updated_at),
            ])
            .stored()?;
        self.noted(credential.id, changed)?;
        self.write_execution(credential)?;
        self.write_tags(credential.id, &credential.details.tags)
    }

    /// Writes the settings of chains and reconciliation.
    fn write_execution(&self, credential: &Credential) -> Result<(), VaultError> {
        let execution = &credential.details.execution;
        let repair = &execution.reconciliation;
        self.connection
            .prepare_cached(
                "UPDATE credentials SET parent_credential_id = ?2, child_password = ?3, exclusion_group = ?4, \
                 reconciliation = ?5, reconciliation_autorun = ?6, reconciliation_credential_id = ?7, \
                 reconciliation_plugin = ?8, reconciliation_template = ?9 WHERE id = ?1",
            )
            .stored()?
            .execute(params![
                credential.id.as_uuid().as_bytes(),
                execution.parent.map(|id| id.as_uuid().into_bytes()),
                execution.child_password.word(),
                execution.exclusion_group,
                repair.enabled,
                repair.autorun,
                repair.credential.map(|id| id.as_uuid().into_bytes()),
                repair.plugin,
                repair.template,
            ])
            .stored()?;
        Ok(())
    }

    /// Deletes a credential with every secret that it has or had. Its operations stay, as history.
    ///
    /// # Errors
    /// [`VaultError::OpenOperation`]; [`VaultError::ReferredTo`] when others log in with it, follow it or are
    /// reconciled through it; [`VaultError::NotFound`].
    pub fn delete(&self, id: CredentialId) -> Result<(), VaultError> {
        if self.open_operation(id)?.is_some() {
            return Err(VaultError::OpenOperation);
        }
        if self.used_by(id)? > 0 {
            return Err(VaultError::ReferredTo);
        }
        let sql = "DELETE FROM credentials WHERE id = ?1";
        let deleted = self.connection.prepare_cached(sql).stored()?.execute([id.as_uuid().as_bytes()]).stored()?;
        self.noted(id, deleted)
    }

    /// Records whether the stored password is the device's.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn set_sync(&self, id: CredentialId, sync: SyncState, now: DateTime<Utc>) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET sync = ?2, updated_at = ?3 WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let changed = statement.execute(params![id.as_uuid().as_bytes(), sync.word(), micros(now)]).stored()?;
        self.noted(id, changed)
    }

    /// Records that a login proved the stored password: it is in sync, and this counts as a verification.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn confirm(&self, id: CredentialId, now: DateTime<Utc>) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET sync = ?2, verification = ?3, verified_at = ?4, proven_at = ?4, \
             updated_at = ?4 WHERE id = ?1";
        let (sync, result) = (SyncState::InSync.word(), VerificationResult::Confirmed.word());
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let changed = statement.execute(params![id.as_uuid().as_bytes(), sync, result, micros(now)]).stored()?;
        self.noted(id, changed)
    }

    /// Records the result of a verification of the stored password.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn set_verified(
        &self,
        id: CredentialId,
        result: VerificationResult,
        now: DateTime<Utc>,
    ) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET verification = ?2, verified_at = ?3 WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let changed = statement.execute(params![id.as_uuid().as_bytes(), result.word(), micros(now)]).stored()?;
        self.noted(id, changed)
    }

    /// Records that a credential must follow its parent once its open operation has ended, or that it has followed it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn set_follows(&self, id: CredentialId, since: Option<DateTime<Utc>>) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET follows_since = ?2 WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let changed = statement.execute(params![id.as_uuid().as_bytes(), since.map(micros)]).stored()?;
        self.noted(id, changed)
    }

    /// Writes the tags where filters look for them.
    pub(in crate::store) fn write_tags(&self, credential: CredentialId, tags: &[String]) -> Result<(), VaultError> {
        let id = credential.as_uuid();
        self.connection
            .prepare_cached(
                "DELETE FROM credential_tags \
                 WHERE credential = (SELECT number FROM credentials WHERE id = ?1)",
            )
            .stored()?
            .execute([id.as_bytes()])
            .stored()?;
        for tag in tags {
            self.connection
                .prepare_cached(
                    "INSERT INTO credential_tags (tag_folded, credential) \
                     SELECT ?2, number FROM credentials WHERE id = ?1 ON CONFLICT DO NOTHING",
                )
                .stored()?
                .execute(params![id.as_bytes(), fold(tag)])
                .stored()?;
        }
        Ok(())
    }

    /// Writes only the differences of the tags.
    pub(in crate::store) fn change_tags(
        &self,
        id: CredentialId,
        from: &[String],
        to: &[String],
    ) -> Result<(), VaultError> {
        let folded = |tags: &[String]| tags.iter().map(|tag| fold(tag)).collect::<BTreeSet<_>>();
        let (from, to) = (folded(from), folded(to));
        let take = "DELETE FROM credential_tags WHERE tag_folded = ?2 \
             AND credential = (SELECT number FROM credentials WHERE id = ?1)";
        let put = "INSERT INTO credential_tags (tag_folded, credential) \
             SELECT ?2, number FROM credentials WHERE id = ?1 ON CONFLICT DO NOTHING";
        for (statement, tags) in [(take, from.difference(&to)), (put, to.difference(&from))] {
            for tag in tags {
                let mut statement = self.connection.prepare_cached(statement).stored()?;
                statement.execute(params![id.as_uuid().as_bytes(), tag]).stored()?;
            }
        }
        Ok(())
    }

    fn noted(&self, id: CredentialId, rows: usize) -> Result<(), VaultError> {
        if rows == 0 {
            return Err(VaultError::NotFound);
        }
        self.changes.credential(id);
        Ok(())
    }
}

fn access(details: &CredentialDetails) -> Option<[u8; 16]> {
    match details.execution.connect_as {
        ConnectAs::Own => None,
        ConnectAs::Access(id) => Some(id.as_uuid().into_bytes()),
    }
}
