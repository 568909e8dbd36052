//! The executor's limits: how many operations run at once, in which order, which of them wait, and the messages about
//! it.

use std::time::Duration;

use anyhow::Result;
use app::{
    AppError, Parameters, Selection,
    domain::{
        CredentialId, Problem, Rule,
        operation::OperationState,
        parameter::{Parameter, Value},
    },
};
use tests::{Access, NewCredential, Setup, impatient};

use crate::operations::rotating::World;

const WITHIN: Duration = Duration::from_secs(20);

fn ids(credentials: &[CredentialId]) -> Selection {
    Selection::Ids(credentials.to_vec())
}

/// Adds accounts, each on a device of its own.
fn many(world: &World, count: usize) -> Result<Vec<CredentialId>> {
    (0..count).map(|number| world.enter_elsewhere(&format!("srv-{number:02}x"), &format!("user{number}"))).collect()
}

fn wait_for_all(world: &World, credentials: &[CredentialId]) -> Result<()> {
    credentials.iter().try_for_each(|credential| world.practice.wait_until_ended(*credential, WITHIN))
}

#[test]
fn a_group_never_runs_together() -> Result<()> {
    let world = World::new()?;
    let pair = many(&world, 4)?;
    for credential in &pair {
        world.edit(*credential, |details| details.execution.exclusion_group = "both domain controllers".to_owned())?;
    }
    world.device.slow_down(Duration::from_millis(60));
    world.practice.app.operations().request_change(&ids(&pair), None)?;
    wait_for_all(&world, &pair)?;
    assert_eq!((world.device.changes(), world.device.busiest()), (4, 1), "one after the other");
    Ok(())
}

#[test]
fn what_is_in_no_group_runs_together() -> Result<()> {
    let world = World::new()?;
    let four = many(&world, 4)?;
    world.device.slow_down(Duration::from_millis(200));
    world.practice.app.operations().request_change(&ids(&four), None)?;
    wait_for_all(&world, &four)?;
    assert!(world.device.busiest() > 1, "the devices have nothing to do with each other");
    Ok(())
}

#[test]
fn other_bounds_count_at_once() -> Result<()> {
    let world = World::with(Setup { parameters: Parameters { at_once: 1, ..impatient() }, ..Setup::default() })?;
    let four = many(&world, 4)?;
    world.device.slow_down(Duration::from_millis(100));
    world.practice.app.operations().request_change(&ids(&four), None)?;
    wait_for_all(&world, &four)?;
    assert_eq!(world.device.busiest(), 1, "one at a time");
    world.practice.app.parameters().save(Parameter::AtOnce, Value::Integer(4))?;
    world.practice.app.parameters().save(Parameter::AuthenticatingAtOnce, Value::Integer(4))?;
    world.practice.app.operations().request_change(&ids(&four), None)?;
    wait_for_all(&world, &four)?;
    assert!(world.device.busiest() > 1, "more from now on");
    Ok(())
}

#[test]
fn one_device_may_be_allowed_several_at_once() -> Result<()> {
    let world = World::with(Setup { parameters: Parameters { per_device: 3, ..impatient() }, ..Setup::default() })?;
    let mut three = Vec::new();
    for username in ["a", "b", "c"] {
        world.device.set_password(username, "Start-pw-1");
        three.push(world.practice.enter_credential(&NewCredential {
            device: world.device_id,
            username,
            password: "Start-pw-1",
            access: Access::Through(world.root, "ssh-root-chpasswd"),
        })?);
    }
    world.device.slow_down(Duration::from_millis(200));
    world.practice.app.operations().request_change(&ids(&three), None)?;
    wait_for_all(&world, &three)?;
    assert!(world.device.busiest() > 1, "they share the device");
    world.practice.app.parameters().save(Parameter::PerDevice, Value::Integer(1))?;
    let before = world.device.busiest();
    world.device.slow_down(Duration::from_millis(30));
    world.practice.app.operations().request_change(&ids(&three), None)?;
    wait_for_all(&world, &three)?;
    assert_eq!(world.device.busiest(), before, "never more than before");
    for (credential, username) in three.iter().zip(["a", "b", "c"]) {
        assert_eq!(world.practice.password(*credential)?, world.device.password(username), "{username}");
    }
    Ok(())
}

#[test]
fn a_credential_that_rests_is_left_alone_until_a_person_pushes() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    let refused = app.credentials().pause(&ids(&[world.deploy]), "  ");
    let Err(AppError::Invalid { problems }) = refused else { anyhow::bail!("a pause needs a reason") };
    assert_eq!(problems, [Problem::new("reason", Rule::Required)], "at its field");
    assert_eq!(app.credentials().pause(&ids(&[world.deploy]), "audit week")?, 1, "one rests");
    assert_eq!(app.credentials().pause(&ids(&[world.deploy]), "again")?, 0, "it rests already");
    let requested = app.operations().request_change(&ids(&[world.deploy]), None)?;
    std::thread::sleep(Duration::from_millis(150));
    let record = app.operations().get(requested.operations[0])?.row.record;
    assert_eq!(record.state, OperationState::Scheduled, "scheduled work waits");
    assert_eq!(app.operations().hold(&record)?, Some(app::BlockReason::CredentialPaused), "and says why");
    app.operations().run_now(record.id)?;
    let ended = world.practice.watch(record.id, WITHIN, |_| {})?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "what a person pushes runs");
    let pause = app.credentials().get(world.deploy)?.0.credential.pause;
    assert_eq!(pause.map(|pause| pause.reason), Some("audit week".to_owned()), "it goes on resting");
    assert_eq!(app.credentials().resume(&ids(&[world.deploy]))?, 1, "until somebody says otherwise");
    Ok(())
}

#[test]
fn work_that_waited_for_the_end_of_a_pause_runs_then() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    app.credentials().pause(&ids(&[world.deploy]), "audit week")?;
    let requested = app.operations().request_change(&ids(&[world.deploy]), None)?;
    app.credentials().resume(&ids(&[world.deploy]))?;
    let ended = world.practice.watch(requested.operations[0], WITHIN, |_| {})?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "it was not forgotten");
    Ok(())
}

#[test]
fn while_everything_rests_only_what_is_pushed_begins() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    let other = world.enter_elsewhere("srv-02", "other")?;
    // Ada founded the vault: she is administrator and operator.
    app.operations().pause_everything("power cut at the site")?;
    assert_eq!(
        app.operations().everything_paused()?.map(|pause| pause.reason).as_deref(),
        Some("power cut at the site"),
        ""
    );
    let requested = app.operations().request_change(&ids(&[world.deploy, other]), None)?;
    std::thread::sleep(Duration::from_millis(150));
    assert_eq!(world.device.changes(), 0, "nothing began");
    app.operations().run_now(requested.operations[0])?;
    world.practice.watch(requested.operations[0], WITHIN, |_| {})?;
    assert_eq!(world.device.changes(), 1, "but for what was pushed");
    app.operations().resume_everything()?;
    wait_for_all(&world, &[other])?;
    assert_eq!(world.device.changes(), 2, "then the rest");
    Ok(())
}

#[test]
fn what_is_overdue_is_counted() -> Result<()> {
    let parameters = Parameters { overdue_after: Duration::ZERO, at_once: 1, ..impatient() };
    let world = World::with(Setup { parameters, ..Setup::default() })?;
    let three = many(&world, 3)?;
    assert_eq!(world.practice.app.operations().overdue(10)?.waiting, 0, "nothing waits");
    world.device.slow_down(Duration::from_millis(300));
    world.practice.app.operations().request_change(&ids(&three), None)?;
    std::thread::sleep(Duration::from_millis(100));
    let overdue = world.practice.app.operations().overdue(1)?;
    assert_eq!((overdue.waiting, overdue.stuck, overdue.records.len()), (2, 0, 1), "two wait behind the first one");
    assert!(overdue.since.is_some(), "and it says since when");
    wait_for_all(&world, &three)
}
