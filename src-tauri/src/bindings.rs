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
            commands::operation::operation_request_verification,
            commands::operation::operation_choices,
            commands::operation::operation_act,
            commands::operation::operation_export,
            commands::credential::credential_rotation,
            commands::credential::credential_chain,
            commands::credential::credential_pause,
            commands::credential::credential_resume,
            commands::credential::credential_reconcile,
            commands::attempt::attempt_list,
            commands::attempt::attempt_get,
            commands::attempt::attempt_export,
            commands::saved_filter::saved_filter_list,
            commands::saved_filter::saved_filter_save,
            commands::saved_filter::saved_filter_delete,
            commands::saved_filter::filter_remember,
            commands::policy::policy_list,
            commands::policy::policy_get,
            commands::policy::policy_preview,
            commands::policy::policy_save,
            commands::policy::policy_delete,
            commands::policy::policy_pause,
            commands::policy::policy_resume,
            commands::strength::strength_list,
            commands::strength::strength_get,
            commands::strength::strength_estimate,
            commands::strength::strength_save,
            commands::strength::strength_delete,
            commands::home::home_get,
            commands::expiration::expiration_list,
            commands::expiration::expiration_export,
            commands::rotation::rotation_status,
            commands::rotation::rotation_pause,
            commands::rotation::rotation_resume,
            commands::rotation::rotation_set_time_zone,
        ])
        .events(collect_events![
            events::RecordsChanged,
            events::RotationChanged,
            events::ReconciliationEnded,
            events::VaultLocked,
        ])
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
