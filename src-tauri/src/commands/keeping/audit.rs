//! Commands for the audit trail.

use app::AuditFormat;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;

use crate::{
    CommandError,
    state::Shell,
    views::{
        Page,
        audit::{
            AuditChoicesView, AuditEntryRequest, AuditEntryView, AuditExportRequest, AuditListRequest, AuditRowView,
            AuditVerdictView,
        },
        count,
        operation::ExportedView,
    },
};

/// Returns one page of entries.
#[crate::command]
pub fn audit_list(shell: State<'_, Shell>, request: AuditListRequest) -> Result<Page<AuditRowView>, CommandError> {
    Ok(shell.app.audit().page(&request.try_into()?)?.into())
}

/// Returns one entry with all its fields.
#[crate::command]
pub fn audit_get(shell: State<'_, Shell>, request: AuditEntryRequest) -> Result<AuditEntryView, CommandError> {
    Ok(shell.app.audit().get(u64::from(request.number))?.into())
}

/// Returns the values that the filters offer.
#[crate::command]
pub fn audit_choices(shell: State<'_, Shell>) -> Result<AuditChoicesView, CommandError> {
    Ok(shell.app.audit().choices()?.into())
}

/// Checks every hash and every signature of the trail.
#[crate::command]
pub fn audit_verify(shell: State<'_, Shell>) -> Result<AuditVerdictView, CommandError> {
    Ok(shell.app.audit().verify()?.into())
}

/// Asks for a file in the system's dialogue, and writes the matching entries to it. Returns null if the dialogue was
/// dismissed.
#[crate::command]
pub fn audit_export(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: AuditExportRequest,
) -> Result<Option<ExportedView>, CommandError> {
    let (format, query) = (request.format, request.filter.try_into()?);
    let (kind, ending) = match format {
        AuditFormat::Csv => ("CSV", "csv"),
        AuditFormat::JsonLines => ("JSON Lines", "jsonl"),
        AuditFormat::Cef => ("CEF", "cef"),
    };
    let dialogue = program.dialog().file().add_filter(kind, &[ending]).set_file_name(format!("audit-trail.{ending}"));
    let choose = || dialogue.blocking_save_file().and_then(|file| file.into_path().ok());
    let exported = shell.app.audit().export_where(&query, format, choose)?;
    Ok(exported.map(|(path, entries)| ExportedView { path: path.to_string_lossy().into_owned(), rows: count(entries) }))
}
