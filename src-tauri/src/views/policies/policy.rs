//! Policies, which decide which credentials are changed automatically, and when.

use app::{
    PolicyForm, PolicyQuery, PolicyRow, Preview,
    domain::{Problem, Rule, StrengthId, policy::PolicyDetails},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::CommandError;
use crate::views::{
    ListRequest, Noun, PolicySort, id, limit,
    number::typed_number,
    page::place,
    rotation::PauseView,
    time,
    trigger::{PolicyCriteriaView, PolicyOverridesView, TriggersView},
};

/// The filter of the policies.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyFilter {
    /// Words to search for in the name.
    pub text: Option<String>,
    pub strength_id: Option<String>,
    pub paused: Option<bool>,
}

impl TryFrom<ListRequest<PolicyFilter, PolicySort>> for PolicyQuery {
    type Error = CommandError;

    fn try_from(request: ListRequest<PolicyFilter, PolicySort>) -> Result<Self, CommandError> {
        Ok(Self {
            text: request.filter.text.unwrap_or_default(),
            strength: request.filter.strength_id.map(|text| id(&text, Noun::Strength)).transpose()?,
            paused: request.filter.paused,
            sort: request.sort,
            descending: request.descending,
            after: place(request.cursor, Noun::Policy)?,
            limit: limit(request.limit),
        })
    }
}

/// A policy as a row of the list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PolicyRowView {
    pub id: String,
    pub name: String,
    /// The priority. Of several matching policies, the one with the highest priority applies.
    pub priority: u32,
    /// The strength, by which passwords are generated.
    pub strength_id: String,
    /// The name of the strength.
    pub strength_name: String,
    pub triggers: TriggersView,
    pub criteria: PolicyCriteriaView,
    pub paused: bool,
    /// The number of credentials that it applies to.
    pub credentials: u32,
    /// The time at which the record last changed.
    pub updated_at: String,
}

impl From<PolicyRow> for PolicyRowView {
    fn from(row: PolicyRow) -> Self {
        let details = row.policy.details;
        Self {
            id: row.policy.id.to_string(),
            name: details.name,
            priority: details.priority,
            strength_id: details.strength.to_string(),
            strength_name: row.strength_name,
            triggers: details.triggers.into(),
            criteria: details.criteria.into(),
            paused: row.policy.pause.is_some(),
            credentials: row.credentials,
            updated_at: time(row.policy.updated_at),
        }
    }
}

/// The content of the policy form.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicySaveRequest {
    /// The id of the policy; null: a new one.
    pub id: Option<String>,
    pub name: String,
    /// The priority. Of several matching policies, the one with the highest priority applies.
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub priority: u32,
    /// The strength, by which passwords are generated.
    pub strength_id: String,
    pub criteria: PolicyCriteriaView,
    pub triggers: TriggersView,
    /// The values that replace parameters.
    pub overrides: PolicyOverridesView,
}

impl TryFrom<PolicySaveRequest> for PolicyForm {
    type Error = CommandError;

    fn try_from(request: PolicySaveRequest) -> Result<Self, CommandError> {
        let mut problems = Vec::new();
        let triggers = request.triggers.read(&mut problems);
        let strength: Option<StrengthId> = request.strength_id.parse().ok();
        if strength.is_none() {
            problems.push(Problem::new("strengthId", Rule::Required));
        }
        let (Some(strength), true) = (strength, problems.is_empty()) else {
            return Err(CommandError::Invalid { problems: problems.into_iter().map(Into::into).collect() });
        };
        Ok(Self {
            id: request.id.map(|text| id(&text, Noun::Policy)).transpose()?,
            details: PolicyDetails {
                name: request.name,
                priority: request.priority,
                strength,
                criteria: request.criteria.into(),
                triggers,
                overrides: request.overrides.into(),
            },
        })
    }
}

/// A policy with all its settings.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PolicyView {
    pub id: String,
    pub name: String,
    /// The priority. Of several matching policies, the one with the highest priority applies.
    pub priority: u32,
    /// The strength, by which passwords are generated.
    pub strength_id: String,
    /// The name of the strength.
    pub strength_name: String,
    pub criteria: PolicyCriteriaView,
    pub triggers: TriggersView,
    /// The values that replace parameters.
    pub overrides: PolicyOverridesView,
    /// The pause of the policy, if it is paused.
    pub pause: Option<PauseView>,
    /// The number of credentials that it applies to.
    pub credentials: u32,
    /// The time at which the record was added.
    pub created_at: String,
    /// The time at which the record last changed.
    pub updated_at: String,
}

impl PolicyView {
    /// Joins the policy with the name of the user who paused it.
    pub fn new(row: PolicyRow, paused_by: String) -> Self {
        let (policy, details) = (row.policy.clone(), row.policy.details);
        Self {
            id: policy.id.to_string(),
            name: details.name,
            priority: details.priority,
            strength_id: details.strength.to_string(),
            strength_name: row.strength_name,
            criteria: details.criteria.into(),
            triggers: details.triggers.into(),
            overrides: details.overrides.into(),
            pause: policy.pause.map(|pause| PauseView::new(pause, paused_by)),
            credentials: row.credentials,
            created_at: time(policy.created_at),
            updated_at: time(policy.updated_at),
        }
    }
}

/// A credential to which another policy would apply. Null: no policy.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PolicyMoveView {
    pub credential_id: String,
    pub username: String,
    pub device_name: String,
    /// The policy that applies now.
    pub from: Option<String>,
    /// The policy that would apply.
    pub to: Option<String>,
}

/// The effect that saving a policy would have.
#[derive(Debug, Serialize, Type)]
pub struct PolicyPreviewView {
    /// The number of credentials that it would apply to.
    pub applies: u32,
    /// The number of credentials that would come to it from another policy or from none.
    pub gained: u32,
    /// The number of credentials that would leave it.
    pub lost: u32,
    pub moves: Vec<PolicyMoveView>,
}

impl From<Preview> for PolicyPreviewView {
    fn from(preview: Preview) -> Self {
        let view = |moved: app::Move| PolicyMoveView {
            credential_id: moved.credential.to_string(),
            username: moved.username,
            device_name: moved.device_name,
            from: moved.from,
            to: moved.to,
        };
        Self {
            applies: preview.applies,
            gained: preview.gained,
            lost: preview.lost,
            moves: preview.moves.into_iter().map(view).collect(),
        }
    }
}

/// A request to pause a policy.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PolicyPauseRequest {
    pub id: String,
    pub reason: String,
}
