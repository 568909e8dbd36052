//! Commands that give out a password: to be shown, or to the clipboard. Each access is audited before it happens.

use std::time::Duration;

use app::Revealed;
use tauri::State;

use crate::{
    CommandError, error,
    state::Shell,
    views::{
        IdRequest, Noun, id,
        secret::{
            SecretCopiedView, SecretHiddenRequest, SecretRevealRequest, SecretVersionRevealRequest, SecretVersionView,
            SecretView,
        },
    },
};

/// Returns the current password, to be shown.
#[crate::command]
pub fn secret_reveal(shell: State<'_, Shell>, request: SecretRevealRequest) -> Result<SecretView, CommandError> {
    let credential = id(&request.id, Noun::Credential)?;
    Ok(shown(&shell, shell.app.secrets().reveal(credential, &request.reveal_request())?))
}

/// Copies the current password to the clipboard. It does not enter the page.
#[crate::command]
pub fn secret_copy(shell: State<'_, Shell>, request: SecretRevealRequest) -> Result<SecretCopiedView, CommandError> {
    let credential = id(&request.id, Noun::Credential)?;
    copy(&shell, shell.app.secrets().copy(credential, &request.reveal_request())?)
}

/// Returns every version of a credential's secrets, newest first, without the values.
#[crate::command]
pub fn secret_history(shell: State<'_, Shell>, request: IdRequest) -> Result<Vec<SecretVersionView>, CommandError> {
    let history = shell.app.secrets().history(id(&request.id, Noun::Credential)?)?;
    Ok(history.into_iter().map(SecretVersionView::from).collect())
}

/// Returns one version of a secret, to be shown.
#[crate::command]
pub fn secret_version_reveal(
    shell: State<'_, Shell>,
    request: SecretVersionRevealRequest,
) -> Result<SecretView, CommandError> {
    let credential = id(&request.credential_id, Noun::Credential)?;
    let version = id(&request.version_id, Noun::SecretVersion)?;
    Ok(shown(&shell, shell.app.secrets().reveal_version(credential, version, &request.reveal_request())?))
}

/// Takes note that the page has hidden a password, so that the window can be uncovered.
#[crate::command]
pub fn secret_hidden(shell: State<'_, Shell>, request: SecretHiddenRequest) -> Result<(), CommandError> {
    shell.screen.hidden(request.shown);
    Ok(())
}

/// Copies one version of a secret to the clipboard. It does not enter the page.
#[crate::command]
pub fn secret_version_copy(
    shell: State<'_, Shell>,
    request: SecretVersionRevealRequest,
) -> Result<SecretCopiedView, CommandError> {
    let credential = id(&request.credential_id, Noun::Credential)?;
    let version = id(&request.version_id, Noun::SecretVersion)?;
    copy(&shell, shell.app.secrets().copy_version(credential, version, &request.reveal_request())?)
}

/// Covers the window before the password is returned.
fn shown(shell: &Shell, revealed: Revealed) -> SecretView {
    let shown_for = Duration::from_secs(u64::from(revealed.hide_after_seconds));
    SecretView::of(revealed, shell.cover(Some(shown_for)))
}

fn copy(shell: &Shell, revealed: Revealed) -> Result<SecretCopiedView, CommandError> {
    let after = revealed.clear_after_seconds;
    shell
        .clipboard
        .copy(revealed.password, Duration::from_secs(u64::from(after)))
        .map_err(|error| error::internal(&error))?;
    Ok(SecretCopiedView { clears_after_seconds: after })
}
