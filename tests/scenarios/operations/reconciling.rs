//! Reconciliation: a password is set again without the lost one, and no stored password is given up before the proof.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use app::{
    AppError, AppEvent, Ended, OperationAction, Operations, Parameters,
    domain::{
        ConnectAs, CredentialDetails, CredentialId, CredentialStatus, FailureCode, NotReconcilable, OperationId,
        Problem, ReconciliationSettings, Rule, SyncState,
        operation::{NoAutorun, OperationOrigin, OperationState, OperationType},
    },
};
use tests::{Access, Behaviour, NewCredential, Setup, impatient};

use crate::operations::rotating::World;

const WITHIN: Duration = Duration::from_secs(20);

fn repaired_by(through: CredentialId, autorun: bool) -> impl FnOnce(&mut CredentialDetails) {
    move |details| {
        details.execution.reconciliation = ReconciliationSettings {
            enabled: true,
            autorun,
            credential: Some(through),
            plugin: Some("ssh".to_owned()),
            template: Some("ssh-root-chpasswd".to_owned()),
        };
    }
}

/// Makes an account that changes its own password and is reconciled through root; another password has been set on the
/// device.
fn lost(world: &World, autorun: bool) -> Result<CredentialId> {
    let id = world.practice.enter_credential(&NewCredential {
        device: world.device_id,
        username: "oracle",
        password: "Start-pw-1",
        access: Access::Own("ssh-own-passwd"),
    })?;
    world.edit(id, repaired_by(world.root, autorun))?;
    world.device.set_password("oracle", "set by somebody");
    Ok(id)
}

fn state(world: &World, operation: OperationId) -> Result<OperationState> {
    Ok(world.practice.watch(operation, WITHIN, |_| {})?.row.record.state)
}

/// Makes a world whose executor tries again only after ten minutes, so that an operation stays stuck while a person
/// decides.
fn patient_world() -> Result<World> {
    let wait = Duration::from_secs(600);
    let parameters = Parameters { back_off: wait, longest_back_off: wait, ..impatient() };
    World::with(Setup { parameters, ..Setup::default() })
}

/// Waits until an operation is waiting with a password that may be on the device.
fn until_stuck(world: &World, operation: OperationId) -> Result<()> {
    let until = Instant::now() + WITHIN;
    loop {
        let row = world.practice.app.operations().get(operation)?.row;
        if row.record.state == OperationState::Scheduled && row.candidate_sent && row.record.attempts > 0 {
            return Ok(());
        }
        anyhow::ensure!(Instant::now() < until, "it is {:?}", row.record);
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_lost_password_is_set_again_without_it() -> Result<()> {
    let world = World::new()?;
    world.edit(world.deploy, repaired_by(world.root, false))?;
    world.device.behave(Behaviour::Garbles);
    let failed = world.practice.change(world.deploy)?;
    assert_eq!(world.sync()?, SyncState::OutOfSync, "nobody knows it");
    assert!(Operations::actions(&failed.row).contains(&OperationAction::Reconcile), "the window offers the way back");
    world.device.behave(Behaviour::Obeys);
    let before = world.device.logins().len();
    let _ = world.practice.events();
    let new = world.practice.app.credentials().reconcile(world.deploy, Some(failed.row.record.id), None)?;
    assert_ne!(new, failed.row.record.id, "it is an operation of its own");
    assert_eq!(
        state(&world, new)?,
        OperationState::Succeeded,
        "{:?}",
        world.practice.app.operations().get(new)?.attempts
    );
    assert_eq!(world.sync()?, SyncState::InSync, "everything is in sync");
    assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "the vault knows it");
    let tried = world.device.logins().split_off(before);
    assert!(tried.iter().all(|login| login.1 != "Start-pw-1"), "the lost one was not needed: {tried:?}");
    Ok(())
}

#[test]
fn the_end_of_a_reconciliation_is_told() -> Result<()> {
    let world = World::new()?;
    world.edit(world.deploy, repaired_by(world.root, false))?;
    let operation = world.practice.app.credentials().reconcile(world.deploy, None, None)?;
    let until = Instant::now() + WITHIN;
    let mut reported = Vec::new();
    while reported.is_empty() && Instant::now() < until {
        reported.extend(world.practice.events().into_iter().filter_map(|event| match event {
            AppEvent::ReconciliationEnded(ended) => Some(ended),
            _ => None,
        }));
        std::thread::sleep(Duration::from_millis(10));
    }
    let [Ended { operation: reported, state: OperationState::Succeeded, failure: None, .. }] = reported[..] else {
        anyhow::bail!("it was told as {reported:?}")
    };
    assert_eq!(reported, operation, "this one");
    Ok(())
}

#[test]
fn autorun_repairs_by_itself_what_a_reconciliation_can_repair() -> Result<()> {
    let world = World::new()?;
    let oracle = lost(&world, true)?;
    let failed = world.practice.change(oracle)?;
    assert_eq!(failed.row.record.failure, Some(FailureCode::OutOfSync), "its own login was refused");
    world.practice.wait_until_ended(oracle, WITHIN)?;
    let operations = world.operations(oracle)?;
    assert_eq!(operations.len(), 2, "one was scheduled by itself");
    assert_eq!(
        (operations[1].kind, operations[1].origin),
        (OperationType::Reconciliation, OperationOrigin::Autorun),
        ""
    );
    assert_eq!(operations[1].cause, Some(failed.row.record.id), "it names what it repairs");
    assert_eq!(operations[1].state, OperationState::Succeeded, "and did");
    assert_eq!(world.practice.password(oracle)?, world.device.password("oracle"), "the vault knows the password");
    Ok(())
}

#[test]
fn a_reconciliation_that_fails_is_not_followed_by_another() -> Result<()> {
    let world = World::new()?;
    let oracle = lost(&world, true)?;
    world.device.set_password("root", "changed by somebody");
    world.practice.change(oracle)?;
    world.practice.wait_until_ended(oracle, WITHIN)?;
    std::thread::sleep(Duration::from_millis(300));
    let operations = world.operations(oracle)?;
    assert_eq!(operations.len(), 2, "once for each failure of a change, not in a circle");
    assert_eq!(operations[1].failure, Some(FailureCode::AuthenticationFailed), "root could not log in");
    assert_eq!(world.device.logins().iter().filter(|login| login.0 == "root").count(), 1, "once");
    Ok(())
}

#[test]
fn what_a_reconciliation_cannot_repair_does_not_begin_one() -> Result<()> {
    let world = World::new()?;
    world.edit(world.deploy, repaired_by(world.root, true))?;
    world.device.behave(Behaviour::Refuses);
    world.practice.change(world.deploy)?;
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(world.operations(world.deploy)?.len(), 1, "the device refused the password, not the login");
    Ok(())
}

/// Lets another account reconcile `deploy`, so that root's own password does not matter.
fn repaired_by_another(world: &World) -> Result<()> {
    world.device.set_password("repairer", "Start-pw-1");
    let new =
        NewCredential { device: world.device_id, username: "repairer", password: "Start-pw-1", access: Access::None };
    let repairer = world.practice.enter_credential(&new)?;
    Ok(world.edit(world.deploy, repaired_by(repairer, true))?)
}

fn logins_of_deploy(world: &World) -> usize {
    world.device.logins().iter().filter(|login| login.0 == "deploy").count()
}

/// Returns the reason that the window and the audit trail give for a reconciliation that did not begin.
fn told_why_not(world: &World, operation: OperationId) -> Result<Option<NoAutorun>> {
    let why = world.practice.app.operations().get(operation)?.no_autorun;
    let query = app::AuditQuery { object: Some(operation.as_uuid()), ..app::AuditQuery::default() };
    let entry = world.practice.app.audit().list(&query)?.rows.into_iter().next().context("its end is in the trail")?;
    assert_eq!(entry.detail["noAutorun"], serde_json::to_value(why)?, "the trail says the same");
    Ok(why)
}

#[test]
fn a_denial_that_is_not_about_the_stored_password_begins_no_reconciliation() -> Result<()> {
    for behaviour in [Behaviour::DeniesBefore, Behaviour::Denies] {
        let world = World::new()?;
        repaired_by_another(&world)?;
        world.device.behave(behaviour);
        let failed = world.practice.change(world.deploy)?;
        assert_eq!(failed.row.record.failure, Some(FailureCode::AccessRefused), "{behaviour:?}: {:?}", failed.attempts);
        assert_eq!(world.operations(world.deploy)?.len(), 1, "{behaviour:?}: nothing begins by itself");
        assert_eq!(logins_of_deploy(&world), 1, "{behaviour:?}: one login has told that the password is right");
        let why = told_why_not(&world, failed.row.record.id)?;
        assert_eq!(why, Some(NoAutorun::StoredLogsIn), "{behaviour:?}");
        assert_eq!(world.practice.password(world.deploy)?, "Start-pw-1", "{behaviour:?}: it stays");
    }
    Ok(())
}

#[test]
fn an_access_login_that_is_refused_leads_to_one_login_with_the_stored_password() -> Result<()> {
    for (on_the_device, begins) in [("Start-pw-1", false), ("set by somebody", true)] {
        let world = World::new()?;
        repaired_by_another(&world)?;
        world.device.set_password("root", "changed by somebody");
        world.device.set_password("deploy", on_the_device);
        let failed = world.practice.change(world.deploy)?;
        world.practice.wait_until_ended(world.deploy, WITHIN)?;
        let operations = world.operations(world.deploy)?;
        assert_eq!(failed.row.record.failure, Some(FailureCode::AuthenticationFailed), "root's login");
        assert_eq!(operations.len() == 2, begins, "{on_the_device}: {operations:?}");
        if !begins {
            assert_eq!(logins_of_deploy(&world), 1, "one login and no more");
            assert_eq!(told_why_not(&world, failed.row.record.id)?, Some(NoAutorun::StoredLogsIn), "and it says why");
        }
        assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "the vault knows it");
    }
    Ok(())
}

#[test]
fn no_login_is_made_for_a_reconciliation_that_nobody_wants_or_that_the_device_could_punish() -> Result<()> {
    for (autorun, refusals) in [(false, 2), (true, 1)] {
        let parameters = Parameters { refusals, ..impatient() };
        let world = World::with(Setup { parameters, ..Setup::default() })?;
        repaired_by_another(&world)?;
        world.edit(world.deploy, |details| details.execution.reconciliation.autorun = autorun)?;
        world.device.set_password("root", "changed by somebody");
        let failed = world.practice.change(world.deploy)?;
        assert_eq!(logins_of_deploy(&world), 0, "by itself: {autorun}, refusals: {refusals}");
        let why = autorun.then_some(NoAutorun::NotRefused);
        assert_eq!(told_why_not(&world, failed.row.record.id)?, why, "by itself: {autorun}");
        assert_eq!(world.operations(world.deploy)?.len(), 1, "nothing begins");
    }
    Ok(())
}

#[test]
fn a_device_that_is_gone_does_not_hold_an_operation_for_ever() -> Result<()> {
    let world = patient_world()?;
    world.device.behave(Behaviour::VanishesAfterwards);
    let operation = world.practice.request_change(world.deploy)?;
    until_stuck(&world, operation)?;
    let app = &world.practice.app;
    assert!(matches!(app.operations().cancel_unsent(operation), Err(AppError::CandidateUnresolved)), "not by the way");
    app.operations().cancel(operation)?;
    assert_eq!(app.operations().get(operation)?.row.record.state, OperationState::Canceled, "a person may end it");
    assert_eq!(world.sync()?, SyncState::OutOfSync, "the vault says that it does not know");
    // The candidate was kept. The next operation finds that the device has it.
    let kept = world.device.password("deploy");
    world.device.set_reachable(true);
    world.device.behave(Behaviour::Obeys);
    let ended = world.practice.change(world.deploy)?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "{:?}", ended.attempts);
    assert_eq!(world.practice.password(world.deploy)?, kept, "the first one is found, no second one was made");
    Ok(())
}

#[test]
fn a_device_that_is_gone_is_asked_less_and_less_often() -> Result<()> {
    let parameters =
        Parameters { back_off: Duration::from_secs(10), longest_back_off: Duration::from_secs(600), ..impatient() };
    let world = World::with(Setup { parameters, ..Setup::default() })?;
    world.device.behave(Behaviour::VanishesAfterwards);
    let operation = world.practice.request_change(world.deploy)?;
    let mut waits = Vec::new();
    for look in 1..=4 {
        let until = Instant::now() + WITHIN;
        loop {
            let details = world.practice.app.operations().get(operation)?;
            let waits_again = details.row.record.state == OperationState::Scheduled && details.attempts.len() == look;
            if let Some(ended) = details.attempts.last().and_then(|last| last.ended_at).filter(|_| waits_again) {
                waits.push((details.row.record.not_before - ended).num_seconds());
                break;
            }
            anyhow::ensure!(Instant::now() < until, "look {look}: {:?}", details.row.record);
            std::thread::sleep(Duration::from_millis(10));
        }
        world.practice.app.operations().run_now(operation)?;
    }
    assert!(waits[3] >= 80, "eight times as long before the fifth: {waits:?}");
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "each wait is longer: {waits:?}");
    Ok(())
}

#[test]
fn a_stuck_operation_makes_way_for_a_reconciliation() -> Result<()> {
    let world = patient_world()?;
    world.edit(world.deploy, repaired_by(world.root, false))?;
    world.device.behave(Behaviour::VanishesAfterwards);
    let stuck = world.practice.request_change(world.deploy)?;
    until_stuck(&world, stuck)?;
    assert_eq!(world.practice.app.credentials().not_reconcilable(world.deploy)?, None, "it is no obstacle");
    let repair = world.practice.app.credentials().reconcile(world.deploy, Some(stuck), None)?;
    assert_eq!(world.practice.app.operations().get(stuck)?.row.record.state, OperationState::Canceled, "called off");
    world.device.behave(Behaviour::Obeys);
    world.device.set_reachable(true);
    assert_eq!(state(&world, repair)?, OperationState::Succeeded, "the repair went through");
    assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "in sync");
    Ok(())
}

#[test]
fn a_reconciliation_that_changes_nothing_finds_the_password_that_was_never_resolved() -> Result<()> {
    let world = patient_world()?;
    world.edit(world.deploy, repaired_by(world.root, false))?;
    world.device.behave(Behaviour::VanishesAfterwards);
    let stuck = world.practice.request_change(world.deploy)?;
    until_stuck(&world, stuck)?;
    let first = world.device.password("deploy");
    world.device.behave(Behaviour::HangsUp);
    let repair = world.practice.app.credentials().reconcile(world.deploy, Some(stuck), None)?;
    world.device.set_reachable(true);
    assert_eq!(state(&world, repair)?, OperationState::Error, "its own password was never set");
    assert_eq!(world.device.password("deploy"), first, "the device has that of the first operation");
    assert_eq!(world.practice.password(world.deploy)?, first, "and the vault found it among those that it kept");
    assert_eq!(world.sync()?, SyncState::InSync, "so nothing is in doubt");
    Ok(())
}

#[test]
fn a_child_is_repaired_with_its_parents_password() -> Result<()> {
    let world = World::new()?;
    let oracle = lost(&world, true)?;
    world.edit(oracle, |details| details.execution.parent = Some(world.deploy))?;
    world.practice.change(world.deploy)?;
    world.practice.wait_until_ended(oracle, WITHIN)?;
    let operations = world.operations(oracle)?;
    assert_eq!(
        operations.last().map(|last| (last.kind, last.state)),
        Some((OperationType::Reconciliation, OperationState::Succeeded)),
        ""
    );
    assert_eq!(world.device.password("oracle"), world.device.password("deploy"), "it is where the same account lives");
    Ok(())
}

#[test]
fn what_cannot_be_reconciled_says_why() -> Result<()> {
    let world = World::new()?;
    let refused = || match world.practice.app.credentials().reconcile(world.deploy, None, None) {
        Err(AppError::NotReconcilable { reason }) => Ok(reason),
        other => anyhow::bail!("it went as {other:?}"),
    };
    assert_eq!(refused()?, NotReconcilable::NotEnabled, "it is off");
    let repairer = world.practice.enter_credential(&NewCredential {
        device: world.device_id,
        username: "repairer",
        password: "Start-pw-1",
        access: Access::None,
    })?;
    world.edit(world.deploy, repaired_by(repairer, false))?;
    world.edit(repairer, |details| details.status = CredentialStatus::Inactive)?;
    assert_eq!(refused()?, NotReconcilable::CredentialInactive, "who repairs is not in use");
    world.edit(repairer, |details| details.status = CredentialStatus::Active)?;
    world.practice.app.operations().request_change(
        &app::Selection::Ids(vec![world.deploy]),
        Some(chrono::Utc::now() + chrono::TimeDelta::days(1)),
    )?;
    assert_eq!(refused()?, NotReconcilable::OpenOperation, "nothing is wrong with the one that waits");
    Ok(())
}

#[test]
fn nobody_is_repaired_by_themselves_nor_by_who_needs_them() -> Result<()> {
    let world = World::new()?;
    let rule = |id, edit: Box<dyn FnOnce(&mut CredentialDetails)>| -> Result<Vec<Problem>> {
        match world.edit(id, edit).err().context("it must be refused")? {
            AppError::Invalid { problems } => Ok(problems),
            other => Err(other.into()),
        }
    };
    let same = [Problem::new("execution.reconciliation.credentialId", Rule::SameCredential)];
    assert_eq!(rule(world.deploy, Box::new(repaired_by(world.deploy, false)))?, same, "itself");
    // `deploy` is changed through root, so if root were reconciled through `deploy`, both would be lost together.
    assert_eq!(rule(world.root, Box::new(repaired_by(world.deploy, false)))?, same, "who is changed through it");
    let elsewhere = world.enter_elsewhere("srv-02", "far")?;
    let far = [Problem::new("execution.reconciliation.credentialId", Rule::OtherDevice)];
    assert_eq!(rule(world.deploy, Box::new(repaired_by(elsewhere, false)))?, far, "another device's account");
    let own_template = rule(
        world.deploy,
        Box::new(move |details| {
            repaired_by(world.root, false)(details);
            details.execution.reconciliation.template = Some("ssh-own-passwd".to_owned());
            details.execution.connect_as = ConnectAs::Access(world.root);
        }),
    )?;
    let wrong = [Problem::new("execution.reconciliation.templateId", Rule::WrongPlugin)];
    assert_eq!(own_template, wrong, "a template that needs the lost password");
    Ok(())
}
