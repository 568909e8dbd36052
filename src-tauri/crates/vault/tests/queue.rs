//! The queue: order and exclusion.

use chrono::{DateTime, Utc};
use domain::{ConnectAs, OperationId, OwnerId, operation::StateName};
use vault::{ClaimRequest, VaultError};

use crate::world::{World, after, new_uuid, now, operation};

fn claim_at(world: &World, at: DateTime<Utc>, overall: u32) -> Result<Option<OperationId>, VaultError> {
    let owner = OwnerId::from_uuid(new_uuid());
    let request = ClaimRequest { owner, now: at, lease_until: at, overall };
    Ok(world.vault.write(|w| w.operations_mut().claim_next(&request))?.map(|record| record.id))
}

fn claim(world: &World) -> Result<Option<OperationId>, VaultError> {
    claim_at(world, now(), 100)
}

fn end(world: &World, id: OperationId) -> Result<(), VaultError> {
    world.vault.write(|w| w.operations_mut().set_state(id, StateName::Succeeded, None, now()))
}

#[test]
fn immediate_ones_come_first_then_the_earliest_then_the_smallest_id() -> anyhow::Result<()> {
    let world = World::new()?;
    let mut ids = Vec::new();
    for (name, at, immediate) in [
        ("later", after(-5), false),
        ("earlier", after(-50), false),
        ("same time", after(-5), false),
        ("immediate", after(-1), true),
        ("immediate, earlier", after(-2), true),
        ("not due", after(1), false),
        ("immediate, not due", after(1), true),
    ] {
        let credential = world.credential(world.device(name)?.id, "root")?;
        let mut new = operation(&credential, world.user(), at);
        new.immediate = immediate;
        world.vault.write(|w| w.operations_mut().insert(&new))?;
        ids.push(new.id);
    }
    for (place, expected) in [4, 3, 1, 0, 2].into_iter().enumerate() {
        assert_eq!(claim(&world)?, Some(ids[expected]), "number {place} in the queue");
    }
    assert_eq!(claim(&world)?, None, "the others are not due");
    assert_eq!(world.vault.read(|r| r.operations().next_due(now()))?, Some(after(1)), "when they will be");
    assert_eq!(claim_at(&world, after(1), 100)?, Some(ids[6]), "then the immediate one");
    Ok(())
}

#[test]
fn no_more_run_than_allowed_and_one_a_device() -> anyhow::Result<()> {
    let world = World::new()?;
    let (one, two) = (world.device("one")?.id, world.device("two")?.id);
    let first = world.operation(&world.credential(one, "a")?, after(-3))?;
    let second = world.operation(&world.credential(one, "b")?, after(-2))?;
    let other = world.operation(&world.credential(two, "a")?, after(-1))?;
    assert_eq!(claim_at(&world, now(), 0)?, None, "none is allowed");
    assert_eq!(claim_at(&world, now(), 1)?, Some(first), "one is allowed");
    assert_eq!(claim_at(&world, now(), 1)?, None, "and one runs");
    assert_eq!(claim(&world)?, Some(other), "the device of the second one is busy");
    assert_eq!(claim(&world)?, None, "it still is");
    end(&world, first)?;
    assert_eq!(claim(&world)?, Some(second), "now it is free");
    Ok(())
}

#[test]
fn a_resting_device_is_passed_over_until_its_rest_ends() -> anyhow::Result<()> {
    let world = World::new()?;
    let (tired, fresh) = (world.device("tired")?.id, world.device("fresh")?.id);
    let first = world.operation(&world.credential(tired, "a")?, after(-3))?;
    let second = world.operation(&world.credential(fresh, "a")?, after(-2))?;
    world.vault.write(|w| w.devices_mut().rest_until(tired, after(600)))?;
    assert_eq!(claim(&world)?, Some(second), "the first one's device rests");
    assert_eq!(claim(&world)?, None, "it still does");
    assert_eq!(world.vault.read(|r| r.operations().next_due(now()))?, Some(after(600)), "the timer knows when it ends");
    assert_eq!(claim_at(&world, after(600), 100)?, Some(first), "rested");
    Ok(())
}

#[test]
fn a_credential_that_others_log_in_with_is_not_changed_meanwhile() -> anyhow::Result<()> {
    let world = World::new()?;
    // Two devices, so that the rule of one change a device does not hide the other one.
    let (one, two) = (world.device("one")?.id, world.device("two")?.id);
    let admin = world.credential(one, "admin")?;
    let mut target = world.credential(two, "app")?;
    target.details.execution.connect_as = ConnectAs::Access(admin.id);
    world.vault.write(|w| w.credentials_mut().update(&target))?;
    let of_target = world.operation(&target, after(-2))?;
    let of_admin = world.operation(&admin, after(-1))?;
    assert_eq!(claim(&world)?, Some(of_target), "it is first");
    assert_eq!(claim(&world)?, None, "its access credential is in use");
    target.details.execution.connect_as = ConnectAs::Own;
    world.vault.write(|w| w.credentials_mut().update(&target))?;
    assert_eq!(claim(&world)?, None, "editing the credential meanwhile changes nothing");
    end(&world, of_target)?;
    assert_eq!(claim(&world)?, Some(of_admin), "now nobody uses it");
    Ok(())
}

#[test]
fn nothing_logs_in_with_a_credential_that_is_being_changed() -> anyhow::Result<()> {
    let world = World::new()?;
    let (one, two) = (world.device("one")?.id, world.device("two")?.id);
    let admin = world.credential(one, "admin")?;
    let mut target = world.credential(two, "app")?;
    target.details.execution.connect_as = ConnectAs::Access(admin.id);
    world.vault.write(|w| w.credentials_mut().update(&target))?;
    let of_admin = world.operation(&admin, after(-2))?;
    let of_target = world.operation(&target, after(-1))?;
    assert_eq!(claim(&world)?, Some(of_admin), "it is first");
    assert_eq!(claim(&world)?, None, "what logs in with it must wait");
    end(&world, of_admin)?;
    assert_eq!(claim(&world)?, Some(of_target), "now its password is settled");
    Ok(())
}

#[test]
fn forty_share_an_access_credential() -> anyhow::Result<()> {
    let world = World::new()?;
    let admin = world.credential(world.device("hub")?.id, "admin")?;
    for number in 0..40 {
        let mut target = world.credential(world.device(&format!("srv-{number}"))?.id, "app")?;
        target.details.execution.connect_as = ConnectAs::Access(admin.id);
        world.vault.write(|w| w.credentials_mut().update(&target))?;
        world.operation(&target, after(-1))?;
    }
    for number in 0..40 {
        assert!(claim(&world)?.is_some(), "number {number} runs beside the others");
    }
    Ok(())
}

#[test]
fn each_operation_is_claimed_once_however_many_ask() -> anyhow::Result<()> {
    let world = World::new()?;
    for number in 0..30 {
        world.operation(&world.credential(world.device(&format!("srv-{number}"))?.id, "root")?, after(-1))?;
    }
    let world = &world;
    let mut claimed = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(move || {
                    let mut mine = Vec::new();
                    while let Some(id) = claim(world).expect("the claim does not fail") {
                        mine.push(id);
                    }
                    mine
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no thread falls over")).collect::<Vec<_>>()
    });
    claimed.sort();
    claimed.dedup();
    assert_eq!(claimed.len(), 30, "all of them, none twice");
    Ok(())
}
