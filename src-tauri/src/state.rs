//! The state that every command works with.

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
    desktop::clipboard::Clipboard,
    desktop::key_store::ThisDesktop,
    desktop::screen::Screen,
    events,
    page_problems::ProblemLimit,
    paths::ChosenPaths,
    preferences::{Preferences, RecentVault},
    shutdown::Shutdown,
    views::session::SessionView,
};

/// The time that unlocking takes, which determines the key-derivation cost. It is long for an attacker who guesses
/// passwords, and short enough for a user who unlocks several times a day.
const UNLOCK_TAKES: Duration = Duration::from_millis(900);

/// The app behind the window, and the services of the desktop.
pub struct Shell {
    /// The application with all operations of a user.
    pub app: App,
    /// The paths that the page may use.
    pub paths: ChosenPaths,
    /// The preferences: theme, language, recent vaults.
    pub preferences: Preferences,
    /// The key store, and the newest state of each vault that was seen.
    pub desktop: Arc<dyn Desktop>,
    /// The clipboard, which is cleared after a password was copied.
    pub clipboard: Clipboard,
    /// The protection of the window from screenshots while a password is visible.
    pub screen: Screen,
    /// The flag that is set once the program is ending.
    pub shutdown: Shutdown,
    /// The time at which the program started.
    pub started: Instant,
    /// The place of the log.
    pub log: LogStatus,
    /// The limit on the logged problems of the page.
    pub problems: ProblemLimit,
}

impl Shell {
    /// Makes the app and connects it to the window's events.
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
            shutdown: Shutdown::default(),
            started: Instant::now(),
            log,
            problems: ProblemLimit::default(),
        }
    }

    /// Covers the window because a password is about to be shown, unless a parameter forbids it. Returns the number
    /// with which the page reports that the password is hidden; 0 without a cover.
    pub fn cover(&self, shown_for: Option<Duration>) -> u32 {
        if self.app.protects_from_capture() { self.screen.cover(shown_for) } else { 0 }
    }

    /// Checks a path that the page names. Returns it if a person chose it, or if it belongs to a vault that was opened
    /// here before.
    ///
    /// # Errors
    /// [`CommandError::PathNotChosen`].
    pub fn path(&self, named: &str) -> Result<PathBuf, CommandError> {
        let vaults = self.preferences.recent_vaults().into_iter().map(|vault| PathBuf::from(vault.path));
        self.paths.checked(named, &vaults.collect::<Vec<_>>())
    }

    /// Puts the opened vault at the top of the recent vaults, and returns the view of the session.
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
