//! Operations and their attempts.

use app::{
    Acted, AttemptRecord, ListedOperation, OperationChoices, OperationInFull, OperationRow, TranscriptLine,
    domain::visible,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    BlockReason, Direction, FailureClass, FailureCode, NoAutorun, OperationAction, OperationOrigin, OperationState,
    OperationStep, OperationType, code, count, line, time,
};

/// An operation in a list.
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
    /// How far it has come while it runs.
    pub step: Option<OperationStep>,
    /// Who asked for it.
    pub requester: String,
    pub scheduled_at: String,
    /// When it first ran.
    pub started_at: Option<String>,
    pub ended_at: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it failed last.
    pub failure: Option<FailureCode>,
    /// What may be done with it now.
    pub actions: Vec<OperationAction>,
    /// Why there is one.
    pub origin: OperationOrigin,
    /// The template of the last attempt, or of the next when there was none.
    pub template_name: Option<String>,
    pub template_version: Option<u32>,
    /// The beginning of the last attempt's words of the device, secrets masked.
    pub message: Option<String>,
    /// Why it does not run although it is due.
    pub hold: Option<BlockReason>,
    /// Told to overtake the queue.
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

/// One try of an operation.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttemptView {
    /// Its number, from 1.
    pub number: u32,
    pub template_name: String,
    pub template_version: u32,
    pub started_at: String,
    pub ended_at: Option<String>,
    /// How far it came.
    pub step: OperationStep,
    pub class: Option<FailureClass>,
    pub failure: Option<FailureCode>,
    /// The device's own words, secrets masked.
    pub device_words: Option<String>,
    /// What was expected instead.
    pub expected: Option<String>,
    /// What was said, secrets masked.
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

/// Another operation that belongs to one.
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
    /// When it is tried or looked at next.
    pub next_attempt_at: Option<String>,
    /// Its attempts, first to last.
    pub attempt_list: Vec<AttemptView>,
    /// The one that it follows: the parent's change, or the failure that it repairs.
    pub parent: Option<OperationLinkView>,
    /// Those that follow it; at most 100.
    pub children: Vec<OperationLinkView>,
    /// Whether the device may already have the new password.
    pub candidate_sent: bool,
    /// Why no reconciliation followed by itself, where one was wanted.
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

/// Values to filter by, as they are in the vault.
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

/// An action on several operations.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ManyAction {
    /// Overtake the schedule and the queue.
    RunNow,
    /// Call off before it runs.
    Cancel,
    /// Try again after an error.
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

/// One action on several operations.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct OperationActRequest {
    pub action: ManyAction,
    pub ids: Vec<String>,
}

/// An operation that an action was not done on.
#[derive(Debug, Serialize, Type)]
pub struct OperationRefusedView {
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    pub state: OperationState,
}

/// What one action did to several operations.
#[derive(Debug, Serialize, Type)]
pub struct OperationActedView {
    /// It was done on these.
    pub done: Vec<String>,
    /// These do not allow it.
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
    /// How many rows, without the headings.
    pub rows: u32,
}
