//! Every command of the page must follow the table of permissions. A command that is not listed here fails the test,
//! and so does a command that accepts a role which the table does not name.

use std::{collections::BTreeSet, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use app::{
    Action, App, AppError, ApproversForm, AuditFormat, AuditQuery, BatchDraft, Confirmation, CredentialForm,
    CredentialQuery, Decide, DeviceForm, DeviceQuery, FilteredList, Headings, KdfParameters, OperationQuery,
    PageRequest, PolicyForm, Report, RequestQuery, RequestScope, RevealRequest, ReviewTab, Secret, Selection,
    StrengthForm, UnlockVault, UserQuery,
    approval::{BatchAction, Verdict},
    domain::{
        AttemptId, ConnectAs, CredentialDetails, CredentialId, CredentialStatus, Criticality, DeviceDetails, DeviceId,
        ExecutionSettings, OperationId, PasswordType, PolicyId, RequestId, Role, SavedFilterId, SecretVersionId,
        StrengthId, UserId,
        parameter::{Parameter, Value},
        policy::PolicyDetails,
    },
    may,
};
use demo::{Practice, Setup};

use crate::fresh_bindings;

/// The people who may call a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Anybody, signed in or not: the command shows and changes nothing of a vault, or is part of signing in.
    Open,
    /// Anybody who is signed in and has chosen a password, for their own account.
    SignedIn,
    /// People whose roles allow this action.
    May(Action),
}

type Call = fn(&App) -> Result<(), AppError>;

/// The call for commands that never reach a vault.
const NOTHING: Call = |_| Ok(());

const COMMAND_ACCESS: &[(&str, Access, Call)] = &[
    ("app_start", Access::Open, |app| {
        app.sessions().get();
        Ok(())
    }),
    ("preferences_save", Access::Open, NOTHING),
    ("window_ready", Access::Open, NOTHING),
    ("window_painted", Access::Open, NOTHING),
    ("folder_pick", Access::Open, NOTHING),
    ("folder_check", Access::Open, NOTHING),
    ("file_pick", Access::Open, NOTHING),
    ("password_strength", Access::Open, NOTHING),
    // A person who cannot sign in may need help most, and the numbers of the open vault identify nobody.
    ("log_folder_open", Access::Open, NOTHING),
    ("diagnostics_save", Access::Open, |app| {
        app.vault_figures();
        Ok(())
    }),
    ("page_problem_report", Access::Open, NOTHING),
    // The commands for signing in. Their refusals are tested in the scenarios.
    ("vault_create", Access::Open, NOTHING),
    ("vault_unlock", Access::Open, NOTHING),
    ("vault_unlock_desktop", Access::Open, NOTHING),
    ("session_enter_code", Access::Open, |app| match app.sessions().enter_code("000000") {
        // No sign-in waits for a code.
        Err(AppError::Locked) => Ok(()),
        other => other.map(drop),
    }),
    ("session_leave_code", Access::Open, |app| {
        app.sessions().leave_code();
        Ok(())
    }),
    ("vault_forget", Access::Open, NOTHING),
    ("vault_damage", Access::Open, |app| app.backups().damage(Path::new("/nowhere")).map(drop)),
    ("recovery_open", Access::Open, NOTHING),
    ("recovery_set_password", Access::Open, NOTHING),
    ("recovery_leave", Access::Open, |app| {
        app.recovery().leave();
        Ok(())
    }),
    ("session_set_password", Access::Open, NOTHING),
    // The commands for leaving, and those that work at a locked window.
    ("vault_lock", Access::Open, NOTHING),
    ("session_sign_out", Access::Open, NOTHING),
    ("session_activity", Access::Open, |app| {
        app.sessions().touch();
        Ok(())
    }),
    ("session_get", Access::Open, |app| {
        app.sessions().get();
        Ok(())
    }),
    ("executor_get", Access::Open, |app| app.sessions().executor().map(drop)),
    ("task_cancel", Access::Open, |app| {
        app.cancel(app::Task::Drill);
        Ok(())
    }),
    ("warning_dismiss", Access::SignedIn, |app| app.sessions().dismiss(app::WarningKind::BackupOld, None).map(drop)),
    // The user's own account.
    ("account_get", Access::SignedIn, |app| app.account().get().map(drop)),
    ("account_change_password", Access::SignedIn, |app| {
        app.account().change_password(&wrong(), &Secret::new("a long new password 77")).map(drop)
    }),
    ("account_totp_begin", Access::SignedIn, |app| app.account().begin_totp(&wrong(), None).map(drop)),
    ("account_totp_confirm", Access::SignedIn, |app| app.account().confirm_totp("000000")),
    ("account_totp_remove", Access::SignedIn, |app| app.account().remove_totp(&wrong(), None)),
    ("account_key_file_make", Access::SignedIn, |app| app.account().set_key_file(&wrong(), None)),
    ("account_key_file_remove", Access::SignedIn, |app| app.account().set_key_file(&wrong(), None)),
    ("account_desktop_enable", Access::SignedIn, |app| app.account().enable_desktop(&wrong())),
    ("account_desktop_forget", Access::SignedIn, |app| app.account().forget_desktop()),
    // People.
    ("user_list", Access::May(Action::ReadUsers), |app| app.users().list(&UserQuery::default()).map(drop)),
    ("user_get", Access::May(Action::ReadUsers), |app| app.users().get(user()).map(drop)),
    ("user_add", Access::May(Action::WriteUsers), |app| app.users().add("", &[]).map(drop)),
    ("user_save", Access::May(Action::WriteUsers), |app| app.users().save(user(), "Eve", &[Role::Auditor]).map(drop)),
    ("user_reset_password", Access::May(Action::WriteUsers), |app| app.users().reset_password(user()).map(drop)),
    ("user_disable", Access::May(Action::WriteUsers), |app| app.users().disable(user()).map(drop)),
    ("user_enable", Access::May(Action::WriteUsers), |app| app.users().enable(user()).map(drop)),
    ("user_remove", Access::May(Action::WriteUsers), |app| app.users().remove(user())),
    // Parameters.
    ("parameter_list", Access::May(Action::ReadParameters), |app| app.parameters().list().map(drop)),
    ("parameter_save", Access::May(Action::WriteParameters), |app| {
        app.parameters().save(Parameter::HideAfter, Value::Integer(20))
    }),
    ("parameter_reset", Access::May(Action::WriteParameters), |app| app.parameters().reset(Parameter::HideAfter)),
    // The vault itself.
    ("vault_get", Access::May(Action::WriteVault), |app| app.vault_settings().get().map(drop)),
    ("vault_rekey", Access::May(Action::WriteVault), |app| app.vault_settings().rekey(&wrong())),
    ("key_parameters_calibrate", Access::May(Action::WriteVault), |app| {
        app.vault_settings().calibrate(Duration::from_millis(250)).map(drop)
    }),
    ("key_parameters_save", Access::May(Action::WriteVault), |app| {
        app.vault_settings().save_key_cost(KdfParameters::FLOOR, &wrong())
    }),
    ("recovery_make", Access::May(Action::WriteVault), |app| app.recovery().make(Some(&wrong())).map(drop)),
    ("recovery_check", Access::May(Action::WriteVault), |app| app.recovery().check(&[])),
    ("backup_list", Access::May(Action::WriteVault), |app| app.backups().list().map(drop)),
    ("backup_make", Access::May(Action::WriteVault), |app| app.backups().make(None).map(drop)),
    ("backup_drill", Access::May(Action::WriteVault), |app| app.backups().drill(Path::new("/nowhere")).map(drop)),
    ("vault_save_copy", Access::SignedIn, |app| app.vaults().save_copy(Path::new("/nowhere")).map(drop)),
    ("backup_restore", Access::May(Action::WriteVault), |app| {
        app.backups().restore(Path::new("/nowhere"), Path::new("/nowhere"), "Copy").map(drop)
    }),
    ("integrity_run", Access::May(Action::WriteVault), |app| app.backups().check().map(drop)),
    // The audit trail.
    ("audit_list", Access::May(Action::ReadAudit), |app| app.audit().list(&AuditQuery::default()).map(drop)),
    ("audit_get", Access::May(Action::ReadAudit), |app| app.audit().get(1).map(drop)),
    ("audit_choices", Access::May(Action::ReadAudit), |app| app.audit().choices().map(drop)),
    ("audit_verify", Access::May(Action::ReadAudit), |app| app.audit().verify().map(drop)),
    ("audit_export", Access::May(Action::ExportReports), |app| {
        app.audit().may_export()?;
        app.audit().export(&AuditQuery::default(), AuditFormat::Csv, Path::new("/nowhere/at/all")).map(drop)
    }),
    // Devices.
    ("device_list", Access::May(Action::ReadDevices), |app| app.devices().list(&DeviceQuery::default()).map(drop)),
    ("device_get", Access::May(Action::ReadDevices), |app| app.devices().get(device()).map(drop)),
    ("device_save", Access::May(Action::WriteDevices), |app| {
        app.devices().save(DeviceForm { id: None, details: no_device() }).map(drop)
    }),
    ("device_delete", Access::May(Action::WriteDevices), |app| app.devices().delete(device())),
    ("device_identify", Access::May(Action::WriteDevices), |app| app.devices().identify(device(), None).map(drop)),
    ("device_trust", Access::May(Action::WriteDevices), |app| app.devices().trust(device(), "ssh-ed25519", "AAAA")),
    // Credentials and their passwords.
    ("credential_list", Access::May(Action::ReadCredentials), |app| {
        app.credentials().list(&CredentialQuery::default()).map(drop)
    }),
    ("credential_get", Access::May(Action::ReadCredentials), |app| app.credentials().in_full(credential()).map(drop)),
    ("credential_save", Access::May(Action::WriteCredentials), |app| app.credentials().save(no_credential()).map(drop)),
    ("credential_delete", Access::May(Action::WriteCredentials), |app| app.credentials().delete(credential())),
    ("secret_reveal", Access::May(Action::RevealSecrets), |app| {
        app.secrets().reveal(credential(), &RevealRequest::default()).map(drop)
    }),
    ("secret_copy", Access::May(Action::RevealSecrets), |app| {
        app.secrets().copy(credential(), &RevealRequest::default()).map(drop)
    }),
    // Reports only that a password is hidden again. It also works when the window has just been locked.
    ("secret_hidden", Access::Open, NOTHING),
    ("secret_history", Access::May(Action::ReadCredentials), |app| app.secrets().history(credential()).map(drop)),
    ("secret_version_reveal", Access::May(Action::RevealSecrets), |app| {
        app.secrets().reveal_version(credential(), version(), &RevealRequest::default()).map(drop)
    }),
    ("secret_version_copy", Access::May(Action::RevealSecrets), |app| {
        app.secrets().copy_version(credential(), version(), &RevealRequest::default()).map(drop)
    }),
    ("plugin_list", Access::May(Action::ReadCredentials), |app| app.plugins().list().map(drop)),
    ("template_list", Access::May(Action::ReadCredentials), |app| app.plugins().templates().map(drop)),
    // Operations.
    ("operation_request_change", Access::May(Action::WriteOperations), |app| {
        app.operations().request_change(&Selection::Ids(vec![]), None).map(drop)
    }),
    ("operation_list", Access::May(Action::ReadOperations), |app| {
        app.operations().list(&OperationQuery::default()).map(drop)
    }),
    ("operation_get", Access::May(Action::ReadOperations), |app| app.operations().get(operation()).map(drop)),
    ("operation_run_now", Access::May(Action::WriteOperations), |app| app.operations().run_now(operation())),
    ("operation_restart", Access::May(Action::WriteOperations), |app| app.operations().restart(operation())),
    ("operation_cancel", Access::May(Action::WriteOperations), |app| app.operations().cancel(operation())),
    ("operation_request_verification", Access::May(Action::WriteOperations), |app| {
        app.operations().request_verification(&Selection::Ids(vec![]), None, None).map(drop)
    }),
    ("operation_choices", Access::May(Action::ReadOperations), |app| app.operations().choices().map(drop)),
    ("operation_act", Access::May(Action::WriteOperations), |app| {
        app.operations().act(app::OperationAction::Cancel, &[operation()]).map(drop)
    }),
    ("operation_export", Access::May(Action::ReadOperations), |app| exported(app, &Report::Operations(Box::default()))),
    ("credential_rotation", Access::May(Action::ReadCredentials), |app| {
        app.credentials().rotation(credential()).map(drop)
    }),
    ("credential_chain", Access::May(Action::ReadCredentials), |app| app.credentials().chain(credential()).map(drop)),
    ("credential_pause", Access::May(Action::WriteOperations), |app| {
        app.credentials().pause(&Selection::Ids(vec![]), "audit").map(drop)
    }),
    ("credential_resume", Access::May(Action::WriteOperations), |app| {
        app.credentials().resume(&Selection::Ids(vec![])).map(drop)
    }),
    ("credential_reconcile", Access::May(Action::WriteOperations), |app| {
        app.credentials().reconcile(credential(), None, None).map(drop)
    }),
    ("attempt_list", Access::May(Action::ReadOperations), |app| {
        app.operations().attempts(&Default::default()).map(drop)
    }),
    ("attempt_get", Access::May(Action::ReadOperations), |app| {
        app.operations().attempt(AttemptId::from_uuid(uuid::Uuid::nil())).map(drop)
    }),
    ("attempt_export", Access::May(Action::ReadOperations), |app| exported(app, &Report::Attempts(Box::default()))),
    ("saved_filter_list", Access::May(Action::ReadOperations), |app| {
        app.saved_filters().list(FilteredList::Operations).map(drop)
    }),
    ("saved_filter_save", Access::May(Action::ReadOperations), |app| {
        app.saved_filters().save(None, FilteredList::Operations, "", String::new()).map(drop)
    }),
    ("saved_filter_delete", Access::May(Action::ReadOperations), |app| {
        app.saved_filters().delete(SavedFilterId::from_uuid(uuid::Uuid::nil()))
    }),
    ("filter_remember", Access::May(Action::ReadOperations), |app| {
        app.saved_filters().remember(FilteredList::Operations, "{}")
    }),
    // Policies and strengths.
    ("policy_list", Access::May(Action::ReadPolicies), |app| app.policies().list(&Default::default()).map(drop)),
    ("policy_get", Access::May(Action::ReadPolicies), |app| app.policies().get(policy()).map(drop)),
    ("policy_preview", Access::May(Action::ReadPolicies), |app| app.policies().preview(&no_policy()).map(drop)),
    ("policy_save", Access::May(Action::WritePolicies), |app| app.policies().save(&no_policy()).map(drop)),
    ("policy_delete", Access::May(Action::WritePolicies), |app| app.policies().delete(policy())),
    ("policy_pause", Access::May(Action::WritePolicies), |app| app.policies().pause(policy(), "audit")),
    ("policy_resume", Access::May(Action::WritePolicies), |app| app.policies().resume(policy())),
    ("strength_list", Access::May(Action::ReadPolicies), |app| app.strengths().list(&Default::default()).map(drop)),
    ("strength_get", Access::May(Action::ReadPolicies), |app| app.strengths().get(strength()).map(drop)),
    ("strength_estimate", Access::May(Action::ReadPolicies), |app| {
        app.strengths().estimate(&Default::default()).map(drop)
    }),
    ("strength_save", Access::May(Action::WritePolicies), |app| {
        app.strengths().save(&StrengthForm { id: None, name: String::new(), rules: Default::default() }).map(drop)
    }),
    ("strength_delete", Access::May(Action::WritePolicies), |app| app.strengths().delete(strength())),
    // The home screen.
    ("home_get", Access::May(Action::ReadOperations), |app| app.home().get().map(drop)),
    ("expiration_list", Access::May(Action::ReadCredentials), |app| {
        app.operations().expirations(&Default::default()).map(drop)
    }),
    ("expiration_export", Access::May(Action::ExportReports), |app| {
        exported(app, &Report::Expirations(Box::default()))
    }),
    ("rotation_status", Access::May(Action::ReadOperations), |app| app.operations().status().map(drop)),
    ("rotation_pause", Access::May(Action::WritePolicies), |app| app.operations().pause_everything("audit")),
    ("rotation_resume", Access::May(Action::WritePolicies), |app| app.operations().resume_everything()),
    ("rotation_set_time_zone", Access::May(Action::WriteParameters), |app| app.policies().set_time_zone("UTC")),
    // Bulk actions, requests and approvers.
    ("batch_candidates", Access::May(Action::RequestBatches), |app| {
        app.batches().candidates(BatchAction::Expire, &CredentialQuery::default()).map(drop)
    }),
    ("batch_candidate_ids", Access::May(Action::RequestBatches), |app| {
        app.batches().candidate_ids(BatchAction::Expire, &CredentialQuery::default()).map(drop)
    }),
    ("batch_check", Access::May(Action::RequestBatches), |app| {
        app.batches().check(BatchAction::Expire, &[], &page(), false).map(drop)
    }),
    ("batch_review", Access::May(Action::RequestBatches), |app| {
        app.batches().review(&no_batch(), ReviewTab::Changed, &page()).map(drop)
    }),
    ("batch_save", Access::May(Action::RequestBatches), |app| app.batches().save(&no_batch(), "audit").map(drop)),
    ("request_waiting", Access::May(Action::ReadBatches), |app| app.requests().waiting_in_full().map(drop)),
    ("request_list", Access::May(Action::ReadBatches), |app| {
        app.requests().list(RequestScope::All, &requests()).map(drop)
    }),
    ("request_get", Access::May(Action::ReadBatches), |app| app.requests().get(request()).map(drop)),
    ("request_tasks", Access::May(Action::ReadBatches), |app| app.requests().tasks(request(), &page()).map(drop)),
    ("request_decide", Access::May(Action::Decide), |app| {
        app.requests().decide(&Decide {
            request: request(),
            digest: String::new(),
            verdict: Verdict::Approved,
            reason: String::new(),
            password: None,
            code: None,
        })
    }),
    ("request_cancel", Access::May(Action::ReadBatches), |app| app.requests().cancel(request())),
    ("request_repeat", Access::May(Action::RequestBatches), |app| app.requests().repeat(request(), "again").map(drop)),
    ("request_apply_in_emergency", Access::May(Action::ApplyInEmergency), |app| {
        app.requests().apply_in_emergency(request(), "", "fire")
    }),
    ("request_acknowledge_emergency", Access::May(Action::Decide), |app| {
        app.requests().acknowledge_emergency(request())
    }),
    ("request_export_tasks", Access::May(Action::ExportReports), |app| {
        app.requests().export_tasks(request(), &mut Vec::new()).map(drop)
    }),
    ("request_export", Access::May(Action::ExportReports), |app| {
        app.requests().export(RequestScope::All, &requests(), &mut Vec::new()).map(drop)
    }),
    ("approvers_get", Access::May(Action::ReadUsers), |app| app.approvers().get().map(drop)),
    ("approvers_save", Access::May(Action::WriteApprovers), |app| {
        app.approvers().save(&ApproversForm {
            version: 99,
            approvers: vec![],
            rules: Default::default(),
            operation_types: vec![],
        })
    }),
    ("emergency_switch", Access::May(Action::WriteApprovers), |app| {
        app.approvers().switch_emergency(false, "never").map(drop)
    }),
];

fn exported(app: &App, report: &Report) -> Result<(), AppError> {
    let headings = Headings { operations: [""; 13], attempts: [""; 13], expirations: [""; 7] };
    app.export(report, &headings, Path::new("/nowhere/at/all")).map(drop)
}

fn policy() -> PolicyId {
    PolicyId::from_uuid(uuid::Uuid::nil())
}

fn strength() -> StrengthId {
    StrengthId::from_uuid(uuid::Uuid::nil())
}

fn request() -> RequestId {
    RequestId::from_uuid(uuid::Uuid::nil())
}

fn requests() -> RequestQuery {
    RequestQuery::at(chrono::Utc::now(), user())
}

fn no_policy() -> PolicyForm {
    let details = PolicyDetails {
        name: String::new(),
        priority: 50,
        strength: strength(),
        criteria: Default::default(),
        triggers: Default::default(),
        overrides: Default::default(),
    };
    PolicyForm { id: None, details }
}

fn no_batch() -> BatchDraft {
    BatchDraft { action: BatchAction::Expire, credentials: vec![], update: None }
}

fn page() -> PageRequest {
    PageRequest { text: String::new(), group: None, from: 0, limit: 10 }
}

fn wrong() -> Confirmation {
    Confirmation { password: Secret::new("certainly wrong"), key_file: None }
}

fn user() -> UserId {
    UserId::from_uuid(uuid::Uuid::nil())
}

fn device() -> DeviceId {
    DeviceId::from_uuid(uuid::Uuid::nil())
}

fn credential() -> CredentialId {
    CredentialId::from_uuid(uuid::Uuid::nil())
}

fn version() -> SecretVersionId {
    SecretVersionId::from_uuid(uuid::Uuid::nil())
}

fn operation() -> OperationId {
    OperationId::from_uuid(uuid::Uuid::nil())
}

fn no_device() -> DeviceDetails {
    DeviceDetails {
        name: String::new(),
        address: String::new(),
        kind: String::new(),
        manufacturer: String::new(),
        model: String::new(),
        website: String::new(),
        site: String::new(),
        domain: String::new(),
        tags: vec![],
        criticality: Criticality::Low,
        connectivities: vec![],
    }
}

fn no_credential() -> CredentialForm {
    let details = CredentialDetails {
        username: String::new(),
        device: device(),
        password_type: PasswordType::LocalUser,
        domain: String::new(),
        additional_information: String::new(),
        tags: vec![],
        status: CredentialStatus::Active,
        execution: ExecutionSettings {
            automatic_change: false,
            plugin: None,
            template: None,
            connect_as: ConnectAs::Own,
            ..ExecutionSettings::default()
        },
    };
    CredentialForm { id: None, details, password: None, private_key: None }
}

#[test]
fn every_command_is_a_door_in_the_list() -> Result<()> {
    let bindings = fresh_bindings()?;
    let invoked = bindings.split("__TAURI_INVOKE(\"").skip(1);
    let commands: BTreeSet<&str> = invoked.filter_map(|rest| rest.split('"').next()).collect();
    let doors: BTreeSet<&str> = COMMAND_ACCESS.iter().map(|(name, ..)| *name).collect();
    let missing: Vec<_> = commands.difference(&doors).collect();
    assert!(missing.is_empty(), "these commands are not in the list: {missing:?}");
    let gone: Vec<_> = doors.difference(&commands).collect();
    assert!(gone.is_empty(), "these are no commands any more: {gone:?}");
    assert_eq!(doors.len(), COMMAND_ACCESS.len(), "a door is there twice");
    Ok(())
}

#[test]
fn every_door_lets_exactly_those_through_whom_the_table_names() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let practice = Practice::create(folder.path(), "Doors", Setup::default())?;
    let vault = practice.vault_folder()?;
    let app = &practice.app;
    let roles = [Role::Administrator, Role::Operator, Role::Approver, Role::Auditor];
    let mut one_time = Vec::new();
    for role in roles {
        one_time.push(app.users().add(&format!("{role:?}"), &[role])?);
    }
    for (role, one_time) in roles.into_iter().zip(one_time) {
        let name = format!("{role:?}");
        let request =
            UnlockVault { folder: vault.clone(), user_name: name.clone(), password: one_time.password, key_file: None };
        // The wrong passwords that were tried with the previous role delay the next sign-in.
        while let Err(error) = app.sessions().unlock(&request) {
            let AppError::SignInRests { seconds } = error else { bail!("{name}: {error}") };
            std::thread::sleep(Duration::from_secs(u64::from(seconds)));
        }
        for (name, door, call) in COMMAND_ACCESS.iter().filter(|(_, door, _)| *door != Access::Open) {
            let refused = call(app);
            assert!(
                matches!(refused, Err(AppError::MustSetPassword)),
                "{name} ({door:?}) before a password was chosen"
            );
        }
        app.sessions().set_password(&Secret::new(format!("{name} chose this one 1843")))?;
        let session = app.sessions().get().context("the person sits there")?;
        assert_eq!(session.user.roles, [role], "one role and no other");
        for (name, door, call) in COMMAND_ACCESS {
            let called = call(app);
            let through = match &called {
                Err(AppError::Forbidden) => false,
                Err(AppError::Locked | AppError::MustSetPassword) => bail!("{name} as {role:?}: {called:?}"),
                _ => true,
            };
            let meant = match door {
                Access::Open | Access::SignedIn => true,
                Access::May(action) => may(&[role], *action),
            };
            assert_eq!(through, meant, "{name} as {role:?}: {called:?}");
            let shown = match door {
                Access::May(action) => session.permitted.contains(action),
                Access::Open | Access::SignedIn => meant,
            };
            assert_eq!(shown, meant, "the window is told the same of {name} as {role:?}");
        }
    }
    Ok(())
}

#[test]
fn nobody_at_the_window_gets_through_no_door() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let practice = Practice::create(folder.path(), "Doors", Setup::default())?;
    practice.app.sessions().lock(app::LockReason::Person);
    for (name, door, call) in
        COMMAND_ACCESS.iter().filter(|(name, door, _)| *door != Access::Open && *name != "backup_restore")
    {
        let refused = call(&practice.app);
        assert!(matches!(refused, Err(AppError::Locked)), "{name} ({door:?}) at a locked window: {refused:?}");
    }
    Ok(())
}
