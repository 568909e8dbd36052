//! Commands of the first screen: recent vaults, preferences, system dialogues, and the strength of a password.

use std::path::Path;

use app::KeyOwner;
use tauri::{AppHandle, Manager, State, WebviewWindow};
use tauri_plugin_dialog::DialogExt;

use crate::{
    CommandError,
    preferences::RecentVault,
    state::Shell,
    views::{
        session::{LockedView, SessionView},
        start::{
            FolderPickRequest, FolderPurpose, PasswordStrengthRequest, PasswordStrengthView, PreferencesRequest,
            RecentVaultView, StartView,
        },
        vault::{FilePickRequest, FilePurpose, FolderCheckRequest, FolderCheckView},
    },
};

/// Returns the data of the first screen.
#[crate::command]
pub fn app_start(program: AppHandle, shell: State<'_, Shell>) -> Result<StartView, CommandError> {
    let folder = program.path().document_dir().or_else(|_| program.path().home_dir());
    let (session, locked) = shell.app.sessions().at_start();
    let recent = shell.preferences.recent_vaults();
    let holds_key = |vault: &RecentVault| {
        let owner = KeyOwner { folder: Path::new(&vault.path), user_name: &vault.user_name };
        shell.desktop.is_said_to_hold_key(owner)
    };
    Ok(StartView {
        version: program.package_info().version.to_string(),
        desktop_keys: recent.iter().map(holds_key).collect(),
        recent_vaults: recent.into_iter().map(RecentVaultView::from).collect(),
        suggested_folder: folder.map(|folder| shell.paths.allow(folder)).unwrap_or_default(),
        theme: shell.preferences.theme(),
        language: shell.preferences.language(),
        session: session.map(SessionView::from),
        locked: locked.map(LockedView::from),
    })
}

/// Remembers theme and language.
#[crate::command]
pub fn preferences_save(shell: State<'_, Shell>, request: PreferencesRequest) -> Result<(), CommandError> {
    shell.preferences.save(request.theme, request.language);
    Ok(())
}

/// Shows the window, because the page has loaded its style and code. Must be called before the first paint, because a
/// hidden window is never painted.
#[crate::command]
pub fn window_ready(window: WebviewWindow) -> Result<(), CommandError> {
    if let Err(error) = window.show().and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window could not be raised");
    }
    Ok(())
}

/// Logs how long the start took, because the page has painted.
#[crate::command]
pub fn window_painted(shell: State<'_, Shell>) -> Result<(), CommandError> {
    let milliseconds = u64::try_from(shell.started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(milliseconds, "window painted");
    Ok(())
}

/// Opens the system's folder dialogue. Returns null if it was dismissed.
#[crate::command]
pub fn folder_pick(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: FolderPickRequest,
) -> Result<Option<String>, CommandError> {
    let dialogue = program.dialog().file();
    let dialogue = match request.purpose {
        FolderPurpose::CreateVault => dialogue.set_can_create_directories(true),
        FolderPurpose::OpenVault => dialogue.set_can_create_directories(false),
    };
    let picked = dialogue.blocking_pick_folder().and_then(|folder| folder.into_path().ok());
    Ok(picked.map(|folder| shell.paths.allow(folder)))
}

/// Checks a folder: returns the cloud client that synchronises it, and whether a vault can be created in it.
#[crate::command]
pub fn folder_check(shell: State<'_, Shell>, request: FolderCheckRequest) -> Result<FolderCheckView, CommandError> {
    let folder = shell.path(&request.folder)?;
    let service = app::synced_folder(&folder);
    let writable = folder.metadata().is_ok_and(|facts| facts.is_dir() && !facts.permissions().readonly());
    Ok(FolderCheckView { service, writable })
}

/// Opens the system's file dialogue. Returns null if it was dismissed.
#[crate::command]
pub fn file_pick(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: FilePickRequest,
) -> Result<Option<String>, CommandError> {
    let dialogue = program.dialog().file();
    let picked = match request.purpose {
        FilePurpose::KeyFile => dialogue.blocking_pick_file(),
        FilePurpose::SaveKeyFile => dialogue.set_file_name("chaveiro.key").blocking_save_file(),
        FilePurpose::Backup => dialogue.add_filter("Chaveiro", &["chaveiro-backup"]).blocking_pick_file(),
    };
    let picked = picked.and_then(|file| file.into_path().ok());
    Ok(picked.map(|file| shell.paths.allow(file)))
}

/// Estimates how well a password resists guessing.
#[crate::command]
pub fn password_strength(request: PasswordStrengthRequest) -> Result<PasswordStrengthView, CommandError> {
    let known: Vec<&str> = request.user_inputs.iter().map(String::as_str).collect();
    Ok(app::guess(&request.password, &known).into())
}
