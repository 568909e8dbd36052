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
            commands::start::folder_check,
            commands::start::file_pick,
            commands::start::password_strength,
            commands::session::vault_unlock,
            commands::session::vault_unlock_desktop,
            commands::session::vault_lock,
            commands::session::session_get,
            commands::session::session_set_password,
            commands::session::session_activity,
            commands::session::session_sign_out,
            commands::session::executor_get,
            commands::session::warning_dismiss,
            commands::session::recovery_open,
            commands::session::recovery_set_password,
            commands::session::recovery_leave,
            commands::vault::vault_create,
            commands::vault::vault_forget,
            commands::vault::vault_get,
            commands::vault::vault_rekey,
            commands::vault::key_parameters_calibrate,
            commands::vault::key_parameters_save,
            commands::vault::recovery_make,
            commands::vault::recovery_check,
            commands::backup::vault_damage,
            commands::backup::backup_list,
            commands::backup::backup_make,
            commands::backup::backup_drill,
            commands::backup::backup_restore,
            commands::backup::integrity_run,
            commands::backup::task_cancel,
            commands::user::user_list,
            commands::user::user_get,
            commands::user::user_add,
            commands::user::user_save,
            commands::user::user_reset_password,
            commands::user::user_disable,
            commands::user::user_enable,
            commands::user::user_remove,
            commands::account::account_get,
            commands::account::account_change_password,
            commands::account::account_totp_begin,
            commands::account::account_totp_confirm,
            commands::account::account_totp_remove,
            commands::account::account_key_file_make,
            commands::account::account_key_file_remove,
            commands::account::account_desktop_enable,
            commands::account::account_desktop_forget,
            commands::parameter::parameter_list,
            commands::parameter::parameter_save,
            commands::parameter::parameter_reset,
            commands::audit::audit_list,
            commands::audit::audit_get,
            commands::audit::audit_choices,
            commands::audit::audit_verify,
            commands::audit::audit_export,
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
            commands::secret::secret_history,
            commands::secret::secret_version_reveal,
            commands::secret::secret_version_copy,
            commands::plugin::plugin_list,
            commands::plugin::template_list,
            commands::operation::operation_request_change,
            commands::operation::operation_list,
            commands::operation::operation_get,
            commands::operation::operation_run_now,
            commands::operation::operation_restart,
            commands::operation::operation_cancel,
        ])
        .events(collect_events![
            events::RecordsChanged,
            events::VaultLocked,
            events::SignedOut,
            events::SigningOut,
            events::SessionChanged,
            events::ExecutorChanged,
            events::TaskProgress,
            events::VaultDamageFound,
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
