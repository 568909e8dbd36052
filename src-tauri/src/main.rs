//! The desktop program. `--export-bindings FOLDER` writes the TypeScript bindings instead of opening a window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

/// The allocator, which wipes memory when it is freed. Data on its way to or from the page is copied by libraries that
/// know nothing of secrets.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    let hardening = chaveiro_shell::harden();
    let mut arguments = std::env::args().skip(1);
    let ended = match (arguments.next().as_deref(), arguments.next()) {
        (Some("--export-bindings"), Some(folder)) => chaveiro_shell::export_bindings(folder.as_ref()),
        _ => chaveiro_shell::run(&hardening),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the program could not go on");
            ExitCode::FAILURE
        }
    }
}
