//! Commands for creating and forgetting vaults, and for the settings of the open one.

use std::time::Duration;

use app::{CreateVault, KdfParameters};
use tauri::State;

use crate::{
    CommandError, error, files,
    state::Shell,
    views::{
        account::ConfirmRequest,
        session::SessionView,
        start::{VaultCreateRequest, VaultForgetRequest},
        time,
        vault::{
            CalibrateRequest, KeyParametersSaveRequest, KeyParametersView, RecoveryCheckRequest, RecoveryKitView,
            RecoveryMakeRequest, VaultView,
        },
    },
};

/// Creates a vault and signs its founder in.
#[crate::command]
pub fn vault_create(shell: State<'_, Shell>, request: VaultCreateRequest) -> Result<SessionView, CommandError> {
    let created = shell
        .app
        .vaults()
        .create(&CreateVault {
            folder: shell.path(&request.folder)?,
            name: request.name,
            user_name: request.user_name,
            password: request.password,
        })
        .map_err(error::at(&request.folder))?;
    Ok(shell.remember(created))
}

/// Removes a vault from the recent ones. Its folder is not deleted.
#[crate::command]
pub fn vault_forget(shell: State<'_, Shell>, request: VaultForgetRequest) -> Result<(), CommandError> {
    shell.preferences.forget(&request.path);
    Ok(())
}

/// Returns the settings of the open vault.
#[crate::command]
pub fn vault_get(shell: State<'_, Shell>) -> Result<VaultView, CommandError> {
    Ok(shell.app.vault_settings().get()?.into())
}

/// Replaces the vault's keys and encrypts everything again.
#[crate::command]
pub fn vault_rekey(shell: State<'_, Shell>, request: ConfirmRequest) -> Result<VaultView, CommandError> {
    shell.app.vault_settings().rekey(&files::confirmation(&shell, request)?)?;
    vault_get(shell)
}

/// Measures this machine and proposes key-derivation parameters. Stores nothing.
#[crate::command]
pub fn key_parameters_calibrate(
    shell: State<'_, Shell>,
    request: CalibrateRequest,
) -> Result<KeyParametersView, CommandError> {
    let target = Duration::from_millis(u64::from(request.target_milliseconds));
    Ok(shell.app.vault_settings().calibrate(target)?.into())
}

/// Sets the key-derivation parameters. The caller's key slot is updated at once.
#[crate::command]
pub fn key_parameters_save(
    shell: State<'_, Shell>,
    request: KeyParametersSaveRequest,
) -> Result<VaultView, CommandError> {
    let cost = KdfParameters {
        memory_kib: request.memory_mebibytes.saturating_mul(1024),
        iterations: request.passes,
        parallelism: request.lanes,
    };
    let confirm = ConfirmRequest { password: request.password, key_file: request.key_file };
    shell.app.vault_settings().save_key_cost(cost, &files::confirmation(&shell, confirm)?)?;
    vault_get(shell)
}

/// Makes or replaces the recovery kit. Its words are not stored.
#[crate::command]
pub fn recovery_make(shell: State<'_, Shell>, request: RecoveryMakeRequest) -> Result<RecoveryKitView, CommandError> {
    let key_file = request.key_file;
    let confirm = request.password.map(|password| files::confirmation(&shell, ConfirmRequest { password, key_file }));
    let kit = shell.app.recovery().make(confirm.transpose()?.as_ref())?;
    let qr_svg = files::picture(&kit.text)?;
    Ok(RecoveryKitView {
        vault_name: kit.vault_name,
        vault_path: kit.vault_folder.to_string_lossy().into_owned(),
        made_at: time(kit.made_at),
        // EXPOSE: the words are shown once, so that the user can print them.
        words: kit.words.expose().split_whitespace().map(str::to_owned).collect(),
        qr_svg,
        asked: kit.asked.to_vec(),
        shown: shell.cover(None),
    })
}

/// Checks the words of the recovery kit that the user typed.
#[crate::command]
pub fn recovery_check(shell: State<'_, Shell>, request: RecoveryCheckRequest) -> Result<VaultView, CommandError> {
    let words: Vec<_> = request.words.into_iter().map(|word| (word.position, word.word)).collect();
    shell.app.recovery().check(&words)?;
    vault_get(shell)
}
