//! The log of the program: its folder, its first line, and a span for each command.
//!
//! The functions here never receive the arguments of a command and never log its answer, so that no password can reach
//! the log.

use std::{
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use diagnostics::LogStatus;
use serde::Serialize;

use crate::{CommandError, error};

/// The number of the next command since the start. It tells the log lines of one command from those of another.
static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// Starts the log of the desktop program, in a file and on standard error.
pub fn start(identifier: &str) -> LogStatus {
    let status = diagnostics::start(folder(identifier).as_deref());
    if let Some(problem) = &status.problem {
        tracing::warn!(problem, "the log folder cannot be written; the log goes to standard error alone");
    }
    status
}

/// Starts the log on standard error alone, for a run that opens no window.
pub fn start_without_file() {
    diagnostics::start(None);
}

/// Returns the folder that `tauri::path::PathResolver::app_log_dir` names. Tauri cannot be asked yet, because the log
/// must work even if the window cannot be opened.
fn folder(identifier: &str) -> Option<PathBuf> {
    if cfg!(target_os = "macos") {
        return dirs::home_dir().map(|home| home.join("Library/Logs").join(identifier));
    }
    dirs::data_local_dir().map(|folder| folder.join(identifier).join("logs"))
}

/// The versions of the program and of the system that it runs on.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Versions {
    pub program: &'static str,
    /// The name and version of the operating system.
    pub system: String,
    /// The web view's version, or the reason why the system does not report it.
    pub web_view: String,
    /// The language that the system is set to.
    pub locale: String,
}

impl Versions {
    /// Asks the system for the versions. The system may have to start a program for the answer, so that this takes some
    /// milliseconds.
    pub fn ask() -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION"),
            system: os_info::get().to_string(),
            web_view: tauri::webview_version().unwrap_or_else(|error| error.to_string()),
            locale: sys_locale::get_locale().unwrap_or_default(),
        }
    }
}

/// Writes the start-up line on a separate thread, so that the window does not wait for it.
pub fn tell_start(hardening: String) {
    thread::spawn(move || {
        let Versions { program, system, web_view, locale } = Versions::ask();
        tracing::info!(version = program, system, web_view, locale, hardening, "Chaveiro starts");
    });
}

/// Runs the body of a command inside its span. A body that panics is answered with an internal error, because without
/// an answer the page would wait for ever.
///
/// # Errors
/// Those of the body, and [`CommandError::Internal`].
pub fn command<T>(name: &'static str, body: impl FnOnce() -> Result<T, CommandError>) -> Result<T, CommandError> {
    let request = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let _span = tracing::info_span!("command", name, request).entered();
    let begun = Instant::now();
    // The program's locks can still be taken after a thread that held them panicked. The panic itself is in the log
    // already.
    let result = panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err(error::defect("a panic")));
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    match &result {
        Ok(_) => tracing::info!(milliseconds, "ok"),
        Err(error) => tracing::info!(milliseconds, code = code(error), "refused"),
    }
    result
}

/// Returns the code of an error without its other fields, which may name paths and people.
fn code(error: &impl Serialize) -> String {
    let value = serde_json::to_value(error).unwrap_or_default();
    value.get("code").and_then(|code| code.as_str()).unwrap_or_default().to_owned()
}

#[cfg(test)]
pub mod tests;
