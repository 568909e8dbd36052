//! The events for the page. An event names the changed records by id, and the page reads its data again.

use std::{thread, time::Instant};

use app::{App, AppEvent, Ended, domain::operation::OperationState};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::{
    desktop::notification,
    state::Shell,
    views::{
        FailureCode, Noun, Task, TaskPhase, code, count,
        rotation::RotationStatusView,
        session::{ExecutorView, LockedView, RunningOperationView, SessionView},
    },
};

/// Records have changed, and the changes are committed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct RecordsChanged {
    pub noun: Noun,
    pub ids: Vec<String>,
}

/// The window was locked: by hand, by idleness, by sleep.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct VaultLocked {
    /// The content of the locked screen.
    pub locked: LockedView,
}

/// The vault was closed. The window returns to the start screen.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SignedOut {}

/// A sign-out is waiting for running operations.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SigningOut {
    pub waiting_for: Vec<RunningOperationView>,
}

/// The program is ending. [`SigningOut`] lists the operations that it waits for.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct Quitting {}

/// The session changed: its roles, the parameters, the warnings or the recovery kit.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SessionChanged {
    /// The complete new view.
    pub session: SessionView,
}

/// The executor started or stopped working. Sent also while the window is locked.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExecutorChanged {
    pub executor: ExecutorView,
}

/// The progress of a long task; at most ten events a second.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct TaskProgress {
    pub task: Task,
    /// The phase that the task is in now.
    pub phase: TaskPhase,
    pub done: u32,
    /// The total number of steps; null: not known.
    pub total: Option<u32>,
}

/// Damage was found while the vault was open. The vault is read-only from now on.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct VaultDamageFound {
    pub path: String,
}

/// The executor was paused or resumed, or it started or stopped waiting.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct RotationChanged(pub RotationStatusView);

/// A reconciliation has ended.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ReconciliationEnded {
    pub operation_id: String,
    /// The short number that people use.
    pub code: u32,
    pub credential_id: String,
    pub username: String,
    pub device_name: String,
    /// True if the stored password works again.
    pub succeeded: bool,
    pub failure: Option<FailureCode>,
}

/// A request was applied without approvals.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct EmergencyApplied {
    pub id: String,
}

/// Passes an event of the app on to the page, and to notifications where they need it.
pub fn emit(program: &AppHandle, event: AppEvent) {
    let emitted = match event {
        AppEvent::RecordsChanged { noun, ids } => {
            if noun == app::Noun::Request {
                tell_waiting(program);
            }
            let ids = ids.iter().map(ToString::to_string).collect();
            RecordsChanged { noun, ids }.emit(program)
        }
        // The page gets no event of its own: the session changes with it, and that is reported.
        AppEvent::VaultDisplaced(_) => return notification::tell(program, App::notice_of_displacement),
        AppEvent::EmergencyApplied { request } => EmergencyApplied { id: request.to_string() }.emit(program),
        // The page gets no event of its own: the operation's record changes with it, and that is reported.
        AppEvent::OperationEnded(ended) => {
            return notification::tell(program, move |app| app.notice_of_end(&ended));
        }
        AppEvent::ReconciliationEnded(ended) => reconciled(program, &ended).emit(program),
        AppEvent::Locked(locked) => {
            apart(program, clear_copied);
            tell_waiting(program);
            VaultLocked { locked: (*locked).into() }.emit(program)
        }
        AppEvent::SignedOut => {
            apart(program, clear_copied);
            SignedOut {}.emit(program)
        }
        AppEvent::SigningOut(running) => {
            let waiting_for = running.into_iter().map(RunningOperationView::from).collect();
            SigningOut { waiting_for }.emit(program)
        }
        AppEvent::SessionChanged => {
            tell_waiting(program);
            return apart(program, tell_session);
        }
        AppEvent::ExecutorChanged => return apart(program, tell_executor),
        AppEvent::Progress(progress) => TaskProgress {
            task: progress.task,
            phase: progress.phase,
            done: count(progress.done),
            total: progress.total.map(count),
        }
        .emit(program),
        AppEvent::DamageFound(folder) => {
            apart(program, tell_session);
            VaultDamageFound { path: folder.to_string_lossy().into_owned() }.emit(program)
        }
    };
    report(emitted);
}

/// Shows a notification if a request waits for the signed-in user: the user or the waiting requests may have changed.
fn tell_waiting(program: &AppHandle) {
    notification::tell(program, App::notice_of_waiting);
}

/// Does the work for an event on a separate thread, because the sender of the event may hold a lock that the work
/// needs.
fn apart(program: &AppHandle, work: fn(&AppHandle)) {
    let program = program.clone();
    thread::spawn(move || work(&program));
}

/// Clears the clipboard and prepares to uncover the window, because copied or shown passwords must not outlive the
/// session.
fn clear_copied(program: &AppHandle) {
    let shell = program.state::<Shell>();
    shell.screen.locked(Instant::now());
    shell.clipboard.clear_copied();
}

fn tell_session(program: &AppHandle) {
    if let Some(session) = program.state::<Shell>().app.sessions().get() {
        report(SessionChanged { session: session.into() }.emit(program));
    }
}

fn tell_executor(program: &AppHandle) {
    if let Ok(executor) = program.state::<Shell>().app.sessions().executor() {
        report(ExecutorChanged { executor: executor.into() }.emit(program));
    }
}

fn report(emitted: tauri::Result<()>) {
    if let Err(error) = emitted {
        tracing::warn!(%error, "the page could not be told of a change");
    }
}

fn reconciled(program: &AppHandle, ended: &Ended) -> ReconciliationEnded {
    let names = program.try_state::<Shell>().and_then(|shell| shell.app.name_of(ended));
    let (username, device_name) = names.unwrap_or_default();
    ReconciliationEnded {
        operation_id: ended.operation.to_string(),
        code: code(ended.code),
        credential_id: ended.credential.to_string(),
        username,
        device_name,
        succeeded: ended.state == OperationState::Succeeded,
        failure: ended.failure,
    }
}
