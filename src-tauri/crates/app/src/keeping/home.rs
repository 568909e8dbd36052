//! The home screen: the state of the credentials, and running, coming and missed operations.

use chrono::{DateTime, TimeDelta, Utc};
use domain::operation::OperationState;
use vault::{
    Figures, Missed, OperationFilter, OperationQuery, OperationRow, OperationSort, OverdueQuery, Reader, Upcoming,
    VaultError,
};

use crate::{Action, App, AppError, ListedOperation};

/// An entry in the list of coming work.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum NextItem {
    Scheduled(Box<OperationRow>),
    /// A change that a trigger will schedule.
    Triggered(Upcoming),
}

impl NextItem {
    /// Returns the time at which it is due.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Scheduled(row) => row.record.not_before,
            Self::Triggered(upcoming) => upcoming.due.at,
        }
    }
}

/// The figures and lists of the home screen.
#[derive(Debug, Clone)]
pub struct Home {
    /// The counts of the active credentials by state.
    pub figures: Figures,
    /// The running operations, the longest running first.
    pub running: Vec<ListedOperation>,
    /// The number of all running operations.
    pub running_total: u64,
    /// The coming work, soonest first.
    pub next: Vec<NextItem>,
    /// The time at which the first of `hours` begins.
    pub from: DateTime<Utc>,
    /// The number of changes in each of the coming hours.
    pub hours: Vec<u32>,
    /// The work that was missed while the program was not running.
    pub missed: Option<Missed>,
    /// The number of operations that are due and did not run, or that run without progress.
    pub late: u64,
    /// The time since which the oldest of them has been waiting.
    pub late_since: Option<DateTime<Utc>>,
    /// The last failed operations, newest first.
    pub failures: Vec<ListedOperation>,
}

/// The number of running and of coming operations that are shown.
const SHOWN: u32 = 12;
/// The number of failures that are shown.
const FAILURES: u32 = 6;
/// The number of coming hours that are counted.
const HOURS: u32 = 24;

/// The operations of the home screen.
pub struct HomeReader<'a>(pub(crate) &'a App);

impl HomeReader<'_> {
    /// Reads the figures and lists of the home screen.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn get(&self) -> Result<Home, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        let now = self.0.setup.clock.now();
        let overdue = OverdueQuery { due_before: now - self.0.bounds().overdue_after, lease_before: now, limit: 1 };
        signed_in.vault.read(|reader| Ok(look(self.0, reader, &overdue, now)?))
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
