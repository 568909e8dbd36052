//! Everything at a glance.

use app::{Figures, Home, ListedOperation, NextItem, Upcoming, domain::operation::OperationOrigin as Origin};
use chrono::TimeDelta;
use serde::Serialize;
use specta::Type;

use super::{OperationOrigin, OperationType, TriggerKind, code, count, operation::OperationRowView, time};

/// How the active credentials stand.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HomeFiguresView {
    pub credentials: u32,
    /// Proven, and not older than the policy allows.
    pub within_policy: u32,
    pub overdue: u32,
    /// The last change ended in error.
    pub in_error: u32,
    /// No stored password logs in.
    pub out_of_sync: u32,
    pub without_policy: u32,
    /// No change succeeded yet.
    pub never_changed: u32,
    /// The stored password is not proven.
    pub not_verified: u32,
}

impl From<Figures> for HomeFiguresView {
    fn from(figures: Figures) -> Self {
        Self {
            credentials: figures.credentials,
            within_policy: figures.within_policy,
            overdue: figures.overdue,
            in_error: figures.in_error,
            out_of_sync: figures.out_of_sync,
            without_policy: figures.without_policy,
            never_changed: figures.never_changed,
            not_verified: figures.not_verified,
        }
    }
}

/// What is to come: a scheduled operation, or what a trigger will schedule.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UpcomingView {
    pub at: String,
    /// The operation; null: a trigger will schedule one.
    pub operation_id: Option<String>,
    pub operation_code: Option<u32>,
    pub credential_id: String,
    pub username: String,
    pub device_name: String,
    #[serde(rename = "type")]
    pub kind: OperationType,
    pub origin: OperationOrigin,
}

impl From<NextItem> for UpcomingView {
    fn from(item: NextItem) -> Self {
        let at = time(item.at());
        match item {
            NextItem::Scheduled(row) => Self {
                at,
                operation_id: Some(row.record.id.to_string()),
                operation_code: Some(code(row.record.code)),
                credential_id: row.record.credential.to_string(),
                username: row.username,
                device_name: row.device_name,
                kind: row.record.kind,
                origin: row.record.origin,
            },
            NextItem::Triggered(upcoming) => triggered(at, upcoming),
        }
    }
}

fn triggered(at: String, upcoming: Upcoming) -> UpcomingView {
    let (kind, origin) = match upcoming.due.kind {
        TriggerKind::Period => (OperationType::ChangePassword, Origin::Period),
        TriggerKind::View => (OperationType::ChangePassword, Origin::View),
        TriggerKind::Expiry => (OperationType::ChangePassword, Origin::Expiry),
        TriggerKind::Verification => (OperationType::PasswordVerification, Origin::Verification),
    };
    UpcomingView {
        at,
        operation_id: None,
        operation_code: None,
        credential_id: upcoming.credential.to_string(),
        username: upcoming.username,
        device_name: upcoming.device_name,
        kind,
        origin,
    }
}

/// How much falls into an hour.
#[derive(Debug, Serialize, Type)]
pub struct TimelineHourView {
    pub from: String,
    pub count: u32,
}

/// What downtime left undone, and is spread over the time to come.
#[derive(Debug, Serialize, Type)]
pub struct MissedView {
    pub count: u32,
    pub until: String,
}

/// Everything at a glance.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HomeView {
    /// How the active credentials stand.
    pub figures: HomeFiguresView,
    /// What runs, the longest running first; at most 12.
    pub running: Vec<OperationRowView>,
    /// How much runs in all.
    pub running_total: u32,
    /// What comes, soonest first; at most 12.
    pub next: Vec<UpcomingView>,
    /// The 24 hours to come.
    pub timeline: Vec<TimelineHourView>,
    /// What downtime left undone.
    pub missed: Option<MissedView>,
    /// What is due and did not run, or runs without a sign of life.
    pub late: u32,
    /// Since when the oldest of them waits.
    pub late_since: Option<String>,
    /// Requests that wait for the person's decision; null: the person decides on none.
    pub approvals: Option<u32>,
    /// What failed last, newest first; at most 6.
    pub failures: Vec<OperationRowView>,
}

impl From<Home> for HomeView {
    fn from(home: Home) -> Self {
        let rows = |rows: Vec<ListedOperation>| rows.into_iter().map(OperationRowView::from).collect();
        let mut from = home.from;
        let hour = |count| {
            let hour = TimelineHourView { from: time(from), count };
            from += TimeDelta::hours(1);
            hour
        };
        Self {
            timeline: home.hours.into_iter().map(hour).collect(),
            figures: home.figures.into(),
            running: rows(home.running),
            running_total: count(home.running_total),
            next: home.next.into_iter().map(UpcomingView::from).collect(),
            missed: home.missed.map(|missed| MissedView { count: missed.count, until: time(missed.until) }),
            late: count(home.late),
            late_since: home.late_since.map(time),
            approvals: None,
            failures: rows(home.failures),
        }
    }
}
