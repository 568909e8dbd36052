//! Who may decide, and how many must.

use app::{
    ApproverPerson, ApproversDetails, ApproversForm, OPERATION_TYPES,
    approval::{Registration, Rules},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    Noun, OperationType, count, id,
    number::{typed_number, typed_numbers},
    time,
};
use crate::CommandError;

/// Everything that is settled about approvals.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApproversView {
    /// Everybody with the role, registered or not, and everybody who is registered.
    pub people: Vec<ApproverView>,
    pub levels: Vec<ApproverLevelView>,
    /// So many rejections end a request.
    pub rejections_to_end: u32,
    /// How long a request can be decided.
    pub validity_minutes: u32,
    /// The types of operations that can be named.
    pub operation_types: Vec<OperationType>,
    /// Those that need approval.
    pub operations_needing_approval: Vec<OperationType>,
    /// Whether urgent requests may be applied without approvals.
    pub emergency_allowed: bool,
    /// The open request to allow that.
    pub emergency_request_id: Option<String>,
    /// Who saved it last.
    pub changed_by: Option<String>,
    pub changed_at: Option<String>,
    /// Grows with each save; sent back.
    pub version: u32,
}

/// Somebody who is, or could be, an approver.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApproverView {
    pub user_id: String,
    pub name: String,
    /// At which level; null: not registered.
    pub level: Option<u32>,
    /// Whether they hold the role now.
    pub active: bool,
}

/// A level.
#[derive(Debug, Serialize, Type)]
pub struct ApproverLevelView {
    /// 1, 2 or 3.
    pub level: u32,
    /// Approvals needed; 0 leaves it out.
    pub needed: u32,
}

impl From<ApproverPerson> for ApproverView {
    fn from(person: ApproverPerson) -> Self {
        Self {
            user_id: person.user.to_string(),
            name: person.name,
            level: person.level.map(count),
            active: person.active,
        }
    }
}

impl From<ApproversDetails> for ApproversView {
    fn from(details: ApproversDetails) -> Self {
        let levels = (1..).zip(details.rules.needed);
        Self {
            people: details.people.into_iter().map(ApproverView::from).collect(),
            levels: levels.map(|(level, needed)| ApproverLevelView { level, needed: count(needed) }).collect(),
            rejections_to_end: count(details.rules.rejections),
            validity_minutes: count(details.rules.validity_minutes),
            operation_types: OPERATION_TYPES.to_vec(),
            operations_needing_approval: details.operation_types.into_iter().collect(),
            emergency_allowed: details.emergency_allowed,
            emergency_request_id: details.emergency_request.map(|request| request.to_string()),
            changed_by: details.changed_by,
            changed_at: details.changed_at.map(time),
            version: count(details.version),
        }
    }
}

/// An approver and a level.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApproverRequest {
    pub user_id: String,
    /// 1, 2 or 3.
    pub level: u32,
}

/// What an administrator entered.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApproversSaveRequest {
    /// The version that was edited.
    pub version: u32,
    pub approvers: Vec<ApproverRequest>,
    /// Approvals needed at level 1, 2 and 3.
    #[serde(deserialize_with = "typed_numbers")]
    #[specta(type = Vec<u32>)]
    pub needed: Vec<u32>,
    /// So many rejections end a request.
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub rejections_to_end: u32,
    /// How long a request can be decided.
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub validity_minutes: u32,
    /// The types of operations that need approval.
    pub operations_needing_approval: Vec<OperationType>,
}

impl TryFrom<ApproversSaveRequest> for ApproversForm {
    type Error = CommandError;

    fn try_from(request: ApproversSaveRequest) -> Result<Self, CommandError> {
        let approver = |approver: ApproverRequest| {
            let user = id(&approver.user_id, Noun::User)?;
            Ok(Registration { user, level: u64::from(approver.level) })
        };
        let mut needed = [0; 3];
        for (slot, asked) in needed.iter_mut().zip(&request.needed) {
            *slot = u64::from(*asked);
        }
        Ok(Self {
            version: u64::from(request.version),
            approvers: request.approvers.into_iter().map(approver).collect::<Result<_, CommandError>>()?,
            rules: Rules {
                needed,
                rejections: u64::from(request.rejections_to_end),
                validity_minutes: u64::from(request.validity_minutes),
            },
            operation_types: request.operations_needing_approval.into_iter().collect(),
        })
    }
}

/// Switches on or off that urgent requests may be applied without approvals.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct EmergencySwitchRequest {
    pub allowed: bool,
    pub reason: String,
}
