//! Commands for policies, which decide which credentials are changed automatically, and when.

use app::domain::PolicyId;
use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        IdRequest, ListRequest, Noun, Page, PolicySort, id,
        policy::{PolicyFilter, PolicyPauseRequest, PolicyPreviewView, PolicyRowView, PolicySaveRequest, PolicyView},
    },
};

/// Returns one page of policies.
#[crate::command]
pub fn policy_list(
    shell: State<'_, Shell>,
    request: ListRequest<PolicyFilter, PolicySort>,
) -> Result<Page<PolicyRowView>, CommandError> {
    Ok(shell.app.policies().list(&request.try_into()?)?.into())
}

/// Returns one policy with its settings.
#[crate::command]
pub fn policy_get(shell: State<'_, Shell>, request: IdRequest) -> Result<PolicyView, CommandError> {
    view(&shell, id(&request.id, Noun::Policy)?)
}

/// Returns the effect that saving a policy would have. Stores nothing.
#[crate::command]
pub fn policy_preview(shell: State<'_, Shell>, request: PolicySaveRequest) -> Result<PolicyPreviewView, CommandError> {
    Ok(shell.app.policies().preview(&request.try_into()?)?.into())
}

/// Adds or changes a policy.
#[crate::command]
pub fn policy_save(shell: State<'_, Shell>, request: PolicySaveRequest) -> Result<PolicyView, CommandError> {
    let saved = shell.app.policies().save(&request.try_into()?)?;
    view(&shell, saved)
}

/// Deletes a policy from the vault.
#[crate::command]
pub fn policy_delete(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.policies().delete(id(&request.id, Noun::Policy)?)?)
}

/// Pauses a policy.
#[crate::command]
pub fn policy_pause(shell: State<'_, Shell>, request: PolicyPauseRequest) -> Result<PolicyView, CommandError> {
    let policy = id(&request.id, Noun::Policy)?;
    shell.app.policies().pause(policy, &request.reason)?;
    view(&shell, policy)
}

/// Resumes a paused policy.
#[crate::command]
pub fn policy_resume(shell: State<'_, Shell>, request: IdRequest) -> Result<PolicyView, CommandError> {
    let policy = id(&request.id, Noun::Policy)?;
    shell.app.policies().resume(policy)?;
    view(&shell, policy)
}

fn view(shell: &Shell, policy: PolicyId) -> Result<PolicyView, CommandError> {
    let (row, paused_by) = shell.app.policies().get(policy)?;
    Ok(PolicyView::new(row, paused_by))
}
