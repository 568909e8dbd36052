//! Operations and their attempts: lists, details, actions and exports.

use app::{
    Acted, AttemptRecord, ListedOperation, OperationChoices, OperationInFull, OperationRow, TranscriptLine,
    domain::visible,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::views::{
    BlockReason, Direction, FailureClass, FailureCode, NoAutorun, OperationAction, OperationOrigin, OperationState,
    OperationStep, OperationType, code, count, line, time,
};

/// An operation as a row of the list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OperationRowView {
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    #[serde(rename = "type")]
    pub kind: OperationType,
    pub credential_id: String,
    pub username: String,
    pub device_id: String,
    pub device_name: String,
    pub state: OperationState,
    /// The current step while it runs.
    pub step: Option<OperationStep>,
    /// The user who requested it.
    pub requester: String,
    pub scheduled_at: String,
    /// The time at which it first ran.
    pub started_at: Option<String>,
    pub ended_at: Option<String>,
    /// The number of its attempts.
    pub attempts: u32,
    /// The reason of its last failure.
    pub failure: Option<FailureCode>,
    /// The actions that are possible now.
    pub actions: Vec<OperationAction>,
    /// The origin of the operation: the reason why it was created.
    pub origin: OperationOrigin,
    /// The template of the last attempt; before the first attempt, of the next one.
    pub template_name: Option<String>,
    pub template_version: Option<u32>,
    /// The beginning of the device's words in the last attempt, secrets masked.
    pub message: Option<String>,
    /// The reason why it does not run although it is due.
    pub hold: Option<BlockReason>,
    /// True if it was requested to run ahead of the queue.
    pub immediate: bool,
}

impl From<ListedOperation> for OperationRowView {
    fn from(listed: ListedOperation) -> Self {
        let ListedOperation { row, hold, actions, template } = listed;
        let (template_name, template_version) = template.map(|used| (used.name, used.version)).unzip();
        let record = row.record;
        Self {
            id: record.id.to_string(),
            code: code(record.code),
            kind: record.kind,
            credential_id: record.credential.to_string(),
            username: row.username,
            device_id: record.device.to_string(),
            device_name: row.device_name,
            state: record.state,
            step: record.step,
            requester: row.requester_name,
            scheduled_at: time(record.scheduled_at),
            started_at: record.started_at.map(time),
            ended_at: record.ended_at.map(time),
            attempts: record.attempts,
            failure: record.failure,
            actions,
            origin: record.origin,
            template_name,
            template_version,
            message: row.message.as_deref().map(line).filter(|message| !message.is_empty()),
            hold,
            immediate: record.immediate,
        }
    }
}

/// One attempt of an operation.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttemptView {
    /// The number of the attempt, from 1.
    pub number: u32,
    pub template_name: String,
    pub template_version: u32,
    pub started_at: String,
    pub ended_at: Option<String>,
    /// The last step that it reached.
    pub step: OperationStep,
    pub class: Option<FailureClass>,
    pub failure: Option<FailureCode>,
    /// The device's own words, secrets masked.
    pub device_words: Option<String>,
    /// The answer that was expected.
    pub expected: Option<String>,
    /// The transcript of the dialogue, secrets masked.
    pub transcript: Vec<TranscriptLineView>,
}

/// A line of a transcript.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptLineView {
    pub direction: Direction,
    pub text: String,
    /// Milliseconds since the attempt began.
    pub at_milliseconds: u32,
}

impl From<TranscriptLine> for TranscriptLineView {
    fn from(line: TranscriptLine) -> Self {
        Self { direction: line.direction, text: visible(&line.text).into_owned(), at_milliseconds: count(line.at_ms) }
    }
}

impl From<AttemptRecord> for AttemptView {
    fn from(attempt: AttemptRecord) -> Self {
        Self {
            number: attempt.number,
            template_name: attempt.template_name,
            template_version: attempt.template_version,
            started_at: time(attempt.started_at),
            ended_at: attempt.ended_at.map(time),
            step: attempt.step.map_or(OperationStep::Claimed, OperationStep::from),
            class: attempt.failure.map(|failure| failure.class()),
            failure: attempt.failure,
            device_words: attempt.words.map(|words| visible(&words).into_owned()),
            expected: attempt.expected.map(|expected| visible(&expected).into_owned()),
            transcript: attempt.transcript.into_iter().map(TranscriptLineView::from).collect(),
        }
    }
}

/// A link to a related operation.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OperationLinkView {
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    #[serde(rename = "type")]
    pub kind: OperationType,
    pub username: String,
    pub device_name: String,
    pub state: OperationState,
}

impl From<OperationRow> for OperationLinkView {
    fn from(row: OperationRow) -> Self {
        Self {
            id: row.record.id.to_string(),
            code: code(row.record.code),
            kind: row.record.kind,
            username: row.username,
            device_name: row.device_name,
            state: row.record.state,
        }
    }
}

/// An operation with its attempts.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OperationView {
    #[serde(flatten)]
    pub row: OperationRowView,
    /// The time of the next attempt or check.
    pub next_attempt_at: Option<String>,
    /// Its attempts, the first one first.
    pub attempt_list: Vec<AttemptView>,
    /// The operation that it follows: the parent's change, or the failed operation that it repairs.
    pub parent: Option<OperationLinkView>,
    /// The operations that follow it; at most 100.
    pub children: Vec<OperationLinkView>,
    /// True if the device may already have the new password.
    pub candidate_sent: bool,
    /// The reason why no reconciliation was scheduled automatically, if one was wanted.
    pub no_autorun: Option<NoAutorun>,
}

impl From<OperationInFull> for OperationView {
    fn from(full: OperationInFull) -> Self {
        Self {
            next_attempt_at: full.next_attempt_at.map(time),
            candidate_sent: full.listed.row.candidate_sent,
            no_autorun: full.no_autorun,
            row: full.listed.into(),
            attempt_list: full.attempts.into_iter().map(AttemptView::from).collect(),
            parent: full.cause.map(OperationLinkView::from),
            children: full.followers.into_iter().map(OperationLinkView::from).collect(),
        }
    }
}

/// The values that the filters offer, as they are in the vault.
#[derive(Debug, Serialize, Type)]
pub struct OperationChoicesView {
    pub manufacturers: Vec<String>,
    pub models: Vec<String>,
    pub websites: Vec<String>,
    /// Tags of devices and credentials.
    pub tags: Vec<String>,
    pub requesters: Vec<String>,
}

impl From<OperationChoices> for OperationChoicesView {
    fn from(choices: OperationChoices) -> Self {
        Self {
            manufacturers: choices.manufacturers,
            models: choices.models,
            websites: choices.websites,
            tags: choices.tags,
            requesters: choices.requesters,
        }
    }
}

/// An action that can be done on several operations at once.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ManyAction {
    /// Runs it ahead of the schedule and of the queue.
    RunNow,
    /// Cancels it before it runs.
    Cancel,
    /// Tries it again after an error.
    Restart,
}

impl From<ManyAction> for app::OperationAction {
    fn from(action: ManyAction) -> Self {
        match action {
            ManyAction::RunNow => Self::RunNow,
            ManyAction::Cancel => Self::Cancel,
            ManyAction::Restart => Self::Restart,
        }
    }
}

/// A request to do one action on several operations.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct OperationActRequest {
    pub action: ManyAction,
    pub ids: Vec<String>,
}

/// An operation that does not allow the action.
#[derive(Debug, Serialize, Type)]
pub struct OperationRefusedView {
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    pub state: OperationState,
}

/// The result of one action on several operations.
#[derive(Debug, Serialize, Type)]
pub struct OperationActedView {
    /// The ids of the operations on which it was done.
    pub done: Vec<String>,
    /// The operations that do not allow it.
    pub refused: Vec<OperationRefusedView>,
}

impl From<Acted> for OperationActedView {
    fn from(acted: Acted) -> Self {
        let refused = |refused: app::Refused| OperationRefusedView {
            id: refused.operation.to_string(),
            code: code(refused.code),
            state: refused.state,
        };
        Self {
            done: acted.done.iter().map(ToString::to_string).collect(),
            refused: acted.refused.into_iter().map(refused).collect(),
        }
    }
}

/// A report that was written.
#[derive(Debug, Serialize, Type)]
pub struct ExportedView {
    pub path: String,
    /// The number of rows, without the headings.
    pub rows: u32,
}
