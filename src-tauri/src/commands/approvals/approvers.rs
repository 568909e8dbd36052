//! Commands for the approvers and the rules of approval.

use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        approvers::{ApproversSaveRequest, ApproversView, EmergencySwitchRequest},
        request_details::RequestView,
    },
};

/// Returns the approvers and the rules of approval.
#[crate::command]
pub fn approvers_get(shell: State<'_, Shell>) -> Result<ApproversView, CommandError> {
    Ok(shell.app.approvers().get()?.into())
}

/// Signs and saves the approvers and the rules of approval.
#[crate::command]
pub fn approvers_save(shell: State<'_, Shell>, request: ApproversSaveRequest) -> Result<ApproversView, CommandError> {
    shell.app.approvers().save(&request.try_into()?)?;
    Ok(shell.app.approvers().get()?.into())
}

/// Allows or forbids applying urgent requests without approvals. To allow it makes a request, which is returned; to
/// forbid it takes effect at once, and null is returned.
#[crate::command]
pub fn emergency_switch(
    shell: State<'_, Shell>,
    request: EmergencySwitchRequest,
) -> Result<Option<RequestView>, CommandError> {
    match shell.app.approvers().switch_emergency(request.allowed, &request.reason)? {
        Some(asked) => Ok(Some(shell.app.requests().get(asked)?.into())),
        None => Ok(None),
    }
}
