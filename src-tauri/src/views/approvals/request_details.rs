//! A request with all its details, which an approver needs for a decision.

use std::collections::HashMap;

use app::{Conflict, Decide, ExaminedDecision, LevelProgress, RequestDetails, Secret, domain::UserId};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::views::{
    BatchField, CannotDecide, ConflictReason, DecisionStatus, Noun, RequestIntegrity, Verdict, account::ConfirmRequest,
    count, id, request::RequestRowView, time,
};
use crate::{CommandError, files, state::Shell};

/// A request with all its details.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// The row of the request in the list.
    pub row: RequestRowView,
    /// The digest of the content, in hexadecimal. The page sends it back with a decision, so that exactly the shown
    /// content is signed.
    pub digest: String,
    /// The integrity of the signed content. If it was altered, the request can be neither decided nor applied.
    pub integrity: RequestIntegrity,
    /// True if the stored outcome follows from the decisions.
    pub outcome_holds: bool,
    /// The levels that must approve.
    pub levels: Vec<LevelView>,
    /// The number of rejections that end it.
    pub rejections_to_end: u32,
    /// All decisions, whose signatures were verified for this view.
    pub decisions: Vec<DecisionView>,
    /// The reason why the signed-in user may not decide; null: the user may.
    pub not_mine: Option<CannotDecide>,
    /// True if a decision requires the password again.
    pub needs_password: bool,
    /// True if it requires the key file together with the password.
    pub needs_key_file: bool,
    /// True if a decision requires a code.
    pub needs_code: bool,
    /// The number of operations that were canceled by applying it.
    pub canceled_operations: u32,
    /// The differences from the request that were found when it was applied.
    pub conflicts: Vec<ConflictView>,
    /// The application without approvals, if there was one.
    pub emergency: Option<EmergencyView>,
}

/// A level that must approve.
#[derive(Debug, Serialize, Type)]
pub struct LevelView {
    /// The number of the level: 1, 2 or 3.
    pub level: u32,
    pub needed: u32,
    pub approvals: u32,
    /// True if the level can decide now.
    pub open: bool,
}

/// A decision on the request.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DecisionView {
    pub approver_id: String,
    pub approver: String,
    /// The level at which the approver was registered then.
    pub level: Option<u32>,
    pub verdict: Verdict,
    pub reason: String,
    pub at: String,
    /// The result of verifying the decision. Only a valid decision counts.
    pub signature: DecisionStatus,
    /// A warning: the decision counts, but the requester registered this approver.
    pub appointed_by_requester: bool,
}

/// A difference from the request that was found when it was applied.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConflictView {
    pub credential_id: String,
    pub username: String,
    pub device_name: String,
    /// The kind of the difference.
    pub reason: ConflictReason,
    pub field: Option<BatchField>,
    /// The value that the request started from.
    pub expected: String,
    pub found: String,
}

impl From<Conflict> for ConflictView {
    fn from(conflict: Conflict) -> Self {
        Self {
            credential_id: conflict.credential.to_string(),
            username: conflict.username,
            device_name: conflict.device_name,
            reason: conflict.reason,
            field: conflict.field,
            expected: conflict.expected,
            found: conflict.found,
        }
    }
}

/// An application without approvals.
#[derive(Debug, Serialize, Type)]
pub struct EmergencyView {
    pub by: String,
    pub justification: String,
    pub at: String,
}

impl From<RequestDetails> for RequestView {
    fn from(details: RequestDetails) -> Self {
        let RequestDetails { listed, record, examination, names, .. } = details;
        let name = |user: UserId| names.get(&user).cloned().unwrap_or_default();
        let decisions = examination.decisions().iter().map(|decision| decision_view(decision, &names));
        Self {
            digest: examination.digest().iter().map(|byte| format!("{byte:02x}")).collect(),
            integrity: examination.integrity(),
            outcome_holds: details.outcome_holds,
            levels: details.levels.into_iter().map(LevelView::from).collect(),
            rejections_to_end: count(details.rejections_to_end),
            decisions: decisions.collect(),
            not_mine: details.not_mine,
            needs_password: details.needs_password,
            needs_key_file: details.needs_key_file,
            needs_code: details.needs_code,
            canceled_operations: record.canceled_operations,
            conflicts: record.conflicts.into_iter().map(ConflictView::from).collect(),
            emergency: record.emergency.map(|emergency| EmergencyView {
                by: name(emergency.by),
                justification: emergency.justification,
                at: time(emergency.at),
            }),
            row: listed.into(),
        }
    }
}

impl From<LevelProgress> for LevelView {
    fn from(level: LevelProgress) -> Self {
        Self {
            level: count(level.level),
            needed: count(level.needed),
            approvals: count(level.approvals),
            open: level.open,
        }
    }
}

fn decision_view(decision: &ExaminedDecision, names: &HashMap<UserId, String>) -> DecisionView {
    DecisionView {
        approver_id: decision.approver.to_string(),
        approver: names.get(&decision.approver).cloned().unwrap_or_default(),
        level: decision.level.map(count),
        verdict: decision.verdict,
        reason: decision.reason.clone(),
        at: time(decision.at),
        signature: decision.finding,
        appointed_by_requester: decision.appointed_by_requester,
    }
}

/// An approval or a rejection of exactly the shown content.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestDecideRequest {
    pub id: String,
    /// The digest of the request as it was shown.
    pub digest: String,
    pub verdict: Verdict,
    /// The reason; required for a rejection.
    pub reason: String,
    /// The password again, if it is required.
    #[specta(type = Option<String>)]
    pub password: Option<Secret>,
    /// The path of the key file, if the user needs one besides the password.
    pub key_file: Option<String>,
    /// A code of the authenticator, if it is required.
    pub code: Option<String>,
}

impl RequestDecideRequest {
    /// Returns the decision, with the content of the key file.
    ///
    /// # Errors
    /// Those of [`files::confirmation`], and an error for an invalid id.
    pub fn read(self, shell: &Shell) -> Result<Decide, CommandError> {
        let key_file = self.key_file;
        let proof = self.password.map(|password| files::confirmation(shell, ConfirmRequest { password, key_file }));
        Ok(Decide {
            request: id(&self.id, Noun::Request)?,
            digest: self.digest,
            verdict: self.verdict,
            reason: self.reason,
            password: proof.transpose()?,
            code: self.code,
        })
    }
}
