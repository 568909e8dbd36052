//! The overview of the vault on the home screen.

use app::{Figures, Home, ListedOperation, NextItem, Upcoming, domain::operation::OperationOrigin as Origin};
use chrono::TimeDelta;
use serde::Serialize;
use specta::Type;

use crate::views::{OperationOrigin, OperationType, TriggerKind, code, count, operation::OperationRowView, time};

/// The numbers of active credentials in each status.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HomeFiguresView {
    pub credentials: u32,
    /// Their password is proven, and not older than the policy allows.
    pub within_policy: u32,
    pub overdue: u32,
    /// Their last change ended in an error.
    pub in_error: u32,
    /// None of their stored passwords logs in.
    pub out_of_sync: u32,
    pub without_policy: u32,
    /// None of their changes has succeeded yet.
    pub never_changed: u32,
    /// Their stored password is not proven.
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

/// An upcoming operation: scheduled already, or to be scheduled by a trigger.
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

/// The number of upcoming operations in one hour.
#[derive(Debug, Serialize, Type)]
pub struct TimelineHourView {
    pub from: String,
    pub count: u32,
}

/// The operations that were missed during downtime and are now spread over the coming time.
#[derive(Debug, Serialize, Type)]
pub struct MissedView {
    pub count: u32,
    pub until: String,
}

/// The overview of the vault on the home screen.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HomeView {
    /// The numbers of active credentials in each status.
    pub figures: HomeFiguresView,
    /// The running operations, the longest running first; at most 12.
    pub running: Vec<OperationRowView>,
    /// The number of all running operations.
    pub running_total: u32,
    /// The upcoming operations, the soonest first; at most 12.
    pub next: Vec<UpcomingView>,
    /// The next 24 hours.
    pub timeline: Vec<TimelineHourView>,
    /// The operations that were missed during downtime.
    pub missed: Option<MissedView>,
    /// The number of operations that are due but have not run, or that run without any progress.
    pub late: u32,
    /// The time since which the oldest of them waits.
    pub late_since: Option<String>,
    /// The number of requests that wait for the user's decision; null: the user is not an approver.
    pub approvals: Option<u32>,
    /// The last failed operations, the newest first; at most 6.
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
