//! A window with nothing in it: what the benchmark of the window compares with. The same framework, the same size, one
//! page that says when it has painted.

use std::io::Write;

use tauri::WebviewWindow;

#[tauri::command]
fn window_ready(window: WebviewWindow) {
    // A window that cannot be shown never says that it has painted.
    let _ = window.show();
}

#[tauri::command]
fn window_painted() {
    // The line that the benchmark waits for; a closed standard error means that nobody waits.
    let _ = writeln!(std::io::stderr(), "window painted");
}

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![window_ready, window_painted])
        .run(tauri::generate_context!("tests/bench/empty_window/tauri.conf.json"))
}
