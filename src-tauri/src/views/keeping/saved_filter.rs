//! The saved filters of lists, which are personal.

use app::{AttemptFilter, FilteredList as Listed, Filters, OperationFilter, SavedFilter};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{CommandError, error};

/// A list whose filters can be saved.
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

/// A filter, tagged with the list that it belongs to.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "list", rename_all = "camelCase", deny_unknown_fields)]
pub enum ListFilter {
    Operations { filter: Box<OperationFilter> },
    Attempts { filter: Box<AttemptFilter> },
}

impl ListFilter {
    /// Returns the list of the filter, and the text in which the filter is stored.
    pub fn kept(&self) -> Result<(Listed, String), CommandError> {
        let list = match self {
            Self::Operations { .. } => Listed::Operations,
            Self::Attempts { .. } => Listed::Attempts,
        };
        let text = serde_json::to_string(self).map_err(|error| error::internal(&error))?;
        Ok((list, text))
    }

    /// Reads a stored text. Returns `None` for a text that this version does not understand.
    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A request for the filters of a list.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SavedFilterListRequest {
    pub list: FilteredList,
}

/// A saved filter with its name.
#[derive(Debug, Serialize, Type)]
pub struct SavedFilterView {
    pub id: String,
    pub name: String,
    pub filter: ListFilter,
}

impl SavedFilterView {
    /// Makes the view. Returns `None` for a filter that this version does not understand.
    pub fn new(saved: SavedFilter) -> Option<Self> {
        let filter = ListFilter::read(&saved.filter)?;
        Some(Self { id: saved.id.to_string(), name: saved.name, filter })
    }
}

/// The signed-in user's filters of a list.
#[derive(Debug, Serialize, Type)]
pub struct SavedFiltersView {
    /// The filters that were saved under a name.
    pub saved: Vec<SavedFilterView>,
    /// The filter that was active when the list was last left.
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

/// A request to save a filter under a name.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SavedFilterSaveRequest {
    /// The id of the filter to replace; null: a new filter.
    pub id: Option<String>,
    pub name: String,
    pub filter: ListFilter,
}

/// A request to remember the current filter of a list.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FilterRememberRequest {
    pub filter: ListFilter,
}
