//! Reports as files: the system's dialogue asks for the place, and `app` writes the file.

use app::Report;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use crate::{
    CommandError,
    state::Shell,
    texts,
    views::{count, operation::ExportedView},
};

/// The kind of a report, which determines the suggested name of its file.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Name {
    /// The list of operations.
    Operations,
    /// The list of attempts.
    Attempts,
    Expirations,
}

/// Asks for a file and writes the report to it. Returns `None` if the dialogue was dismissed.
pub fn write(
    program: &AppHandle,
    shell: &Shell,
    name: Name,
    report: &Report,
) -> Result<Option<ExportedView>, CommandError> {
    let texts = texts::of(shell.preferences.language());
    let dialogue = program.dialog().file().set_file_name(texts.file_name(name)).add_filter("CSV", &["csv"]);
    let Some(file) = dialogue.blocking_save_file().and_then(|file| file.into_path().ok()) else {
        return Ok(None);
    };
    let exported = shell.app.export(report, &texts.headings, &file)?;
    Ok(Some(ExportedView { path: file.to_string_lossy().into_owned(), rows: count(exported.rows) }))
}
