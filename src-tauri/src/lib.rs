//! The shell: what connects the window to `app`. Only this crate knows Tauri and specta.
//!
//! A click travels from the page to one command in [`commands`], which makes three moves: read the request, call
//! `app` once, answer with a view. What changed comes back as an event with ids, and the page reads again what it
//! shows. The window stays hidden until the page has its style, so that nobody sees it
//! white.

mod bindings;
mod clipboard;
mod commands;
mod desktop;
mod error;
mod events;
mod export;
mod files;
mod preferences;
mod state;
mod views;
mod watch;
mod words;

use std::{error::Error, sync::mpsc, thread, time::Duration};

use tauri::{AppHandle, Manager, RunEvent, WindowEvent};
use tracing_subscriber::EnvFilter;

pub use bindings::export_bindings;
pub use error::CommandError;
pub use views::session::VaultUnlockRequest;

/// Opens the window and runs until the user quits.
///
/// # Errors
/// When the system gives no window.
pub fn run() -> Result<(), Box<dyn Error>> {
    start_log();
    let specta = bindings::builder();
    let program = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|program, _, _| {
            if let Some(window) = program.get_webview_window("main") {
                // Raising a window can fail where the desktop forbids it; there is nothing to do then.
                let _ = window.unminimize();
                let _ = window.set_focus();
            }
        }))
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(
                    tauri_plugin_window_state::StateFlags::all() & !tauri_plugin_window_state::StateFlags::VISIBLE,
                )
                .build(),
        )
        .invoke_handler(specta.invoke_handler())
        .setup(move |program| {
            specta.mount_events(program);
            program.manage(state::Shell::new(program.handle().clone()));
            watch::start(program.handle());
            Ok(())
        })
        .build(tauri::generate_context!())?;
    program.run(|program, event| {
        if let RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } = event {
            api.prevent_close();
            quit(program.clone());
        }
    });
    Ok(())
}

/// The longest that closing waits for running operations. What is cut off then is recovered at the next start.
const LONGEST_FAREWELL: Duration = Duration::from_secs(30);

/// Hides the window and ends the program once what runs is finished or parked.
fn quit(program: AppHandle) {
    if let Some(window) = program.get_webview_window("main") {
        // A window that cannot be hidden stays until the program ends, which is soon.
        let _ = window.hide();
    }
    thread::spawn(move || {
        let (released, waits) = mpsc::channel();
        let releasing = program.clone();
        thread::spawn(move || {
            let shell = releasing.state::<state::Shell>();
            shell.clipboard.take_back();
            shell.app.vaults().release();
            // Nobody waits any more when it took too long.
            let _ = released.send(());
        });
        if waits.recv_timeout(LONGEST_FAREWELL).is_err() {
            tracing::warn!("running operations did not end in time; they are recovered at the next start");
        }
        program.exit(0);
    });
}

fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second subscriber (in a test) is refused; the first one stays.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
