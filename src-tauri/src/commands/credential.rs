//! Credentials, without their secrets.

use app::domain::CredentialId;
use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        IdRequest, Noun,
        credential::{CredentialListRequest, CredentialPage, CredentialSaveRequest, CredentialView},
        id,
    },
};

/// One page of credentials.
#[tauri::command(async)]
#[specta::specta]
pub fn credential_list(
    shell: State<'_, Shell>,
    request: CredentialListRequest,
) -> Result<CredentialPage, CommandError> {
    Ok(shell.app.credentials().list(&request.try_into()?)?.into())
}

/// One credential.
#[tauri::command(async)]
#[specta::specta]
pub fn credential_get(shell: State<'_, Shell>, request: IdRequest) -> Result<CredentialView, CommandError> {
    view(&shell, id(&request.id, Noun::Credential)?)
}

/// Enters or changes a credential.
#[tauri::command(async)]
#[specta::specta]
pub fn credential_save(
    shell: State<'_, Shell>,
    request: CredentialSaveRequest,
) -> Result<CredentialView, CommandError> {
    let saved = shell.app.credentials().save(request.try_into()?)?;
    view(&shell, saved)
}

/// Deletes a credential that nothing refers to.
#[tauri::command(async)]
#[specta::specta]
pub fn credential_delete(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.credentials().delete(id(&request.id, Noun::Credential)?)?)
}

fn view(shell: &Shell, credential: CredentialId) -> Result<CredentialView, CommandError> {
    let (row, access_label) = shell.app.credentials().get(credential)?;
    Ok(CredentialView::new(row, access_label))
}
