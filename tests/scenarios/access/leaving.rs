//! Signing out while an operation runs: it is waited for and named, up to a limit. An operation that still runs after
//! that loses no password.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use app::{
    AppEvent, Selection,
    domain::{
        OperationId, SyncState,
        operation::OperationState,
        parameter::{Parameter, Value},
    },
};

use crate::operations::rotating::World;

const WITHIN: Duration = Duration::from_secs(30);

/// Starts a change on a device that answers slowly.
fn under_way(world: &World, slowness: Duration) -> Result<OperationId> {
    world.device.slow_down(slowness);
    let requested = world.practice.app.operations().request_change(&Selection::Ids(vec![world.deploy]), None)?;
    let operation = *requested.operations.first().context("it was skipped")?;
    let until = Instant::now() + WITHIN;
    while world.practice.app.sessions().executor()?.running == 0 || world.device.logins().is_empty() {
        anyhow::ensure!(Instant::now() < until, "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = world.practice.events();
    Ok(operation)
}

#[test]
fn leaving_waits_for_what_runs_and_says_what_for() -> Result<()> {
    let world = World::new()?;
    let vault = world.practice.vault_folder()?;
    let operation = under_way(&world, Duration::from_millis(800))?;
    world.practice.app.sessions().sign_out()?;
    let reported = world.practice.events();
    let waited = reported.iter().position(|event| match event {
        AppEvent::SigningOut(running) => running.iter().any(|operation| operation.label == "deploy on srv-01"),
        _ => false,
    });
    let left = reported.iter().position(|event| *event == AppEvent::SignedOut);
    assert!(waited.is_some() && waited < left, "what it waits for is told before the end: {reported:?}");
    world.device.slow_down(Duration::ZERO);
    world.practice.sign_in_at(&vault)?;
    let record = world.practice.app.operations().get(operation)?.row.record;
    assert_eq!((record.state, record.failure), (OperationState::Succeeded, None), "it was not cut in half");
    assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "the vault has the password");
    Ok(())
}

#[test]
fn what_takes_longer_than_the_bound_is_left_and_found_out_at_the_next_start() -> Result<()> {
    let world = World::new()?;
    let vault = world.practice.vault_folder()?;
    world.practice.app.parameters().save(Parameter::FarewellBound, Value::Integer(5))?;
    let operation = under_way(&world, Duration::from_secs(8))?;
    let begun = Instant::now();
    world.practice.app.sessions().sign_out()?;
    let took = begun.elapsed();
    assert!((4..8).contains(&took.as_secs()), "five seconds and no longer: {took:?}");
    assert!(world.practice.app.sessions().get().is_none(), "nobody sits there");
    world.device.slow_down(Duration::ZERO);
    // The device still answers the operation that was left behind, which holds the vault until then.
    let until = Instant::now() + WITHIN;
    while let Err(error) = world.practice.sign_in_at(&vault) {
        anyhow::ensure!(Instant::now() < until, "the vault does not open again: {error:#}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let ended = world.practice.watch(operation, WITHIN, |_| {})?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "found out: {:?}", ended.attempts);
    assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "the vault has the password");
    assert_eq!(world.sync()?, SyncState::InSync, "nothing is in doubt");
    Ok(())
}
