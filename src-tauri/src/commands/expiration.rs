//! The report of when passwords expire.

use app::{ExpirationQuery, Report};
use chrono::Utc;
use tauri::{AppHandle, State};

use crate::{
    CommandError, export,
    state::Shell,
    views::{
        expiration::{ExpirationExportRequest, ExpirationListRequest, ExpirationPage},
        operation::ExportedView,
    },
};

/// One page of the report.
#[crate::command]
pub fn expiration_list(
    shell: State<'_, Shell>,
    request: ExpirationListRequest,
) -> Result<ExpirationPage, CommandError> {
    let now = Utc::now();
    Ok(ExpirationPage::new(shell.app.operations().expirations(&request.query(now)?)?, now))
}

/// Writes the report to a file; null when the dialogue was dismissed.
#[crate::command]
pub fn expiration_export(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: ExpirationExportRequest,
) -> Result<Option<ExportedView>, CommandError> {
    let query =
        ExpirationQuery { sort: request.sort, descending: request.descending, ..request.filter.query(Utc::now())? };
    export::write(&program, &shell, export::Name::Expirations, &Report::Expirations(Box::new(query)))
}
