//! Reports as files: the system's dialogue asks where, `app` writes.

use app::Report;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use crate::{
    CommandError,
    state::Shell,
    views::{count, operation::ExportedView},
    words,
};

/// What a report is called before a person gives it another name.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Name {
    /// The list of operations.
    Operations,
    /// The list of attempts.
    Attempts,
    Expirations,
}

/// Asks for a file and writes the report to it. None when the dialogue was dismissed.
pub fn write(
    program: &AppHandle,
    shell: &Shell,
    name: Name,
    report: &Report,
) -> Result<Option<ExportedView>, CommandError> {
    let words = words::of(shell.preferences.language());
    let dialogue = program.dialog().file().set_file_name(words.file_name(name)).add_filter("CSV", &["csv"]);
    let Some(file) = dialogue.blocking_save_file().and_then(|file| file.into_path().ok()) else {
        return Ok(None);
    };
    let exported = shell.app.export(report, &words.headings, &file)?;
    Ok(Some(ExportedView { path: file.to_string_lossy().into_owned(), rows: count(exported.rows) }))
}
