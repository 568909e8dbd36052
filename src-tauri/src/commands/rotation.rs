//! What rests, and the zone in which hours are meant.

use tauri::{AppHandle, State};
use tauri_specta::Event;

use crate::{
    CommandError,
    events::RotationChanged,
    state::Shell,
    views::rotation::{RotationPauseRequest, RotationStatusView, TimeZoneRequest},
};

/// How the executor stands.
#[crate::command]
pub fn rotation_status(shell: State<'_, Shell>) -> Result<RotationStatusView, CommandError> {
    Ok(shell.app.operations().status()?.into())
}

/// Lets everything rest.
#[crate::command]
pub fn rotation_pause(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: RotationPauseRequest,
) -> Result<RotationStatusView, CommandError> {
    shell.app.operations().pause_everything(&request.reason)?;
    told(&program, &shell)
}

/// Lets everything go on.
#[crate::command]
pub fn rotation_resume(program: AppHandle, shell: State<'_, Shell>) -> Result<RotationStatusView, CommandError> {
    shell.app.operations().resume_everything()?;
    told(&program, &shell)
}

/// Sets the zone in which hours are meant.
#[crate::command]
pub fn rotation_set_time_zone(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: TimeZoneRequest,
) -> Result<RotationStatusView, CommandError> {
    shell.app.policies().set_time_zone(&request.time_zone)?;
    told(&program, &shell)
}

fn told(program: &AppHandle, shell: &Shell) -> Result<RotationStatusView, CommandError> {
    let status: RotationStatusView = shell.app.operations().status()?.into();
    if let Err(error) = RotationChanged(status.clone()).emit(program) {
        tracing::warn!(%error, "the page could not be told of a pause");
    }
    Ok(status)
}
