//! Who may decide.

use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        approvers::{ApproversSaveRequest, ApproversView, EmergencySwitchRequest},
        request_details::RequestView,
    },
};

/// Everything that is settled about approvals.
#[crate::command]
pub fn approvers_get(shell: State<'_, Shell>) -> Result<ApproversView, CommandError> {
    Ok(shell.app.approvers().get()?.into())
}

/// Signs and saves who decides, and how.
#[crate::command]
pub fn approvers_save(shell: State<'_, Shell>, request: ApproversSaveRequest) -> Result<ApproversView, CommandError> {
    shell.app.approvers().save(&request.try_into()?)?;
    Ok(shell.app.approvers().get()?.into())
}

/// Asks for urgent requests to be applied without approvals, or takes that back at once (null).
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
