//! The generated TypeScript declarations of every command and event.

use std::{error::Error, fs, path::Path};

use specta_typescript::Typescript;
use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

use app::domain::Enumeration;

use crate::{
    commands, events,
    views::{
        AttemptOutcome, AuditFormat, BatchAction, CharacterClass, CredentialStatus, Criticality, FailureCode,
        OperationState, OperationType, PasswordType, PeriodUnit, PolicyField, PolicyStatus, RequestKind, RequestState,
        ReviewTab, Role, SyncState, Theme, TriggerKind, UserStatus, Weekday, expiration::ExpirationRange,
    },
};

/// Returns the builder with every command and event of the program.
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
            commands::session::session_enter_code,
            commands::session::session_leave_code,
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
            commands::backup::vault_save_copy,
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
            commands::secret::secret_hidden,
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
            commands::request::request_acknowledge_emergency,
            commands::request::request_export,
            commands::request::request_export_tasks,
            commands::approvers::approvers_get,
            commands::approvers::approvers_save,
            commands::approvers::emergency_switch,
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
            commands::diagnostics::log_folder_open,
            commands::diagnostics::diagnostics_save,
            commands::diagnostics::page_problem_report,
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
            events::SignedOut,
            events::SigningOut,
            events::Quitting,
            events::SessionChanged,
            events::ExecutorChanged,
            events::TaskProgress,
            events::VaultDamageFound,
            events::EmergencyApplied,
        ])
}

/// Returns the lists of choices that the window offers. Each list is made from the declaration of its enumeration.
fn lists() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    fn list<T: Enumeration>(
        name: &'static str,
        of: &'static str,
        choices: impl IntoIterator<Item = T>,
    ) -> (&'static str, &'static str, Vec<&'static str>) {
        (name, of, choices.into_iter().map(T::word).collect())
    }
    vec![
        list("attemptOutcomes", "AttemptOutcome", AttemptOutcome::ALL),
        list("auditFormats", "AuditFormat", AuditFormat::ALL),
        list("batchActions", "BatchAction", BatchAction::ALL),
        list("characterClasses", "CharacterClass", CharacterClass::ALL),
        list("credentialStatuses", "CredentialStatus", CredentialStatus::ALL),
        list("criticalities", "Criticality", Criticality::ALL),
        list("expirationRanges", "ExpirationRange", ExpirationRange::ALL),
        list("failureCodes", "FailureCode", FailureCode::ALL),
        list("operationStates", "OperationState", OperationState::ALL),
        list("operationTypes", "OperationType", OperationType::ALL.into_iter().filter(|kind| kind.is_runnable())),
        list("passwordTypes", "PasswordType", PasswordType::ALL),
        list("periodUnits", "PeriodUnit", PeriodUnit::ALL),
        list("policyFields", "PolicyField", PolicyField::ALL),
        list("policyStatuses", "PolicyStatus", PolicyStatus::ALL),
        list("requestKinds", "RequestKind", RequestKind::ALL),
        list("requestStates", "RequestState", RequestState::ALL),
        list("reviewTabs", "ReviewTab", ReviewTab::ALL),
        list("roles", "Role", Role::ALL),
        list("syncStates", "SyncState", SyncState::ALL),
        list("themes", "Theme", Theme::ALL),
        list("triggerKinds", "TriggerKind", TriggerKind::ALL),
        list("userStatuses", "UserStatus", UserStatus::ALL),
        list("weekdays", "Weekday", Weekday::ALL),
    ]
}

fn lists_in_typescript() -> String {
    let lists = lists();
    let types: Vec<&str> = lists.iter().map(|(_, of, _)| *of).collect();
    let mut text = format!("{HEADER}import type {{\n  {},\n}} from \"./bindings\";\n", types.join(",\n  "));
    for (name, of, texts) in lists {
        let texts: Vec<String> = texts.iter().map(|word| format!("  \"{word}\",\n")).collect();
        text += &format!("\nexport const {name}: readonly {of}[] = [\n{}];\n", texts.concat());
    }
    text
}

const HEADER: &str = "// Generated from the Rust side by `cargo xtask bindings`. Do not edit.\n";

/// Writes the commands, events and types to `bindings.ts` in a folder, and the lists of choices to `lists.ts`.
///
/// # Errors
/// An error if a type cannot be expressed in TypeScript, or if a file cannot be written.
pub fn export_bindings(folder: &Path) -> Result<(), Box<dyn Error>> {
    crate::logging::start_without_file();
    builder().export(Typescript::default().header(HEADER), folder.join("bindings.ts"))?;
    fs::write(folder.join("lists.ts"), lists_in_typescript())?;
    Ok(())
}
