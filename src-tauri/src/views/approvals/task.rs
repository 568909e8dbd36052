//! The changes (From → To) of a request or a review, for each credential.

use app::{ChangeGroup, PageRequest, ShownPage, ShownTask, approval::Part};
use serde::Serialize;
use specta::Type;

use crate::CommandError;
use crate::views::{BatchField, BatchFlag, Noun, OperationType, Page, RefusalReason, count, id, limit, time};

/// A group of credentials in which the same field changes in the same way.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChangeGroupView {
    /// The key that names the group in requests.
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
    /// The fields that change.
    pub changes: Vec<ChangeView>,
    /// The reason why it would be refused.
    pub refusal: Option<RefusalReason>,
    /// The obstacles that may exist at the time of the approval.
    pub flags: Vec<BatchFlag>,
    /// The operation that waits for approval, in a request about operations.
    pub operation: Option<TaskOperationView>,
}

/// An operation that waits for approval.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TaskOperationView {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: OperationType,
    pub scheduled_at: String,
}

/// A field that changes.
#[derive(Debug, Serialize, Type)]
pub struct ChangeView {
    pub field: BatchField,
    /// The parts of the field that differ.
    pub parts: Vec<ChangePartView>,
}

/// The old and the new value of one part of a field.
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

/// Makes the request for one page of a list in memory.
pub fn window(
    text: Option<String>,
    group: Option<String>,
    cursor: Option<String>,
    asked: u32,
) -> Result<PageRequest, CommandError> {
    let from = cursor.map(|cursor| id(&cursor, Noun::Request)).transpose()?.unwrap_or(0);
    Ok(PageRequest { text: text.unwrap_or_default(), group, from, limit: limit(asked) as usize })
}
