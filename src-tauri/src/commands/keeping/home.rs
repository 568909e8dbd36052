//! The command of the home screen.

use tauri::State;

use crate::{CommandError, state::Shell, views::home::HomeView};

/// Returns the overview of the vault: figures, running and next operations, failures.
#[crate::command]
pub fn home_get(shell: State<'_, Shell>) -> Result<HomeView, CommandError> {
    Ok(shell.app.home().get()?.into())
}
