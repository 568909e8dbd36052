//! Requesting changes, watching them, and what may be done with them.

use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        IdRequest, Noun, id,
        operation::{ChangeRequest, ChangeRequestedView, OperationListRequest, OperationPage, OperationView},
    },
};

/// Schedules a change for every selected credential that can be changed.
#[tauri::command(async)]
#[specta::specta]
pub fn operation_request_change(
    shell: State<'_, Shell>,
    request: ChangeRequest,
) -> Result<ChangeRequestedView, CommandError> {
    let selection = request.selection.try_into()?;
    Ok(shell
        .app
        .operations()
        .request_change_because(&selection, request.scheduled_at, request.reason.as_deref())?
        .into())
}

/// One page of operations.
#[tauri::command(async)]
#[specta::specta]
pub fn operation_list(shell: State<'_, Shell>, request: OperationListRequest) -> Result<OperationPage, CommandError> {
    Ok(shell.app.operations().list(&request.try_into()?)?.into())
}

/// One operation with its attempts.
#[tauri::command(async)]
#[specta::specta]
pub fn operation_get(shell: State<'_, Shell>, request: IdRequest) -> Result<OperationView, CommandError> {
    Ok(shell.app.operations().get(id(&request.id, Noun::Operation)?)?.into())
}

/// Lets a scheduled operation overtake its schedule and the queue.
#[tauri::command(async)]
#[specta::specta]
pub fn operation_run_now(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.operations().run_now(id(&request.id, Noun::Operation)?)?)
}

/// Puts an operation that ended in error back into the queue.
#[tauri::command(async)]
#[specta::specta]
pub fn operation_restart(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.operations().restart(id(&request.id, Noun::Operation)?)?)
}

/// Calls an operation off before it runs.
#[tauri::command(async)]
#[specta::specta]
pub fn operation_cancel(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.operations().cancel(id(&request.id, Noun::Operation)?)?)
}
