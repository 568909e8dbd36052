//! Creating, unlocking and locking.

use std::path::PathBuf;

use app::{CreateVault, SessionDetails, UnlockVault};
use tauri::State;

use crate::{
    CommandError, error,
    preferences::RecentVault,
    state::Shell,
    views::start::{SessionView, VaultCreateRequest, VaultForgetRequest, VaultUnlockRequest},
};

/// Creates a vault and seats its founder.
#[tauri::command(async)]
#[specta::specta]
pub fn vault_create(shell: State<'_, Shell>, request: VaultCreateRequest) -> Result<SessionView, CommandError> {
    let created = shell
        .app
        .vaults()
        .create(&CreateVault {
            folder: PathBuf::from(&request.folder),
            name: request.name,
            user_name: request.user_name,
            password: request.password,
        })
        .map_err(error::at(&request.folder))?;
    Ok(remembered(&shell, created))
}

/// Unlocks a vault.
#[tauri::command(async)]
#[specta::specta]
pub fn vault_unlock(shell: State<'_, Shell>, request: VaultUnlockRequest) -> Result<SessionView, CommandError> {
    let unlocked = shell
        .app
        .vaults()
        .unlock(&UnlockVault {
            folder: PathBuf::from(&request.path),
            user_name: request.user_name,
            password: request.password,
        })
        .map_err(error::at(&request.path))?;
    Ok(remembered(&shell, unlocked))
}

/// Empties the window; the executor works on.
#[tauri::command(async)]
#[specta::specta]
pub fn vault_lock(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.app.vaults().lock();
    Ok(())
}

/// Takes a vault out of the recent ones; its folder stays.
#[tauri::command(async)]
#[specta::specta]
pub fn vault_forget(shell: State<'_, Shell>, request: VaultForgetRequest) -> Result<(), CommandError> {
    shell.preferences.forget(&request.path);
    Ok(())
}

fn remembered(shell: &Shell, session: SessionDetails) -> SessionView {
    let view = SessionView::from(session);
    shell.preferences.remember(RecentVault {
        name: view.vault_name.clone(),
        path: view.vault_path.clone(),
        user_name: view.user_name.clone(),
    });
    view
}
