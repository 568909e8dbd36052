//! Copies a password from Rust to the clipboard, so that it never enters the page, and takes it back after a while.

use std::{thread, time::Duration};

use app::Secret;
use tauri::AppHandle;
use tauri_plugin_clipboard_manager::ClipboardExt;

/// How long a copied password stays.
pub const CLEARED_AFTER: Duration = Duration::from_secs(30);

/// The system's clipboard.
pub struct Clipboard {
    program: AppHandle,
}

impl Clipboard {
    /// Uses the clipboard of this program's desktop.
    pub fn new(program: AppHandle) -> Self {
        Self { program }
    }

    /// Copies, and clears after [`CLEARED_AFTER`] unless something else was copied since.
    ///
    /// # Errors
    /// When the desktop has no clipboard.
    pub fn lend(&self, password: Secret) -> Result<(), tauri_plugin_clipboard_manager::Error> {
        // EXPOSE: the user asked for it on the clipboard.
        self.program.clipboard().write_text(password.expose())?;
        let program = self.program.clone();
        thread::spawn(move || {
            thread::sleep(CLEARED_AFTER);
            // EXPOSE: compared, so that what someone copied since is left alone.
            let unchanged = program.clipboard().read_text().is_ok_and(|text| text == password.expose());
            if unchanged && let Err(error) = program.clipboard().write_text("") {
                tracing::warn!(%error, "the clipboard could not be cleared");
            }
        });
        Ok(())
    }
}
