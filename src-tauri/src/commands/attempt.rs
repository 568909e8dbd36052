//! The list of attempts.

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

/// One page of attempts.
#[crate::command]
pub fn attempt_list(
    shell: State<'_, Shell>,
    request: ListRequest<AttemptFilter, AttemptSort>,
) -> Result<Page<AttemptRowView>, CommandError> {
    Ok(shell.app.operations().attempts(&request.query(Noun::Operation)?)?.into())
}

/// One attempt and the operation that it is of.
#[crate::command]
pub fn attempt_get(shell: State<'_, Shell>, request: IdRequest) -> Result<AttemptDetailView, CommandError> {
    Ok(shell.app.operations().attempt(id(&request.id, Noun::Operation)?)?.into())
}

/// Writes the list of attempts to a file; null when the dialogue was dismissed.
#[crate::command]
pub fn attempt_export(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: ExportRequest<AttemptFilter, AttemptSort>,
) -> Result<Option<ExportedView>, CommandError> {
    export::write(&program, &shell, export::Name::Attempts, &Report::Attempts(Box::new(request.query())))
}
