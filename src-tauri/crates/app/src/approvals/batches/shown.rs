//! The tasks as the window shows them: a page of them, searched, with groups of equal changes.

use std::collections::HashMap;

use approval::{BatchField, Content, FieldChange, Part, Task};
use chrono::{DateTime, Utc};
use domain::{CredentialId, OperationId, operation::OperationType};

use super::{
    BatchFlag, PageRequest, RefusalReason,
    plan::{LeftOut, Plan, Planned},
};

/// The most groups that are shown.
const MOST_GROUPS: usize = 50;

domain::enumeration! {
    /// The tab of a review.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum ReviewTab {
        Changed = "changed",
        /// The credentials that would be refused.
        Refused = "refused",
        /// The credentials that have the new values already.
        Unchanged = "unchanged",
    }
}

/// A credential of a request or a review.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ShownTask {
    pub credential: CredentialId,
    pub username: String,
    pub device_name: String,
    /// Each field with its parts.
    pub changes: Vec<(BatchField, Vec<Part>)>,
    /// The reason why it would be refused.
    pub refusal: Option<RefusalReason>,
    /// The reasons that may block the change.
    pub flags: Vec<BatchFlag>,
    /// The operation that waits to be allowed, for a request about operations.
    pub operation: Option<(OperationId, OperationType, DateTime<Utc>)>,
}

/// A group of credentials in which the same field changes in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ChangeGroup {
    /// The key that identifies the group.
    pub key: String,
    pub field: BatchField,
    pub from: String,
    pub to: String,
    pub count: usize,
}

/// A page of tasks, and the groups of all tasks.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ShownPage {
    pub rows: Vec<ShownTask>,
    /// The largest groups, the largest first.
    pub groups: Vec<ChangeGroup>,
    /// The offset of the next page.
    pub next: Option<usize>,
    pub total: usize,
}

/// Splits a search into words, in the form in which they are compared.
pub(crate) fn terms(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

/// Returns a page of a review.
pub(crate) fn of_plan(plan: &Plan, shown: ReviewTab, page: &PageRequest) -> ShownPage {
    let left_out =
        |left: &[LeftOut]| page_of(left, |_| &[], left_out_row, |left| (&left.username, &left.device_name), page);
    match shown {
        ReviewTab::Refused => left_out(&plan.refused),
        ReviewTab::Unchanged => left_out(&plan.unchanged),
        ReviewTab::Changed => page_of(
            &plan.changed,
            |planned| &planned.task.changes,
            |planned: &Planned| ShownTask { flags: planned.flags.clone(), ..task_row(&planned.task) },
            |planned| (&planned.task.username, &planned.task.device_name),
            page,
        ),
    }
}

/// Returns a page of a request's content.
pub(crate) fn of_content(content: &Content, page: &PageRequest) -> ShownPage {
    match content {
        Content::Batch(batch) => {
            page_of(&batch.tasks, |task| &task.changes, task_row, |task| (&task.username, &task.device_name), page)
        }
        Content::Operations(tasks) => page_of(
            tasks,
            |_| &[],
            |task| ShownTask {
                credential: task.credential,
                username: task.username.clone(),
                device_name: task.device_name.clone(),
                changes: Vec::new(),
                refusal: None,
                flags: Vec::new(),
                operation: Some((task.operation, task.kind, task.scheduled_at)),
            },
            |task| (&task.username, &task.device_name),
            page,
        ),
        Content::AllowEmergency => ShownPage::default(),
    }
}

fn task_row(task: &Task) -> ShownTask {
    ShownTask {
        credential: task.credential,
        username: task.username.clone(),
        device_name: task.device_name.clone(),
        changes: task.changes.iter().map(|change| (change.field(), change.parts())).collect(),
        refusal: None,
        flags: Vec::new(),
        operation: None,
    }
}

fn left_out_row(left: &LeftOut) -> ShownTask {
    ShownTask {
        credential: left.credential,
        username: left.username.clone(),
        device_name: left.device_name.clone(),
        changes: Vec::new(),
        refusal: left.reason,
        flags: Vec::new(),
        operation: None,
    }
}

/// Filters and groups the tasks and returns one page. Only the tasks of the page become rows.
fn page_of<'a, T>(
    tasks: &'a [T],
    changes: impl Fn(&'a T) -> &'a [FieldChange],
    row: impl Fn(&'a T) -> ShownTask,
    names: impl Fn(&'a T) -> (&'a String, &'a String),
    page: &PageRequest,
) -> ShownPage {
    let terms = terms(&page.text);
    let mut groups: HashMap<String, ChangeGroup> = HashMap::new();
    let mut shown = ShownPage::default();
    let end = page.from.saturating_add(page.limit);
    for task in tasks {
        let grouped: Vec<ChangeGroup> = changes(task).iter().map(group).collect();
        let (username, device_name) = names(task);
        let fits = terms.is_empty() || {
            let values = grouped.iter().map(|group| format!("{} {}", group.from, group.to)).collect::<Vec<_>>();
            let text = format!("{username} {device_name} {}", values.join(" ")).to_lowercase();
            terms.iter().all(|word| text.contains(word))
        };
        let fits = fits && page.group.as_ref().is_none_or(|key| grouped.iter().any(|group| group.key == *key));
        for group in grouped {
            groups.entry(group.key.clone()).or_insert(ChangeGroup { count: 0, ..group }).count += 1;
        }
        if fits {
            if (page.from..end).contains(&shown.total) {
                shown.rows.push(row(task));
            }
            shown.total += 1;
        }
    }
    shown.next = (shown.total > end).then_some(end);
    shown.groups = groups.into_values().collect();
    shown.groups.sort_by(|one, other| (other.count, &one.key).cmp(&(one.count, &other.key)));
    shown.groups.truncate(MOST_GROUPS);
    shown
}

fn group(change: &FieldChange) -> ChangeGroup {
    let parts = change.parts();
    let text = |side: fn(&Part) -> &str| parts.iter().map(side).collect::<Vec<_>>().join(" · ");
    let (from, to) = (text(|part| &part.from), text(|part| &part.to));
    ChangeGroup {
        key: format!("{}\u{1f}{from}\u{1f}{to}", change.field().word()),
        field: change.field(),
        from,
        to,
        count: 0,
    }
}
