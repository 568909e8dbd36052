//! Children follow their parents, and the failure of one credential does not affect the others.

use std::time::Duration;

use anyhow::{Context, Result};
use app::{
    AppError, Selection,
    domain::{
        ChildPassword, CredentialId, CredentialStatus, FailureCode, Problem, Rule, SyncState,
        operation::{OperationOrigin, OperationState, OperationType},
    },
};
use tests::Behaviour;

use crate::operations::rotating::World;

const WITHIN: Duration = Duration::from_secs(20);

fn follows(world: &World, child: CredentialId, parent: CredentialId) -> Result<(), AppError> {
    world.edit(child, |details| details.execution.parent = Some(parent))
}

/// Adds a parent, its two children, and a child of the first of these, each on a device of its own.
fn family(world: &World) -> Result<[CredentialId; 3]> {
    let first = world.enter_elsewhere("srv-02", "first")?;
    let second = world.enter_elsewhere("srv-03", "second")?;
    let grandchild = world.enter_elsewhere("srv-04", "grandchild")?;
    follows(world, first, world.deploy)?;
    follows(world, second, world.deploy)?;
    follows(world, grandchild, first)?;
    Ok([first, second, grandchild])
}

fn wait_until_ended(world: &World, credentials: &[CredentialId]) -> Result<()> {
    credentials.iter().try_for_each(|credential| world.practice.wait_until_ended(*credential, WITHIN))
}

#[test]
fn a_whole_chain_gets_its_parents_new_password() -> Result<()> {
    let world = World::new()?;
    let family = family(&world)?;
    let change = world.practice.change(world.deploy)?;
    wait_until_ended(&world, &family)?;
    let new = world.practice.password(world.deploy)?;
    for (credential, username) in family.into_iter().zip(["first", "second", "grandchild"]) {
        assert_eq!(world.device.password(username), new, "{username} has the same on its device");
        assert_eq!(world.practice.password(credential)?, new, "and the vault knows it of {username}");
    }
    let of_first = world.operations(family[0])?;
    assert_eq!(of_first[0].kind, OperationType::ChildPasswordChange, "its operation says what it is");
    assert_eq!(of_first[0].origin, OperationOrigin::Parent, "and why there is one");
    assert_eq!(of_first[0].cause, Some(change.row.record.id), "and which one it follows");
    let of_grandchild = world.operations(family[2])?;
    assert_eq!(of_grandchild[0].cause, Some(of_first[0].id), "each follows its own parent");
    Ok(())
}

#[test]
fn a_child_may_have_a_password_of_its_own() -> Result<()> {
    let world = World::new()?;
    let child = world.enter_elsewhere("srv-02", "first")?;
    world.edit(child, |details| {
        details.execution.parent = Some(world.deploy);
        details.execution.child_password = ChildPassword::Own;
    })?;
    world.practice.change(world.deploy)?;
    wait_until_ended(&world, &[child])?;
    let (own, parents) = (world.practice.password(child)?, world.practice.password(world.deploy)?);
    assert_ne!(own, "Start-pw-1", "it was changed too");
    assert_ne!(own, parents, "to another one");
    assert_eq!(world.device.password("first"), own, "which its device has");
    Ok(())
}

#[test]
fn a_child_that_fails_troubles_neither_its_parent_nor_its_sibling() -> Result<()> {
    let world = World::new()?;
    let family = family(&world)?;
    world.device.behave_for("first", Behaviour::Refuses);
    let change = world.practice.change(world.deploy)?;
    wait_until_ended(&world, &family)?;
    assert_eq!(change.row.record.state, OperationState::Succeeded, "the parent is changed");
    let new = world.practice.password(world.deploy)?;
    assert_eq!(world.practice.password(family[1])?, new, "so is the sibling");
    let failed = &world.operations(family[0])?[0];
    assert_eq!(
        (failed.state, failed.failure),
        (OperationState::Error, Some(FailureCode::PasswordRefused)),
        "its own error"
    );
    assert_eq!(world.practice.password(family[0])?, world.device.password("first"), "it keeps the one that logs in");
    assert!(world.operations(family[2])?.is_empty(), "what follows it has nothing to follow");
    // After a restart it still gets its parent's password and not a new one.
    world.device.behave_for("first", Behaviour::Obeys);
    world.practice.app.operations().restart(failed.id)?;
    wait_until_ended(&world, &family)?;
    assert_eq!(world.device.password("first"), new, "the parent's");
    Ok(())
}

#[test]
fn a_parent_whose_change_was_found_by_logging_in_is_followed_too() -> Result<()> {
    let world = World::new()?;
    let child = world.enter_elsewhere("srv-02", "first")?;
    follows(&world, child, world.deploy)?;
    world.device.behave_for("deploy", Behaviour::ChangesAndHangsUp);
    world.practice.change(world.deploy)?;
    wait_until_ended(&world, &[child])?;
    assert_eq!(world.device.password("first"), world.device.password("deploy"), "however it became current");
    Ok(())
}

#[test]
fn a_circle_is_refused_and_named() -> Result<()> {
    let world = World::new()?;
    let family = family(&world)?;
    let refused = follows(&world, world.deploy, family[2]).err().context("it must be refused")?;
    let path = "deploy on srv-01 → grandchild on srv-04 → first on srv-02 → deploy on srv-01".to_owned();
    let AppError::Invalid { problems } = refused else { return Err(refused.into()) };
    assert_eq!(problems, [Problem::new("execution.parentCredentialId", Rule::Cycle { path })], "the way round");
    let itself = follows(&world, world.deploy, world.deploy).err().context("it must be refused")?;
    assert!(matches!(itself, AppError::Invalid { .. }), "nobody is their own parent");
    let chain = world.practice.app.credentials().chain(family[2])?;
    let seen: Vec<_> = chain.nodes.iter().map(|node| (node.depth, node.credential.details.username.as_str())).collect();
    assert_eq!(seen, [(0, "deploy"), (1, "first"), (2, "grandchild"), (1, "second")], "the tree, from its root");
    Ok(())
}

#[test]
fn a_child_with_an_open_operation_follows_when_that_has_ended() -> Result<()> {
    let world = World::new()?;
    let child = world.enter_elsewhere("srv-02", "first")?;
    follows(&world, child, world.deploy)?;
    let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
    let waits = world.practice.app.operations().request_change(&Selection::Ids(vec![child]), Some(tomorrow))?;
    world.practice.change(world.deploy)?;
    assert_eq!(world.operations(child)?.len(), 1, "it got no second one");
    world.practice.change(world.deploy)?;
    world.practice.app.operations().cancel(waits.operations[0])?;
    wait_until_ended(&world, &[child])?;
    assert_eq!(world.operations(child)?.len(), 2, "one for both changes of its parent");
    assert_eq!(world.device.password("first"), world.device.password("deploy"), "the newest one");
    Ok(())
}

#[test]
fn a_child_that_waits_gets_the_newest_password_of_its_parent() -> Result<()> {
    let world = World::new()?;
    let child = world.enter_elsewhere("srv-02", "first")?;
    follows(&world, child, world.deploy)?;
    let selection = Selection::Ids(vec![child]);
    world.practice.app.credentials().pause(&selection, "moving to another rack")?;
    world.practice.change(world.deploy)?;
    world.practice.change(world.deploy)?;
    assert_eq!(world.operations(child)?.len(), 1, "one waits");
    world.practice.app.credentials().resume(&selection)?;
    wait_until_ended(&world, &[child])?;
    assert_eq!(world.device.password("first"), world.device.password("deploy"), "never the one in between");
    assert_eq!(world.device.changes(), 3, "and only once");
    Ok(())
}

#[test]
fn a_child_that_is_not_in_use_says_why_it_does_not_follow() -> Result<()> {
    let world = World::new()?;
    let child = world.enter_elsewhere("srv-02", "first")?;
    world.edit(child, |details| {
        details.execution.parent = Some(world.deploy);
        details.status = CredentialStatus::Inactive;
    })?;
    let change = world.practice.change(world.deploy)?;
    assert_eq!(change.row.record.state, OperationState::Succeeded, "its parent is changed");
    let kept = world.operations(child)?;
    assert_eq!((kept.len(), kept[0].failure), (1, Some(FailureCode::NotConfigured)), "there is a trace");
    let said = format!("{:?}", world.practice.app.operations().get(kept[0].id)?.attempts);
    assert!(said.contains("it does not follow its parent: it is inactive"), "with the reason: {said}");
    assert_eq!(
        world.practice.app.credentials().get(child)?.0.credential.sync,
        SyncState::NotVerified,
        "nothing was tried"
    );
    Ok(())
}

#[test]
fn a_credential_that_others_follow_is_not_deleted() -> Result<()> {
    let world = World::new()?;
    let child = world.enter_elsewhere("srv-02", "first")?;
    follows(&world, child, world.deploy)?;
    let refused = world.practice.app.credentials().delete(world.deploy);
    assert!(matches!(refused, Err(AppError::CredentialInUse { credentials: 1, .. })), "one follows it");
    Ok(())
}
