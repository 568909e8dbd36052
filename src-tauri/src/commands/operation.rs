//! Requesting changes, watching them, and what may be done with them.

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

/// One page of operations.
#[crate::command]
pub fn operation_list(
    shell: State<'_, Shell>,
    request: ListRequest<OperationFilter, OperationSort>,
) -> Result<Page<OperationRowView>, CommandError> {
    Ok(shell.app.operations().page(&request.query(Noun::Operation)?)?.into())
}

/// One operation with its attempts.
#[crate::command]
pub fn operation_get(shell: State<'_, Shell>, request: IdRequest) -> Result<OperationView, CommandError> {
    Ok(shell.app.operations().in_full(id(&request.id, Noun::Operation)?)?.into())
}

/// Lets a scheduled operation overtake its schedule and the queue.
#[crate::command]
pub fn operation_run_now(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.operations().run_now(id(&request.id, Noun::Operation)?)?)
}

/// Puts an operation that ended in error back into the queue.
#[crate::command]
pub fn operation_restart(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.operations().restart(id(&request.id, Noun::Operation)?)?)
}

/// Calls an operation off before it runs.
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

/// Values to filter by.
#[crate::command]
pub fn operation_choices(shell: State<'_, Shell>) -> Result<OperationChoicesView, CommandError> {
    Ok(shell.app.operations().choices()?.into())
}

/// One action on several operations, each by itself.
#[crate::command]
pub fn operation_act(
    shell: State<'_, Shell>,
    request: OperationActRequest,
) -> Result<OperationActedView, CommandError> {
    let ids: Result<Vec<_>, _> = request.ids.iter().map(|text| id(text, Noun::Operation)).collect();
    Ok(shell.app.operations().act(request.action.into(), &ids?)?.into())
}

/// Writes the list of operations to a file; null when the dialogue was dismissed.
#[crate::command]
pub fn operation_export(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: ExportRequest<OperationFilter, OperationSort>,
) -> Result<Option<ExportedView>, CommandError> {
    export::write(&program, &shell, export::Name::Operations, &Report::Operations(Box::new(request.query())))
}
