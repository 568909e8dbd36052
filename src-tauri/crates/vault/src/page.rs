//! Pages of a list: a fixed number of rows after a place, which stays the place when rows come and go.
//!
//! The place is the sort value and the number of the last row, so that a page costs the same wherever it begins, and a
//! row that is inserted or deleted meanwhile moves no other.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use crate::VaultError;

/// How many rows a query asks for when it does not say.
pub(crate) const USUAL_LIMIT: u32 = 100;

/// Which rows of a list, in which order, and which of its pages. Every filter that is set must fit.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ListQuery<F, S> {
    pub filter: F,
    /// What they are sorted by.
    pub sort: S,
    pub descending: bool,
    /// Where the page begins.
    pub after: Option<Cursor>,
    /// How many rows at most.
    pub limit: u32,
}

impl<F, S: Default> ListQuery<F, S> {
    /// The first rows that a filter lets through, in the list's usual order.
    pub fn of(filter: F) -> Self {
        Self { filter, sort: S::default(), descending: false, after: None, limit: USUAL_LIMIT }
    }
}

impl<F: Default, S: Default> Default for ListQuery<F, S> {
    fn default() -> Self {
        Self::of(F::default())
    }
}

/// Some rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order that was asked for.
    pub rows: Vec<T>,
    /// Where the next page begins; none after the last.
    pub next: Option<Cursor>,
    /// How many rows the whole list has, as of its first page.
    pub total: u64,
    /// False where counting them all would have taken too long: then there are at least so many.
    pub total_is_exact: bool,
}

/// What is known of how many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Total {
    #[serde(rename = "c")]
    pub(crate) count: u64,
    #[serde(rename = "e")]
    pub(crate) exact: bool,
}

impl Total {
    /// A total that was counted to its end.
    pub(crate) fn exactly(count: u64) -> Self {
        Self { count, exact: true }
    }

    /// So many were seen; a total that is not exact is no less.
    pub(crate) fn at_least(self, seen: u64) -> Self {
        Self { count: if self.exact { self.count } else { self.count.max(seen) }, exact: self.exact }
    }
}

/// A place in a list. Its text is opaque: it means something to the same list in the same order only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "l")]
    list: String,
    #[serde(rename = "v")]
    value: CursorValue,
    #[serde(rename = "n")]
    number: i64,
    /// Counted once, for the first page.
    #[serde(rename = "t")]
    total: Total,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum CursorValue {
    Integer(i64),
    Text(String),
}

impl Cursor {
    /// Marks a row as the last of a page.
    pub(crate) fn after(list: &str, value: Value, number: i64, total: Total) -> Result<Self, VaultError> {
        let value = match value {
            Value::Integer(value) => CursorValue::Integer(value),
            Value::Text(value) => CursorValue::Text(value),
            Value::Null | Value::Real(_) | Value::Blob(_) => return Err(VaultError::InvalidCursor),
        };
        Ok(Self { list: list.to_owned(), value, number, total })
    }

    /// The list's total when its first page was read.
    pub(crate) fn total(&self) -> Total {
        self.total
    }

    /// The sort value and the number, if it is a cursor of this list.
    pub(crate) fn place(&self, list: &str) -> Result<(Value, i64), VaultError> {
        if self.list != list {
            return Err(VaultError::InvalidCursor);
        }
        let value = match &self.value {
            CursorValue::Integer(value) => Value::Integer(*value),
            CursorValue::Text(value) => Value::Text(value.clone()),
        };
        Ok((value, self.number))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = serde_json::to_vec(self).map_err(|_| fmt::Error)?;
        formatter.write_str(&URL_SAFE_NO_PAD.encode(content))
    }
}

impl FromStr for Cursor {
    type Err = VaultError;

    fn from_str(text: &str) -> Result<Self, VaultError> {
        let content = URL_SAFE_NO_PAD.decode(text).map_err(|_| VaultError::InvalidCursor)?;
        serde_json::from_slice(&content).map_err(|_| VaultError::InvalidCursor)
    }
}
