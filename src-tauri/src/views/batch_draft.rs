//! What the wizard of bulk actions holds before it is asked for.

use app::{BatchDraft, BatchUpdate, TagsUpdate};
use serde::Deserialize;
use specta::Type;

use super::{BatchAction, Noun, PasswordType, id, ids};
use crate::{CommandError, error::Problem};

/// What the wizard holds.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "BatchDraft", rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchDraftRequest {
    pub action: BatchAction,
    /// The ids, in the order in which they were picked.
    pub credential_ids: Vec<String>,
    /// The fields; for an update only.
    pub update: Option<BatchUpdateRequest>,
}

/// The fields of an update. Null: not modified.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "BatchUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchUpdateRequest {
    /// The kind of account.
    pub password_type: Option<PasswordType>,
    pub domain: Option<String>,
    pub device_id: Option<String>,
    pub additional_information: Option<String>,
    pub tags: Option<TagsUpdateRequest>,
    /// Whose password it follows.
    pub parent: Option<ParentUpdateRequest>,
    /// How it is changed.
    pub password_change: Option<PasswordChangeUpdateRequest>,
    /// How it is repaired.
    pub reconciliation: Option<ReconciliationUpdateRequest>,
}

/// What happens to tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TagsMode {
    /// These instead of all.
    Replace,
    /// These beside those that are there.
    Add,
}

/// What happens to the tags.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "TagsUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct TagsUpdateRequest {
    pub mode: TagsMode,
    pub tags: Vec<String>,
}

/// Whose password a credential follows.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "ParentUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct ParentUpdateRequest {
    /// The parent; null takes it away.
    pub credential_id: Option<String>,
    /// A password of its own instead of the parent's.
    pub own_password: bool,
}

/// How passwords are changed.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "PasswordChangeUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChangeUpdateRequest {
    /// Whether by a plugin at all.
    pub automatic_change: bool,
    pub plugin_id: Option<String>,
    pub template_id: Option<String>,
    pub connect_as: ConnectAs,
    /// With "access": a credential of the same device as each target.
    pub access_credential_id: Option<String>,
}

/// Who logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename = "BatchConnectAs", rename_all = "camelCase")]
pub enum ConnectAs {
    Own,
    Access,
}

/// How passwords are repaired.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "ReconciliationUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct ReconciliationUpdateRequest {
    pub enabled: bool,
    pub autorun: bool,
    pub credential_id: Option<String>,
    pub plugin_id: Option<String>,
    pub template_id: Option<String>,
}

impl TryFrom<BatchDraftRequest> for BatchDraft {
    type Error = CommandError;

    fn try_from(request: BatchDraftRequest) -> Result<Self, CommandError> {
        Ok(Self {
            action: request.action,
            credentials: ids(&request.credential_ids)?,
            update: request.update.map(BatchUpdate::try_from).transpose()?,
        })
    }
}

impl TryFrom<BatchUpdateRequest> for BatchUpdate {
    type Error = CommandError;

    fn try_from(request: BatchUpdateRequest) -> Result<Self, CommandError> {
        let credential = |text: Option<String>| text.map(|text| id(&text, Noun::Credential)).transpose();
        let tags = request.tags.map(|tags| match tags.mode {
            TagsMode::Replace => TagsUpdate::Replace(tags.tags),
            TagsMode::Add => TagsUpdate::Add(tags.tags),
        });
        let parent = request.parent.map(|parent| {
            Ok::<_, CommandError>(app::ParentUpdate {
                parent: credential(parent.credential_id)?,
                own_password: parent.own_password,
            })
        });
        let password_change = request.password_change.map(|change| {
            let access = match change.connect_as {
                ConnectAs::Own => None,
                ConnectAs::Access => credential(change.access_credential_id)?,
            };
            if access.is_none() && change.connect_as == ConnectAs::Access {
                let field = "update.passwordChange.accessCredentialId".to_owned();
                let problem = Problem { field, rule: crate::error::Rule::Required };
                return Err(CommandError::Invalid { problems: vec![problem] });
            }
            Ok(app::PasswordChangeUpdate {
                automatic_change: change.automatic_change,
                plugin: change.plugin_id,
                template: change.template_id,
                access,
            })
        });
        let reconciliation = request.reconciliation.map(|repair| {
            Ok::<_, CommandError>(app::ReconciliationUpdate {
                enabled: repair.enabled,
                autorun: repair.autorun,
                credential: credential(repair.credential_id)?,
                plugin: repair.plugin_id,
                template: repair.template_id,
            })
        });
        Ok(Self {
            password_type: request.password_type,
            domain: request.domain,
            device: request.device_id.map(|text| id(&text, Noun::Device)).transpose()?,
            additional_information: request.additional_information,
            tags,
            parent: parent.transpose()?,
            password_change: password_change.transpose()?,
            reconciliation: reconciliation.transpose()?,
        })
    }
}
