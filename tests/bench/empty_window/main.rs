//! An empty window, with which the benchmark of the program's window is compared: the same framework, the same size,
//! and one page that reports when it has painted.

use std::io::Write;

use tauri::WebviewWindow;

#[tauri::command]
fn window_ready(window: WebviewWindow) {
    // If the window cannot be shown, it never reports that it has painted.
    let _ = window.show();
}

#[tauri::command]
fn window_painted() {
    // The benchmark waits for this line. If standard error is closed, nobody waits.
    let _ = writeln!(std::io::stderr(), "window painted");
}

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![window_ready, window_painted])
        .run(tauri::generate_context!("tests/bench/empty_window/tauri.conf.json"))
}
