//! Commands for requests that need approval: the inbox, the decision, and the report.

use std::{
    io::{BufWriter, Write},
    path::PathBuf,
};

use app::{AppError, domain::RequestId, private_file::Replacement};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;

use crate::{
    CommandError,
    state::Shell,
    views::{
        IdRequest, ListRequest, Noun, Page, RequestSort, id,
        request::{
            EmergencyRequest, RequestExportRequest, RequestFilter, RequestRepeatRequest, RequestRowView,
            RequestTasksRequest, TaskPage, WaitingView,
        },
        request_details::{RequestDecideRequest, RequestView},
        task::window,
    },
};

/// Returns the requests that wait for the signed-in user.
#[crate::command]
pub fn request_waiting(shell: State<'_, Shell>) -> Result<WaitingView, CommandError> {
    Ok(shell.app.requests().waiting_in_full()?.into())
}

/// Returns one page of requests.
#[crate::command]
pub fn request_list(
    shell: State<'_, Shell>,
    request: ListRequest<RequestFilter, RequestSort>,
) -> Result<Page<RequestRowView>, CommandError> {
    let (scope, query) = request.scoped()?;
    Ok(shell.app.requests().list(scope, &query)?.into())
}

/// Returns a request with its decisions. Verifies every signature now.
#[crate::command]
pub fn request_get(shell: State<'_, Shell>, request: IdRequest) -> Result<RequestView, CommandError> {
    view(&shell, id(&request.id, Noun::Request)?)
}

/// Returns one page of the exact changes (From → To), read from the signed content.
#[crate::command]
pub fn request_tasks(shell: State<'_, Shell>, request: RequestTasksRequest) -> Result<TaskPage, CommandError> {
    let window = window(request.text, request.group, request.cursor, request.limit)?;
    Ok(shell.app.requests().tasks(id(&request.id, Noun::Request)?, &window)?.into())
}

/// Approves or rejects exactly what was shown.
#[crate::command]
pub fn request_decide(shell: State<'_, Shell>, request: RequestDecideRequest) -> Result<RequestView, CommandError> {
    let decided = id(&request.id, Noun::Request)?;
    shell.app.requests().decide(&request.read(&shell)?)?;
    view(&shell, decided)
}

/// Withdraws a request before anybody has decided.
#[crate::command]
pub fn request_cancel(shell: State<'_, Shell>, request: IdRequest) -> Result<RequestView, CommandError> {
    let canceled = id(&request.id, Noun::Request)?;
    shell.app.requests().cancel(canceled)?;
    view(&shell, canceled)
}

/// Makes the same request again, based on the current values of the credentials.
#[crate::command]
pub fn request_repeat(shell: State<'_, Shell>, request: RequestRepeatRequest) -> Result<RequestView, CommandError> {
    let repeated = shell.app.requests().repeat(id(&request.id, Noun::Request)?, &request.reason)?;
    view(&shell, repeated)
}

/// Applies an urgent request without approvals.
#[crate::command]
pub fn request_apply_in_emergency(
    shell: State<'_, Shell>,
    request: EmergencyRequest,
) -> Result<RequestView, CommandError> {
    let applied = id(&request.id, Noun::Request)?;
    shell.app.requests().apply_in_emergency(applied, &request.digest, &request.justification)?;
    view(&shell, applied)
}

/// Records that an approver has seen a request that was applied without approvals.
#[crate::command]
pub fn request_acknowledge_emergency(shell: State<'_, Shell>, request: IdRequest) -> Result<RequestView, CommandError> {
    let known = id(&request.id, Noun::Request)?;
    shell.app.requests().acknowledge_emergency(known)?;
    view(&shell, known)
}

/// Writes all matching requests as CSV to a file that the user chooses. Returns null if the dialogue was dismissed.
#[crate::command]
pub fn request_export(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: RequestExportRequest,
) -> Result<Option<String>, CommandError> {
    let (scope, query) = request.filter.query()?;
    to_file(&program, "batch-operations.csv", |file| shell.app.requests().export(scope, &query, file))
}

/// Writes every change (From → To) of a request as CSV to a file that the user chooses. Returns null if the dialogue
/// was dismissed.
#[crate::command]
pub fn request_export_tasks(
    program: AppHandle,
    shell: State<'_, Shell>,
    request: IdRequest,
) -> Result<Option<String>, CommandError> {
    let exported = id(&request.id, Noun::Request)?;
    let choose = |code| place(&program, &format!("batch-operation-{code}.csv"));
    let written = shell.app.requests().export_tasks_where(exported, choose)?;
    Ok(written.map(|path| path.to_string_lossy().into_owned()))
}

fn to_file(
    program: &AppHandle,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> Result<u64, AppError>,
) -> Result<Option<String>, CommandError> {
    let Some(path) = place(program, name) else { return Ok(None) };
    let mut file = BufWriter::new(Replacement::of(&path).map_err(AppError::from)?);
    write(&mut file)?;
    file.into_inner().map_err(|error| AppError::from(error.into_error()))?.finish().map_err(AppError::from)?;
    Ok(Some(path.to_string_lossy().into_owned()))
}

/// Asks for a file in the system's dialogue.
fn place(program: &AppHandle, name: &str) -> Option<PathBuf> {
    let dialogue = program.dialog().file().add_filter("CSV", &["csv"]).set_file_name(name);
    dialogue.blocking_save_file().and_then(|file| file.into_path().ok())
}

fn view(shell: &Shell, request: RequestId) -> Result<RequestView, CommandError> {
    Ok(shell.app.requests().get(request)?.into())
}
