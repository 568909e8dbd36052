//! The one way a password leaves: to be shown, or to the clipboard. Each is audited before it happens.

use tauri::State;

use crate::{
    CommandError,
    clipboard::CLEARED_AFTER,
    state::Shell,
    views::{
        IdRequest, Noun, id,
        secret::{SecretCopiedView, SecretView},
        time,
    },
};

/// How long the page shows a password, in seconds.
const SHOWN_FOR: u32 = 30;

/// The current password, to be shown.
#[tauri::command(async)]
#[specta::specta]
pub fn secret_reveal(shell: State<'_, Shell>, request: IdRequest) -> Result<SecretView, CommandError> {
    let revealed = shell.app.secrets().reveal(id(&request.id, Noun::Credential)?)?;
    Ok(SecretView {
        // EXPOSE: the user asked to see it.
        password: revealed.password.expose().to_owned(),
        doubtful: revealed.doubtful,
        changed_at: time(revealed.changed_at),
        hide_after_seconds: SHOWN_FOR,
    })
}

/// The current password, to the clipboard; it does not enter the page.
#[tauri::command(async)]
#[specta::specta]
pub fn secret_copy(shell: State<'_, Shell>, request: IdRequest) -> Result<SecretCopiedView, CommandError> {
    let revealed = shell.app.secrets().copy(id(&request.id, Noun::Credential)?)?;
    shell.clipboard.lend(revealed.password).map_err(|error| {
        tracing::error!(%error, "the clipboard refused");
        CommandError::Internal
    })?;
    Ok(SecretCopiedView { clears_after_seconds: CLEARED_AFTER.as_secs() as u32 })
}
