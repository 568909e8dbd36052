//! How passwords are generated.

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

/// One page of strengths.
#[crate::command]
pub fn strength_list(
    shell: State<'_, Shell>,
    request: ListRequest<StrengthFilter, StrengthSort>,
) -> Result<Page<StrengthRowView>, CommandError> {
    Ok(shell.app.strengths().list(&request.try_into()?)?.into())
}

/// One strength.
#[crate::command]
pub fn strength_get(shell: State<'_, Shell>, request: IdRequest) -> Result<StrengthView, CommandError> {
    Ok(shell.app.strengths().get(id(&request.id, Noun::Strength)?)?.into())
}

/// Counts the passwords of a strength as it is being entered.
#[crate::command]
pub fn strength_estimate(
    shell: State<'_, Shell>,
    request: StrengthEstimateRequest,
) -> Result<StrengthEstimateView, CommandError> {
    Ok(shell.app.strengths().estimate(&request.rules.into())?.into())
}

/// Enters or changes a strength.
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
