//! Everything at a glance: how the credentials stand, what runs, what comes, what was missed.

use chrono::{DateTime, TimeDelta, Utc};
use domain::operation::OperationState;
use vault::{
    Figures, Missed, OperationFilter, OperationQuery, OperationRow, OperationSort, OverdueQuery, Reader, Upcoming,
    VaultError,
};

use crate::{Action, App, AppError, ListedOperation};

/// What is to come.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum NextItem {
    Scheduled(Box<OperationRow>),
    /// A trigger will schedule it.
    Triggered(Upcoming),
}

impl NextItem {
    /// When.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Scheduled(row) => row.record.not_before,
            Self::Triggered(upcoming) => upcoming.due.at,
        }
    }
}

/// Everything at a glance.
#[derive(Debug, Clone)]
pub struct Home {
    /// How the active credentials stand.
    pub figures: Figures,
    /// What runs, the longest running first.
    pub running: Vec<ListedOperation>,
    /// How much runs in all.
    pub running_total: u64,
    /// What comes, soonest first.
    pub next: Vec<NextItem>,
    /// From when on the hours count.
    pub from: DateTime<Utc>,
    /// How much falls into each of the hours to come.
    pub hours: Vec<u32>,
    /// What downtime left undone.
    pub missed: Option<Missed>,
    /// What is due and did not run, or runs without a sign of life.
    pub late: u64,
    /// Since when the oldest of them waits.
    pub late_since: Option<DateTime<Utc>>,
    /// What failed last, newest first.
    pub failures: Vec<ListedOperation>,
}

/// How many rows are shown of what runs and of what comes.
const SHOWN: u32 = 12;
/// How many failures are shown.
const FAILURES: u32 = 6;
/// How many hours are counted.
const HOURS: u32 = 24;

/// The door to the overview.
pub struct HomeDoor<'a>(pub(crate) &'a App);

impl HomeDoor<'_> {
    /// Everything at a glance.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn get(&self) -> Result<Home, AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        let now = self.0.setup.clock.now();
        let overdue = OverdueQuery { due_before: now - self.0.bounds().overdue_after, lease_before: now, limit: 1 };
        seat.vault.read(|reader| Ok(look(self.0, reader, &overdue, now)?))
    }
}

fn look(app: &App, reader: &Reader<'_>, overdue: &OverdueQuery, now: DateTime<Utc>) -> Result<Home, VaultError> {
    let operations = reader.operations();
    let in_state = |state, sort, descending, limit| OperationQuery {
        filter: OperationFilter { states: vec![state], ..OperationFilter::default() },
        sort,
        descending,
        limit,
        ..OperationQuery::default()
    };
    let running = operations.list(&in_state(OperationState::Running, OperationSort::StartedAt, false, SHOWN))?;
    let failures = operations.list(&in_state(OperationState::Error, OperationSort::EndedAt, true, FAILURES))?;
    let scheduled = operations.list(&in_state(OperationState::Scheduled, OperationSort::ScheduledAt, false, SHOWN))?;
    let late = operations.overdue(overdue)?;
    let mut next: Vec<NextItem> = scheduled.rows.into_iter().map(|row| NextItem::Scheduled(Box::new(row))).collect();
    next.extend(reader.schedules().upcoming(SHOWN)?.into_iter().map(NextItem::Triggered));
    next.sort_by_key(NextItem::at);
    next.truncate(SHOWN as usize);
    let listed = |rows: Vec<OperationRow>| rows.into_iter().map(|row| app.listed(row, None)).collect();
    let from = now - TimeDelta::seconds(now.timestamp().rem_euclid(3_600));
    Ok(Home {
        figures: reader.schedules().figures(now)?,
        running: listed(running.rows),
        running_total: running.total,
        next,
        from,
        hours: reader.schedules().hours(from, HOURS)?,
        missed: reader.schedules().missed(now)?,
        late: u64::from(late.waiting) + u64::from(late.stuck),
        late_since: late.since.or_else(|| late.records.first().map(|record| record.not_before)),
        failures: listed(failures.rows),
    })
}
