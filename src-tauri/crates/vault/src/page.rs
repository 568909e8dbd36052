//! Pages of a list: a fixed number of rows after a place. The place stays the same when rows are added or deleted.
//!
//! The place is the sort value and the number of the last row. So every page takes the same time, and a row that is
//! inserted or deleted meanwhile does not move the others.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use crate::VaultError;

/// The number of rows of a query that does not set a limit.
pub(crate) const USUAL_LIMIT: u32 = 100;

/// A query for one page of a list: the filter, the order and the page. Every filter that is set must match.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ListQuery<F, S> {
    pub filter: F,
    /// The column by which the rows are sorted.
    pub sort: S,
    pub descending: bool,
    /// The place after which the page begins.
    pub after: Option<Cursor>,
    /// The most rows of the page.
    pub limit: u32,
}

impl<F, S: Default> ListQuery<F, S> {
    /// Makes a query for the first rows that match a filter, in the list's usual order.
    pub fn of(filter: F) -> Self {
        Self { filter, sort: S::default(), descending: false, after: None, limit: USUAL_LIMIT }
    }
}

impl<F: Default, S: Default> Default for ListQuery<F, S> {
    fn default() -> Self {
        Self::of(F::default())
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order that was asked for.
    pub rows: Vec<T>,
    /// The place after which the next page begins; None after the last page.
    pub next: Option<Cursor>,
    /// The number of rows of the whole list, counted for its first page.
    pub total: u64,
    /// False where counting all rows would have taken too long. The total is then the least number.
    pub total_is_exact: bool,
}

/// The number of rows of a list, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Total {
    #[serde(rename = "c")]
    pub(crate) count: u64,
    #[serde(rename = "e")]
    pub(crate) exact: bool,
}

impl Total {
    /// Makes a total that was counted completely.
    pub(crate) fn exactly(count: u64) -> Self {
        Self { count, exact: true }
    }

    /// Raises a total that is not exact to the number of rows that were seen.
    pub(crate) fn at_least(self, seen: u64) -> Self {
        Self { count: if self.exact { self.count } else { self.count.max(seen) }, exact: self.exact }
    }
}

/// A place in a list. Its text is opaque, and valid only for the same list in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "l")]
    list: String,
    #[serde(rename = "v")]
    value: CursorValue,
    #[serde(rename = "n")]
    number: i64,
    /// The total, which is counted once, for the first page.
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
    /// Makes a cursor for the last row of a page.
    pub(crate) fn after(list: &str, value: Value, number: i64, total: Total) -> Result<Self, VaultError> {
        let value = match value {
            Value::Integer(value) => CursorValue::Integer(value),
            Value::Text(value) => CursorValue::Text(value),
            Value::Null | Value::Real(_) | Value::Blob(_) => return Err(VaultError::InvalidCursor),
        };
        Ok(Self { list: list.to_owned(), value, number, total })
    }

    /// Returns the list's total when its first page was read.
    pub(crate) fn total(&self) -> Total {
        self.total
    }

    /// Returns the sort value and the number, if the cursor belongs to this list.
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
