//! Credentials: usernames on devices, with their passwords and settings.

mod settings;

use domain::{
    ConnectAs, Credential, CredentialDetails, CredentialId, NotReconcilable, Problem, Rule, SecretKind, SecretOrigin,
    SyncState,
};
use secret::Secret;
use serde_json::json;
use template::starter::{Connects, Starter};
use vault::{CredentialQuery, CredentialRow, NewEntry, Noun, Object, Page, Reader, Writer};

use crate::{
    Action, App, AppError, access::signed_in_user::SignedInUser, inventory::label::label,
    operations::reconcilable::not_reconcilable,
};

/// The credential form, as a person filled it in.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct CredentialForm {
    /// None: a new credential.
    pub id: Option<CredentialId>,
    pub details: CredentialDetails,
    /// The password that the device has now; None keeps the stored one.
    pub password: Option<Secret>,
    /// A private key that the device accepts; None keeps the stored one.
    pub private_key: Option<Secret>,
}

/// A credential with all its details, read at one time.
#[derive(Debug, Clone)]
pub struct CredentialInFull {
    /// The credential, as the list shows it.
    pub row: CredentialRow,
    /// The label of the credential that it logs in as, if it is another one.
    pub access: Option<String>,
    /// The label of its parent.
    pub parent: Option<String>,
    /// The label of its reconciliation credential.
    pub reconciliation: Option<String>,
    /// The name of the user who paused it; empty if it is not paused.
    pub paused_by: String,
    /// The reason why it cannot be reconciled now; none if it can.
    pub not_reconcilable: Option<NotReconcilable>,
}

/// The longest accepted password, in bytes: the limit of `chpasswd`.
const LONGEST_PASSWORD: usize = 511;
/// The longest accepted private key, in bytes. RSA keys of 16,384 bits need about 12,500.
const LONGEST_KEY: usize = 32_000;

/// The operations on credentials.
pub struct Credentials<'a>(pub(crate) &'a App);

impl Credentials<'_> {
    /// Returns one page of the credentials that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &CredentialQuery) -> Result<Page<CredentialRow>, AppError> {
        let signed_in = self.0.authorize(Action::ReadCredentials)?;
        signed_in.vault.read(|reader| Ok(reader.credentials().list(query)?))
    }

    /// Reads one credential, and the label of its access credential.
    ///
    /// # Errors
    /// As [`Credentials::list`], and [`AppError::NotFound`].
    pub fn get(&self, id: CredentialId) -> Result<(CredentialRow, Option<String>), AppError> {
        let signed_in = self.0.authorize(Action::ReadCredentials)?;
        signed_in.vault.read(|reader| {
            let row = reader.credentials().row(id)?.ok_or(NOT_FOUND)?;
            let access = match row.credential.details.execution.connect_as {
                ConnectAs::Own => None,
                ConnectAs::Access(access) => reader.credentials().row(access)?,
            };
            let label = access.map(|access| label(&access.credential.details.username, &access.device_name));
            Ok((row, label))
        })
    }

    /// Reads one credential with all its details.
    ///
    /// # Errors
    /// As [`Credentials::get`].
    pub fn in_full(&self, id: CredentialId) -> Result<CredentialInFull, AppError> {
        let signed_in = self.0.authorize(Action::ReadCredentials)?;
        signed_in.vault.read(|reader| {
            let row = reader.credentials().row(id)?.ok_or(NOT_FOUND)?;
            let execution = &row.credential.details.execution;
            let access = match execution.connect_as {
                ConnectAs::Own => None,
                ConnectAs::Access(access) => Some(access),
            };
            let paused_by = match &row.credential.pause {
                Some(pause) => reader.users().name(pause.by)?.unwrap_or_default(),
                None => String::new(),
            };
            Ok(CredentialInFull {
                access: label_of(reader, access)?,
                parent: label_of(reader, execution.parent)?,
                reconciliation: label_of(reader, execution.reconciliation.credential)?,
                paused_by,
                not_reconcilable: not_reconcilable(reader, id)?,
                row,
            })
        })
    }

    /// Creates or changes a credential. A given password becomes the current one, and the previous one is kept in the
    /// history.
    ///
    /// # Errors
    /// As [`Credentials::get`], [`AppError::Invalid`], and [`AppError::OpenOperation`] if a field changes on which an
    /// open operation relies.
    pub fn save(&self, form: CredentialForm) -> Result<CredentialId, AppError> {
        let signed_in = self.0.authorize(Action::WriteCredentials)?;
        let details = form.details.clone().tidied();
        let new_id = CredentialId::from_uuid(self.0.new_uuid());
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let mut problems = details.problems();
            problems.extend(secret_problems(&form));
            problems.extend(reference_problems(writer, self.0.setup.templates, &form, &details)?);
            if !problems.is_empty() {
                return Err(AppError::Invalid { problems });
            }
            let known = match form.id {
                Some(id) => Some(writer.credentials().get(id)?.ok_or(NOT_FOUND)?),
                None => None,
            };
            if let Some(known) = &known {
                refuse_under_open_operation(writer, known, &form, &details)?;
            }
            let credential = Credential {
                id: known.as_ref().map_or(new_id, |known| known.id),
                has_password: false,
                has_private_key: false,
                sync: SyncState::default(),
                proven_at: None,
                changed_at: None,
                password_origin: None,
                verified: None,
                pause: None,
                created_at: known.as_ref().map_or(now, |known| known.created_at),
                updated_at: now,
                details,
            };
            if known.is_some() {
                writer.credentials_mut().update(&credential)?;
            } else {
                writer.credentials_mut().insert(&credential)?;
            }
            for (kind, secret) in [(SecretKind::Password, &form.password), (SecretKind::PrivateKey, &form.private_key)]
            {
                if let Some(secret) = secret {
                    let key = signed_in.session.require_secrets_key()?;
                    writer.secrets_mut().set_current(key, credential.id, kind, secret, SecretOrigin::Entered, now)?;
                }
            }
            append_saved(writer, &signed_in, known.as_ref(), &credential, &form)?;
            Ok(credential.id)
        })
    }

    /// Deletes a credential that nothing refers to, with every password it ever had.
    ///
    /// # Errors
    /// As [`Credentials::get`], and [`AppError::CredentialInUse`].
    pub fn delete(&self, id: CredentialId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteCredentials)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let row = writer.credentials().row(id)?.ok_or(NOT_FOUND)?;
            let credentials = writer.credentials().used_by(id)?;
            let operations = u32::from(row.open_operation.is_some());
            if credentials + operations > 0 {
                return Err(AppError::CredentialInUse { credentials, operations });
            }
            writer.credentials_mut().delete(id)?;
            let label = label(&row.credential.details.username, &row.device_name);
            let detail = json!({ "from": describe(&row.credential.details), "to": null });
            let object = Some(Object { noun: "credential", id: id.as_uuid(), label: &label });
            let entry =
                NewEntry { who: Some(signed_in.user.id), action: "credential.deleted", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })
    }
}

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Credential };

/// Returns the label of a credential that another one refers to; empty if it no longer exists.
fn label_of(reader: &Reader<'_>, named: Option<CredentialId>) -> Result<Option<String>, AppError> {
    let Some(named) = named else { return Ok(None) };
    let row = reader.credentials().row(named)?;
    Ok(Some(row.map(|row| label(&row.credential.details.username, &row.device_name)).unwrap_or_default()))
}

fn secret_problems(form: &CredentialForm) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(password) = &form.password {
        // EXPOSE: its length and its characters are checked.
        let text = password.expose();
        if text.is_empty() {
            problems.push(Problem::new("password", Rule::Required));
        } else if text.len() > LONGEST_PASSWORD {
            problems.push(Problem::new("password", Rule::TooLong { maximum: LONGEST_PASSWORD as u32 }));
        } else if text.chars().any(char::is_control) {
            problems.push(Problem::new("password", Rule::InvalidCharacters));
        }
    }
    if let Some(key) = &form.private_key {
        // EXPOSE: its armour is checked.
        let text = key.expose().trim();
        let armoured = text.starts_with("-----BEGIN ") && text.contains("PRIVATE KEY-----");
        if text.len() > LONGEST_KEY || !armoured || text.contains("ENCRYPTED") {
            problems.push(Problem::new("privateKey", Rule::InvalidKey));
        }
    }
    problems
}

/// Checks the references in the form: the device, the name's uniqueness on it, the access credential, the template.
fn reference_problems(
    reader: &Reader<'_>,
    templates: &[Starter],
    form: &CredentialForm,
    details: &CredentialDetails,
) -> Result<Vec<Problem>, AppError> {
    let mut problems = Vec::new();
    if reader.devices().get(details.device)?.is_none() {
        problems.push(Problem::new("deviceId", Rule::Unknown));
    } else if reader.credentials().taken(details.device, &details.username, &details.domain, form.id)? {
        problems.push(Problem::new("username", Rule::Duplicate));
    }
    if let ConnectAs::Access(access) = details.execution.connect_as {
        let rule = match reader.credentials().get(access)? {
            None => Some(Rule::Unknown),
            Some(found) => found.refused_as_access(form.id, details.device),
        };
        problems.extend(rule.map(|rule| Problem::new("execution.accessCredentialId", rule)));
    }
    problems.extend(template_problem(templates, details));
    problems.extend(settings::problems(reader, templates, form.id, details)?);
    Ok(problems)
}

/// Checks that the template belongs to the plugin and to the way of connecting.
fn template_problem(templates: &[Starter], details: &CredentialDetails) -> Option<Problem> {
    let execution = &details.execution;
    let chosen = execution.template.as_deref()?;
    let connects = match execution.connect_as {
        ConnectAs::Own => Connects::Own,
        ConnectAs::Access(_) => Connects::Access,
    };
    let rule = match templates.iter().find(|starter| starter.id == chosen) {
        None => Rule::Unknown,
        Some(found) if execution.plugin.as_deref() != Some(found.plugin) || found.connects != connects => {
            Rule::WrongPlugin
        }
        Some(_) => return None,
    };
    Some(Problem::new("execution.templateId", rule))
}

/// Refuses the change of a field on which an open operation relies: it works with the values of the time of its
/// request.
fn refuse_under_open_operation(
    reader: &Reader<'_>,
    known: &Credential,
    form: &CredentialForm,
    details: &CredentialDetails,
) -> Result<(), AppError> {
    let same_target = known.details.username == details.username
        && known.details.device == details.device
        && known.details.domain == details.domain
        && known.details.execution == details.execution
        && known.details.status == details.status;
    let same_secrets = form.password.is_none() && form.private_key.is_none();
    if same_target && same_secrets || reader.operations().open_of(known.id)?.is_none() {
        Ok(())
    } else {
        Err(AppError::OpenOperation)
    }
}

fn append_saved(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    known: Option<&Credential>,
    credential: &Credential,
    form: &CredentialForm,
) -> Result<(), AppError> {
    let action = if known.is_some() { "credential.changed" } else { "credential.entered" };
    let detail = json!({
        "from": known.map(|known| describe(&known.details)),
        "to": describe(&credential.details),
        "password": form.password.as_ref().map(|_| "changed"),
        "privateKey": form.private_key.as_ref().map(|_| "changed"),
    });
    let device = writer.devices().get(credential.details.device)?;
    let device_name = device.map(|device| device.details.name).unwrap_or_default();
    let label = label(&credential.details.username, &device_name);
    let object = Some(Object { noun: "credential", id: credential.id.as_uuid(), label: &label });
    let at = credential.updated_at;
    writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object, detail, at })?;
    Ok(())
}

fn describe(details: &CredentialDetails) -> serde_json::Value {
    let execution = &details.execution;
    json!({
        "username": details.username,
        "device": details.device,
        "passwordType": details.password_type,
        "domain": details.domain,
        "additionalInformation": details.additional_information,
        "tags": details.tags,
        "status": details.status,
        "automaticChange": execution.automatic_change,
        "plugin": execution.plugin,
        "template": execution.template,
        "accessCredential": match execution.connect_as {
            ConnectAs::Own => None,
            ConnectAs::Access(access) => Some(access),
        },
        "parent": execution.parent,
        "childPassword": execution.child_password,
        "exclusionGroup": execution.exclusion_group,
        "reconciliation": {
            "enabled": execution.reconciliation.enabled,
            "autorun": execution.reconciliation.autorun,
            "credential": execution.reconciliation.credential,
            "plugin": execution.reconciliation.plugin,
            "template": execution.reconciliation.template,
        },
    })
}
