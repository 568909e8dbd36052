//! Operations and attempts as lists show them, each with its possible actions and its template.

use chrono::{DateTime, Utc};
use domain::{
    AttemptId, OperationId,
    operation::{NoAutorun, OperationState},
};
use vault::{
    AttemptQuery, AttemptRecord, BlockReason, LateBounds, Noun, OperationFilter, OperationQuery, OperationRow, Page,
    Reader, TemplateUsed, VaultError,
};

use crate::{Action, App, AppError, OperationAction, Operations, operations::actions::no_autorun};

/// An operation, as the list shows it.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ListedOperation {
    pub row: OperationRow,
    /// The reason why it does not run although it is due.
    pub hold: Option<BlockReason>,
    /// The actions that are possible now.
    pub actions: Vec<OperationAction>,
    /// The template of the last attempt, or of the next one before the first attempt.
    pub template: Option<TemplateUsed>,
}

/// An operation with all its details.
#[derive(Debug, Clone)]
pub struct OperationInFull {
    /// The operation, as the list shows it.
    pub listed: ListedOperation,
    /// Its attempts, first to last.
    pub attempts: Vec<AttemptRecord>,
    /// The reason why no automatic reconciliation followed, if one was expected.
    pub no_autorun: Option<NoAutorun>,
    /// The time of the next attempt or check, while it waits for one.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The operation that caused this one.
    pub cause: Option<OperationRow>,
    /// The operations that this one caused.
    pub followers: Vec<OperationRow>,
}

/// One attempt with its operation.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AttemptDetails {
    pub attempt: AttemptRecord,
    pub operation: ListedOperation,
}

/// The largest number of followers that are shown.
const FOLLOWERS: usize = 100;

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Operation };

impl Operations<'_> {
    /// Returns one page of the operations that match, with the reason for each that is due and does not run.
    ///
    /// # Errors
    /// As [`Operations::list`].
    pub fn page(&self, query: &OperationQuery) -> Result<Page<ListedOperation>, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        let now = self.0.setup.clock.now();
        let query = OperationQuery { filter: self.0.dated(&query.filter), ..query.clone() };
        signed_in.vault.read(|reader| {
            let Page { rows, next, total, total_is_exact } = reader.operations().list(&query)?;
            let rows = rows.into_iter().map(|row| {
                let waits = row.record.state == OperationState::Scheduled;
                let hold = if waits { reader.operations().hold(&row.record, now)? } else { None };
                Ok(self.0.listed(row, hold))
            });
            Ok(Page { rows: rows.collect::<Result<_, VaultError>>()?, next, total, total_is_exact })
        })
    }

    /// Reads one operation with all its details.
    ///
    /// # Errors
    /// As [`Operations::get`].
    pub fn in_full(&self, id: OperationId) -> Result<OperationInFull, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.read(|reader| {
            let row = reader.operations().row(id)?.ok_or(NOT_FOUND)?;
            let hold = reader.operations().hold(&row.record, now)?;
            let waits = row.record.state == OperationState::Scheduled;
            let cause = match row.record.cause {
                Some(cause) => reader.operations().row(cause)?,
                None => None,
            };
            Ok(OperationInFull {
                attempts: reader.attempts().list(id)?,
                no_autorun: no_autorun(reader, &row)?,
                next_attempt_at: waits.then_some(row.record.not_before),
                followers: followers(reader, id)?,
                cause,
                listed: self.0.listed(row, hold),
            })
        })
    }

    /// Returns one page of the attempts that match.
    ///
    /// # Errors
    /// As [`Operations::list`].
    pub fn attempts(&self, query: &AttemptQuery) -> Result<Page<vault::AttemptRow>, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        let query = self.0.dated_attempts(query);
        signed_in.vault.read(|reader| Ok(reader.attempts().page(&query)?))
    }

    /// Reads one attempt with its operation.
    ///
    /// # Errors
    /// As [`Operations::get`].
    pub fn attempt(&self, id: AttemptId) -> Result<AttemptDetails, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        signed_in.vault.read(|reader| {
            let attempt = reader.attempts().get(id)?.ok_or(NOT_FOUND)?;
            let row = reader.operations().row(attempt.operation)?.ok_or(NOT_FOUND)?;
            Ok(AttemptDetails { attempt, operation: self.0.listed(row, None) })
        })
    }
}

fn followers(reader: &Reader<'_>, id: OperationId) -> Result<Vec<OperationRow>, VaultError> {
    let mut followers = Vec::new();
    for follower in reader.operations().caused_by(id)?.into_iter().take(FOLLOWERS) {
        followers.extend(reader.operations().row(follower)?);
    }
    Ok(followers)
}

impl App {
    /// Converts an operation to a row of the list.
    pub(crate) fn listed(&self, row: OperationRow, hold: Option<BlockReason>) -> ListedOperation {
        let named = row.next_template.as_deref();
        let next = named.and_then(|id| self.setup.templates.iter().find(|starter| starter.id == id));
        let used = row.template.clone().filter(|used| !used.name.is_empty());
        let template = used.or_else(|| next.map(|next| TemplateUsed { name: next.name.to_owned(), version: 1 }));
        ListedOperation { actions: Operations::actions(&row), hold, template, row }
    }

    /// Returns the filter with the bounds after which an operation is late now.
    pub(crate) fn dated(&self, filter: &OperationFilter) -> OperationFilter {
        let now = self.setup.clock.now();
        let late_bounds = LateBounds { due_before: now - self.bounds().overdue_after, lease_before: now };
        OperationFilter { late_bounds, ..filter.clone() }
    }

    /// Returns the query with the bounds after which an operation is late now.
    pub(crate) fn dated_attempts(&self, query: &AttemptQuery) -> AttemptQuery {
        let mut query = query.clone();
        query.filter.operation = self.dated(&query.filter.operation);
        query
    }
}
