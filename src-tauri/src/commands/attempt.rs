//! The list of attempts.

use app::{AttemptQuery, Report};
use tauri::{AppHandle, State};

use crate::{
    CommandError, export,
    state::Shell,
    views::{
        IdRequest, Noun,
        attempt::{AttemptDetailView, AttemptExportRequest, AttemptListRequest, AttemptPage},
        id,
        operation::ExportedView,
    },
};

/// One page of attempts.
#[crate::command]
pub fn attempt_list(shell: State<'_, Shell>, request: AttemptListRequest) -> Result<AttemptPage, CommandError> {
    Ok(shell.app.operations().attempts(&request.query(shell.app.home().late_bounds())?)?.into())
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
    request: AttemptExportRequest,
) -> Result<Option<ExportedView>, CommandError> {
    let query = AttemptQuery {
        sort: request.sort,
        descending: request.descending,
        ..request.filter.query(shell.app.home().late_bounds())?
    };
    export::write(&program, &shell, export::Name::Attempts, &Report::Attempts(Box::new(query)))
}
