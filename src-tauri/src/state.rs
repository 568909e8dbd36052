//! What every command works with.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use app::{App, AppEvent, AppSetup, Connectors, Desktop, KdfParameters, Parameters, SessionDetails, SystemClock};
use diagnostics::LogStatus;
use tauri::AppHandle;

use crate::{
    CommandError,
    clipboard::Clipboard,
    desktop::ThisDesktop,
    events,
    farewell::Farewell,
    page_problems::ProblemLimit,
    paths::ChosenPaths,
    preferences::{Preferences, RecentVault},
    screen::Screen,
    views::session::SessionView,
};

/// About a second, as people take it: long for who guesses, and short enough to be waited for several times a day.
const UNLOCK_TAKES: Duration = Duration::from_millis(900);

/// The app behind the window, and what belongs to the desktop.
pub struct Shell {
    /// Everything a user can do.
    pub app: App,
    /// The paths that the page may name.
    pub paths: ChosenPaths,
    /// Theme, language, recent vaults.
    pub preferences: Preferences,
    /// The key store, and what was seen of each vault.
    pub desktop: Arc<dyn Desktop>,
    /// Copies a password and takes it back.
    pub clipboard: Clipboard,
    /// Keeps the window out of pictures of the screen while a password shows.
    pub screen: Screen,
    /// Whether the program is ending.
    pub farewell: Farewell,
    /// When the program started.
    pub started: Instant,
    /// Where the log goes.
    pub log: LogStatus,
    /// How many problems of the page may still be logged.
    pub problems: ProblemLimit,
}

impl Shell {
    /// Wires the app to the window's events.
    pub fn new(program: AppHandle, log: LogStatus) -> Self {
        let listener = {
            let program = program.clone();
            Arc::new(move |event: AppEvent| events::emit(&program, event))
        };
        let desktop: Arc<dyn Desktop> = Arc::new(ThisDesktop::new(program.clone()));
        Self {
            app: App::new(AppSetup {
                connectors: Connectors::new(connectors::all()),
                templates: app::starter::ALL,
                clock: Arc::new(SystemClock),
                parameters: Parameters::default(),
                kdf: KdfParameters::default(),
                unlock_takes: Some(UNLOCK_TAKES),
                desktop: Arc::clone(&desktop),
                listener,
                on_moment: None,
            }),
            paths: ChosenPaths::default(),
            preferences: Preferences::new(program.clone()),
            desktop,
            clipboard: Clipboard::new(program.clone()),
            screen: Screen::new(program),
            farewell: Farewell::default(),
            started: Instant::now(),
            log,
            problems: ProblemLimit::default(),
        }
    }

    /// Covers the window because a password is about to show, unless a parameter says otherwise. Returns the number by
    /// which the page says that it is hidden.
    pub fn cover(&self, shown_for: Option<Duration>) -> u32 {
        if self.app.protects_from_capture() { self.screen.cover(shown_for) } else { 0 }
    }

    /// A path that the page names, if a person chose it or it belongs to a vault that was opened here before.
    ///
    /// # Errors
    /// [`CommandError::PathNotChosen`].
    pub fn path(&self, named: &str) -> Result<PathBuf, CommandError> {
        let vaults = self.preferences.recent_vaults().into_iter().map(|vault| PathBuf::from(vault.path));
        self.paths.checked(named, &vaults.collect::<Vec<_>>())
    }

    /// Puts the vault that was opened at the top of the recent ones, and answers with who sits in front of it.
    pub fn remember(&self, session: SessionDetails) -> SessionView {
        let view = SessionView::from(session);
        self.preferences.remember(RecentVault {
            name: view.vault_name.clone(),
            path: view.vault_path.clone(),
            user_name: view.user_name.clone(),
        });
        view
    }
}
