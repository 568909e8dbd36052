//! From → To: what a request or a review changes, credential by credential.

use app::{ChangeGroup, ShownPage, ShownTask, Window, approval::Part};
use serde::Serialize;
use specta::Type;

use super::{BatchField, BatchFlag, Noun, OperationType, Page, RefusalReason, count, id, limit, time};
use crate::CommandError;

/// Credentials of which the same field changes in the same way.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChangeGroupView {
    /// Names it in requests.
    pub key: String,
    pub field: BatchField,
    pub from: String,
    pub to: String,
    pub count: u32,
}

impl From<ChangeGroup> for ChangeGroupView {
    fn from(group: ChangeGroup) -> Self {
        Self { key: group.key, field: group.field, from: group.from, to: group.to, count: count(group.count as u64) }
    }
}

/// One credential of a request or a review.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TaskView {
    pub credential_id: String,
    pub username: String,
    pub device_name: String,
    /// Each field that changes.
    pub changes: Vec<ChangeView>,
    /// Why it would be refused.
    pub refusal: Option<RefusalReason>,
    /// What may stand in the way by the time of the approval.
    pub flags: Vec<BatchFlag>,
    /// The operation that waits to be allowed, for a request about operations.
    pub operation: Option<TaskOperationView>,
}

/// An operation that waits to be allowed.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TaskOperationView {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: OperationType,
    pub scheduled_at: String,
}

/// One field that changes.
#[derive(Debug, Serialize, Type)]
pub struct ChangeView {
    pub field: BatchField,
    /// Its parts that differ.
    pub parts: Vec<ChangePartView>,
}

/// A part of a change.
#[derive(Debug, Serialize, Type)]
pub struct ChangePartView {
    pub part: String,
    pub from: String,
    pub to: String,
}

impl From<Part> for ChangePartView {
    fn from(part: Part) -> Self {
        Self { part: part.name.to_owned(), from: part.from, to: part.to }
    }
}

impl From<ShownTask> for TaskView {
    fn from(task: ShownTask) -> Self {
        let changes = task
            .changes
            .into_iter()
            .map(|(field, parts)| ChangeView { field, parts: parts.into_iter().map(ChangePartView::from).collect() });
        Self {
            credential_id: task.credential.to_string(),
            username: task.username,
            device_name: task.device_name,
            changes: changes.collect(),
            refusal: task.refusal,
            flags: task.flags.into_iter().collect(),
            operation: task.operation.map(|(id, kind, scheduled_at)| TaskOperationView {
                id: id.to_string(),
                kind,
                scheduled_at: time(scheduled_at),
            }),
        }
    }
}

impl From<ShownPage> for Page<TaskView> {
    fn from(page: ShownPage) -> Self {
        Self::counted(page.rows, page.next, page.total as u64, TaskView::from)
    }
}

/// Reads a place in a list in memory.
pub fn window(
    text: Option<String>,
    group: Option<String>,
    cursor: Option<String>,
    asked: u32,
) -> Result<Window, CommandError> {
    let from = cursor.map(|cursor| id(&cursor, Noun::Request)).transpose()?.unwrap_or(0);
    Ok(Window { text: text.unwrap_or_default(), group, from, limit: limit(asked) as usize })
}
