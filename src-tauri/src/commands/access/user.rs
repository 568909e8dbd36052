//! Commands for the users of a vault.

use app::domain::{Role, UserId};
use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        IdRequest, ListRequest, Noun, Page, UserSort, id,
        user::{OneTimePasswordView, UserAddRequest, UserFilter, UserSaveRequest, UserView},
    },
};

/// Returns one page of users.
#[crate::command]
pub fn user_list(
    shell: State<'_, Shell>,
    request: ListRequest<UserFilter, UserSort>,
) -> Result<Page<UserView>, CommandError> {
    Ok(shell.app.users().list(&request.try_into()?)?.into())
}

/// Returns one user of the vault.
#[crate::command]
pub fn user_get(shell: State<'_, Shell>, request: IdRequest) -> Result<UserView, CommandError> {
    Ok(shell.app.users().get(user(&request)?)?.into())
}

/// Adds a user. The one-time password is in this answer only.
#[crate::command]
pub fn user_add(shell: State<'_, Shell>, request: UserAddRequest) -> Result<OneTimePasswordView, CommandError> {
    let added = shell.app.users().add(&request.name, &roles(request.roles))?;
    Ok(OneTimePasswordView::of(added, shell.cover(None)))
}

/// Changes a user's name and roles.
#[crate::command]
pub fn user_save(shell: State<'_, Shell>, request: UserSaveRequest) -> Result<UserView, CommandError> {
    let user = id(&request.id, Noun::User)?;
    Ok(shell.app.users().save(user, &request.name, &roles(request.roles))?.into())
}

/// Makes a new one-time password for a user. The old password stops working.
#[crate::command]
pub fn user_reset_password(shell: State<'_, Shell>, request: IdRequest) -> Result<OneTimePasswordView, CommandError> {
    let reset = shell.app.users().reset_password(user(&request)?)?;
    Ok(OneTimePasswordView::of(reset, shell.cover(None)))
}

/// Disables a user, who can no longer sign in.
#[crate::command]
pub fn user_disable(shell: State<'_, Shell>, request: IdRequest) -> Result<UserView, CommandError> {
    Ok(shell.app.users().disable(user(&request)?)?.into())
}

/// Enables a disabled user again.
#[crate::command]
pub fn user_enable(shell: State<'_, Shell>, request: IdRequest) -> Result<UserView, CommandError> {
    Ok(shell.app.users().enable(user(&request)?)?.into())
}

/// Removes a user for good.
#[crate::command]
pub fn user_remove(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.users().remove(user(&request)?)?)
}

fn user(request: &IdRequest) -> Result<UserId, CommandError> {
    id(&request.id, Noun::User)
}

fn roles(roles: Vec<crate::views::Role>) -> Vec<Role> {
    roles.into_iter().collect()
}
