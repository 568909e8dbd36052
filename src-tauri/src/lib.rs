//! The shell: what connects the window to `app`. Only this crate knows Tauri; of specta, `domain` knows the derive that names its enumerations in TypeScript.
//!
//! A click travels from the page to one command in `commands`, which makes three moves: read the request, call
//! `app` once, answer with a view. What changed comes back as an event with ids, and the page reads again what it
//! shows. The window stays hidden until the page has its style, so that nobody sees it
//! white.

mod bindings;
mod clipboard;
mod commands;
mod desktop;
mod diagnostics_file;
mod error;
mod events;
mod export;
mod farewell;
mod files;
mod hardening;
mod logging;
mod navigation;
mod notification;
mod page_problems;
mod panics;
mod paths;
mod preferences;
mod screen;
mod screen_lock;
mod state;
mod tray;
mod views;
mod watch;
mod words;

use std::error::Error;

use tauri::{Manager, RunEvent, WindowEvent};

pub(crate) use command_macro::command;

pub use bindings::export_bindings;
pub use error::CommandError;
pub use hardening::{Hardening, harden};
pub use views::session::VaultUnlockRequest;

/// Opens the window and runs until the user quits. What came of the hardening is logged.
///
/// # Errors
/// When the system gives no window.
pub fn run(hardening: &Hardening) -> Result<(), Box<dyn Error>> {
    let context = tauri::generate_context!();
    let log = logging::start(&context.config().identifier);
    panics::log();
    hardening.log();
    let hardening = hardening.outcome().to_owned();
    let specta = bindings::builder();
    let program = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|program, _, _| tray::show(program)))
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(
                    tauri_plugin_window_state::StateFlags::all() & !tauri_plugin_window_state::StateFlags::VISIBLE,
                )
                .build(),
        )
        .invoke_handler(specta.invoke_handler())
        .setup(move |program| {
            // ORDER: in here, a second start does not come this far.
            logging::tell_start(hardening);
            specta.mount_events(program);
            program.manage(state::Shell::new(program.handle().clone(), log));
            navigation::open_window(program.handle())?;
            notification::start(program.handle());
            watch::start(program.handle());
            Ok(())
        })
        .build(context)?;
    program.run(|program, event| {
        if let RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } = event {
            api.prevent_close();
            farewell::close(program);
        }
    });
    Ok(())
}
