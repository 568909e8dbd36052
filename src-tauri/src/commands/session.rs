//! Signing in, locking, signing out.

use app::{LockReason, UnlockVault, domain::UserId};
use tauri::State;

use crate::{
    CommandError, error, files,
    state::Shell,
    views::{
        Noun, id,
        session::{
            ExecutorView, LockedView, NamedView, RecoveryOpenRequest, RecoveryOpenedView, RecoverySetPasswordRequest,
            SessionCodeRequest, SessionSetPasswordRequest, SessionView, VaultUnlockRequest, VaultUserRequest,
            WarningDismissRequest,
        },
    },
};

/// Unlocks a vault; also at a locked window, by anybody.
#[crate::command]
pub fn vault_unlock(shell: State<'_, Shell>, request: VaultUnlockRequest) -> Result<SessionView, CommandError> {
    let unlocked = shell
        .app
        .sessions()
        .unlock(&UnlockVault {
            folder: shell.path(&request.path)?,
            user_name: request.user_name,
            password: request.password,
            key_file: files::read_key_file(&shell, request.key_file.as_deref())?,
        })
        .map_err(error::at(&request.path))?;
    Ok(shell.remember(unlocked))
}

/// Unlocks with the key that this desktop's key store keeps.
#[crate::command]
pub fn vault_unlock_desktop(shell: State<'_, Shell>, request: VaultUserRequest) -> Result<SessionView, CommandError> {
    let unlocked = shell.app.sessions().unlock_with_desktop(&shell.path(&request.path)?, &request.user_name);
    Ok(shell.remember(unlocked.map_err(error::at(&request.path))?))
}

/// The second step of a sign-in, after `codeNeeded`: the code of the authenticator.
#[crate::command]
pub fn session_enter_code(shell: State<'_, Shell>, request: SessionCodeRequest) -> Result<SessionView, CommandError> {
    Ok(shell.remember(shell.app.sessions().enter_code(&request.code)?))
}

/// Lets go of who owed a code.
#[crate::command]
pub fn session_leave_code(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.app.sessions().leave_code();
    Ok(())
}

/// Empties the window; the executor works on unless a parameter says otherwise.
#[crate::command]
pub fn vault_lock(shell: State<'_, Shell>) -> Result<LockedView, CommandError> {
    let locked = shell.app.sessions().lock(LockReason::Person);
    locked.map(LockedView::from).ok_or(CommandError::Locked)
}

/// Drops every key and parks the queue. Answers when it is done; events tell what it waits for.
#[crate::command]
pub fn session_sign_out(shell: State<'_, Shell>) -> Result<(), CommandError> {
    Ok(shell.app.sessions().sign_out()?)
}

/// Who sits here now.
#[crate::command]
pub fn session_get(shell: State<'_, Shell>) -> Result<SessionView, CommandError> {
    shell.app.sessions().get().map(SessionView::from).ok_or(CommandError::Locked)
}

/// The new password of who must choose one.
#[crate::command]
pub fn session_set_password(
    shell: State<'_, Shell>,
    request: SessionSetPasswordRequest,
) -> Result<SessionView, CommandError> {
    Ok(shell.app.sessions().set_password(&request.password)?.into())
}

/// Somebody moved or typed.
#[crate::command]
pub fn session_activity(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.app.sessions().touch();
    Ok(())
}

/// What the executor does. Allowed at a locked window.
#[crate::command]
pub fn executor_get(shell: State<'_, Shell>) -> Result<ExecutorView, CommandError> {
    Ok(shell.app.sessions().executor()?.into())
}

/// Takes one warning off the session, for good. Only an Administrator does that for a vault that was set back, with a
/// reason.
#[crate::command]
pub fn warning_dismiss(shell: State<'_, Shell>, request: WarningDismissRequest) -> Result<SessionView, CommandError> {
    Ok(shell.app.sessions().dismiss(request.kind, request.reason.as_deref())?.into())
}

/// Opens with the recovery kit's words; nobody is seated yet.
#[crate::command]
pub fn recovery_open(
    shell: State<'_, Shell>,
    request: RecoveryOpenRequest,
) -> Result<RecoveryOpenedView, CommandError> {
    let opened = shell.app.recovery().open(&shell.path(&request.path)?, &request.words);
    let opened = opened.map_err(error::at(&request.path))?;
    let named = |(id, name): (UserId, String)| NamedView { id: id.to_string(), name };
    Ok(RecoveryOpenedView {
        vault_name: opened.vault_name,
        administrators: opened.administrators.into_iter().map(named).collect(),
        lock_after_minutes: opened.lock_after_minutes,
    })
}

/// The new password of the chosen Administrator; seats them.
#[crate::command]
pub fn recovery_set_password(
    shell: State<'_, Shell>,
    request: RecoverySetPasswordRequest,
) -> Result<SessionView, CommandError> {
    let user = id(&request.user_id, Noun::User)?;
    Ok(shell.remember(shell.app.recovery().set_password(user, &request.password)?))
}

/// Lets go of what the recovery kit opened.
#[crate::command]
pub fn recovery_leave(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.app.recovery().leave();
    Ok(())
}
