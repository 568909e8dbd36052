//! The reasons why a credential is or is not changed automatically, chains of credentials, and pauses.

use app::{
    Chain, ChainNode, PolicyReason, Reason, Rotation, RotationStatus,
    domain::{Pause, policy::Criterion},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::views::{
    ChildPassword, CredentialStatus, FailureCode, NotChangeable, OperationState, OperationStep, PolicyField,
    PolicyMatch, SyncState, TriggerKind, change::SelectionRequest, code, time,
};

/// A pause: its author, its time and its reason.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PauseView {
    pub reason: String,
    pub by: String,
    pub at: String,
}

impl PauseView {
    /// Joins the pause with the name of the user who set it.
    pub fn new(pause: Pause, by: String) -> Self {
        Self { reason: pause.reason, by, at: time(pause.at) }
    }
}

/// A reason why a credential is not changed automatically.
#[derive(Debug, Serialize, Type)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RotationReason {
    /// The credential is inactive.
    Inactive,
    /// Automatic change is off.
    AutomaticChangeOff,
    /// A change could not be requested by hand either.
    NotChangeable {
        reason: NotChangeable,
    },
    /// No change that a person requested has succeeded yet.
    NeverRequested,
    NoPolicy,
    /// The policy has no trigger that changes passwords.
    NoTrigger {
        policy: String,
    },
    EverythingPaused {
        pause: PauseView,
    },
    PolicyPaused {
        policy: String,
        pause: PauseView,
    },
    CredentialPaused {
        pause: PauseView,
    },
    /// None of the stored passwords logs in.
    OutOfSync,
    /// An operation is finding out which password the device has.
    Checking,
    /// The last operation ended in an error that a person must look at.
    LastFailed {
        failure: FailureCode,
        operation_id: String,
        operation_code: u32,
    },
    /// The device refused the stored password when it was verified.
    VerificationRefused {
        at: String,
    },
    /// An operation on it is not finished.
    OpenOperation {
        operation_id: String,
        operation_code: u32,
        state: OperationState,
    },
    /// Nobody who holds the key of the passwords has signed in.
    WaitsForOperator,
    /// It is due, but outside the hours of the policy.
    WindowClosed {
        until: String,
    },
}

impl From<Reason> for RotationReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Inactive => Self::Inactive,
            Reason::AutomaticChangeOff => Self::AutomaticChangeOff,
            Reason::NotChangeable(reason) => Self::NotChangeable { reason },
            Reason::NeverRequested => Self::NeverRequested,
            Reason::NoPolicy => Self::NoPolicy,
            Reason::NoTrigger { policy } => Self::NoTrigger { policy },
            Reason::EverythingPaused { pause, by } => Self::EverythingPaused { pause: PauseView::new(pause, by) },
            Reason::PolicyPaused { policy, pause, by } => {
                Self::PolicyPaused { policy, pause: PauseView::new(pause, by) }
            }
            Reason::CredentialPaused { pause, by } => Self::CredentialPaused { pause: PauseView::new(pause, by) },
            Reason::OutOfSync => Self::OutOfSync,
            Reason::Checking => Self::Checking,
            Reason::LastFailed { failure, operation, code: number } => {
                Self::LastFailed { failure, operation_id: operation.to_string(), operation_code: code(number) }
            }
            Reason::VerificationRefused { at } => Self::VerificationRefused { at: time(at) },
            Reason::OpenOperation { operation, code: number, state } => {
                Self::OpenOperation { operation_id: operation.to_string(), operation_code: code(number), state }
            }
            Reason::WaitsForOperator => Self::WaitsForOperator,
            Reason::WindowClosed { until } => Self::WindowClosed { until: time(until) },
        }
    }
}

/// A criterion of a policy, compared with the credential's value.
#[derive(Debug, Serialize, Type)]
pub struct CriterionView {
    pub field: PolicyField,
    /// The pattern that the value must match.
    pub pattern: String,
    /// The credential's value.
    pub value: String,
    pub matches: bool,
}

impl From<Criterion> for CriterionView {
    fn from(criterion: Criterion) -> Self {
        Self { field: criterion.field, pattern: criterion.pattern, value: criterion.value, matches: criterion.matches }
    }
}

/// One policy, and whether it applies to the credential.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PolicyReasonView {
    pub policy_id: String,
    pub policy_name: String,
    pub priority: u32,
    /// The result of matching it with the credential.
    pub status: PolicyMatch,
    /// All criteria that are set in the policy.
    pub criteria: Vec<CriterionView>,
}

impl From<PolicyReason> for PolicyReasonView {
    fn from(reason: PolicyReason) -> Self {
        Self {
            policy_id: reason.policy.to_string(),
            policy_name: reason.name,
            priority: reason.priority,
            status: reason.status,
            criteria: reason.criteria.into_iter().map(CriterionView::from).collect(),
        }
    }
}

/// A trigger that makes a credential due, and its time.
#[derive(Debug, Serialize, Type)]
pub struct DueView {
    pub kind: TriggerKind,
    pub at: String,
}

/// The explanation of a credential's automatic changes: the policy that applies, the next changes, or the reasons
/// against them.
#[derive(Debug, Serialize, Type)]
pub struct CredentialRotationView {
    /// The reasons against automatic changes; empty: it is changed automatically.
    pub reasons: Vec<RotationReason>,
    /// The next due times, the soonest first; given even if a reason blocks them.
    pub due: Vec<DueView>,
    /// The policy that applies, then the others by rank; at most 20.
    pub policies: Vec<PolicyReasonView>,
}

impl From<Rotation> for CredentialRotationView {
    fn from(rotation: Rotation) -> Self {
        Self {
            reasons: rotation.reasons.into_iter().map(RotationReason::from).collect(),
            due: rotation.due.into_iter().map(|due| DueView { kind: due.kind, at: time(due.at) }).collect(),
            policies: rotation.policies.into_iter().map(PolicyReasonView::from).collect(),
        }
    }
}

/// One credential in a chain.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChainNodeView {
    pub id: String,
    /// The parent that it follows.
    pub parent_id: Option<String>,
    /// The number of levels below the root.
    pub depth: u32,
    pub username: String,
    pub device_name: String,
    /// The status: active or inactive.
    pub status: CredentialStatus,
    /// The state of the stored password compared with the device's.
    pub sync: SyncState,
    /// The password that it gets when the parent changes; null for the root.
    pub child_password: Option<ChildPassword>,
    /// The time at which its password last became current.
    pub changed_at: Option<String>,
    /// The open operation on the credential, or else the last one.
    pub operation_id: Option<String>,
    pub operation_state: Option<OperationState>,
    /// The current step of that operation.
    pub step: Option<OperationStep>,
    /// The reason why it would not follow its parent now.
    pub problem: Option<NotChangeable>,
}

impl From<ChainNode> for ChainNodeView {
    fn from(node: ChainNode) -> Self {
        let (credential, operation) = (node.credential, node.operation);
        let execution = credential.details.execution;
        Self {
            id: credential.id.to_string(),
            parent_id: execution.parent.filter(|_| node.depth > 0).map(|parent| parent.to_string()),
            depth: node.depth,
            username: credential.details.username,
            device_name: node.device_name,
            status: credential.details.status,
            sync: credential.sync,
            child_password: (node.depth > 0).then_some(execution.child_password),
            changed_at: credential.changed_at.map(time),
            operation_id: operation.map(|operation| operation.id.to_string()),
            operation_state: operation.map(|operation| operation.state),
            step: operation.and_then(|operation| operation.step),
            problem: node.problem,
        }
    }
}

/// The whole tree that a credential belongs to. The root comes first, and children follow their parent.
#[derive(Debug, Serialize, Type)]
pub struct ChainView {
    pub nodes: Vec<ChainNodeView>,
    /// True if the tree has more credentials than are returned.
    pub truncated: bool,
}

impl From<Chain> for ChainView {
    fn from(chain: Chain) -> Self {
        Self { nodes: chain.nodes.into_iter().map(ChainNodeView::from).collect(), truncated: chain.truncated }
    }
}

/// A request to pause credentials.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CredentialPauseRequest {
    pub selection: SelectionRequest,
    pub reason: String,
}

/// A request to resume credentials.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CredentialResumeRequest {
    pub selection: SelectionRequest,
}

/// The number of records that a command changed.
#[derive(Debug, Serialize, Type)]
pub struct CountView {
    pub count: u32,
}

/// A request for a verification of passwords.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyRequest {
    pub selection: SelectionRequest,
    /// The time, as RFC 3339; null: now.
    #[specta(type = Option<String>)]
    pub scheduled_at: Option<DateTime<Utc>>,
    /// The reason; required if verifications need approval.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A request for a reconciliation of a credential.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReconcileRequest {
    pub credential_id: String,
    /// The failed operation that it repairs; null: it was requested for the credential itself.
    pub operation_id: Option<String>,
    /// The time, as RFC 3339; null: now.
    #[specta(type = Option<String>)]
    pub scheduled_at: Option<DateTime<Utc>>,
}

/// The status of automatic changes.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RotationStatusView {
    /// The pause of all automatic changes, if there is one.
    pub pause: Option<PauseView>,
    /// Nobody who holds the key of the passwords has signed in.
    pub waits_for_operator: bool,
    /// The number of running operations.
    pub running: u32,
    /// The time zone of the hours in policies, by its IANA name.
    pub time_zone: String,
}

impl From<RotationStatus> for RotationStatusView {
    fn from(status: RotationStatus) -> Self {
        Self {
            pause: status.pause.map(|(pause, by)| PauseView::new(pause, by)),
            waits_for_operator: status.waits_for_operator,
            running: status.running,
            time_zone: status.time_zone,
        }
    }
}

/// A request to pause all automatic changes.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RotationPauseRequest {
    pub reason: String,
}

/// A request to set the time zone of the hours in policies.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimeZoneRequest {
    pub time_zone: String,
}
