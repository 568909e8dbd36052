//! Operations and their attempts.

use app::{
    AttemptRecord, OperationDetails, OperationQuery, OperationRow, Operations, Page, Requested, Selection,
    TranscriptLine,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    Direction, FailureClass, FailureCode, NotChangeable, Noun, OperationAction, OperationSort, OperationState,
    OperationStep, OperationType, count, credential::CredentialFilter, id, limit, time,
};
use crate::CommandError;

/// Which credentials a request is about.
#[derive(Debug, Deserialize, Type)]
#[serde(rename = "Selection", tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum SelectionRequest {
    /// These.
    Ids {
        /// Their ids.
        ids: Vec<String>,
    },
    /// All that match, but for some.
    Matching {
        /// The filter.
        filter: CredentialFilter,
        /// Left out.
        except: Vec<String>,
    },
}

impl TryFrom<SelectionRequest> for Selection {
    type Error = CommandError;

    fn try_from(request: SelectionRequest) -> Result<Self, CommandError> {
        let read = |texts: Vec<String>| -> Result<Vec<_>, CommandError> {
            texts.iter().map(|text| id(text, Noun::Credential)).collect()
        };
        Ok(match request {
            SelectionRequest::Ids { ids } => Self::Ids(read(ids)?),
            SelectionRequest::Matching { filter, except } => {
                Self::Matching { query: filter.try_into()?, except: read(except)? }
            }
        })
    }
}

/// Requests a password change.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeRequest {
    /// Of which credentials.
    pub selection: SelectionRequest,
    /// When, as RFC 3339; null: now.
    #[specta(type = Option<String>)]
    pub scheduled_at: Option<DateTime<Utc>>,
    /// Why; required where changes need approval.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What became of a request.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChangeRequestedView {
    /// The operations that were scheduled.
    pub operation_ids: Vec<String>,
    /// What could not be scheduled.
    pub skipped: Vec<SkippedView>,
    /// The request that the operations wait for, where they need approval.
    pub request_id: Option<String>,
}

/// A credential that no change was scheduled for.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SkippedView {
    /// The credential.
    pub credential_id: String,
    /// What people call it.
    pub label: String,
    /// Why.
    pub reason: NotChangeable,
}

impl From<Requested> for ChangeRequestedView {
    fn from(requested: Requested) -> Self {
        let skipped = |skipped: app::Skipped| SkippedView {
            credential_id: skipped.credential.to_string(),
            label: skipped.label,
            reason: skipped.reason.into(),
        };
        Self {
            operation_ids: requested.operations.iter().map(ToString::to_string).collect(),
            skipped: requested.skipped.into_iter().map(skipped).collect(),
            request_id: requested.request.map(|request| request.to_string()),
        }
    }
}

/// Which operations.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OperationFilter {
    /// A code, or words in the username or the device's name.
    pub text: Option<String>,
    /// In one of these states; empty: in any.
    pub states: Vec<OperationState>,
    /// On this credential.
    pub credential_id: Option<String>,
    /// On this device.
    pub device_id: Option<String>,
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

impl TryFrom<OperationListRequest> for OperationQuery {
    type Error = CommandError;

    fn try_from(request: OperationListRequest) -> Result<Self, CommandError> {
        let filter = request.filter;
        Ok(Self {
            text: filter.text.unwrap_or_default(),
            states: filter.states.into_iter().map(Into::into).collect(),
            credential: filter.credential_id.map(|text| id(&text, Noun::Credential)).transpose()?,
            device: filter.device_id.map(|text| id(&text, Noun::Device)).transpose()?,
            sort: request.sort.into(),
            descending: request.descending,
            after: request.cursor.map(|cursor| id(&cursor, Noun::Operation)).transpose()?,
            limit: limit(request.limit),
        })
    }
}

/// A page of operations.
#[derive(Debug, Serialize, Type)]
pub struct OperationPage {
    /// The rows.
    pub rows: Vec<OperationRowView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

impl From<Page<OperationRow>> for OperationPage {
    fn from(page: Page<OperationRow>) -> Self {
        Self {
            rows: page.rows.into_iter().map(OperationRowView::from).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            total: count(page.total),
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
}

impl From<OperationRow> for OperationRowView {
    fn from(row: OperationRow) -> Self {
        let actions = Operations::actions(&row).into_iter().map(OperationAction::from).collect();
        let record = row.record;
        Self {
            id: record.id.to_string(),
            code: u32::try_from(record.code).unwrap_or_default(),
            kind: record.kind.into(),
            credential_id: record.credential.to_string(),
            username: row.username,
            device_id: record.device.to_string(),
            device_name: row.device_name,
            state: record.state.into(),
            step: record.step.map(OperationStep::from),
            requester: row.requester_name,
            scheduled_at: time(record.scheduled_at),
            started_at: record.started_at.map(time),
            ended_at: record.ended_at.map(time),
            attempts: record.attempts,
            failure: record.failure.map(FailureCode::from),
            actions,
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
        Self { direction: line.direction.into(), text: line.text, at_milliseconds: count(line.at_ms) }
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
            class: attempt.failure.map(|failure| failure.class().into()),
            failure: attempt.failure.map(FailureCode::from),
            device_words: attempt.words,
            expected: attempt.expected,
            transcript: attempt.transcript.into_iter().map(TranscriptLineView::from).collect(),
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
}

impl From<OperationDetails> for OperationView {
    fn from(details: OperationDetails) -> Self {
        let waits = details.row.record.state == app::domain::operation::StateName::Scheduled;
        let next = details.row.record.not_before;
        Self {
            next_attempt_at: waits.then(|| time(next)),
            row: details.row.into(),
            attempt_list: details.attempts.into_iter().map(AttemptView::from).collect(),
        }
    }
}
