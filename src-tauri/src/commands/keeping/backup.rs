//! Commands for backups, damaged vaults, integrity checks, and canceling long tasks.

use tauri::State;

use crate::{
    CommandError, error,
    preferences::RecentVault,
    state::Shell,
    views::{
        start::RecentVaultView,
        vault::{
            BackupMakeRequest, BackupPathRequest, BackupRestoreRequest, BackupView, DamageView, DrillView,
            IntegrityView, TaskRequest, VaultCopyRequest, VaultPathRequest,
        },
    },
};

/// Returns every backup in the vault's backup folder, newest first.
#[crate::command]
pub fn backup_list(shell: State<'_, Shell>) -> Result<Vec<BackupView>, CommandError> {
    Ok(shell.app.backups().list()?.into_iter().map(BackupView::from).collect())
}

/// Makes a backup in the named folder, or in the vault's own backup folder.
#[crate::command]
pub fn backup_make(shell: State<'_, Shell>, request: BackupMakeRequest) -> Result<BackupView, CommandError> {
    let folder = request.folder.map(|folder| shell.path(&folder)).transpose()?;
    Ok(shell.app.backups().make(folder.as_deref())?.into())
}

/// Opens a backup and checks everything in it. Changes nothing.
#[crate::command]
pub fn backup_drill(shell: State<'_, Shell>, request: BackupPathRequest) -> Result<DrillView, CommandError> {
    Ok(shell.app.backups().drill(&shell.path(&request.path)?)?.into())
}

/// Makes a new vault from a backup. Never overwrites an existing vault. Works also without a session.
#[crate::command]
pub fn backup_restore(shell: State<'_, Shell>, request: BackupRestoreRequest) -> Result<RecentVaultView, CommandError> {
    let folder = shell.path(&request.folder)?;
    let restored = shell.app.backups().restore(&shell.path(&request.path)?, &folder, &request.name);
    let restored = restored.map_err(error::at(&request.folder))?;
    let recent = RecentVault {
        name: request.name.trim().to_owned(),
        path: restored.to_string_lossy().into_owned(),
        user_name: String::new(),
    };
    shell.preferences.remember(recent.clone());
    Ok(recent.into())
}

/// Writes a complete copy of the open vault, even while the vault's own files are missing.
#[crate::command]
pub fn vault_save_copy(shell: State<'_, Shell>, request: VaultCopyRequest) -> Result<RecentVaultView, CommandError> {
    let saved = shell.app.vaults().save_copy(&shell.path(&request.folder)?)?;
    let name = saved.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let recent = RecentVault { name, path: saved.to_string_lossy().into_owned(), user_name: String::new() };
    shell.preferences.remember(recent.clone());
    Ok(recent.into())
}

/// Returns the known facts about a damaged vault, with its good backups, newest first.
#[crate::command]
pub fn vault_damage(shell: State<'_, Shell>, request: VaultPathRequest) -> Result<DamageView, CommandError> {
    let known = shell.app.backups().damage(&shell.path(&request.path)?);
    Ok(known.map_err(error::at(&request.path))?.into())
}

/// Checks every page of the open vault.
#[crate::command]
pub fn integrity_run(shell: State<'_, Shell>) -> Result<IntegrityView, CommandError> {
    Ok(shell.app.backups().check()?.into())
}

/// Asks a running task to stop. Returns at once.
#[crate::command]
pub fn task_cancel(shell: State<'_, Shell>, request: TaskRequest) -> Result<(), CommandError> {
    shell.app.cancel(request.task);
    Ok(())
}
