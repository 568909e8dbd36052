//! Requesting changes, and the actions on the requested operations.

use anyhow::Result;
use app::{
    AppError, CredentialQuery, OperationAction, Operations, Selection,
    domain::{NotChangeable, operation::OperationState},
};
use chrono::{TimeDelta, Utc};
use tests::{Access, NewCredential};

use crate::operations::rotating::World;

fn tomorrow() -> Option<chrono::DateTime<Utc>> {
    Some(Utc::now() + TimeDelta::days(1))
}

#[test]
fn what_cannot_be_changed_is_skipped_with_its_reason() -> Result<()> {
    let world = World::new()?;
    let selection = Selection::Ids(vec![world.root, world.deploy]);
    let requested = world.practice.app.operations().request_change(&selection, tomorrow())?;
    assert_eq!(requested.operations.len(), 1, "deploy was scheduled");
    assert_eq!(requested.skipped[0].reason, NotChangeable::NoAutomaticChange, "root has no template");
    assert_eq!(requested.skipped[0].label, "root on srv-01", "people know it by this name");
    Ok(())
}

#[test]
fn a_credential_with_an_open_operation_gets_no_second_one() -> Result<()> {
    let world = World::new()?;
    let selection = Selection::Ids(vec![world.deploy]);
    world.practice.app.operations().request_change(&selection, tomorrow())?;
    let second = world.practice.app.operations().request_change(&selection, None)?;
    assert!(second.operations.is_empty(), "nothing was scheduled");
    assert_eq!(second.skipped[0].reason, NotChangeable::OpenOperation, "and it says why");
    Ok(())
}

#[test]
fn all_that_match_can_be_requested_but_for_some() -> Result<()> {
    let world = World::new()?;
    for number in 0..5 {
        let username = format!("user{number}");
        world.practice.enter_credential(&NewCredential {
            device: world.device_id,
            username: &username,
            password: "Start-pw-9",
            access: Access::Through(world.root, "ssh-root-chpasswd"),
        })?;
    }
    let query = CredentialQuery { changeable: Some(true), ..CredentialQuery::default() };
    let selection = Selection::Matching { query, except: vec![world.deploy] };
    let requested = world.practice.app.operations().request_change(&selection, tomorrow())?;
    assert_eq!((requested.operations.len(), requested.skipped.len()), (5, 0), "all but deploy");
    Ok(())
}

#[test]
fn a_scheduled_operation_waits_until_it_is_hastened() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    let requested = app.operations().request_change(&Selection::Ids(vec![world.deploy]), tomorrow())?;
    let operation = requested.operations[0];
    std::thread::sleep(std::time::Duration::from_millis(100));
    let details = app.operations().get(operation)?;
    assert_eq!(details.row.record.state, OperationState::Scheduled, "its time has not come");
    assert_eq!(
        Operations::actions(&details.row),
        [OperationAction::RunNow, OperationAction::Cancel],
        "what may be done with it"
    );
    app.operations().run_now(operation)?;
    let ended = world.practice.watch(operation, std::time::Duration::from_secs(20), |_| {})?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "it overtook its schedule");
    Ok(())
}

#[test]
fn a_scheduled_operation_can_be_called_off_and_a_finished_one_cannot() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    let requested = app.operations().request_change(&Selection::Ids(vec![world.deploy]), tomorrow())?;
    app.operations().cancel(requested.operations[0])?;
    assert_eq!(app.operations().get(requested.operations[0])?.row.record.state, OperationState::Canceled, "called off");
    let again = app.operations().cancel(requested.operations[0]);
    assert!(matches!(again, Err(AppError::IllegalState { .. })), "there is nothing left to call off");
    assert!(world.device.logins().is_empty(), "the device never heard of it");
    Ok(())
}

#[test]
fn an_operation_that_ended_in_error_can_be_restarted_with_another_password() -> Result<()> {
    let world = World::new()?;
    world.device.behave(tests::Behaviour::Refuses);
    let operation = world.practice.change(world.deploy)?.row.record.id;
    world.device.behave(tests::Behaviour::Obeys);
    world.practice.app.operations().restart(operation)?;
    let ended = world.practice.watch(operation, std::time::Duration::from_secs(20), |_| {})?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "the second password was taken");
    assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "and it is the device's");
    Ok(())
}
