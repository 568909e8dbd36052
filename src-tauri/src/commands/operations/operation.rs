//! Commands for operations: requesting them, listing them, and acting on them.

use app::{OperationFilter, Report};
use tauri::{AppHandle, State};

use crate::{
    CommandError, export,
    state::Shell,
    views::{
        ExportRequest, IdRequest, ListRequest, Noun, OperationSort, Page,
        change::{ChangeRequest, ChangeRequestedView},
        id,
        operation::{
            ExportedView, OperationActRequest, OperationActedView, OperationChoicesView, OperationRowView,
            OperationView,
        },
        rotation::VerifyRequest,
    },
};

/// Schedules a change for every selected credential that can be changed.
#[crate::command]
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

/// Returns one page of operations.
#[crate::command]
pub fn operation_list(
    shell: State<'_, Shell>,
    request: ListRequest<OperationFilter, OperationSort>,
) -> Result<Page<OperationRowView>, CommandError> {
    Ok(shell.app.operations().page(&request.query(Noun::Operation)?)?.into())
}

/// Returns one operation with its attempts.
#[crate::command]
pub fn operation_get(shell: State<'_, Shell>, request: IdRequest) -> Result<OperationView, CommandError> {
    Ok(shell.app.operations().in_full(id(&request.id, Noun::Operation)?)?.into())
}

/// Runs a scheduled operation next, ahead of its schedule and of the queue.
#[crate::command]
pub fn operation_run_now(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.operations().run_now(id(&request.id, Noun::Operation)?)?)
}

/// Puts an operation that ended in error back into the queue.
#[crate::command]
pub fn operation_restart(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.operations().restart(id(&request.id, Noun::Operation)?)?)
}

/// Cancels an operation before it runs.
#[crate::command]
pub fn operation_cancel(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.operations().cancel(id(&request.id, Noun::Operation)?)?)
}

/// Schedules a verification of every selected credential that can be verified.
#[crate::command]
pub fn operation_request_verification(
    shell: State<'_, Shell>,
    request: VerifyRequest,
) -> Result<ChangeRequestedView, CommandError> {
    let selection = request.selection.try_into()?;
    Ok(shell.app.operations().request_verification(&selection, request.scheduled_at, request.reason.as_deref())?.into())
}

/// Returns the values that the filters offer.
#[crate::command]
pub fn operation_choices(shell: State<'_, Shell>) -> Result<OperationChoicesView, CommandError> {
    Ok(shell.app.operations().choices()?.into())
}

/// Does one action on several operations, independently of each other.
#[crate::command]
pub fn operation_act(
    shell: State<'_, Shell>,
    request: OperationActRequest,
) -> Result<OperationActedView, CommandError> {
    let ids: Result<Vec<_>, _> = request.ids.iter().map(|text| id(text, Noun::Operation)).collect();
    Ok(shell.app.operations().act(request.action.into(), &ids?)?.into())
}

/// Writes the list of operations to a file. Returns null if the dialogue was dismissed.
#[crate::command]
pub fn operation_export(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: ExportRequest<OperationFilter, OperationSort>,
) -> Result<Option<ExportedView>, CommandError> {
    export::write(&program, &shell, export::Name::Operations, &Report::Operations(Box::new(request.query())))
}
