//! What a person filters lists by. A filter is the window's business: here it is a text that is kept.

use domain::{Problem, Rule, SavedFilterId};
use vault::SavedFilter;

use crate::{Action, App, AppError};

/// A list whose filters are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum FilteredList {
    Operations,
    Attempts,
}

/// A person's filters of one list.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// Those that have a name.
    pub saved: Vec<SavedFilter>,
    /// What the list was filtered by when it was last left.
    pub last: Option<String>,
}

/// The longest filter that is kept, in bytes.
const LONGEST: usize = 20_000;

impl FilteredList {
    fn word(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Attempts => "attempts",
        }
    }
}

/// The door to filters.
pub struct SavedFilters<'a>(pub(crate) &'a App);

impl SavedFilters<'_> {
    /// The filters of the person at the window.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, list: FilteredList) -> Result<Filters, AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        seat.vault.read(|reader| {
            let filters = reader.saved_filters();
            let (user, word) = (seat.user.id, list.word());
            Ok(Filters { saved: filters.list(user, word)?, last: filters.last(user, word)? })
        })
    }

    /// Keeps a filter under a name.
    ///
    /// # Errors
    /// As [`SavedFilters::list`], [`AppError::ReadOnly`], and [`AppError::Invalid`] at `name`.
    pub fn save(
        &self,
        id: Option<SavedFilterId>,
        list: FilteredList,
        name: &str,
        filter: String,
    ) -> Result<SavedFilter, AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        let invalid = |rule| AppError::Invalid { problems: vec![Problem::new("name", rule)] };
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(invalid(Rule::Required));
        }
        if name.chars().count() > 100 {
            return Err(invalid(Rule::TooLong { maximum: 100 }));
        }
        check_size(&filter)?;
        let id = id.unwrap_or_else(|| SavedFilterId::from_uuid(self.0.new_uuid()));
        let saved = SavedFilter { id, list: list.word().to_owned(), name, filter };
        let result = seat.vault.write(|writer| writer.saved_filters_mut().save(seat.user.id, &saved));
        match result {
            Ok(()) => Ok(saved),
            Err(vault::VaultError::Taken) => Err(invalid(Rule::Duplicate)),
            Err(error) => Err(not_found(error)),
        }
    }

    /// Forgets a filter.
    ///
    /// # Errors
    /// As [`SavedFilters::list`], and [`AppError::NotFound`].
    pub fn delete(&self, id: SavedFilterId) -> Result<(), AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        let deleted = seat.vault.write(|writer| writer.saved_filters_mut().delete(seat.user.id, id));
        deleted.map_err(not_found)
    }

    /// Keeps what a list is filtered by. In a vault that cannot be written, nothing is kept.
    ///
    /// # Errors
    /// As [`SavedFilters::list`].
    pub fn remember(&self, list: FilteredList, filter: &str) -> Result<(), AppError> {
        let seat = self.0.seated(Action::ReadOperations)?;
        check_size(filter)?;
        if seat.vault.is_read_only() {
            return Ok(());
        }
        seat.vault.write(|writer| Ok(writer.saved_filters_mut().remember(seat.user.id, list.word(), filter)?))
    }
}

fn not_found(error: vault::VaultError) -> AppError {
    match error {
        vault::VaultError::NotFound => AppError::NotFound { noun: vault::Noun::SavedFilter },
        other => other.into(),
    }
}

fn check_size(filter: &str) -> Result<(), AppError> {
    if filter.len() <= LONGEST {
        return Ok(());
    }
    let rule = Rule::TooLong { maximum: LONGEST as u32 };
    Err(AppError::Invalid { problems: vec![Problem::new("filter", rule)] })
}
