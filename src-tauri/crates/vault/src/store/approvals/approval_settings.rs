//! `approval_settings`: the approvers and rules, one signed state after another. Rows are added and never changed.

use approval::{Settings, StoredSettings, statement};
use crypto::SIGNATURE_LENGTH;
use rusqlite::{Connection, params};

use super::requests::RequestsMut;
use crate::store::value::must_be_kept;
use crate::{Session, VaultError, error::Stored};

/// Returns every state, oldest first.
pub(in crate::store) fn all(connection: &Connection) -> Result<Vec<StoredSettings>, VaultError> {
    let sql = "SELECT number, content, signature FROM approval_settings ORDER BY number";
    let mut statement = connection.prepare_cached(sql).stored()?;
    let rows = statement
        .query_map([], |row| {
            let number: i64 = row.get("number")?;
            let signature: [u8; SIGNATURE_LENGTH] = row.get("signature")?;
            Ok(StoredSettings { number: number.unsigned_abs(), content: row.get("content")?, signature })
        })
        .stored()?;
    rows.collect::<rusqlite::Result<_>>().stored()
}

impl RequestsMut<'_> {
    /// Signs the next settings and adds them.
    ///
    /// # Errors
    /// [`VaultError::Taken`] when there are newer ones already; [`VaultError::InvalidReference`] for another person's
    /// or another vault's.
    pub fn add_settings(&self, settings: &Settings, signer: &Session) -> Result<(), VaultError> {
        if signer.user().id != settings.by || settings.vault != self.vault_id {
            return Err(VaultError::InvalidReference);
        }
        let content = settings.encode();
        let statement = statement::settings(self.vault_id, &statement::digest_of_settings(&content), settings.by);
        let number = i64::try_from(settings.number).map_err(|_| VaultError::InvalidReference)?;
        let kept = self
            .connection
            .prepare_cached("INSERT INTO approval_settings (number, content, signature) VALUES (?1, ?2, ?3)")
            .stored()?
            .execute(params![number, content, signer.sign(statement.as_bytes()).0])
            .stored()?;
        must_be_kept(kept)?;
        self.changes.approvers(settings.by);
        Ok(())
    }
}
