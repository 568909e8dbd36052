//! Operations and their attempts.

use std::collections::HashMap;

use app::{
    Acted, AttemptRecord, OperationChoices, OperationInFull, OperationQuery, OperationRow, Operations, Page, Range,
    TranscriptLine,
    domain::{OperationId, visible},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    BlockReason, Direction, FailureClass, FailureCode, NoAutorun, Noun, OperationAction, OperationOrigin,
    OperationSort, OperationState, OperationStep, OperationType, code, count, id, limit, line, time,
};
use crate::CommandError;

/// Which operations; everything that is set must hold. Texts are words in the field, without regard to case.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OperationFilter {
    /// A code, or words in the username or the device's name.
    pub text: Option<String>,
    /// The code.
    pub code: Option<u32>,
    /// The account's name.
    pub username: Option<String>,
    /// The device's name.
    pub device: Option<String>,
    /// The device's manufacturer.
    pub manufacturer: Option<String>,
    /// The device's model.
    pub model: Option<String>,
    /// The device's website.
    pub website: Option<String>,
    /// The device or the credential has each of them.
    pub tags: Vec<String>,
    /// In one of these states; empty: in any.
    pub states: Vec<OperationState>,
    /// Of one of these types; empty: of any.
    pub types: Vec<OperationType>,
    /// The name of a person or a policy.
    pub requester: Option<String>,
    /// Scheduled at or after this, as RFC 3339.
    #[specta(type = Option<String>)]
    pub scheduled_from: Option<DateTime<Utc>>,
    /// Scheduled before this.
    #[specta(type = Option<String>)]
    pub scheduled_to: Option<DateTime<Utc>>,
    /// First run at or after this.
    #[specta(type = Option<String>)]
    pub executed_from: Option<DateTime<Utc>>,
    /// First run before this.
    #[specta(type = Option<String>)]
    pub executed_to: Option<DateTime<Utc>>,
    /// On this credential.
    pub credential_id: Option<String>,
    /// On this device.
    pub device_id: Option<String>,
    /// Those that the watchdog reports: due and not run, or running without a sign of life.
    pub late: Option<bool>,
}

impl OperationFilter {
    /// The query of the filter; `late` is what counts as such now.
    pub fn query(self, late: (DateTime<Utc>, DateTime<Utc>)) -> Result<OperationQuery, CommandError> {
        Ok(OperationQuery {
            text: self.text.unwrap_or_default(),
            code: self.code.map(i64::from),
            username: self.username.unwrap_or_default(),
            device_name: self.device.unwrap_or_default(),
            manufacturer: self.manufacturer.unwrap_or_default(),
            model: self.model.unwrap_or_default(),
            website: self.website.unwrap_or_default(),
            tags: self.tags,
            states: self.states.into_iter().collect(),
            kinds: self.types.into_iter().collect(),
            requester: self.requester.unwrap_or_default(),
            scheduled: Range { from: self.scheduled_from, to: self.scheduled_to },
            executed: Range { from: self.executed_from, to: self.executed_to },
            credential: self.credential_id.map(|text| id(&text, Noun::Credential)).transpose()?,
            device: self.device_id.map(|text| id(&text, Noun::Device)).transpose()?,
            late: self.late.filter(|late| *late).map(|_| late),
            ..OperationQuery::default()
        })
    }
}

/// One page of operations.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OperationListRequest {
    /// Which ones.
    pub filter: OperationFilter,
    /// In which order.
    pub sort: OperationSort,
    /// Turned round.
    pub descending: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: u32,
}

impl OperationListRequest {
    /// The query of the request; `late` is what counts as such now.
    pub fn query(self, late: (DateTime<Utc>, DateTime<Utc>)) -> Result<OperationQuery, CommandError> {
        Ok(OperationQuery {
            sort: self.sort,
            descending: self.descending,
            after: self.cursor.map(|cursor| id(&cursor, Noun::Operation)).transpose()?,
            limit: limit(self.limit),
            ..self.filter.query(late)?
        })
    }
}

/// A page of operations.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OperationPage {
    /// The rows.
    pub rows: Vec<OperationRowView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
    /// Whether there are exactly so many; else at least.
    pub total_is_exact: bool,
}

impl From<(Page<OperationRow>, HashMap<OperationId, BlockReason>)> for OperationPage {
    fn from((page, holds): (Page<OperationRow>, HashMap<OperationId, BlockReason>)) -> Self {
        let view = |row: OperationRow| {
            let hold = holds.get(&row.record.id).copied();
            OperationRowView::new(row, hold)
        };
        Self {
            rows: page.rows.into_iter().map(view).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            total: count(page.total),
            total_is_exact: page.total_is_exact,
        }
    }
}

/// An operation in a list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OperationRowView {
    /// Its id.
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: OperationType,
    /// The credential.
    pub credential_id: String,
    /// The account's name.
    pub username: String,
    /// The device.
    pub device_id: String,
    /// The device's name.
    pub device_name: String,
    /// Where it is.
    pub state: OperationState,
    /// How far it has come while it runs.
    pub step: Option<OperationStep>,
    /// Who asked for it.
    pub requester: String,
    /// For when.
    pub scheduled_at: String,
    /// When it first ran.
    pub started_at: Option<String>,
    /// When it ended.
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
    /// Its version.
    pub template_version: Option<u32>,
    /// The beginning of the last attempt's words of the device, secrets masked.
    pub message: Option<String>,
    /// Why it does not run although it is due.
    pub hold: Option<BlockReason>,
    /// Told to overtake the queue.
    pub immediate: bool,
}

impl OperationRowView {
    /// Joins the operation with why it does not run.
    pub fn new(row: OperationRow, hold: Option<BlockReason>) -> Self {
        let actions = Operations::actions(&row).into_iter().collect();
        let next = row.next_template.and_then(|id| app::starter::ALL.iter().find(|starter| starter.id == id));
        let (template_name, template_version) = match (row.template, next) {
            (Some(used), _) if !used.name.is_empty() => (Some(used.name), Some(used.version)),
            (_, Some(next)) => (Some(next.name.to_owned()), Some(1)),
            _ => (None, None),
        };
        let record = row.record;
        Self {
            id: record.id.to_string(),
            code: u32::try_from(record.code).unwrap_or_default(),
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
    /// The template's name.
    pub template_name: String,
    /// The template's version.
    pub template_version: u32,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// How far it came.
    pub step: OperationStep,
    /// What may follow.
    pub class: Option<FailureClass>,
    /// Why it failed.
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
    /// Who said it.
    pub direction: Direction,
    /// What was said.
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
    /// Its id.
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: OperationType,
    /// The account's name.
    pub username: String,
    /// The device's name.
    pub device_name: String,
    /// Where it is.
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
    /// The row.
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
        let details = full.details;
        let waits = details.row.record.state == OperationState::Scheduled;
        let next = details.row.record.not_before;
        Self {
            next_attempt_at: waits.then(|| time(next)),
            candidate_sent: details.row.candidate_sent,
            no_autorun: details.no_autorun,
            row: OperationRowView::new(details.row, full.hold),
            attempt_list: details.attempts.into_iter().map(AttemptView::from).collect(),
            parent: full.cause.map(OperationLinkView::from),
            children: full.followers.into_iter().map(OperationLinkView::from).collect(),
        }
    }
}

/// Values to filter by, as they are in the vault.
#[derive(Debug, Serialize, Type)]
pub struct OperationChoicesView {
    /// Manufacturers of devices.
    pub manufacturers: Vec<String>,
    /// Models of devices.
    pub models: Vec<String>,
    /// Websites of devices.
    pub websites: Vec<String>,
    /// Tags of devices and credentials.
    pub tags: Vec<String>,
    /// People and policies.
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
    /// What.
    pub action: ManyAction,
    /// On which.
    pub ids: Vec<String>,
}

/// An operation that an action was not done on.
#[derive(Debug, Serialize, Type)]
pub struct OperationRefusedView {
    /// Its id.
    pub id: String,
    /// The short number that people use.
    pub code: u32,
    /// Where it is.
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

/// Writes what the list holds to a file that the system's dialogue asks for.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct OperationExportRequest {
    /// Which ones.
    pub filter: OperationFilter,
    /// In which order.
    pub sort: OperationSort,
    /// Turned round.
    pub descending: bool,
}

/// A report that was written.
#[derive(Debug, Serialize, Type)]
pub struct ExportedView {
    /// Where.
    pub path: String,
    /// How many rows, without the headings.
    pub rows: u32,
}
