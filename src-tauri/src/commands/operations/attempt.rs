//! Commands for the list of attempts.

use app::{AttemptFilter, Report};
use tauri::{AppHandle, State};

use crate::{
    CommandError, export,
    state::Shell,
    views::{
        AttemptSort, ExportRequest, IdRequest, ListRequest, Noun, Page,
        attempt::{AttemptDetailView, AttemptRowView},
        id,
        operation::ExportedView,
    },
};

/// Returns one page of attempts.
#[crate::command]
pub fn attempt_list(
    shell: State<'_, Shell>,
    request: ListRequest<AttemptFilter, AttemptSort>,
) -> Result<Page<AttemptRowView>, CommandError> {
    Ok(shell.app.operations().attempts(&request.query(Noun::Operation)?)?.into())
}

/// Returns one attempt and its operation.
#[crate::command]
pub fn attempt_get(shell: State<'_, Shell>, request: IdRequest) -> Result<AttemptDetailView, CommandError> {
    Ok(shell.app.operations().attempt(id(&request.id, Noun::Operation)?)?.into())
}

/// Writes the list of attempts to a file. Returns null if the dialogue was dismissed.
#[crate::command]
pub fn attempt_export(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: ExportRequest<AttemptFilter, AttemptSort>,
) -> Result<Option<ExportedView>, CommandError> {
    export::write(&program, &shell, export::Name::Attempts, &Report::Attempts(Box::new(request.query())))
}
