//! Lists as every noun has them: which rows, in which order, page by page.

use std::str::FromStr;

use app::ListQuery;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Noun, count, id, limit};
use crate::CommandError;

/// One page of a list.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListRequest<F, S> {
    pub filter: F,
    pub sort: S,
    /// The order turned round.
    pub descending: bool,
    /// Where the page before ended; null: the first page.
    pub cursor: Option<String>,
    /// The most rows that are wanted.
    pub limit: u32,
}

impl<F, S> ListRequest<F, S> {
    /// Returns the query of a list whose filter crosses as the vault takes it.
    ///
    /// # Errors
    /// [`CommandError::NotFound`] for a cursor that is none.
    pub fn query(self, noun: Noun) -> Result<ListQuery<F, S>, CommandError> {
        let (after, limit) = (place(self.cursor, noun)?, limit(self.limit));
        Ok(ListQuery { filter: self.filter, sort: self.sort, descending: self.descending, after, limit })
    }
}

/// Reads where the page before ended.
///
/// # Errors
/// [`CommandError::NotFound`] for a cursor that is none.
pub fn place<C: FromStr>(cursor: Option<String>, noun: Noun) -> Result<Option<C>, CommandError> {
    cursor.map(|cursor| id(&cursor, noun)).transpose()
}

/// Writes what a list holds to a file that the system's dialogue asks for.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest<F, S> {
    pub filter: F,
    pub sort: S,
    /// The order turned round.
    pub descending: bool,
}

impl<F, S: Default> ExportRequest<F, S> {
    /// Returns the query of a list whose filter crosses as the vault takes it.
    pub fn query(self) -> ListQuery<F, S> {
        ListQuery { sort: self.sort, descending: self.descending, ..ListQuery::of(self.filter) }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Page<R> {
    /// The rows, in the order that was asked for.
    pub rows: Vec<R>,
    /// Where the next page begins; null after the last.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
    /// Whether there are exactly so many; else at least.
    pub total_is_exact: bool,
}

impl<R> Page<R> {
    /// Returns the page with a view of each of its rows.
    pub fn of<T>(page: app::Page<T>, view: impl FnMut(T) -> R) -> Self {
        Self {
            rows: page.rows.into_iter().map(view).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            total: count(page.total),
            total_is_exact: page.total_is_exact,
        }
    }

    /// Returns a page of a list that is held in memory, whose places are numbers or ids.
    pub fn counted<T>(rows: Vec<T>, next: Option<impl ToString>, total: u64, view: impl FnMut(T) -> R) -> Self {
        let next = next.map(|place| place.to_string());
        Self { rows: rows.into_iter().map(view).collect(), next, total: count(total), total_is_exact: true }
    }
}

impl<T, R: From<T>> From<app::Page<T>> for Page<R> {
    fn from(page: app::Page<T>) -> Self {
        Self::of(page, R::from)
    }
}
