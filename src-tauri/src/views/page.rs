//! The lists of all nouns: their filter, their order, and their pages.

use std::str::FromStr;

use app::ListQuery;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Noun, count, id, limit};
use crate::CommandError;

/// A request for one page of a list.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListRequest<F, S> {
    pub filter: F,
    pub sort: S,
    /// True for the reverse order.
    pub descending: bool,
    /// The end of the previous page; null: the first page.
    pub cursor: Option<String>,
    /// The most rows to return.
    pub limit: u32,
}

impl<F, S> ListRequest<F, S> {
    /// Returns the query of a list whose filter type the vault uses directly.
    ///
    /// # Errors
    /// [`CommandError::NotFound`] for an invalid cursor.
    pub fn query(self, noun: Noun) -> Result<ListQuery<F, S>, CommandError> {
        let (after, limit) = (place(self.cursor, noun)?, limit(self.limit));
        Ok(ListQuery { filter: self.filter, sort: self.sort, descending: self.descending, after, limit })
    }
}

/// Parses the end of the previous page.
///
/// # Errors
/// [`CommandError::NotFound`] for an invalid cursor.
pub fn place<C: FromStr>(cursor: Option<String>, noun: Noun) -> Result<Option<C>, CommandError> {
    cursor.map(|cursor| id(&cursor, noun)).transpose()
}

/// A request to write a list to a file that the user chooses in the system's dialogue.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest<F, S> {
    pub filter: F,
    pub sort: S,
    /// True for the reverse order.
    pub descending: bool,
}

impl<F, S: Default> ExportRequest<F, S> {
    /// Returns the query of a list whose filter type the vault uses directly.
    pub fn query(self) -> ListQuery<F, S> {
        ListQuery { sort: self.sort, descending: self.descending, ..ListQuery::of(self.filter) }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Page<R> {
    /// The rows, in the requested order.
    pub rows: Vec<R>,
    /// The beginning of the next page; null after the last one.
    pub next: Option<String>,
    /// The number of all matching rows.
    pub total: u32,
    /// True if the total is exact; false if it is a lower bound.
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

    /// Returns a page of a list in memory, whose cursors are numbers or ids.
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
