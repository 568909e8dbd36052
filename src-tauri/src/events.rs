//! What the page is told: that something changed, by id. It reads again what it shows.

use std::{thread, time::Instant};

use app::{App, AppEvent, Ended, domain::operation::OperationState};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::{
    notification,
    state::Shell,
    views::{
        FailureCode, Noun, Task, TaskPhase, code, count,
        rotation::RotationStatusView,
        session::{ExecutorView, LockedView, RunningOperationView, SessionView},
    },
};

/// Records changed and are committed.
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
    /// What the locked screen says.
    pub locked: LockedView,
}

/// The vault is closed; the window goes to the start screen.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SignedOut {}

/// What a sign-out still waits for.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SigningOut {
    pub waiting_for: Vec<RunningOperationView>,
}

/// The program ends; [`SigningOut`] says what it waits for.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct Quitting {}

/// Roles, parameters, warnings or the recovery kit changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SessionChanged {
    /// The whole view anew.
    pub session: SessionView,
}

/// The executor began or ceased to work. Also while locked.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExecutorChanged {
    pub executor: ExecutorView,
}

/// A long work came further; at most ten a second.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct TaskProgress {
    pub task: Task,
    /// What is being done now.
    pub phase: TaskPhase,
    pub done: u32,
    /// Of how many; null: not known.
    pub total: Option<u32>,
}

/// Damage was found while the vault was open; it is read-only from now on.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct VaultDamageFound {
    pub path: String,
}

/// The executor was paused or resumed, or began or ceased to wait.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct RotationChanged(pub RotationStatusView);

/// A reconciliation is over.
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
    /// Whether the password is known again.
    pub succeeded: bool,
    pub failure: Option<FailureCode>,
}

/// A request was applied without approvals.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct EmergencyApplied {
    pub id: String,
}

/// Passes on what the app tells.
pub fn emit(program: &AppHandle, event: AppEvent) {
    let emitted = match event {
        AppEvent::RecordsChanged { noun, ids } => {
            if noun == app::Noun::Request {
                tell_waiting(program);
            }
            let ids = ids.iter().map(ToString::to_string).collect();
            RecordsChanged { noun, ids }.emit(program)
        }
        // The page hears of the session, which changed with it.
        AppEvent::VaultDisplaced(_) => return notification::tell(program, App::notice_of_displacement),
        AppEvent::EmergencyApplied { request } => EmergencyApplied { id: request.to_string() }.emit(program),
        // The page hears of the record, which changed with it.
        AppEvent::OperationEnded(ended) => {
            return notification::tell(program, move |app| app.notice_of_end(&ended));
        }
        AppEvent::ReconciliationEnded(ended) => reconciled(program, &ended).emit(program),
        AppEvent::Locked(locked) => {
            apart(program, take_back);
            tell_waiting(program);
            VaultLocked { locked: (*locked).into() }.emit(program)
        }
        AppEvent::SignedOut => {
            apart(program, take_back);
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

/// Somebody else may be there now, or more may wait: whoever it waits for is called.
fn tell_waiting(program: &AppHandle) {
    notification::tell(program, App::notice_of_waiting);
}

/// Does what an event asks for on a thread of its own: who told of it may hold what that needs.
fn apart(program: &AppHandle, work: fn(&AppHandle)) {
    let program = program.clone();
    thread::spawn(move || work(&program));
}

/// What was copied or shown does not outlive the session.
fn take_back(program: &AppHandle) {
    let shell = program.state::<Shell>();
    shell.screen.locked(Instant::now());
    shell.clipboard.take_back();
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
