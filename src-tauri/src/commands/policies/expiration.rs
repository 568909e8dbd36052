//! Commands for the report of the expiration of passwords.

use app::{ExpirationQuery, Report};
use chrono::Utc;
use tauri::{AppHandle, State};

use crate::{
    CommandError, export,
    state::Shell,
    views::{
        ExpirationSort, ExportRequest, ListRequest, Page,
        expiration::{ExpirationFilter, ExpirationRowView},
        operation::ExportedView,
    },
};

/// Returns one page of the report.
#[crate::command]
pub fn expiration_list(
    shell: State<'_, Shell>,
    request: ListRequest<ExpirationFilter, ExpirationSort>,
) -> Result<Page<ExpirationRowView>, CommandError> {
    let now = Utc::now();
    let page = shell.app.operations().expirations(&request.at(now)?)?;
    Ok(Page::of(page, |row| ExpirationRowView::new(row, now)))
}

/// Writes the report to a file. Returns null if the dialogue was dismissed.
#[crate::command]
pub fn expiration_export(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: ExportRequest<ExpirationFilter, ExpirationSort>,
) -> Result<Option<ExportedView>, CommandError> {
    let query =
        ExpirationQuery { sort: request.sort, descending: request.descending, ..request.filter.query(Utc::now())? };
    export::write(&program, &shell, export::Name::Expirations, &Report::Expirations(Box::new(query)))
}
