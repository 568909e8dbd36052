//! A request with everything that is known of it, so that it can be decided.

use std::collections::HashMap;

use app::{Conflict, Decide, ExaminedDecision, LevelProgress, RequestDetails, Secret, domain::UserId};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    BatchField, CannotDecide, ConflictReason, DecisionStatus, Noun, RequestIntegrity, Verdict, account::ConfirmRequest,
    count, id, request::RequestRowView, time,
};
use crate::{CommandError, files, state::Shell};

/// A request with everything about it.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// As the list shows it.
    pub row: RequestRowView,
    /// In hexadecimal; sent back with a decision, so that what is signed is what was shown.
    pub digest: String,
    /// Whether it is as it was signed. If not, nothing of it can be decided or applied.
    pub integrity: RequestIntegrity,
    /// Whether what it is said to have come to follows from its decisions.
    pub outcome_holds: bool,
    /// The levels that are asked.
    pub levels: Vec<LevelView>,
    /// So many rejections end it.
    pub rejections_to_end: u32,
    /// Every decision, each signature verified now.
    pub decisions: Vec<DecisionView>,
    /// Why whoever sits there may not decide.
    pub not_mine: Option<CannotDecide>,
    /// Whether a decision asks for the password once more.
    pub needs_password: bool,
    /// Whether that needs the key file too.
    pub needs_key_file: bool,
    /// Whether a decision asks for a code.
    pub needs_code: bool,
    /// Operations that were called off by applying it.
    pub canceled_operations: u32,
    /// What was not as requested.
    pub conflicts: Vec<ConflictView>,
    /// Who applied it without approvals, and why.
    pub emergency: Option<EmergencyView>,
}

/// A level that is asked.
#[derive(Debug, Serialize, Type)]
pub struct LevelView {
    /// 1, 2 or 3.
    pub level: u32,
    pub needed: u32,
    pub approvals: u32,
    /// Whether its turn is now.
    pub open: bool,
}

/// A decision.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DecisionView {
    pub approver_id: String,
    pub approver: String,
    /// At which level they were registered then.
    pub level: Option<u32>,
    pub verdict: Verdict,
    pub reason: String,
    pub at: String,
    /// What is to be said of it; only a valid one counts.
    pub signature: DecisionStatus,
    /// Counts, but look: the requester registered this approver.
    pub appointed_by_requester: bool,
}

/// Something that was not as requested.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConflictView {
    pub credential_id: String,
    pub username: String,
    pub device_name: String,
    /// What is the matter.
    pub reason: ConflictReason,
    pub field: Option<BatchField>,
    /// What the request began from.
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

/// Approves or rejects exactly what was shown.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestDecideRequest {
    pub id: String,
    /// The digest that was shown.
    pub digest: String,
    pub verdict: Verdict,
    /// Why; required for a no.
    pub reason: String,
    /// The password once more, where it is asked for.
    #[specta(type = Option<String>)]
    pub password: Option<Secret>,
    /// Path of the key file, of who needs one beside the password.
    pub key_file: Option<String>,
    /// A code, where it is asked for.
    pub code: Option<String>,
}

impl RequestDecideRequest {
    /// The decision, with the content of the key file.
    ///
    /// # Errors
    /// As [`files::confirmation`], and for an id that is none.
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
