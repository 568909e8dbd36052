//! Copies a password from Rust to the clipboard, so that it never enters the page, and takes it back: after a while, when
//! the window locks, and when the program ends.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use app::Secret;
use tauri::AppHandle;
use tauri_plugin_clipboard_manager::ClipboardExt;

/// What was copied last, and how many there were before it.
struct Lent {
    number: u64,
    password: Option<Secret>,
}

/// The system's clipboard.
#[derive(Clone)]
pub struct Clipboard {
    program: AppHandle,
    lent: Arc<Mutex<Lent>>,
}

impl Clipboard {
    /// Uses the clipboard of this program's desktop.
    pub fn new(program: AppHandle) -> Self {
        Self { program, lent: Arc::new(Mutex::new(Lent { number: 0, password: None })) }
    }

    /// Copies, and clears after a while unless something else was copied since.
    ///
    /// # Errors
    /// When the desktop has no clipboard.
    pub fn lend(&self, password: Secret, cleared_after: Duration) -> Result<(), tauri_plugin_clipboard_manager::Error> {
        // EXPOSE: the user asked for it on the clipboard.
        self.program.clipboard().write_text(password.expose())?;
        let number = {
            let mut lent = self.lent();
            lent.number += 1;
            lent.password = Some(password);
            lent.number
        };
        let clipboard = self.clone();
        thread::spawn(move || {
            thread::sleep(cleared_after);
            let is_last = clipboard.lent().number == number;
            if is_last {
                clipboard.take_back();
            }
        });
        Ok(())
    }

    /// Clears the clipboard if it still holds what was copied last.
    pub fn take_back(&self) {
        let Some(password) = self.lent().password.take() else { return };
        // EXPOSE: compared, so that what someone copied since is left alone.
        let unchanged = self.program.clipboard().read_text().is_ok_and(|text| text == password.expose());
        if unchanged && let Err(error) = self.program.clipboard().write_text("") {
            tracing::warn!(%error, "the clipboard could not be cleared");
        }
    }

    fn lent(&self) -> std::sync::MutexGuard<'_, Lent> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
