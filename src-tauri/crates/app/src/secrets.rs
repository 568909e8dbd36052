//! Passwords, one at a time, each look audited.

use chrono::{DateTime, Utc};
use domain::{CredentialId, SecretKind, SyncState};
use secret::Secret;
use serde_json::json;
use vault::{NewEntry, Noun, Object};

use crate::{Action, App, AppError, credentials::label};

/// A password on its way to a person.
pub struct Revealed {
    /// The password.
    pub password: Secret,
    /// Whether the device may have another one.
    pub doubtful: bool,
    /// Since when it is current.
    pub changed_at: DateTime<Utc>,
}

/// The door to passwords.
pub struct Secrets<'a>(pub(crate) &'a App);

impl Secrets<'_> {
    /// The current password, to be shown. The look is audited before the password leaves.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::NoPassword`],
    /// [`AppError::Vault`].
    pub fn reveal(&self, credential: CredentialId) -> Result<Revealed, AppError> {
        self.take_out(credential, "secret.revealed")
    }

    /// The current password, to be copied.
    ///
    /// # Errors
    /// As [`Secrets::reveal`].
    pub fn copy(&self, credential: CredentialId) -> Result<Revealed, AppError> {
        self.take_out(credential, "secret.copied")
    }

    fn take_out(&self, credential: CredentialId, action: &str) -> Result<Revealed, AppError> {
        let seat = self.0.seated(Action::RevealSecrets)?;
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            let not_found = AppError::NotFound { noun: Noun::Credential };
            let row = writer.credentials().row(credential)?.ok_or(not_found)?;
            let stored =
                writer.secrets().current(seat.session.require_secrets_key()?, credential, SecretKind::Password)?;
            let stored = stored.ok_or(AppError::NoPassword)?;
            let label = label(&row.credential.details.username, &row.device_name);
            let object = Some(Object { noun: "credential", id: credential.as_uuid(), label: &label });
            let detail = json!({ "version": stored.version });
            writer.audit_mut().append(&NewEntry { who: Some(seat.user.id), action, object, detail, at: now })?;
            // A policy may want a password changed that somebody has seen.
            writer.schedules_mut().note_view(credential, now)?;
            Ok(Revealed {
                doubtful: row.credential.sync != SyncState::InSync,
                changed_at: stored.at,
                password: stored.secret,
            })
        })
    }
}
