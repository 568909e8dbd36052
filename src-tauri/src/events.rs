//! What the page is told: that something changed, by id. It reads again what it shows.

use app::AppEvent;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::AppHandle;
use tauri_specta::Event;

use crate::views::Noun;

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

/// Passes on what the app tells.
pub fn emit(program: &AppHandle, event: AppEvent) {
    let emitted = match event {
        AppEvent::RecordsChanged { noun, ids } => {
            let ids = ids.iter().map(ToString::to_string).collect();
            RecordsChanged { noun: noun.into(), ids }.emit(program)
        }
        // The page hears of the record, which changed with it.
        AppEvent::OperationEnded(_) | AppEvent::ReconciliationEnded(_) => return,
        AppEvent::Locked => VaultLocked {}.emit(program),
    };
    if let Err(error) = emitted {
        tracing::warn!(%error, "the page could not be told of a change");
    }
}
