//! Everything at a glance.

use tauri::State;

use crate::{CommandError, state::Shell, views::home::HomeView};

/// Everything at a glance.
#[crate::command]
pub fn home_get(shell: State<'_, Shell>) -> Result<HomeView, CommandError> {
    Ok(shell.app.home().get()?.into())
}
