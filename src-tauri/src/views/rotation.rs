//! Why a credential is changed by itself or not; chains; what rests.

use app::{
    Chain, ChainNode, PolicyReason, Reason, Rotation, RotationStatus,
    domain::{Pause, policy::Criterion},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    ChildPassword, CredentialStatus, FailureCode, NotChangeable, OperationState, OperationStep, PolicyField,
    PolicyMatch, SyncState, TriggerKind, change::SelectionRequest, code, time,
};

/// Why something rests: who said so, when, and why.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PauseView {
    pub reason: String,
    pub by: String,
    pub at: String,
}

impl PauseView {
    /// Joins the pause with the name of who said so.
    pub fn new(pause: Pause, by: String) -> Self {
        Self { reason: pause.reason, by, at: time(pause.at) }
    }
}

/// Why a credential is not changed by itself.
#[derive(Debug, Serialize, Type)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RotationReason {
    /// It is not in use.
    Inactive,
    /// Automatic change is off.
    AutomaticChangeOff,
    /// A change could not even be requested.
    NotChangeable {
        reason: NotChangeable,
    },
    /// No person has changed it successfully yet.
    NeverRequested,
    NoPolicy,
    /// The policy changes nothing by itself.
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
    /// No stored password logs in.
    OutOfSync,
    /// It is being looked into which password the device has.
    Checking,
    /// The last operation ended in an error that a person has to look at.
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
    /// Nobody who holds the passwords' key has signed in.
    WaitsForOperator,
    /// It is due, and the policy's hours have not come.
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

/// A criterion of a policy, and what the credential has.
#[derive(Debug, Serialize, Type)]
pub struct CriterionView {
    pub field: PolicyField,
    /// What it asks for.
    pub pattern: String,
    /// What the credential has.
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
    /// How it stands to the credential.
    pub standing: PolicyMatch,
    /// Every criterion that is set.
    pub criteria: Vec<CriterionView>,
}

impl From<PolicyReason> for PolicyReasonView {
    fn from(reason: PolicyReason) -> Self {
        Self {
            policy_id: reason.policy.to_string(),
            policy_name: reason.name,
            priority: reason.priority,
            standing: reason.standing,
            criteria: reason.criteria.into_iter().map(CriterionView::from).collect(),
        }
    }
}

/// What makes a credential due, and when.
#[derive(Debug, Serialize, Type)]
pub struct DueView {
    pub kind: TriggerKind,
    pub at: String,
}

/// Which policy applies and why, when it changes the credential next, or why it does not.
#[derive(Debug, Serialize, Type)]
pub struct CredentialRotationView {
    /// Empty: it is changed by itself.
    pub reasons: Vec<RotationReason>,
    /// What is due next, soonest first; also when a reason holds it up.
    pub due: Vec<DueView>,
    /// The one that applies first, then the others by rank; at most 20.
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

/// One place of a chain of credentials.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChainNodeView {
    pub id: String,
    /// The one that it follows.
    pub parent_id: Option<String>,
    /// How far below the root it is.
    pub depth: u32,
    pub username: String,
    pub device_name: String,
    /// Whether it is in use.
    pub status: CredentialStatus,
    /// Whether the stored password is the device's.
    pub sync: SyncState,
    /// What password it gets; not told of the root.
    pub child_password: Option<ChildPassword>,
    /// When its password last became current.
    pub changed_at: Option<String>,
    /// Its last or open operation.
    pub operation_id: Option<String>,
    pub operation_state: Option<OperationState>,
    /// How far it has come.
    pub step: Option<OperationStep>,
    /// Why it would not follow its parent now.
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

/// The whole tree that a credential is in; the root comes first, children follow their parent.
#[derive(Debug, Serialize, Type)]
pub struct ChainView {
    pub nodes: Vec<ChainNodeView>,
    /// Whether there are more than are shown.
    pub truncated: bool,
}

impl From<Chain> for ChainView {
    fn from(chain: Chain) -> Self {
        Self { nodes: chain.nodes.into_iter().map(ChainNodeView::from).collect(), truncated: chain.truncated }
    }
}

/// Lets credentials rest.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CredentialPauseRequest {
    pub selection: SelectionRequest,
    pub reason: String,
}

/// Ends the rest of credentials.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CredentialResumeRequest {
    pub selection: SelectionRequest,
}

/// How many.
#[derive(Debug, Serialize, Type)]
pub struct CountView {
    pub count: u32,
}

/// Requests a verification.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyRequest {
    pub selection: SelectionRequest,
    /// When, as RFC 3339; null: now.
    #[specta(type = Option<String>)]
    pub scheduled_at: Option<DateTime<Utc>>,
    /// Why; required where verifications need approval.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Requests a reconciliation.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReconcileRequest {
    pub credential_id: String,
    /// The operation that failed; null: asked for at the credential.
    pub operation_id: Option<String>,
    /// When, as RFC 3339; null: now.
    #[specta(type = Option<String>)]
    pub scheduled_at: Option<DateTime<Utc>>,
}

/// How the executor stands.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RotationStatusView {
    /// Why everything rests, if it does.
    pub pause: Option<PauseView>,
    /// Nobody who holds the passwords' key has signed in.
    pub waits_for_operator: bool,
    /// How many operations run.
    pub running: u32,
    /// The zone in which hours are meant, by its IANA name.
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

/// Lets everything rest.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RotationPauseRequest {
    pub reason: String,
}

/// Sets the zone in which hours are meant.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimeZoneRequest {
    pub time_zone: String,
}
