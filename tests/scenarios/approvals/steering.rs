//! Rows that control the executor are edited outside the program: nothing is sent that the settings would not have
//! allowed, and no password is made that is weaker than the minimum.

use anyhow::{Context, Result};
use app::{
    AppError, Clock, ExecutorState, Secret, Selection, StrengthForm,
    domain::{
        CredentialId, FailureCode, OperationId, PolicyId, Problem, ReconciliationSettings, Rule, StrengthId,
        operation::OperationState,
        parameter::{Parameter, ParameterDefaultReason, Value},
        policy::{Criteria, Overrides, PolicyDetails, Triggers},
        strength::Strength,
    },
};
use chrono::TimeDelta;
use tests::{Access, NewCredential, PASSWORD, USER_NAME};

use crate::approvals::four_eyes::{Team, hex};

fn edit(team: &Team, sql: &str) -> Result<()> {
    team.practice.app.sessions().sign_out()?;
    vault::attack::execute(&team.folder, USER_NAME, &Secret::new(PASSWORD), sql)?;
    team.sign_in_as("Otto")
}

fn blob(id: CredentialId) -> String {
    format!("X'{}'", hex(id.as_uuid().as_bytes()))
}

/// Adds an account of another device, which the simulated device would accept like any other.
fn elsewhere(team: &Team) -> Result<CredentialId> {
    let device = team.practice.enter_device("srv-02", "10.0.0.2", 22)?;
    team.practice.accept_host_key(device)?;
    team.device.set_password("far", "Far-pw-1");
    team.practice.enter_credential(&NewCredential {
        device,
        username: "far",
        password: "Far-pw-1",
        access: Access::None,
    })
}

fn repaired_by_root(team: &Team) -> Result<()> {
    let mut details = team.practice.app.credentials().get(team.deploy)?.0.credential.details;
    details.execution.reconciliation = ReconciliationSettings {
        enabled: true,
        autorun: true,
        credential: Some(team.root),
        plugin: Some("ssh".to_owned()),
        template: Some("ssh-root-chpasswd".to_owned()),
    };
    team.practice.app.credentials().save(app::CredentialForm {
        id: Some(team.deploy),
        details,
        password: None,
        private_key: None,
    })?;
    Ok(())
}

fn change(team: &Team) -> Result<OperationId> {
    let asked = team.practice.app.operations().request_change(&Selection::Ids(vec![team.deploy]), None)?;
    asked.operations.first().copied().context("it was skipped")
}

/// Requests a change while everything is correct, edits the vault, and lets the change run.
fn change_after(team: &Team, sql: &str) -> Result<OperationId> {
    let tomorrow = team.hands.now() + TimeDelta::days(1);
    let asked = team.practice.app.operations().request_change(&Selection::Ids(vec![team.deploy]), Some(tomorrow))?;
    let operation = asked.operations.first().copied().context("it was skipped")?;
    edit(team, sql)?;
    team.practice.app.operations().run_now(operation)?;
    Ok(operation)
}

/// Checks that an operation ended with this failure before anything left the program, and that the audit trail records
/// it.
fn assert_nothing_sent(team: &Team, operation: OperationId, failure: &str) -> Result<()> {
    team.until(operation, OperationState::Error)?;
    let ended = team.practice.app.operations().get(operation)?;
    assert_eq!(team.device.logins(), [], "nobody logged in anywhere");
    let found = ended.row.record.failure.map(|failure: FailureCode| format!("{failure:?}"));
    assert_eq!(found.as_deref(), Some(failure), "{:?}", ended.attempts);
    team.sign_in_as(USER_NAME)?;
    let query = app::AuditQuery { actions: vec!["operation.ended".to_owned()], limit: 10, ..Default::default() };
    let entries = team.practice.app.audit().list(&query)?.rows;
    let named = entries
        .iter()
        .any(|entry| entry.detail["failure"].as_str().is_some_and(|reported| reported.eq_ignore_ascii_case(failure)));
    assert!(named, "the trail says it: {entries:?}");
    Ok(())
}

#[test]
fn an_access_credential_of_another_device_is_not_used() -> Result<()> {
    let team = Team::new()?;
    let (far, deploy) = (blob(elsewhere(&team)?), blob(team.deploy));
    let sql = format!("UPDATE credentials SET access_credential_id = {far} WHERE id = {deploy}");
    let operation = change_after(&team, &sql)?;
    assert_nothing_sent(&team, operation, "AccessNotAllowed")
}

#[test]
fn an_access_credential_that_was_moved_to_another_device_is_not_used() -> Result<()> {
    let team = Team::new()?;
    elsewhere(&team)?;
    let moved = "UPDATE credentials SET device_id = (SELECT device_id FROM credentials WHERE username = 'far') \
         WHERE username = 'root'";
    let operation = change_after(&team, moved)?;
    assert_nothing_sent(&team, operation, "AccessNotAllowed")
}

#[test]
fn an_access_credential_that_is_gone_is_not_used() -> Result<()> {
    let team = Team::new()?;
    let gone = "PRAGMA foreign_keys = OFF; UPDATE credentials SET access_credential_id = zeroblob(16) \
         WHERE username = 'deploy'";
    let operation = change_after(&team, gone)?;
    assert_nothing_sent(&team, operation, "AccessNotAllowed")
}

#[test]
fn a_reconciliation_credential_of_another_device_is_not_used() -> Result<()> {
    let team = Team::new()?;
    repaired_by_root(&team)?;
    let far = elsewhere(&team)?;
    let sql =
        format!("UPDATE credentials SET reconciliation_credential_id = {} WHERE id = {}", blob(far), blob(team.deploy));
    edit(&team, &sql)?;
    let operation = team.practice.app.credentials().reconcile(team.deploy, None, None)?;
    assert_nothing_sent(&team, operation, "AccessNotAllowed")
}

#[test]
fn a_credential_is_not_its_own_access_credential() -> Result<()> {
    let team = Team::new()?;
    let own = blob(team.deploy);
    let sql = format!(
        "PRAGMA ignore_check_constraints = ON; UPDATE credentials SET access_credential_id = {own} WHERE id = {own}"
    );
    let operation = change_after(&team, &sql)?;
    assert_nothing_sent(&team, operation, "AccessNotAllowed")
}

#[test]
fn an_inactive_access_credential_is_not_used() -> Result<()> {
    let team = Team::new()?;
    let operation = change_after(&team, "UPDATE credentials SET status = 'inactive' WHERE username = 'root'")?;
    assert_nothing_sent(&team, operation, "AccessNotAllowed")
}

/// Returns rules that allow only the password of twelve sevens.
fn twelve_sevens() -> Strength {
    Strength {
        minimum_length: 12,
        maximum_length: 12,
        upper: None,
        lower: None,
        digits: Some(0),
        symbols: None,
        forbidden: "012345689".to_owned(),
        first: Vec::new(),
        ..Strength::default()
    }
}

/// Makes a policy for all credentials, with its own strength.
fn policy(team: &Team) -> Result<(PolicyId, StrengthId)> {
    let form = StrengthForm { id: None, name: "Own".to_owned(), rules: Strength::default() };
    let strength = team.practice.app.strengths().save(&form)?;
    let details = PolicyDetails {
        name: "All".to_owned(),
        priority: 50,
        strength,
        criteria: Criteria::default(),
        triggers: Triggers::default(),
        overrides: Overrides::default(),
    };
    Ok((team.practice.app.policies().save(&app::PolicyForm { id: None, details })?, strength))
}

fn weaken(team: &Team) -> Result<()> {
    let rules = serde_json::to_string(&twelve_sevens())?;
    edit(team, &format!("UPDATE strengths SET rules = '{rules}' WHERE name = 'Own'"))
}

#[test]
fn a_strength_below_the_floor_is_marked_in_the_list_and_can_be_corrected() -> Result<()> {
    let team = Team::new()?;
    let (_, strength) = policy(&team)?;
    weaken(&team)?;
    team.sign_in_as(USER_NAME)?;
    let app = &team.practice.app;
    let rows = app.strengths().list(&app::StrengthQuery::default())?.rows;
    let usable: Vec<(&str, bool)> = rows.iter().map(|row| (row.name.as_str(), row.problems.is_empty())).collect();
    assert!(usable.contains(&("Own", false)) && usable.iter().any(|row| row.1), "one of two: {usable:?}");
    let weak = StrengthForm { id: Some(strength), name: "Own".to_owned(), rules: twelve_sevens() };
    let Err(AppError::Invalid { problems }) = app.strengths().save(&weak) else { anyhow::bail!("it was saved") };
    let too_few = Rule::TooFewPossibilities { minimum: 64 };
    assert_eq!(problems, [Problem::new("rules.maximumLength", too_few)], "refused at its field");
    assert_eq!(app.strengths().estimate(&twelve_sevens())?.samples.len(), 0, "no sample is shown");
    app.strengths().save(&StrengthForm { rules: Strength::default(), ..weak })?;
    let corrected = app.strengths().get(strength)?;
    assert_eq!(corrected.problems, [], "an administrator has put it right");
    Ok(())
}

#[test]
fn the_executor_rests_while_locked_where_somebody_has_no_key_to_passwords() -> Result<()> {
    let team = Team::new()?;
    let app = &team.practice.app;
    let row = |parameter| -> Result<app::ParameterRow> {
        let rows = app.parameters().list()?;
        rows.into_iter().find(|row| row.definition.parameter == parameter).context("it is in the list")
    };
    let locked = || -> Result<ExecutorState> {
        Ok(app.sessions().lock(app::LockReason::Person).context("it was open")?.executor.state)
    };
    assert_eq!(locked()?, ExecutorState::Working, "somebody has switched it on");
    team.sign_in_as(USER_NAME)?;
    app.parameters().reset(Parameter::RotateWhileLocked)?;
    let default = row(Parameter::RotateWhileLocked)?;
    assert_eq!(default.value, Value::Switch(false), "Anna and Bert are approvers");
    assert_eq!(default.default_reason, Some(ParameterDefaultReason::SomebodyLacksPasswords), "and the window says why");
    assert_eq!(row(Parameter::LockOnSleep)?.default_reason, None, "nothing else depends on that");
    assert_eq!(locked()?, ExecutorState::RestingWhileLocked, "its key is gone");
    Ok(())
}

#[test]
fn a_strength_below_the_floor_makes_no_password() -> Result<()> {
    let team = Team::new()?;
    policy(&team)?;
    weaken(&team)?;
    let operation = change(&team)?;
    assert_nothing_sent(&team, operation, "StrengthUnusable")?;
    assert_eq!(team.device.password("deploy"), "Start-pw-1", "the device keeps what it has");
    let attempts = team.practice.app.operations().get(operation)?.attempts;
    let reported = attempts.iter().filter_map(|attempt| attempt.expected.as_deref()).collect::<String>();
    assert!(reported.contains("“Own”"), "the message names the strength: {reported:?}");
    Ok(())
}
