//! Commands for signing in, locking, signing out and recovery.

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

/// Unlocks a vault with a password. At a locked window, any user of the vault may unlock it.
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

/// Unlocks a vault with the key from this desktop's key store.
#[crate::command]
pub fn vault_unlock_desktop(shell: State<'_, Shell>, request: VaultUserRequest) -> Result<SessionView, CommandError> {
    let unlocked = shell.app.sessions().unlock_with_desktop(&shell.path(&request.path)?, &request.user_name);
    Ok(shell.remember(unlocked.map_err(error::at(&request.path))?))
}

/// Takes the second step of a sign-in, after `codeNeeded`: the code of the authenticator.
#[crate::command]
pub fn session_enter_code(shell: State<'_, Shell>, request: SessionCodeRequest) -> Result<SessionView, CommandError> {
    Ok(shell.remember(shell.app.sessions().enter_code(&request.code)?))
}

/// Cancels a sign-in that waits for a code.
#[crate::command]
pub fn session_leave_code(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.app.sessions().leave_code();
    Ok(())
}

/// Locks the window. The executor goes on working unless a parameter says otherwise.
#[crate::command]
pub fn vault_lock(shell: State<'_, Shell>) -> Result<LockedView, CommandError> {
    let locked = shell.app.sessions().lock(LockReason::Person);
    locked.map(LockedView::from).ok_or(CommandError::Locked)
}

/// Signs out: drops every key and parks the queue. Returns when this is done; meanwhile events name the operations that
/// it waits for.
#[crate::command]
pub fn session_sign_out(shell: State<'_, Shell>) -> Result<(), CommandError> {
    Ok(shell.app.sessions().sign_out()?)
}

/// Returns the session of the signed-in user.
#[crate::command]
pub fn session_get(shell: State<'_, Shell>) -> Result<SessionView, CommandError> {
    shell.app.sessions().get().map(SessionView::from).ok_or(CommandError::Locked)
}

/// Sets the password of a user who must choose one.
#[crate::command]
pub fn session_set_password(
    shell: State<'_, Shell>,
    request: SessionSetPasswordRequest,
) -> Result<SessionView, CommandError> {
    Ok(shell.app.sessions().set_password(&request.password)?.into())
}

/// Reports user activity, which restarts the idle time.
#[crate::command]
pub fn session_activity(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.app.sessions().touch();
    Ok(())
}

/// Returns the status of the executor. Allowed while the window is locked.
#[crate::command]
pub fn executor_get(shell: State<'_, Shell>) -> Result<ExecutorView, CommandError> {
    Ok(shell.app.sessions().executor()?.into())
}

/// Dismisses one warning for good. The warning that a vault was set back to an older state can be dismissed only by an
/// Administrator, and with a reason.
#[crate::command]
pub fn warning_dismiss(shell: State<'_, Shell>, request: WarningDismissRequest) -> Result<SessionView, CommandError> {
    Ok(shell.app.sessions().dismiss(request.kind, request.reason.as_deref())?.into())
}

/// Opens a vault with the words of its recovery kit. Nobody is signed in by this.
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

/// Sets the new password of the chosen Administrator and signs that Administrator in.
#[crate::command]
pub fn recovery_set_password(
    shell: State<'_, Shell>,
    request: RecoverySetPasswordRequest,
) -> Result<SessionView, CommandError> {
    let user = id(&request.user_id, Noun::User)?;
    Ok(shell.remember(shell.app.recovery().set_password(user, &request.password)?))
}

/// Closes the vault that the recovery kit opened.
#[crate::command]
pub fn recovery_leave(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.app.recovery().leave();
    Ok(())
}
