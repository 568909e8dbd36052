//! Passwords, one at a time, each look audited.

use chrono::{DateTime, Utc};
use domain::{CredentialId, SecretKind, SecretOrigin, SecretVersionId, SecretVersionState, parameter::Parameter};
use secret::Secret;
use serde_json::json;
use vault::{CredentialRow, NewEntry, Noun, Object, Writer};

use crate::{Action, App, AppError, access::seat::Seat, inventory::label::label};

/// The longest reason that is taken, in characters.
const LONGEST_REASON: usize = 500;

/// What a person says and proves when they look at a password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Look {
    pub justification: Option<String>,
    /// What their authenticator shows.
    pub code: Option<String>,
}

/// A password on its way to a person.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Revealed {
    pub password: Secret,
    /// Whether the device may have another one.
    pub doubtful: bool,
    /// Since when it is current, or when it was stored.
    pub changed_at: DateTime<Utc>,
    /// Whether Chaveiro changed it and proved it. Otherwise it was only stored: entered, or generated and never proven.
    pub changed: bool,
    /// How long it is shown.
    pub hide_after_seconds: u32,
    /// How long it stays on the clipboard.
    pub clear_after_seconds: u32,
}

/// A version of a secret, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SecretVersion {
    pub id: SecretVersionId,
    /// From 1, per kind.
    pub number: u32,
    /// A password or a key.
    pub kind: SecretKind,
    /// What it is to its credential.
    pub state: SecretVersionState,
    /// Where it comes from.
    pub origin: SecretOrigin,
    /// The name of who entered it or asked for the change.
    pub user_name: Option<String>,
    /// The code of the operation that made it.
    pub operation_code: Option<i64>,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// When it became current.
    pub current_at: Option<DateTime<Utc>>,
}

/// The door to passwords.
pub struct Secrets<'a>(pub(crate) &'a App);

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Credential };

impl Secrets<'_> {
    /// The current password, to be shown. The look is audited before the password leaves.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::NoPassword`],
    /// [`AppError::SecretAltered`], which the audit trail keeps, [`AppError::Vault`]; [`AppError::JustificationNeeded`], [`AppError::CodeNeeded`] and [`AppError::WrongCode`]
    /// where a parameter asks for it.
    pub fn reveal(&self, credential: CredentialId, look: &Look) -> Result<Revealed, AppError> {
        self.take_out(credential, None, look, "secret.revealed")
    }

    /// The current password, to be copied.
    ///
    /// # Errors
    /// As [`Secrets::reveal`].
    pub fn copy(&self, credential: CredentialId, look: &Look) -> Result<Revealed, AppError> {
        self.take_out(credential, None, look, "secret.copied")
    }

    /// One version of a credential's secrets, to be shown.
    ///
    /// # Errors
    /// As [`Secrets::reveal`].
    pub fn reveal_version(
        &self,
        credential: CredentialId,
        version: SecretVersionId,
        look: &Look,
    ) -> Result<Revealed, AppError> {
        self.take_out(credential, Some(version), look, "secret.revealed")
    }

    /// One version of a credential's secrets, to be copied.
    ///
    /// # Errors
    /// As [`Secrets::reveal`].
    pub fn copy_version(
        &self,
        credential: CredentialId,
        version: SecretVersionId,
        look: &Look,
    ) -> Result<Revealed, AppError> {
        self.take_out(credential, Some(version), look, "secret.copied")
    }

    /// Every version of a credential's secrets, newest first, without the values.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Vault`].
    pub fn history(&self, credential: CredentialId) -> Result<Vec<SecretVersion>, AppError> {
        let seat = self.0.seated(Action::ReadCredentials)?;
        seat.vault.read(|reader| {
            reader.credentials().get(credential)?.ok_or(NOT_FOUND)?;
            let history = reader.secrets().history(credential)?;
            let version = |facts: &vault::VersionFacts| {
                let source = reader.secrets().source(credential, facts)?;
                Ok::<_, AppError>(SecretVersion {
                    id: facts.id,
                    number: facts.number,
                    kind: facts.kind,
                    state: facts.state,
                    origin: facts.origin,
                    user_name: source.user.map(|user| reader.users().name(user)).transpose()?.flatten(),
                    operation_code: source.operation,
                    created_at: facts.created_at,
                    current_at: facts.current_at,
                })
            };
            history.iter().map(version).collect()
        })
    }

    fn take_out(
        &self,
        credential: CredentialId,
        version: Option<SecretVersionId>,
        look: &Look,
        action: &str,
    ) -> Result<Revealed, AppError> {
        let seat = self.0.seated(Action::RevealSecrets)?;
        let parameters = seat.vault.read(|reader| reader.parameters().all())?;
        let reason = look.justification.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        if parameters.is_on(Parameter::RevealNeedsJustification) && reason.is_none() {
            return Err(AppError::JustificationNeeded);
        }
        if parameters.is_on(Parameter::RevealNeedsCode) {
            self.0.check_code(&seat, look.code.as_deref())?;
        }
        let reason = reason.map(|reason| reason.chars().take(LONGEST_REASON).collect::<String>());
        let taken = seat.vault.write(|writer| {
            let row = writer.credentials().row(credential)?.ok_or(NOT_FOUND)?;
            let (version, mut revealed) = open(writer, &seat, &row, version)?;
            revealed.hide_after_seconds = parameters.number(Parameter::HideAfter);
            revealed.clear_after_seconds = parameters.number(Parameter::ClearClipboardAfter);
            let label = label(&row.credential.details.username, &row.device_name);
            let object = Some(Object { noun: "credential", id: credential.as_uuid(), label: &label });
            let detail = json!({ "version": version, "reason": reason });
            let at = self.0.setup.clock.now();
            writer.audit_mut().append(&NewEntry { who: Some(seat.user.id), action, object, detail, at })?;
            // A policy may want a password changed that somebody has seen.
            writer.schedules_mut().note_view(credential, at)?;
            Ok(revealed)
        });
        if matches!(taken, Err(AppError::SecretAltered)) {
            self.note_altered(&seat, credential, version)?;
        }
        taken
    }

    /// Writes down that a stored password did not open: what was refused with it was written nowhere.
    fn note_altered(
        &self,
        seat: &Seat,
        credential: CredentialId,
        version: Option<SecretVersionId>,
    ) -> Result<(), AppError> {
        let at = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            let row = writer.credentials().row(credential)?.ok_or(NOT_FOUND)?;
            let label = label(&row.credential.details.username, &row.device_name);
            let object = Some(Object { noun: "credential", id: credential.as_uuid(), label: &label });
            let detail = json!({ "version": version });
            let who = Some(seat.user.id);
            writer.audit_mut().append(&NewEntry { who, action: "secret.altered", object, detail, at })?;
            Ok(())
        })
    }
}

/// Opens the current password, or one version.
fn open(
    writer: &Writer<'_>,
    seat: &Seat,
    row: &CredentialRow,
    version: Option<SecretVersionId>,
) -> Result<(SecretVersionId, Revealed), AppError> {
    let (key, credential) = (seat.session.require_secrets_key()?, row.credential.id);
    let doubtful = row.credential.sync.is_doubtful();
    let generated = |origin: SecretOrigin| origin == SecretOrigin::Generated;
    let (id, password, doubtful, changed_at, changed) = match version {
        None => {
            let stored = writer.secrets().current(key, credential, SecretKind::Password)?;
            let stored = stored.ok_or(AppError::NoPassword)?;
            let changed = row.credential.password_origin.is_some_and(generated);
            (stored.version, stored.secret, doubtful, stored.at, changed)
        }
        Some(version) => {
            let found = writer.secrets().version(key, credential, version)?;
            let (facts, secret) = found.ok_or(AppError::NotFound { noun: Noun::SecretVersion })?;
            let current = facts.state == SecretVersionState::Current && !doubtful;
            let changed = generated(facts.origin) && facts.current_at.is_some();
            (facts.id, secret, !current, facts.current_at.unwrap_or(facts.created_at), changed)
        }
    };
    Ok((id, Revealed { password, doubtful, changed_at, changed, hide_after_seconds: 0, clear_after_seconds: 0 }))
}
