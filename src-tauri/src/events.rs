//! What the page is told: that something changed, by id. It reads again what it shows.

use app::{AppEvent, Ended, domain::operation::StateName};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::{
    state::Shell,
    views::{FailureCode, Noun, code, rotation::RotationStatusView},
};

/// Records changed and are committed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct RecordsChanged {
    /// Which kind.
    pub noun: Noun,
    /// Which ones.
    pub ids: Vec<String>,
}

/// The vault was locked.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct VaultLocked {}

/// The executor was paused or resumed, or began or ceased to wait.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct RotationChanged(pub RotationStatusView);

/// A reconciliation is over.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct ReconciliationEnded {
    /// The operation.
    pub operation_id: String,
    /// The short number that people use.
    pub code: u32,
    /// The credential.
    pub credential_id: String,
    /// The account's name.
    pub username: String,
    /// The device's name.
    pub device_name: String,
    /// Whether the password is known again.
    pub succeeded: bool,
    /// Why not.
    pub failure: Option<FailureCode>,
}

/// Passes on what the app tells.
pub fn emit(program: &AppHandle, event: AppEvent) {
    let emitted = match event {
        AppEvent::RecordsChanged { noun, ids } => {
            let ids = ids.iter().map(ToString::to_string).collect();
            RecordsChanged { noun: noun.into(), ids }.emit(program)
        }
        // The page hears of the record, which changed with it.
        AppEvent::OperationEnded(_) => return,
        AppEvent::ReconciliationEnded(ended) => reconciled(program, &ended).emit(program),
        AppEvent::Locked => VaultLocked {}.emit(program),
    };
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
        succeeded: ended.state == StateName::Succeeded,
        failure: ended.failure.map(FailureCode::from),
    }
}
