//! The list of attempts.

use app::{AttemptQuery, AttemptRecord, AttemptRow, OperationRow, Page};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    AttemptOutcome, AttemptSort, FailureClass, FailureCode, Noun, OperationStep, OperationType, code, count, id, limit,
    line,
    operation::{AttemptView, OperationFilter, OperationRowView},
    time,
};
use crate::CommandError;

/// Which attempts. The executed range of `operation` is about the attempt's own begin.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttemptFilter {
    /// Of which operations.
    pub operation: OperationFilter,
    /// With one of these outcomes; empty: with any.
    pub outcomes: Vec<AttemptOutcome>,
    /// With one of these failures; empty: with any.
    pub failures: Vec<FailureCode>,
}

/// One page of attempts.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttemptListRequest {
    /// Which ones.
    pub filter: AttemptFilter,
    /// In which order.
    pub sort: AttemptSort,
    /// Turned round.
    pub descending: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: u32,
}

/// Writes what the list holds to a file that the system's dialogue asks for.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AttemptExportRequest {
    /// Which ones.
    pub filter: AttemptFilter,
    /// In which order.
    pub sort: AttemptSort,
    /// Turned round.
    pub descending: bool,
}

impl AttemptFilter {
    /// The query of the filter; `late` is what counts as such now.
    pub fn query(self, late: (DateTime<Utc>, DateTime<Utc>)) -> Result<AttemptQuery, CommandError> {
        Ok(AttemptQuery {
            operation: self.operation.query(late)?,
            outcomes: self.outcomes.into_iter().collect(),
            failures: self.failures.into_iter().collect(),
            ..AttemptQuery::default()
        })
    }
}

impl AttemptListRequest {
    /// The query of the request; `late` is what counts as such now.
    pub fn query(self, late: (DateTime<Utc>, DateTime<Utc>)) -> Result<AttemptQuery, CommandError> {
        Ok(AttemptQuery {
            sort: self.sort,
            descending: self.descending,
            after: self.cursor.map(|cursor| id(&cursor, Noun::Operation)).transpose()?,
            limit: limit(self.limit),
            ..self.filter.query(late)?
        })
    }
}

/// An attempt in a list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttemptRowView {
    /// Its id.
    pub id: String,
    /// Of which operation.
    pub operation_id: String,
    /// That operation's short number.
    pub operation_code: u32,
    /// Its number, from 1.
    pub number: u32,
    /// What the operation does.
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
    /// Who asked for it.
    pub requester: String,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// How far it came.
    pub step: OperationStep,
    /// What may follow.
    pub class: Option<FailureClass>,
    /// Why it failed.
    pub failure: Option<FailureCode>,
    /// The beginning of the device's own words, secrets masked.
    pub message: Option<String>,
    /// The template's name.
    pub template_name: String,
    /// The template's version.
    pub template_version: u32,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
}

impl From<AttemptRow> for AttemptRowView {
    fn from(row: AttemptRow) -> Self {
        Self {
            id: row.id.to_string(),
            operation_id: row.operation.to_string(),
            operation_code: code(row.code),
            number: row.number,
            kind: row.kind,
            credential_id: row.credential.to_string(),
            username: row.username,
            device_id: row.device.to_string(),
            device_name: row.device_name,
            requester: row.requester_name,
            outcome: match (row.failure, row.ended_at) {
                (Some(_), _) => AttemptOutcome::Failed,
                (None, Some(_)) => AttemptOutcome::Succeeded,
                (None, None) => AttemptOutcome::Running,
            },
            step: row.step.map_or(OperationStep::Claimed, OperationStep::from),
            class: row.failure.map(|failure| failure.class()),
            failure: row.failure,
            message: row.message.as_deref().map(line).filter(|message| !message.is_empty()),
            template_name: row.template_name,
            template_version: row.template_version,
            started_at: time(row.started_at),
            ended_at: row.ended_at.map(time),
        }
    }
}

/// A page of attempts.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttemptPage {
    /// The rows.
    pub rows: Vec<AttemptRowView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
    /// Whether there are exactly so many; else at least.
    pub total_is_exact: bool,
}

impl From<Page<AttemptRow>> for AttemptPage {
    fn from(page: Page<AttemptRow>) -> Self {
        Self {
            rows: page.rows.into_iter().map(AttemptRowView::from).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            total: count(page.total),
            total_is_exact: page.total_is_exact,
        }
    }
}

/// One attempt, and the operation that it is of.
#[derive(Debug, Serialize, Type)]
pub struct AttemptDetailView {
    /// The attempt.
    pub attempt: AttemptView,
    /// The operation.
    pub operation: OperationRowView,
}

impl From<(AttemptRecord, OperationRow)> for AttemptDetailView {
    fn from((attempt, row): (AttemptRecord, OperationRow)) -> Self {
        Self { attempt: attempt.into(), operation: OperationRowView::new(row, None) }
    }
}
