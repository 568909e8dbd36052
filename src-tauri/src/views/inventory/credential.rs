//! Credentials, without their secrets.

use app::{
    CredentialForm, CredentialInFull, CredentialQuery, CredentialRow, Secret,
    domain::{ConnectAs, CredentialDetails, ExecutionSettings, Problem, ReconciliationSettings, Rule},
};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::CommandError;
use crate::views::{
    ChildPassword, CredentialSort, CredentialStatus, ListRequest, NotChangeable, NotReconcilable, Noun, PasswordType,
    PolicyStatus, SecretOrigin, SyncState, VerificationResult, id, limit, page::place, rotation::PauseView, time,
};

/// The filter of the credentials.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CredentialFilter {
    /// Words to search for in all texts of the credential.
    pub text: Option<String>,
    pub device_id: Option<String>,
    pub password_type: Option<PasswordType>,
    /// Only credentials with this status.
    pub status: Option<CredentialStatus>,
    pub sync: Option<SyncState>,
    pub tag: Option<String>,
    /// True: only credentials whose change can be requested now; false: only the others.
    pub changeable: Option<bool>,
    /// Only credentials with this policy status.
    pub policy_status: Option<PolicyStatus>,
    /// Only credentials to which this policy applies.
    pub policy_id: Option<String>,
    /// True: only credentials that are paused individually; false: only the others.
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
            policy_status: filter.policy_status.map(|status| (status, Utc::now())),
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

/// A credential as a row of the list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialRowView {
    pub id: String,
    pub username: String,
    pub device_id: String,
    pub device_name: String,
    pub device_address: String,
    /// The kind of account.
    pub password_type: PasswordType,
    pub domain: String,
    pub tags: Vec<String>,
    /// The status: active or inactive.
    pub status: CredentialStatus,
    /// True if a password is stored.
    pub has_password: bool,
    /// The state of the stored password compared with the device's.
    pub sync: SyncState,
    /// The time at which a login last proved the stored password.
    pub proven_at: Option<String>,
    /// True if a plugin may change the password automatically.
    pub automatic_change: bool,
    /// The time at which its password last became current.
    pub changed_at: Option<String>,
    /// The origin of the current password.
    pub password_origin: Option<SecretOrigin>,
    /// The reason why its change cannot be requested now.
    pub not_changeable: Option<NotChangeable>,
    /// The open operation on the credential.
    pub open_operation_id: Option<String>,
    /// The result of the last verification.
    pub verification: Option<VerificationResult>,
    /// The time of the last verification.
    pub verified_at: Option<String>,
    /// True if it is paused individually.
    pub paused: bool,
    /// The time at which its password expires.
    pub expires_at: Option<String>,
    /// The time at which its policy is due next.
    pub next_due_at: Option<String>,
    /// The reason why its password cannot be verified now.
    pub not_verifiable: Option<NotChangeable>,
    /// The time at which the record last changed.
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

/// The settings of reconciliation, which sets a password again when the stored one no longer works.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReconciliationSettingsView {
    /// True if the credential may be reconciled.
    pub enabled: bool,
    /// True if a reconciliation is scheduled automatically after a failure that it can repair.
    pub autorun: bool,
    pub credential_id: Option<String>,
    /// The name of that credential; ignored when saving.
    pub credential_label: Option<String>,
    pub plugin_id: Option<String>,
    pub template_id: Option<String>,
}

/// The settings of a credential's automatic password changes.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExecutionSettingsView {
    /// True if a plugin may change the password automatically.
    pub automatic_change: bool,
    pub plugin_id: Option<String>,
    pub template_id: Option<String>,
    /// True if the credential logs in itself.
    pub connect_with_own: bool,
    /// The credential that logs in instead.
    pub access_credential_id: Option<String>,
    /// The name of that credential; ignored when saving.
    pub access_credential_label: Option<String>,
    /// The parent. When the parent's password changes, this credential's password changes too.
    pub parent_credential_id: Option<String>,
    /// The name of that credential; ignored when saving.
    pub parent_credential_label: Option<String>,
    /// The password that it gets then.
    pub child_password: ChildPassword,
    /// The exclusion group, whose credentials are never changed at the same time; empty: no group.
    pub exclusion_group: String,
    /// The settings of reconciliation.
    pub reconciliation: ReconciliationSettingsView,
}

/// The names of the credentials that the settings refer to.
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

/// A credential with its settings, without its secrets.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialView {
    pub id: String,
    pub username: String,
    pub device_id: String,
    pub device_name: String,
    /// The kind of account.
    pub password_type: PasswordType,
    pub domain: String,
    pub additional_information: String,
    pub tags: Vec<String>,
    /// The status: active or inactive.
    pub status: CredentialStatus,
    /// The settings of automatic password changes.
    pub execution: ExecutionSettingsView,
    /// True if a password is stored.
    pub has_password: bool,
    /// True if a private key is stored.
    pub has_private_key: bool,
    /// The state of the stored password compared with the device's.
    pub sync: SyncState,
    /// The time at which a login last proved the stored password.
    pub proven_at: Option<String>,
    /// The time at which its password last became current.
    pub changed_at: Option<String>,
    /// The origin of the current password.
    pub password_origin: Option<SecretOrigin>,
    /// The reason why its change cannot be requested now.
    pub not_changeable: Option<NotChangeable>,
    /// The open operation on the credential.
    pub open_operation_id: Option<String>,
    /// The result of the last verification.
    pub verification: Option<VerificationResult>,
    /// The time of the last verification.
    pub verified_at: Option<String>,
    /// The pause of this credential, if it is paused individually.
    pub pause: Option<PauseView>,
    /// The time at which its password expires.
    pub expires_at: Option<String>,
    /// The reason why its password cannot be verified now.
    pub not_verifiable: Option<NotChangeable>,
    /// The reason why it cannot be reconciled now.
    pub not_reconcilable: Option<NotReconcilable>,
    /// The time at which the record was added.
    pub created_at: String,
    /// The time at which the record last changed.
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

/// The content of the credential form.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CredentialSaveRequest {
    /// The id of the credential; null: a new one.
    pub id: Option<String>,
    pub username: String,
    pub device_id: String,
    /// The kind of account.
    pub password_type: PasswordType,
    pub domain: String,
    pub additional_information: String,
    pub tags: Vec<String>,
    /// The status: active or inactive.
    pub status: CredentialStatus,
    /// The device's password now; null keeps what is stored.
    #[specta(type = Option<String>)]
    pub password: Option<Secret>,
    /// A private key; null keeps what is stored.
    #[specta(type = Option<String>)]
    pub private_key: Option<Secret>,
    /// The settings of automatic password changes.
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
