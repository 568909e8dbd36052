//! Credentials, without their secrets.

use app::{
    CredentialForm, CredentialInFull, CredentialQuery, CredentialRow, Secret,
    domain::{ConnectAs, CredentialDetails, ExecutionSettings, Problem, ReconciliationSettings, Rule},
};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    ChildPassword, CredentialSort, CredentialStatus, ListRequest, NotChangeable, NotReconcilable, Noun, PasswordType,
    PolicyStatus, SecretOrigin, SyncState, VerificationResult, id, limit, page::place, rotation::PauseView, time,
};
use crate::CommandError;

/// Which credentials.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CredentialFilter {
    /// Words in any of the texts.
    pub text: Option<String>,
    pub device_id: Option<String>,
    pub password_type: Option<PasswordType>,
    /// In use or not.
    pub status: Option<CredentialStatus>,
    pub sync: Option<SyncState>,
    pub tag: Option<String>,
    /// Whose change can, or cannot, be requested now.
    pub changeable: Option<bool>,
    /// How it stands to its policy.
    pub standing: Option<PolicyStatus>,
    /// The policy that applies.
    pub policy_id: Option<String>,
    /// Whether it is paused by itself.
    pub paused: Option<bool>,
}

impl TryFrom<CredentialFilter> for CredentialQuery {
    type Error = CommandError;

    fn try_from(filter: CredentialFilter) -> Result<Self, CommandError> {
        Ok(Self {
            text: filter.text.unwrap_or_default(),
            device: filter.device_id.map(|text| id(&text, Noun::Device)).transpose()?,
            password_type: filter.password_type,
            status: filter.status,
            sync: filter.sync,
            tag: filter.tag,
            changeable: filter.changeable,
            standing: filter.standing.map(|standing| (standing, Utc::now())),
            policy: filter.policy_id.map(|text| id(&text, Noun::Policy)).transpose()?,
            paused: filter.paused,
            ..Self::default()
        })
    }
}

impl TryFrom<ListRequest<CredentialFilter, CredentialSort>> for CredentialQuery {
    type Error = CommandError;

    fn try_from(request: ListRequest<CredentialFilter, CredentialSort>) -> Result<Self, CommandError> {
        Ok(Self {
            sort: request.sort,
            descending: request.descending,
            after: place(request.cursor, Noun::Credential)?,
            limit: limit(request.limit),
            ..Self::try_from(request.filter)?
        })
    }
}

/// A credential in a list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialRowView {
    pub id: String,
    pub username: String,
    pub device_id: String,
    pub device_name: String,
    pub device_address: String,
    /// What kind of account it is.
    pub password_type: PasswordType,
    pub domain: String,
    pub tags: Vec<String>,
    /// Whether it is in use.
    pub status: CredentialStatus,
    /// Whether a password is stored.
    pub has_password: bool,
    /// Whether the stored password is the device's.
    pub sync: SyncState,
    /// When a login last proved the stored password.
    pub proven_at: Option<String>,
    /// Whether it may be changed by a plugin.
    pub automatic_change: bool,
    /// When its password last became current.
    pub changed_at: Option<String>,
    /// Where that password comes from.
    pub password_origin: Option<SecretOrigin>,
    /// Why its change cannot be requested now.
    pub not_changeable: Option<NotChangeable>,
    /// The operation on it that is not finished.
    pub open_operation_id: Option<String>,
    /// What the last verification told.
    pub verification: Option<VerificationResult>,
    /// When it was verified.
    pub verified_at: Option<String>,
    /// Whether it is paused by itself.
    pub paused: bool,
    /// When its password expires.
    pub expires_at: Option<String>,
    /// When its policy is due next.
    pub next_due_at: Option<String>,
    /// Why its password cannot be verified now.
    pub not_verifiable: Option<NotChangeable>,
    /// When the record last changed.
    pub updated_at: String,
}

impl From<CredentialRow> for CredentialRowView {
    fn from(row: CredentialRow) -> Self {
        let (credential, details) = (row.credential.clone(), row.credential.details);
        Self {
            id: credential.id.to_string(),
            username: details.username,
            device_id: details.device.to_string(),
            device_name: row.device_name,
            device_address: row.device_address,
            password_type: details.password_type,
            domain: details.domain,
            tags: details.tags,
            status: details.status,
            has_password: credential.has_password,
            sync: credential.sync,
            automatic_change: details.execution.automatic_change,
            proven_at: credential.proven_at.map(time),
            changed_at: credential.changed_at.map(time),
            password_origin: credential.password_origin,
            not_changeable: row.not_changeable,
            open_operation_id: row.open_operation.map(|operation| operation.to_string()),
            verification: credential.verified.map(|verified| verified.result),
            verified_at: credential.verified.map(|verified| time(verified.at)),
            paused: credential.pause.is_some(),
            expires_at: row.expires_at.map(time),
            next_due_at: row.next_due.map(time),
            not_verifiable: row.not_verifiable,
            updated_at: time(credential.updated_at),
        }
    }
}

/// How a password is set again when the stored one no longer works.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReconciliationSettingsView {
    /// Whether it may be reconciled.
    pub enabled: bool,
    /// Scheduled by itself after a failure that it can repair.
    pub autorun: bool,
    pub credential_id: Option<String>,
    /// What people call that one; ignored when saving.
    pub credential_label: Option<String>,
    pub plugin_id: Option<String>,
    pub template_id: Option<String>,
}

/// How a credential is changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExecutionSettingsView {
    /// Whether it may be changed by a plugin.
    pub automatic_change: bool,
    pub plugin_id: Option<String>,
    pub template_id: Option<String>,
    /// Logs in as itself.
    pub connect_with_own: bool,
    /// Logs in as this one.
    pub access_credential_id: Option<String>,
    /// What people call that one; ignored when saving.
    pub access_credential_label: Option<String>,
    /// When its password changes, this one's does.
    pub parent_credential_id: Option<String>,
    /// What people call that one; ignored when saving.
    pub parent_credential_label: Option<String>,
    /// What password it gets then.
    pub child_password: ChildPassword,
    /// Credentials of one group never run together; empty: of none.
    pub exclusion_group: String,
    /// How it is repaired.
    pub reconciliation: ReconciliationSettingsView,
}

/// What people call the credentials that the settings name.
struct Labels {
    access: Option<String>,
    parent: Option<String>,
    reconciliation: Option<String>,
}

impl ExecutionSettingsView {
    fn new(settings: ExecutionSettings, labels: Labels) -> Self {
        let access = match settings.connect_as {
            ConnectAs::Own => None,
            ConnectAs::Access(access) => Some(access.to_string()),
        };
        Self {
            automatic_change: settings.automatic_change,
            plugin_id: settings.plugin,
            template_id: settings.template,
            connect_with_own: access.is_none(),
            access_credential_id: access,
            access_credential_label: labels.access,
            parent_credential_id: settings.parent.map(|parent| parent.to_string()),
            parent_credential_label: labels.parent,
            child_password: settings.child_password,
            exclusion_group: settings.exclusion_group,
            reconciliation: ReconciliationSettingsView {
                enabled: settings.reconciliation.enabled,
                autorun: settings.reconciliation.autorun,
                credential_id: settings.reconciliation.credential.map(|credential| credential.to_string()),
                credential_label: labels.reconciliation,
                plugin_id: settings.reconciliation.plugin,
                template_id: settings.reconciliation.template,
            },
        }
    }
}

impl TryFrom<ExecutionSettingsView> for ExecutionSettings {
    type Error = CommandError;

    fn try_from(view: ExecutionSettingsView) -> Result<Self, CommandError> {
        let connect_as = match view.access_credential_id.filter(|_| !view.connect_with_own) {
            Some(access) => ConnectAs::Access(id(&access, Noun::Credential)?),
            None if view.connect_with_own || !view.automatic_change => ConnectAs::Own,
            None => {
                let problem = Problem::new("execution.accessCredentialId", Rule::Required);
                return Err(CommandError::Invalid { problems: vec![problem.into()] });
            }
        };
        Ok(Self {
            automatic_change: view.automatic_change,
            plugin: view.plugin_id,
            template: view.template_id,
            connect_as,
            parent: view.parent_credential_id.map(|text| id(&text, Noun::Credential)).transpose()?,
            child_password: view.child_password,
            exclusion_group: view.exclusion_group,
            reconciliation: ReconciliationSettings {
                enabled: view.reconciliation.enabled,
                autorun: view.reconciliation.autorun,
                credential: view.reconciliation.credential_id.map(|text| id(&text, Noun::Credential)).transpose()?,
                plugin: view.reconciliation.plugin_id,
                template: view.reconciliation.template_id,
            },
        })
    }
}

/// A credential.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialView {
    pub id: String,
    pub username: String,
    pub device_id: String,
    pub device_name: String,
    /// What kind of account it is.
    pub password_type: PasswordType,
    pub domain: String,
    pub additional_information: String,
    pub tags: Vec<String>,
    /// Whether it is in use.
    pub status: CredentialStatus,
    /// How it is changed.
    pub execution: ExecutionSettingsView,
    /// Whether a password is stored.
    pub has_password: bool,
    /// Whether a private key is stored.
    pub has_private_key: bool,
    /// Whether the stored password is the device's.
    pub sync: SyncState,
    /// When a login last proved the stored password.
    pub proven_at: Option<String>,
    /// When its password last became current.
    pub changed_at: Option<String>,
    /// Where that password comes from.
    pub password_origin: Option<SecretOrigin>,
    /// Why its change cannot be requested now.
    pub not_changeable: Option<NotChangeable>,
    /// The operation on it that is not finished.
    pub open_operation_id: Option<String>,
    /// What the last verification told.
    pub verification: Option<VerificationResult>,
    /// When it was verified.
    pub verified_at: Option<String>,
    /// Why it rests, if it does by itself.
    pub pause: Option<PauseView>,
    /// When its password expires.
    pub expires_at: Option<String>,
    /// Why its password cannot be verified now.
    pub not_verifiable: Option<NotChangeable>,
    /// Why it cannot be reconciled now.
    pub not_reconcilable: Option<NotReconcilable>,
    /// When it was entered.
    pub created_at: String,
    /// When the record last changed.
    pub updated_at: String,
}

impl From<CredentialInFull> for CredentialView {
    fn from(full: CredentialInFull) -> Self {
        let CredentialInFull { row, access, parent, reconciliation, paused_by, not_reconcilable } = full;
        let labels = Labels { access, parent, reconciliation };
        let (credential, details) = (row.credential.clone(), row.credential.details);
        Self {
            id: credential.id.to_string(),
            username: details.username,
            device_id: details.device.to_string(),
            device_name: row.device_name,
            password_type: details.password_type,
            domain: details.domain,
            additional_information: details.additional_information,
            tags: details.tags,
            status: details.status,
            execution: ExecutionSettingsView::new(details.execution, labels),
            has_password: credential.has_password,
            has_private_key: credential.has_private_key,
            sync: credential.sync,
            proven_at: credential.proven_at.map(time),
            changed_at: credential.changed_at.map(time),
            password_origin: credential.password_origin,
            not_changeable: row.not_changeable,
            open_operation_id: row.open_operation.map(|operation| operation.to_string()),
            verification: credential.verified.map(|verified| verified.result),
            verified_at: credential.verified.map(|verified| time(verified.at)),
            pause: credential.pause.map(|pause| PauseView::new(pause, paused_by)),
            expires_at: row.expires_at.map(time),
            not_verifiable: row.not_verifiable,
            not_reconcilable,
            created_at: time(credential.created_at),
            updated_at: time(credential.updated_at),
        }
    }
}

/// What a person entered in the credential form.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CredentialSaveRequest {
    /// Null: a new credential.
    pub id: Option<String>,
    pub username: String,
    pub device_id: String,
    /// What kind of account it is.
    pub password_type: PasswordType,
    pub domain: String,
    pub additional_information: String,
    pub tags: Vec<String>,
    /// Whether it is in use.
    pub status: CredentialStatus,
    /// The device's password now; null keeps what is stored.
    #[specta(type = Option<String>)]
    pub password: Option<Secret>,
    /// A private key; null keeps what is stored.
    #[specta(type = Option<String>)]
    pub private_key: Option<Secret>,
    /// How it is changed.
    pub execution: ExecutionSettingsView,
}

impl TryFrom<CredentialSaveRequest> for CredentialForm {
    type Error = CommandError;

    fn try_from(request: CredentialSaveRequest) -> Result<Self, CommandError> {
        let no_device = || Problem::new("deviceId", Rule::Required).into();
        let device = request.device_id.parse().map_err(|_| CommandError::Invalid { problems: vec![no_device()] })?;
        Ok(Self {
            id: request.id.map(|text| id(&text, Noun::Credential)).transpose()?,
            details: CredentialDetails {
                username: request.username,
                device,
                password_type: request.password_type,
                domain: request.domain,
                additional_information: request.additional_information,
                tags: request.tags,
                status: request.status,
                execution: request.execution.try_into()?,
            },
            password: request.password,
            private_key: request.private_key,
        })
    }
}
