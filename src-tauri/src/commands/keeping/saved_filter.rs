//! Commands for the saved filters of lists, which are personal.

use tauri::State;

use crate::{
    CommandError, error,
    state::Shell,
    views::{
        IdRequest, Noun, id,
        saved_filter::{
            FilterRememberRequest, SavedFilterListRequest, SavedFilterSaveRequest, SavedFilterView, SavedFiltersView,
        },
    },
};

/// Returns the signed-in user's filters of a list.
#[crate::command]
pub fn saved_filter_list(
    shell: State<'_, Shell>,
    request: SavedFilterListRequest,
) -> Result<SavedFiltersView, CommandError> {
    Ok(shell.app.saved_filters().list(request.list.into())?.into())
}

/// Saves a filter under a name.
#[crate::command]
pub fn saved_filter_save(
    shell: State<'_, Shell>,
    request: SavedFilterSaveRequest,
) -> Result<SavedFilterView, CommandError> {
    let known = request.id.map(|text| id(&text, Noun::SavedFilter)).transpose()?;
    let (list, text) = request.filter.kept()?;
    let saved = shell.app.saved_filters().save(known, list, &request.name, text)?;
    SavedFilterView::new(saved).ok_or_else(|| error::defect("a saved filter cannot be read"))
}

/// Deletes a saved filter.
#[crate::command]
pub fn saved_filter_delete(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.saved_filters().delete(id(&request.id, Noun::SavedFilter)?)?)
}

/// Remembers the current filter of a list, for the next visit.
#[crate::command]
pub fn filter_remember(shell: State<'_, Shell>, request: FilterRememberRequest) -> Result<(), CommandError> {
    let (list, text) = request.filter.kept()?;
    Ok(shell.app.saved_filters().remember(list, &text)?)
}
