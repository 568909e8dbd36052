//! How the program ends, and when closing its window does not end it. A change is never cut in half: what runs is waited for, within a bound that an administrator
//! sets, and the window says what for. What is left then is recovered at the next start, as after a crash.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::{events::Quitting, state::Shell, tray};

/// Whether the program is ending.
#[derive(Default)]
pub struct Farewell(AtomicBool);

/// What closing the window does: it stays in the tray where a parameter says so and there is one, else it ends.
pub fn close(program: &AppHandle) {
    let shell = program.state::<Shell>();
    let stays = shell.app.stays_in_tray() && !shell.farewell.0.load(Ordering::SeqCst);
    if !(stays && tray::hide(program)) {
        quit(program);
    }
}

/// Ends the program once what runs is finished or parked. Asked a second time it goes on out of sight.
pub fn quit(program: &AppHandle) {
    let shell = program.state::<Shell>();
    let again = shell.farewell.0.swap(true, Ordering::SeqCst);
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
    shell.clipboard.take_back();
    if let Err(error) = shell.app.sessions().end() {
        tracing::warn!(%error, "the end of the session could not be written down");
    }
    program.exit(0);
}

fn hide(program: &AppHandle) {
    if let Some(window) = program.get_webview_window("main") {
        // A window that cannot be hidden stays until the program ends, which is soon.
        let _ = window.hide();
    }
}
