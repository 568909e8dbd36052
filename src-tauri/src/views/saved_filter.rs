//! What a person filters lists by.

use app::{AttemptFilter, FilteredList as Listed, Filters, OperationFilter, SavedFilter};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{CommandError, error};

/// A list whose filters are kept.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FilteredList {
    Operations,
    Attempts,
}

impl From<FilteredList> for Listed {
    fn from(list: FilteredList) -> Self {
        match list {
            FilteredList::Operations => Self::Operations,
            FilteredList::Attempts => Self::Attempts,
        }
    }
}

/// A filter of one of the lists.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "list", rename_all = "camelCase", deny_unknown_fields)]
pub enum ListFilter {
    Operations { filter: Box<OperationFilter> },
    Attempts { filter: Box<AttemptFilter> },
}

impl ListFilter {
    /// Of which list, and the text that is kept.
    pub fn kept(&self) -> Result<(Listed, String), CommandError> {
        let list = match self {
            Self::Operations { .. } => Listed::Operations,
            Self::Attempts { .. } => Listed::Attempts,
        };
        let text = serde_json::to_string(self).map_err(|error| error::internal(&error))?;
        Ok((list, text))
    }

    /// Reads a text that was kept; none for one that this version does not understand.
    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// Asks for the filters of a list.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SavedFilterListRequest {
    pub list: FilteredList,
}

/// A filter under its name.
#[derive(Debug, Serialize, Type)]
pub struct SavedFilterView {
    pub id: String,
    pub name: String,
    pub filter: ListFilter,
}

impl SavedFilterView {
    /// None for a filter that this version does not understand.
    pub fn new(saved: SavedFilter) -> Option<Self> {
        let filter = ListFilter::read(&saved.filter)?;
        Some(Self { id: saved.id.to_string(), name: saved.name, filter })
    }
}

/// The filters of the person who sits at the window.
#[derive(Debug, Serialize, Type)]
pub struct SavedFiltersView {
    /// Those that have a name.
    pub saved: Vec<SavedFilterView>,
    /// What the list was filtered by when it was last left.
    pub last: Option<ListFilter>,
}

impl From<Filters> for SavedFiltersView {
    fn from(filters: Filters) -> Self {
        Self {
            saved: filters.saved.into_iter().filter_map(SavedFilterView::new).collect(),
            last: filters.last.as_deref().and_then(ListFilter::read),
        }
    }
}

/// Keeps a filter under a name.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SavedFilterSaveRequest {
    /// Null: a new one.
    pub id: Option<String>,
    pub name: String,
    pub filter: ListFilter,
}

/// Keeps what a list is filtered by.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FilterRememberRequest {
    pub filter: ListFilter,
}
