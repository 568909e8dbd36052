//! The program's place in the tray while its window is closed and it goes on working.
//!
//! Its item is made when it is first needed, and drawn only while the window is away: on Linux the object behind it
//! stays on the message bus until the program ends, and a second one of its name would not be heard. Where a desktop
//! has no tray, that is found out before: a program that nobody can bring back must not hide. The library that draws it
//! on Linux is loaded only then, and panics where it is not installed.

use std::panic::{self, AssertUnwindSafe};

use tauri::{
    AppHandle, Manager,
    menu::{Menu, MenuEvent, MenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use crate::{farewell, state::Shell, words};

const ID: &str = "main";
const OPEN: &str = "open";
const QUIT: &str = "quit";

/// Hides the window in the tray. Answers whether there is one. To be called on the main thread.
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

/// Brings the window back to where a person sees it.
pub fn show(program: &AppHandle) {
    if let Some(window) = program.get_webview_window("main") {
        // Raising a window can fail where the desktop forbids it; there is nothing to do then.
        let _ = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    }
    if let Some(tray) = program.tray_by_id(ID) {
        // What stays drawn only offers what is there already.
        let _ = tray.set_visible(false);
    }
}

/// Draws the item. Its words are those of the language of now.
fn draw(program: &AppHandle) -> tauri::Result<()> {
    let words = words::of(program.state::<Shell>().preferences.language());
    let open = MenuItem::with_id(program, OPEN, words.open, true, None::<&str>)?;
    let quit = MenuItem::with_id(program, QUIT, words.quit, true, None::<&str>)?;
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
            // What it waits for can only be said in the window.
            show(program);
            farewell::quit(program);
        }
        _ => {}
    }
}

fn clicked(program: &AppHandle, event: &TrayIconEvent) {
    if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event {
        show(program);
    }
}

/// Whether something on the message bus shows what programs put into the tray.
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

/// How long the message bus may take: the window waits meanwhile.
#[cfg(target_os = "linux")]
const LONGEST_ANSWER: std::time::Duration = std::time::Duration::from_secs(1);

#[cfg(not(target_os = "linux"))]
fn is_there() -> bool {
    true
}
