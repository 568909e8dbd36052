//! The draft of a bulk action, as the wizard holds it before the request is made.

use app::{BatchDraft, BatchUpdate, TagsUpdate};
use serde::Deserialize;
use specta::Type;

use crate::views::{BatchAction, Noun, PasswordType, id, ids};
use crate::{CommandError, error::Problem};

/// The draft in the wizard.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "BatchDraft", rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchDraftRequest {
    pub action: BatchAction,
    /// The ids of the credentials, in the order in which they were picked.
    pub credential_ids: Vec<String>,
    /// The new values of the fields; only for an update.
    pub update: Option<BatchUpdateRequest>,
}

/// The new values of an update. Null: the field is not modified.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "BatchUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchUpdateRequest {
    /// The kind of account that the password belongs to.
    pub password_type: Option<PasswordType>,
    pub domain: Option<String>,
    pub device_id: Option<String>,
    pub additional_information: Option<String>,
    pub tags: Option<TagsUpdateRequest>,
    /// The parent, whose password changes the credentials follow.
    pub parent: Option<ParentUpdateRequest>,
    /// The settings of automatic password changes.
    pub password_change: Option<PasswordChangeUpdateRequest>,
    /// The settings of reconciliation.
    pub reconciliation: Option<ReconciliationUpdateRequest>,
}

/// The way in which tags are updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TagsMode {
    /// Replaces all tags by the new ones.
    Replace,
    /// Adds the new tags to the present ones.
    Add,
}

/// The update of tags.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "TagsUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct TagsUpdateRequest {
    pub mode: TagsMode,
    pub tags: Vec<String>,
}

/// The update of a credential's parent.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "ParentUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct ParentUpdateRequest {
    /// The new parent; null removes the parent.
    pub credential_id: Option<String>,
    /// True: the child gets its own password instead of the parent's.
    pub own_password: bool,
}

/// The update of the settings of automatic password changes.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename = "PasswordChangeUpdate", rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChangeUpdateRequest {
    /// True if passwords are changed automatically, by a plugin.
    pub automatic_change: bool,
    pub plugin_id: Option<String>,
    pub template_id: Option<String>,
    pub connect_as: ConnectAs,
    /// Only for "access": a credential of the same device as each target.
    pub access_credential_id: Option<String>,
}

/// The credential that logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename = "BatchConnectAs", rename_all = "camelCase")]
pub enum ConnectAs {
    Own,
    Access,
}

/// The update of the settings of reconciliation.
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
