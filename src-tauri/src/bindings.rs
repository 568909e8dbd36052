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
            commands::access::start::app_start,
            commands::access::start::preferences_save,
            commands::access::start::window_ready,
            commands::access::start::window_painted,
            commands::access::start::folder_pick,
            commands::access::start::folder_check,
            commands::access::start::file_pick,
            commands::access::start::password_strength,
            commands::access::session::vault_unlock,
            commands::access::session::vault_unlock_desktop,
            commands::access::session::session_enter_code,
            commands::access::session::session_leave_code,
            commands::access::session::vault_lock,
            commands::access::session::session_get,
            commands::access::session::session_set_password,
            commands::access::session::session_activity,
            commands::access::session::session_sign_out,
            commands::access::session::executor_get,
            commands::access::session::warning_dismiss,
            commands::access::session::recovery_open,
            commands::access::session::recovery_set_password,
            commands::access::session::recovery_leave,
            commands::keeping::vault::vault_create,
            commands::keeping::vault::vault_forget,
            commands::keeping::vault::vault_get,
            commands::keeping::vault::vault_rekey,
            commands::keeping::vault::key_parameters_calibrate,
            commands::keeping::vault::key_parameters_save,
            commands::keeping::vault::recovery_make,
            commands::keeping::vault::recovery_check,
            commands::keeping::backup::vault_damage,
            commands::keeping::backup::backup_list,
            commands::keeping::backup::backup_make,
            commands::keeping::backup::backup_drill,
            commands::keeping::backup::backup_restore,
            commands::keeping::backup::vault_save_copy,
            commands::keeping::backup::integrity_run,
            commands::keeping::backup::task_cancel,
            commands::access::user::user_list,
            commands::access::user::user_get,
            commands::access::user::user_add,
            commands::access::user::user_save,
            commands::access::user::user_reset_password,
            commands::access::user::user_disable,
            commands::access::user::user_enable,
            commands::access::user::user_remove,
            commands::access::account::account_get,
            commands::access::account::account_change_password,
            commands::access::account::account_totp_begin,
            commands::access::account::account_totp_confirm,
            commands::access::account::account_totp_remove,
            commands::access::account::account_key_file_make,
            commands::access::account::account_key_file_remove,
            commands::access::account::account_desktop_enable,
            commands::access::account::account_desktop_forget,
            commands::keeping::parameter::parameter_list,
            commands::keeping::parameter::parameter_save,
            commands::keeping::parameter::parameter_reset,
            commands::keeping::audit::audit_list,
            commands::keeping::audit::audit_get,
            commands::keeping::audit::audit_choices,
            commands::keeping::audit::audit_verify,
            commands::keeping::audit::audit_export,
            commands::inventory::device::device_list,
            commands::inventory::device::device_get,
            commands::inventory::device::device_save,
            commands::inventory::device::device_delete,
            commands::inventory::device::device_identify,
            commands::inventory::device::device_trust,
            commands::inventory::credential::credential_list,
            commands::inventory::credential::credential_get,
            commands::inventory::credential::credential_save,
            commands::inventory::credential::credential_delete,
            commands::inventory::secret::secret_reveal,
            commands::inventory::secret::secret_copy,
            commands::inventory::secret::secret_hidden,
            commands::inventory::secret::secret_history,
            commands::inventory::secret::secret_version_reveal,
            commands::inventory::secret::secret_version_copy,
            commands::inventory::plugin::plugin_list,
            commands::inventory::plugin::template_list,
            commands::operations::operation::operation_request_change,
            commands::operations::operation::operation_list,
            commands::operations::operation::operation_get,
            commands::operations::operation::operation_run_now,
            commands::operations::operation::operation_restart,
            commands::operations::operation::operation_cancel,
            commands::approvals::batch::batch_candidates,
            commands::approvals::batch::batch_candidate_ids,
            commands::approvals::batch::batch_check,
            commands::approvals::batch::batch_review,
            commands::approvals::batch::batch_save,
            commands::approvals::request::request_waiting,
            commands::approvals::request::request_list,
            commands::approvals::request::request_get,
            commands::approvals::request::request_tasks,
            commands::approvals::request::request_decide,
            commands::approvals::request::request_cancel,
            commands::approvals::request::request_repeat,
            commands::approvals::request::request_apply_in_emergency,
            commands::approvals::request::request_acknowledge_emergency,
            commands::approvals::request::request_export,
            commands::approvals::request::request_export_tasks,
            commands::approvals::approvers::approvers_get,
            commands::approvals::approvers::approvers_save,
            commands::approvals::approvers::emergency_switch,
            commands::operations::operation::operation_request_verification,
            commands::operations::operation::operation_choices,
            commands::operations::operation::operation_act,
            commands::operations::operation::operation_export,
            commands::inventory::credential::credential_rotation,
            commands::inventory::credential::credential_chain,
            commands::inventory::credential::credential_pause,
            commands::inventory::credential::credential_resume,
            commands::inventory::credential::credential_reconcile,
            commands::operations::attempt::attempt_list,
            commands::operations::attempt::attempt_get,
            commands::operations::attempt::attempt_export,
            commands::keeping::saved_filter::saved_filter_list,
            commands::keeping::saved_filter::saved_filter_save,
            commands::keeping::saved_filter::saved_filter_delete,
            commands::keeping::saved_filter::filter_remember,
            commands::policies::policy::policy_list,
            commands::policies::policy::policy_get,
            commands::policies::policy::policy_preview,
            commands::policies::policy::policy_save,
            commands::policies::policy::policy_delete,
            commands::policies::policy::policy_pause,
            commands::policies::policy::policy_resume,
            commands::inventory::strength::strength_list,
            commands::inventory::strength::strength_get,
            commands::inventory::strength::strength_estimate,
            commands::inventory::strength::strength_save,
            commands::inventory::strength::strength_delete,
            commands::keeping::home::home_get,
            commands::policies::expiration::expiration_list,
            commands::policies::expiration::expiration_export,
            commands::keeping::diagnostics::log_folder_open,
            commands::keeping::diagnostics::diagnostics_save,
            commands::keeping::diagnostics::page_problem_report,
            commands::operations::rotation::rotation_status,
            commands::operations::rotation::rotation_pause,
            commands::operations::rotation::rotation_resume,
            commands::operations::rotation::rotation_set_time_zone,
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
