//! The filters that users save for lists. A filter is opaque text here; only the window reads it.

use domain::{Problem, Rule, SavedFilterId};
use vault::SavedFilter;

use crate::{Action, App, AppError};

/// A list whose filters are saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum FilteredList {
    Operations,
    Attempts,
}

/// A user's filters for one list.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// The filters that were saved under a name.
    pub saved: Vec<SavedFilter>,
    /// The filter of the list when the user last left it.
    pub last: Option<String>,
}

/// The longest filter that can be saved, in bytes.
const LONGEST: usize = 20_000;

impl FilteredList {
    fn word(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Attempts => "attempts",
        }
    }
}

/// The operations on saved filters.
pub struct SavedFilters<'a>(pub(crate) &'a App);

impl SavedFilters<'_> {
    /// Returns the signed-in user's filters for a list.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, list: FilteredList) -> Result<Filters, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        signed_in.vault.read(|reader| {
            let filters = reader.saved_filters();
            let (user, word) = (signed_in.user.id, list.word());
            Ok(Filters { saved: filters.list(user, word)?, last: filters.last(user, word)? })
        })
    }

    /// Saves a filter under a name.
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
        let signed_in = self.0.authorize(Action::ReadOperations)?;
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
        let result = signed_in.vault.write(|writer| writer.saved_filters_mut().save(signed_in.user.id, &saved));
        match result {
            Ok(()) => Ok(saved),
            Err(vault::VaultError::Taken) => Err(invalid(Rule::Duplicate)),
            Err(error) => Err(not_found(error)),
        }
    }

    /// Deletes a saved filter.
    ///
    /// # Errors
    /// As [`SavedFilters::list`], and [`AppError::NotFound`].
    pub fn delete(&self, id: SavedFilterId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        let deleted = signed_in.vault.write(|writer| writer.saved_filters_mut().delete(signed_in.user.id, id));
        deleted.map_err(not_found)
    }

    /// Saves the present filter of a list. In a vault that cannot be written, nothing is saved.
    ///
    /// # Errors
    /// As [`SavedFilters::list`].
    pub fn remember(&self, list: FilteredList, filter: &str) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        check_size(filter)?;
        if signed_in.vault.is_read_only() {
            return Ok(());
        }
        signed_in
            .vault
            .write(|writer| Ok(writer.saved_filters_mut().remember(signed_in.user.id, list.word(), filter)?))
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
