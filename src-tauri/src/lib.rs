//! The shell: it connects the window to `app`. Only this crate knows Tauri. Of specta, `domain` knows only the derive
//! that names its enumerations in TypeScript.
//!
//! A click travels from the page to one command in `commands`, which takes three steps: read the request, call `app`
//! once, answer with a view. An event with ids reports the changed records to the page, which reads its data again. The
//! window stays hidden until the page has loaded its style, so that nobody sees a white window.

mod bindings;
mod commands;
mod desktop;
mod diagnostics_file;
mod error;
mod events;
mod export;
mod files;
mod hardening;
mod logging;
mod page_problems;
mod panics;
mod paths;
mod preferences;
mod shutdown;
mod state;
mod texts;
mod views;
mod watch;

use std::error::Error;

use tauri::{Manager, RunEvent, WindowEvent};

pub(crate) use command_macro::command;

pub use bindings::export_bindings;
pub use error::CommandError;
pub use hardening::{Hardening, harden};
pub use views::session::VaultUnlockRequest;

/// Opens the window and runs until the user quits. Logs the result of the hardening.
///
/// # Errors
/// An error if the system cannot open a window.
pub fn run(hardening: &Hardening) -> Result<(), Box<dyn Error>> {
    let context = tauri::generate_context!();
    let log = logging::start(&context.config().identifier);
    panics::log();
    hardening.log();
    let hardening = hardening.outcome().to_owned();
    let specta = bindings::builder();
    let program = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|program, _, _| desktop::tray::show(program)))
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
            // ORDER: the start is logged here and not earlier, because a second start of the program does not reach
            // this point.
            logging::tell_start(hardening);
            specta.mount_events(program);
            program.manage(state::Shell::new(program.handle().clone(), log));
            desktop::navigation::open_window(program.handle())?;
            desktop::notification::start(program.handle());
            watch::start(program.handle());
            Ok(())
        })
        .build(context)?;
    program.run(|program, event| {
        if let RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } = event {
            api.prevent_close();
            shutdown::close(program);
        }
    });
    Ok(())
}
