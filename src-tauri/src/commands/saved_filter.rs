//! What a person filters lists by.

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

/// The filters of the person at the window.
#[crate::command]
pub fn saved_filter_list(
    shell: State<'_, Shell>,
    request: SavedFilterListRequest,
) -> Result<SavedFiltersView, CommandError> {
    Ok(shell.app.saved_filters().list(request.list.into())?.into())
}

/// Keeps a filter under a name.
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

/// Forgets a filter.
#[crate::command]
pub fn saved_filter_delete(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.saved_filters().delete(id(&request.id, Noun::SavedFilter)?)?)
}

/// Keeps what a list is filtered by.
#[crate::command]
pub fn filter_remember(shell: State<'_, Shell>, request: FilterRememberRequest) -> Result<(), CommandError> {
    let (list, text) = request.filter.kept()?;
    Ok(shell.app.saved_filters().remember(list, &text)?)
}
