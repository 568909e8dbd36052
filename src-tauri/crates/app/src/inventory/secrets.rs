//! Showing and copying single passwords. Each access is audited.

use chrono::{DateTime, Utc};
use domain::{CredentialId, SecretKind, SecretOrigin, SecretVersionId, SecretVersionState, parameter::Parameter};
use secret::Secret;
use serde_json::json;
use vault::{CredentialRow, NewEntry, Noun, Object, Writer};

use crate::{Action, App, AppError, access::signed_in_user::SignedInUser, inventory::label::label};

/// The longest reason that is taken, in characters.
const LONGEST_REASON: usize = 500;

/// The reason and the code with which a user asks to see a password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct RevealRequest {
    pub justification: Option<String>,
    /// The code of their authenticator.
    pub code: Option<String>,
}

/// A password that is given to the user.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Revealed {
    pub password: Secret,
    /// True if the device may have another password.
    pub doubtful: bool,
    /// The time at which it became current, or at which it was stored.
    pub changed_at: DateTime<Utc>,
    /// True if Chaveiro set it on the device and verified it. Otherwise it was only stored: entered by a person, or
    /// generated and never verified.
    pub changed: bool,
    /// The time for which it is shown, in seconds.
    pub hide_after_seconds: u32,
    /// The time for which it stays on the clipboard, in seconds.
    pub clear_after_seconds: u32,
}

/// A version of a secret, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SecretVersion {
    pub id: SecretVersionId,
    /// The number of the version, from 1 for each kind.
    pub number: u32,
    pub kind: SecretKind,
    /// The state of the version: candidate, current or previous.
    pub state: SecretVersionState,
    pub origin: SecretOrigin,
    /// The name of the person who entered it or requested the change.
    pub user_name: Option<String>,
    /// The code of the operation that made it.
    pub operation_code: Option<i64>,
    pub created_at: DateTime<Utc>,
    pub current_at: Option<DateTime<Utc>>,
}

/// The operations on passwords.
pub struct Secrets<'a>(pub(crate) &'a App);

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Credential };

impl Secrets<'_> {
    /// Returns the current password, to be shown. The audit entry is written before the password is returned.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::NoPassword`],
    /// [`AppError::SecretAltered`], which is also audited, [`AppError::Vault`]; [`AppError::JustificationNeeded`],
    /// [`AppError::CodeNeeded`] and [`AppError::WrongCode`] if a parameter requires a reason or a code.
    pub fn reveal(&self, credential: CredentialId, request: &RevealRequest) -> Result<Revealed, AppError> {
        self.take_out(credential, None, request, "secret.revealed")
    }

    /// Returns the current password, to be copied.
    ///
    /// # Errors
    /// As [`Secrets::reveal`].
    pub fn copy(&self, credential: CredentialId, request: &RevealRequest) -> Result<Revealed, AppError> {
        self.take_out(credential, None, request, "secret.copied")
    }

    /// Returns one version of a credential's secrets, to be shown.
    ///
    /// # Errors
    /// As [`Secrets::reveal`].
    pub fn reveal_version(
        &self,
        credential: CredentialId,
        version: SecretVersionId,
        request: &RevealRequest,
    ) -> Result<Revealed, AppError> {
        self.take_out(credential, Some(version), request, "secret.revealed")
    }

    /// Returns one version of a credential's secrets, to be copied.
    ///
    /// # Errors
    /// As [`Secrets::reveal`].
    pub fn copy_version(
        &self,
        credential: CredentialId,
        version: SecretVersionId,
        request: &RevealRequest,
    ) -> Result<Revealed, AppError> {
        self.take_out(credential, Some(version), request, "secret.copied")
    }

    /// Returns every version of a credential's secrets, newest first, without the values.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Vault`].
    pub fn history(&self, credential: CredentialId) -> Result<Vec<SecretVersion>, AppError> {
        let signed_in = self.0.authorize(Action::ReadCredentials)?;
        signed_in.vault.read(|reader| {
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
        request: &RevealRequest,
        action: &str,
    ) -> Result<Revealed, AppError> {
        let signed_in = self.0.authorize(Action::RevealSecrets)?;
        let parameters = signed_in.vault.read(|reader| reader.parameters().all())?;
        let reason = request.justification.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        if parameters.is_on(Parameter::RevealNeedsJustification) && reason.is_none() {
            return Err(AppError::JustificationNeeded);
        }
        if parameters.is_on(Parameter::RevealNeedsCode) {
            self.0.check_code(&signed_in, request.code.as_deref())?;
        }
        let reason = reason.map(|reason| reason.chars().take(LONGEST_REASON).collect::<String>());
        let taken = signed_in.vault.write(|writer| {
            let row = writer.credentials().row(credential)?.ok_or(NOT_FOUND)?;
            let (version, mut revealed) = open(writer, &signed_in, &row, version)?;
            revealed.hide_after_seconds = parameters.number(Parameter::HideAfter);
            revealed.clear_after_seconds = parameters.number(Parameter::ClearClipboardAfter);
            let label = label(&row.credential.details.username, &row.device_name);
            let object = Some(Object { noun: "credential", id: credential.as_uuid(), label: &label });
            let detail = json!({ "version": version, "reason": reason });
            let at = self.0.setup.clock.now();
            writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object, detail, at })?;
            // A policy may schedule a change for a password that a person has seen.
            writer.schedules_mut().note_view(credential, at)?;
            Ok(revealed)
        });
        if matches!(taken, Err(AppError::SecretAltered)) {
            self.note_altered(&signed_in, credential, version)?;
        }
        taken
    }

    /// Audits that a stored password could not be decrypted. The refused transaction was rolled back, so this is a
    /// separate one.
    fn note_altered(
        &self,
        signed_in: &SignedInUser,
        credential: CredentialId,
        version: Option<SecretVersionId>,
    ) -> Result<(), AppError> {
        let at = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let row = writer.credentials().row(credential)?.ok_or(NOT_FOUND)?;
            let label = label(&row.credential.details.username, &row.device_name);
            let object = Some(Object { noun: "credential", id: credential.as_uuid(), label: &label });
            let detail = json!({ "version": version });
            let who = Some(signed_in.user.id);
            writer.audit_mut().append(&NewEntry { who, action: "secret.altered", object, detail, at })?;
            Ok(())
        })
    }
}

/// Decrypts the current password or one version.
fn open(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    row: &CredentialRow,
    version: Option<SecretVersionId>,
) -> Result<(SecretVersionId, Revealed), AppError> {
    let (key, credential) = (signed_in.session.require_secrets_key()?, row.credential.id);
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
