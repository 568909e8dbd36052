//! Commands for strengths, the rules by which passwords are generated.

use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        IdRequest, ListRequest, Noun, Page, StrengthSort, id,
        strength::{
            StrengthEstimateRequest, StrengthEstimateView, StrengthFilter, StrengthRowView, StrengthSaveRequest,
            StrengthView,
        },
    },
};

/// Returns one page of strengths.
#[crate::command]
pub fn strength_list(
    shell: State<'_, Shell>,
    request: ListRequest<StrengthFilter, StrengthSort>,
) -> Result<Page<StrengthRowView>, CommandError> {
    Ok(shell.app.strengths().list(&request.try_into()?)?.into())
}

/// Returns one strength with its rules.
#[crate::command]
pub fn strength_get(shell: State<'_, Shell>, request: IdRequest) -> Result<StrengthView, CommandError> {
    Ok(shell.app.strengths().get(id(&request.id, Noun::Strength)?)?.into())
}

/// Counts the possible passwords of a strength while it is being entered.
#[crate::command]
pub fn strength_estimate(
    shell: State<'_, Shell>,
    request: StrengthEstimateRequest,
) -> Result<StrengthEstimateView, CommandError> {
    Ok(shell.app.strengths().estimate(&request.rules.into())?.into())
}

/// Adds or changes a strength.
#[crate::command]
pub fn strength_save(shell: State<'_, Shell>, request: StrengthSaveRequest) -> Result<StrengthView, CommandError> {
    let saved = shell.app.strengths().save(&request.try_into()?)?;
    Ok(shell.app.strengths().get(saved)?.into())
}

/// Deletes a strength that no policy uses.
#[crate::command]
pub fn strength_delete(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.strengths().delete(id(&request.id, Noun::Strength)?)?)
}
