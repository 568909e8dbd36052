//! Commands for credentials, without their secrets.

use app::domain::CredentialId;
use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        CredentialSort, IdRequest, ListRequest, Noun, Page,
        credential::{CredentialFilter, CredentialRowView, CredentialSaveRequest, CredentialView},
        id,
        operation::OperationRowView,
        rotation::{
            ChainView, CountView, CredentialPauseRequest, CredentialResumeRequest, CredentialRotationView,
            ReconcileRequest,
        },
    },
};

/// Returns one page of credentials.
#[crate::command]
pub fn credential_list(
    shell: State<'_, Shell>,
    request: ListRequest<CredentialFilter, CredentialSort>,
) -> Result<Page<CredentialRowView>, CommandError> {
    Ok(shell.app.credentials().list(&request.try_into()?)?.into())
}

/// Returns one credential with its settings.
#[crate::command]
pub fn credential_get(shell: State<'_, Shell>, request: IdRequest) -> Result<CredentialView, CommandError> {
    view(&shell, id(&request.id, Noun::Credential)?)
}

/// Adds or changes a credential.
#[crate::command]
pub fn credential_save(
    shell: State<'_, Shell>,
    request: CredentialSaveRequest,
) -> Result<CredentialView, CommandError> {
    let saved = shell.app.credentials().save(request.try_into()?)?;
    view(&shell, saved)
}

/// Deletes a credential that nothing refers to.
#[crate::command]
pub fn credential_delete(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.credentials().delete(id(&request.id, Noun::Credential)?)?)
}

/// Returns the reasons why a credential is or is not changed automatically, and the policy that applies.
#[crate::command]
pub fn credential_rotation(
    shell: State<'_, Shell>,
    request: IdRequest,
) -> Result<CredentialRotationView, CommandError> {
    Ok(shell.app.credentials().rotation(id(&request.id, Noun::Credential)?)?.into())
}

/// Returns the whole tree of parents and children that a credential belongs to.
#[crate::command]
pub fn credential_chain(shell: State<'_, Shell>, request: IdRequest) -> Result<ChainView, CommandError> {
    Ok(shell.app.credentials().chain(id(&request.id, Noun::Credential)?)?.into())
}

/// Pauses the automatic changes of credentials.
#[crate::command]
pub fn credential_pause(shell: State<'_, Shell>, request: CredentialPauseRequest) -> Result<CountView, CommandError> {
    let count = shell.app.credentials().pause(&request.selection.try_into()?, &request.reason)?;
    Ok(CountView { count })
}

/// Resumes the automatic changes of credentials.
#[crate::command]
pub fn credential_resume(shell: State<'_, Shell>, request: CredentialResumeRequest) -> Result<CountView, CommandError> {
    let count = shell.app.credentials().resume(&request.selection.try_into()?)?;
    Ok(CountView { count })
}

/// Requests a reconciliation, in which the reconciliation credential sets the password again.
#[crate::command]
pub fn credential_reconcile(
    shell: State<'_, Shell>,
    request: ReconcileRequest,
) -> Result<OperationRowView, CommandError> {
    let credential = id(&request.credential_id, Noun::Credential)?;
    let failed = request.operation_id.map(|text| id(&text, Noun::Operation)).transpose()?;
    Ok(shell.app.credentials().reconcile_listed(credential, failed, request.scheduled_at)?.into())
}

fn view(shell: &Shell, credential: CredentialId) -> Result<CredentialView, CommandError> {
    Ok(shell.app.credentials().in_full(credential)?.into())
}
