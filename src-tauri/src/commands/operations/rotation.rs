//! Commands for the pause of all automatic changes, and for the vault's time zone.

use tauri::{AppHandle, State};
use tauri_specta::Event;

use crate::{
    CommandError,
    events::RotationChanged,
    state::Shell,
    views::rotation::{RotationPauseRequest, RotationStatusView, TimeZoneRequest},
};

/// Returns the status of automatic changes: the pause, the running operations, and the time zone.
#[crate::command]
pub fn rotation_status(shell: State<'_, Shell>) -> Result<RotationStatusView, CommandError> {
    Ok(shell.app.operations().status()?.into())
}

/// Pauses all automatic changes.
#[crate::command]
pub fn rotation_pause(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: RotationPauseRequest,
) -> Result<RotationStatusView, CommandError> {
    shell.app.operations().pause_everything(&request.reason)?;
    emit_status(&program, &shell)
}

/// Ends the pause of all automatic changes.
#[crate::command]
pub fn rotation_resume(program: AppHandle, shell: State<'_, Shell>) -> Result<RotationStatusView, CommandError> {
    shell.app.operations().resume_everything()?;
    emit_status(&program, &shell)
}

/// Sets the time zone of the hours in policies.
#[crate::command]
pub fn rotation_set_time_zone(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: TimeZoneRequest,
) -> Result<RotationStatusView, CommandError> {
    shell.app.policies().set_time_zone(&request.time_zone)?;
    emit_status(&program, &shell)
}

fn emit_status(program: &AppHandle, shell: &Shell) -> Result<RotationStatusView, CommandError> {
    let status: RotationStatusView = shell.app.operations().status()?.into();
    if let Err(error) = RotationChanged(status.clone()).emit(program) {
        tracing::warn!(%error, "the page could not be told of a pause");
    }
    Ok(status)
}
