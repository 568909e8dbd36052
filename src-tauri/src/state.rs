//! What every command works with.

use std::{sync::Arc, time::Instant};

use app::{App, AppEvent, AppSetup, Connector, Connectors, KdfParameters, Parameters, SystemClock};
use connector_ssh::Ssh;
use tauri::AppHandle;

use crate::{clipboard::Clipboard, events, preferences::Preferences};

/// The app behind the window, and what belongs to the desktop.
pub struct Shell {
    /// Everything a user can do.
    pub app: App,
    /// Theme, language, recent vaults.
    pub preferences: Preferences,
    /// Copies a password and takes it back.
    pub clipboard: Clipboard,
    /// When the program started.
    pub started: Instant,
}

impl Shell {
    /// Wires the app to the window's events.
    pub fn new(program: AppHandle) -> Self {
        let listener = {
            let program = program.clone();
            Arc::new(move |event: AppEvent| events::emit(&program, event))
        };
        Self {
            app: App::new(AppSetup {
                connectors: Connectors::new([Arc::new(Ssh) as Arc<dyn Connector>]),
                templates: app::starter::ALL,
                clock: Arc::new(SystemClock),
                parameters: Parameters::default(),
                kdf: KdfParameters::default(),
                listener,
                on_moment: None,
            }),
            preferences: Preferences::new(program.clone()),
            clipboard: Clipboard::new(program),
            started: Instant::now(),
        }
    }
}
