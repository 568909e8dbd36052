//! Commands for support: the log's folder, a diagnostics file to send, and the page's own errors. They work without an
//! open vault.

use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;

use crate::{
    CommandError, diagnostics_file, error, page_problems,
    state::Shell,
    views::diagnostics::{DiagnosticsSavedView, PageProblemRequest},
};

/// Shows the folder of the log in the system's file browser.
#[crate::command]
pub fn log_folder_open(shell: State<'_, Shell>) -> Result<(), CommandError> {
    let folder = shell.log.folder.as_ref().ok_or_else(|| error::defect("the system names no log folder"))?;
    open::that_detached(folder).map_err(|error| error::internal(&error))
}

/// Writes the diagnostics to a file that the user names. Returns null if the dialogue was dismissed.
#[crate::command]
pub fn diagnostics_save(
    program: AppHandle,
    shell: State<'_, Shell>,
) -> Result<Option<DiagnosticsSavedView>, CommandError> {
    let dialogue = program.dialog().file().add_filter("Text", &["txt"]).set_file_name("chaveiro-diagnostics.txt");
    let Some(path) = dialogue.blocking_save_file().and_then(|file| file.into_path().ok()) else {
        return Ok(None);
    };
    diagnostics_file::write(&shell, &path)?;
    Ok(Some(DiagnosticsSavedView { path: path.to_string_lossy().into_owned() }))
}

/// Logs an error that happened in the page.
#[crate::command]
pub fn page_problem_report(shell: State<'_, Shell>, request: PageProblemRequest) -> Result<(), CommandError> {
    page_problems::log(&shell.problems, &request);
    Ok(())
}
