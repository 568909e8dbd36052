//! The TypeScript side of every command and event, generated.

use std::{error::Error, path::Path};

use specta_typescript::Typescript;
use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

use crate::{commands, events};

/// Every command and event of the program.
pub(crate) fn builder() -> Builder<Wry> {
    Builder::<Wry>::new()
        .disable_serde_phases()
        .commands(collect_commands![
            commands::start::app_start,
            commands::start::preferences_save,
            commands::start::window_ready,
            commands::start::window_painted,
            commands::start::folder_pick,
            commands::start::password_strength,
            commands::vault::vault_create,
            commands::vault::vault_unlock,
            commands::vault::vault_lock,
            commands::vault::vault_forget,
            commands::device::device_list,
            commands::device::device_get,
            commands::device::device_save,
            commands::device::device_delete,
            commands::device::device_identify,
            commands::device::device_trust,
            commands::credential::credential_list,
            commands::credential::credential_get,
            commands::credential::credential_save,
            commands::credential::credential_delete,
            commands::secret::secret_reveal,
            commands::secret::secret_copy,
            commands::plugin::plugin_list,
            commands::plugin::template_list,
            commands::operation::operation_request_change,
            commands::operation::operation_list,
            commands::operation::operation_get,
            commands::operation::operation_run_now,
            commands::operation::operation_restart,
            commands::operation::operation_cancel,
            commands::batch::batch_candidates,
            commands::batch::batch_candidate_ids,
            commands::batch::batch_check,
            commands::batch::batch_review,
            commands::batch::batch_save,
            commands::request::request_waiting,
            commands::request::request_list,
            commands::request::request_get,
            commands::request::request_tasks,
            commands::request::request_decide,
            commands::request::request_cancel,
            commands::request::request_repeat,
            commands::request::request_apply_in_emergency,
            commands::request::request_export,
            commands::approvers::approvers_get,
            commands::approvers::approvers_save,
            commands::approvers::emergency_switch,
        ])
        .events(collect_events![events::RecordsChanged, events::VaultLocked, events::EmergencyApplied])
}

/// Writes the bindings to a file.
///
/// # Errors
/// When a type cannot be expressed in TypeScript, or the file cannot be written.
pub fn export_bindings(file: &Path) -> Result<(), Box<dyn Error>> {
    let header = "// Generated from the Rust commands by `cargo xtask bindings`. Do not edit.\n";
    builder().export(Typescript::default().header(header), file)?;
    Ok(())
}
