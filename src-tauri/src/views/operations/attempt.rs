//! The list of attempts.

use app::{AttemptDetails, AttemptRow};
use serde::Serialize;
use specta::Type;

use crate::views::{
    AttemptOutcome, FailureClass, FailureCode, OperationStep, OperationType, code, line,
    operation::{AttemptView, OperationRowView},
    time,
};

/// An attempt as a row of the list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttemptRowView {
    pub id: String,
    pub operation_id: String,
    /// The short number of the operation.
    pub operation_code: u32,
    /// The number of the attempt, from 1.
    pub number: u32,
    /// The type of the operation.
    #[serde(rename = "type")]
    pub kind: OperationType,
    pub credential_id: String,
    pub username: String,
    pub device_id: String,
    pub device_name: String,
    /// The user who requested the operation.
    pub requester: String,
    pub outcome: AttemptOutcome,
    /// The last step that it reached.
    pub step: OperationStep,
    pub class: Option<FailureClass>,
    pub failure: Option<FailureCode>,
    /// The beginning of the device's own words, secrets masked.
    pub message: Option<String>,
    pub template_name: String,
    pub template_version: u32,
    pub started_at: String,
    pub ended_at: Option<String>,
}

impl From<AttemptRow> for AttemptRowView {
    fn from(row: AttemptRow) -> Self {
        let outcome = row.outcome();
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
            outcome,
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

/// One attempt and its operation.
#[derive(Debug, Serialize, Type)]
pub struct AttemptDetailView {
    pub attempt: AttemptView,
    pub operation: OperationRowView,
}

impl From<AttemptDetails> for AttemptDetailView {
    fn from(details: AttemptDetails) -> Self {
        Self { attempt: details.attempt.into(), operation: details.operation.into() }
    }
}
