//! The approvers, the levels, and the number of approvals that are needed.

use app::{
    ApproverPerson, ApproversDetails, ApproversForm, OPERATION_TYPES,
    approval::{Registration, Rules},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::CommandError;
use crate::views::{
    Noun, OperationType, count, id,
    number::{typed_number, typed_numbers},
    time,
};

/// The approvers and the rules of approval.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApproversView {
    /// All users who have the role of approver or are registered as approvers.
    pub people: Vec<ApproverView>,
    pub levels: Vec<ApproverLevelView>,
    /// The number of rejections that end a request.
    pub rejections_to_end: u32,
    /// The time within which a request can be decided, in minutes.
    pub validity_minutes: u32,
    /// The types of operations for which approval can be required.
    pub operation_types: Vec<OperationType>,
    /// The types of operations that need approval.
    pub operations_needing_approval: Vec<OperationType>,
    /// True if urgent requests may be applied without approvals.
    pub emergency_allowed: bool,
    /// The open request to allow this.
    pub emergency_request_id: Option<String>,
    /// The user who saved the rules last.
    pub changed_by: Option<String>,
    pub changed_at: Option<String>,
    /// The version of the rules, which grows with each save. The page sends it back when it saves.
    pub version: u32,
}

/// A user who is, or could become, an approver.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApproverView {
    pub user_id: String,
    pub name: String,
    /// The level at which the user is registered; null: not registered.
    pub level: Option<u32>,
    /// True if the user has the role of approver now.
    pub active: bool,
}

/// A level of approval.
#[derive(Debug, Serialize, Type)]
pub struct ApproverLevelView {
    /// The number of the level: 1, 2 or 3.
    pub level: u32,
    /// The number of approvals that the level needs; 0: the level is skipped.
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

/// An approver and the level at which the approver decides.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApproverRequest {
    pub user_id: String,
    /// The number of the level: 1, 2 or 3.
    pub level: u32,
}

/// The rules of approval as an administrator entered them.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApproversSaveRequest {
    /// The version of the rules that was edited.
    pub version: u32,
    pub approvers: Vec<ApproverRequest>,
    /// The number of approvals that are needed at level 1, 2 and 3.
    #[serde(deserialize_with = "typed_numbers")]
    #[specta(type = Vec<u32>)]
    pub needed: Vec<u32>,
    /// The number of rejections that end a request.
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub rejections_to_end: u32,
    /// The time within which a request can be decided, in minutes.
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

/// A request to allow or forbid applying urgent requests without approvals.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct EmergencySwitchRequest {
    pub allowed: bool,
    pub reason: String,
}
