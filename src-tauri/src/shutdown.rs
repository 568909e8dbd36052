//! The end of the program, and the case in which closing the window does not end it. A password change is not
//! interrupted: the program waits for running operations, up to a limit that an administrator sets, and the window
//! names them. Operations that are unfinished after that are recovered at the next start, as after a crash.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::{desktop::tray, events::Quitting, state::Shell};

/// The flag that is set once the program is ending.
#[derive(Default)]
pub struct Shutdown(AtomicBool);

/// Handles the closing of the window. The program goes on in the tray if a parameter says so and the desktop has a
/// tray; else it ends.
pub fn close(program: &AppHandle) {
    let shell = program.state::<Shell>();
    let stays = shell.app.stays_in_tray() && !shell.shutdown.0.load(Ordering::SeqCst);
    if !(stays && tray::hide(program)) {
        quit(program);
    }
}

/// Ends the program once the running operations are finished or parked. A second call hides the window meanwhile.
pub fn quit(program: &AppHandle) {
    let shell = program.state::<Shell>();
    let again = shell.shutdown.0.swap(true, Ordering::SeqCst);
    let runs = shell.app.sessions().executor().is_ok_and(|executor| executor.running > 0);
    if again || !runs {
        hide(program);
    } else if let Err(error) = (Quitting {}).emit(program) {
        tracing::warn!(%error, "the page could not be told that the program ends");
    }
    if !again {
        let program = program.clone();
        thread::spawn(move || leave(&program));
    }
}

fn leave(program: &AppHandle) {
    let shell = program.state::<Shell>();
    shell.clipboard.clear_copied();
    if let Err(error) = shell.app.sessions().end() {
        tracing::warn!(%error, "the end of the session could not be written down");
    }
    program.exit(0);
}

fn hide(program: &AppHandle) {
    if let Some(window) = program.get_webview_window("main") {
        // A window that cannot be hidden stays visible until the program ends, which is soon.
        let _ = window.hide();
    }
}
