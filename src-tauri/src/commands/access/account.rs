//! Commands for the signed-in user's own password, second factor, key file and desktop unlock.

use tauri::State;

use crate::{
    CommandError, files,
    state::Shell,
    views::account::{
        AccountChangePasswordRequest, AccountView, ConfirmRequest, KeyFileRequest, TotpChangeRequest,
        TotpConfirmRequest, TotpSetupView,
    },
};

/// Returns the account of the signed-in user.
#[crate::command]
pub fn account_get(shell: State<'_, Shell>) -> Result<AccountView, CommandError> {
    Ok(shell.app.account().get()?.into())
}

/// Changes the caller's password.
#[crate::command]
pub fn account_change_password(
    shell: State<'_, Shell>,
    request: AccountChangePasswordRequest,
) -> Result<AccountView, CommandError> {
    let confirm = ConfirmRequest { password: request.current, key_file: request.key_file };
    shell.app.account().change_password(&files::confirmation(&shell, confirm)?, &request.password)?;
    account_get(shell)
}

/// Makes the secret of a new authenticator. It takes effect only when a code has been confirmed.
#[crate::command]
pub fn account_totp_begin(shell: State<'_, Shell>, request: TotpChangeRequest) -> Result<TotpSetupView, CommandError> {
    let confirm = ConfirmRequest { password: request.password, key_file: request.key_file };
    let setup = shell.app.account().begin_totp(&files::confirmation(&shell, confirm)?, request.code.as_deref())?;
    // EXPOSE: the secret is shown once, so that the user can enter it into an authenticator.
    let secret = files::in_groups(setup.secret.expose());
    let qr_svg = files::picture(&setup.address)?;
    Ok(TotpSetupView { secret, qr_svg, shown: shell.cover(None) })
}

/// Activates the new authenticator with its first code.
#[crate::command]
pub fn account_totp_confirm(shell: State<'_, Shell>, request: TotpConfirmRequest) -> Result<AccountView, CommandError> {
    shell.app.account().confirm_totp(&request.code)?;
    account_get(shell)
}

/// Removes the caller's authenticator.
#[crate::command]
pub fn account_totp_remove(shell: State<'_, Shell>, request: TotpChangeRequest) -> Result<AccountView, CommandError> {
    let confirm = ConfirmRequest { password: request.password, key_file: request.key_file };
    shell.app.account().remove_totp(&files::confirmation(&shell, confirm)?, request.code.as_deref())?;
    account_get(shell)
}

/// Makes a new random key file and requires it from now on.
#[crate::command]
pub fn account_key_file_make(shell: State<'_, Shell>, request: KeyFileRequest) -> Result<AccountView, CommandError> {
    let confirm =
        files::confirmation(&shell, ConfirmRequest { password: request.password, key_file: request.key_file })?;
    let path = shell.path(&request.path)?;
    // ORDER: the file is written to the disk before the vault requires it.
    let content = files::make_key_file(&path)?;
    if let Err(error) = shell.app.account().set_key_file(&confirm, Some(&content)) {
        files::remove_key_file(&path);
        return Err(error.into());
    }
    account_get(shell)
}

/// Stops requiring a key file from the caller.
#[crate::command]
pub fn account_key_file_remove(shell: State<'_, Shell>, request: ConfirmRequest) -> Result<AccountView, CommandError> {
    shell.app.account().set_key_file(&files::confirmation(&shell, request)?, None)?;
    account_get(shell)
}

/// Stores a key in this desktop's key store, so that it can unlock without the password.
#[crate::command]
pub fn account_desktop_enable(shell: State<'_, Shell>, request: ConfirmRequest) -> Result<AccountView, CommandError> {
    shell.app.account().enable_desktop(&files::confirmation(&shell, request)?)?;
    account_get(shell)
}

/// Removes the desktop unlock: no desktop can unlock without the password any more.
#[crate::command]
pub fn account_desktop_forget(shell: State<'_, Shell>) -> Result<AccountView, CommandError> {
    shell.app.account().forget_desktop()?;
    account_get(shell)
}
