//! The program's item in the tray, for the time when its window is closed and it goes on working.
//!
//! The item is made once, when it is first needed, and is visible only while the window is hidden. On Linux its object
//! stays on the message bus until the program ends, and a second object with the same name would get no events. The
//! program checks first that the desktop has a tray, because a hidden program without a tray could not be brought back.
//! The library that draws the item on Linux is loaded only then, and panics if it is not installed.

use std::panic::{self, AssertUnwindSafe};

use tauri::{
    AppHandle, Manager,
    menu::{Menu, MenuEvent, MenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use crate::{shutdown, state::Shell, texts};

const ID: &str = "main";
const OPEN: &str = "open";
const QUIT: &str = "quit";

/// Hides the window in the tray. Returns whether it was hidden; without a tray it never is. Must be called on the main
/// thread.
pub fn hide(program: &AppHandle) -> bool {
    if !is_there() {
        return false;
    }
    let made = panic::catch_unwind(AssertUnwindSafe(|| draw(program)));
    let made = match made {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the desktop has no tray");
            false
        }
        Err(_) => {
            tracing::warn!("the library that draws in the tray is not installed");
            false
        }
    };
    made && program.get_webview_window("main").is_some_and(|window| window.hide().is_ok())
}

/// Shows the window again and gives it the focus.
pub fn show(program: &AppHandle) {
    if let Some(window) = program.get_webview_window("main") {
        // A desktop may forbid a program to raise its window; nothing can be done then.
        let _ = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    }
    if let Some(tray) = program.tray_by_id(ID) {
        // An item that stays visible does no harm: it only offers to show the window.
        let _ = tray.set_visible(false);
    }
}

/// Draws the item, with texts in the current language.
fn draw(program: &AppHandle) -> tauri::Result<()> {
    let texts = texts::of(program.state::<Shell>().preferences.language());
    let open = MenuItem::with_id(program, OPEN, texts.open, true, None::<&str>)?;
    let quit = MenuItem::with_id(program, QUIT, texts.quit, true, None::<&str>)?;
    let menu = Menu::with_items(program, &[&open, &quit])?;
    if let Some(tray) = program.tray_by_id(ID) {
        tray.set_menu(Some(menu))?;
        return tray.set_visible(true);
    }
    let mut tray = TrayIconBuilder::with_id(ID)
        .tooltip("Chaveiro")
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(chosen)
        .on_tray_icon_event(|tray, event| clicked(tray.app_handle(), &event));
    if let Some(icon) = program.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(program).map(drop)
}

fn chosen(program: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        OPEN => show(program),
        QUIT => {
            // The window must be visible, because only it can show what the program waits for.
            show(program);
            shutdown::quit(program);
        }
        _ => {}
    }
}

fn clicked(program: &AppHandle, event: &TrayIconEvent) {
    if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event {
        show(program);
    }
}

/// Tells whether the desktop has a tray, by asking the message bus for a program that shows the items.
#[cfg(target_os = "linux")]
fn is_there() -> bool {
    let ask = || -> zbus::Result<bool> {
        let bus = zbus::blocking::connection::Builder::session()?.method_timeout(LONGEST_ANSWER).build()?;
        let name = zbus::names::BusName::try_from("org.kde.StatusNotifierWatcher")?;
        Ok(zbus::blocking::fdo::DBusProxy::new(&bus)?.name_has_owner(name)?)
    };
    ask().unwrap_or_else(|error| {
        tracing::info!(%error, "the message bus does not answer; there is no tray");
        false
    })
}

/// The longest time that the message bus may take to answer. The window waits meanwhile.
#[cfg(target_os = "linux")]
const LONGEST_ANSWER: std::time::Duration = std::time::Duration::from_secs(1);

#[cfg(not(target_os = "linux"))]
fn is_there() -> bool {
    true
}
