//! The queue: order and exclusion.

use chrono::{DateTime, Utc};
use domain::{ConnectAs, OperationId, OwnerId, operation::OperationState};
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
    world.vault.write(|w| w.operations_mut().set_state(id, OperationState::Succeeded, None, now()))
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
    // There are two devices, so that the limit of one change per device does not hide the other rule.
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

#[test]
fn a_higher_priority_overtakes_an_earlier_time_but_nothing_overtakes_an_immediate_one() -> anyhow::Result<()> {
    let world = World::new()?;
    let mut ids = Vec::new();
    for (name, priority, at, immediate) in [
        ("usual, long ago", 50, after(-500), false),
        ("high", 90, after(-1), false),
        ("highest, not due", 100, after(1), false),
        ("low, immediate", 0, after(-1), true),
        ("high, earlier", 90, after(-2), false),
    ] {
        let credential = world.credential(world.device(name)?.id, "root")?;
        let mut new = operation(&credential, world.user(), at);
        (new.priority, new.immediate) = (priority, immediate);
        world.vault.write(|w| w.operations_mut().insert(&new))?;
        ids.push(new.id);
    }
    for (place, expected) in [3, 4, 1, 0].into_iter().enumerate() {
        assert_eq!(claim(&world)?, Some(ids[expected]), "number {place} in the queue");
    }
    assert_eq!(claim(&world)?, None, "the highest is not due");
    assert_eq!(claim_at(&world, after(1), 100)?, Some(ids[2]), "now it is");
    Ok(())
}

#[test]
fn the_first_of_a_device_is_found_again_after_every_move() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("one")?.id;
    let first = world.operation(&world.credential(device, "a")?, after(-3))?;
    let second = world.operation(&world.credential(device, "b")?, after(-2))?;
    let third = world.operation(&world.credential(device, "c")?, after(-1))?;
    let write = |work: &dyn Fn(&vault::OperationsMut<'_>) -> Result<(), VaultError>| {
        world.vault.write(|w| work(&w.operations_mut()))
    };
    write(&|o| o.reschedule(first, after(60)))?;
    assert_eq!(claim(&world)?, Some(second), "the first one was put off");
    write(&|o| o.set_state(second, OperationState::Scheduled, None, now()))?;
    write(&|o| o.set_state(second, OperationState::Canceled, None, now()))?;
    write(&|o| o.set_immediate(third, now()))?;
    assert_eq!(claim(&world)?, Some(third), "the second one was called off");
    end(&world, third)?;
    assert_eq!(claim(&world)?, None, "the first one is not due");
    assert_eq!(claim_at(&world, after(60), 100)?, Some(first), "until then");
    Ok(())
}

#[test]
fn a_device_may_be_allowed_more_and_less() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("one")?.id;
    let mut ids = Vec::new();
    for (number, username) in ["a", "b", "c", "d"].into_iter().enumerate() {
        ids.push(world.operation(&world.credential(device, username)?, after(number as i64 - 9))?);
    }
    assert_eq!((claim(&world)?, claim(&world)?), (Some(ids[0]), None), "one at first");
    world.vault.write(|w| w.operations_mut().set_per_device(2))?;
    assert_eq!((claim(&world)?, claim(&world)?), (Some(ids[1]), None), "two then");
    world.vault.write(|w| w.operations_mut().set_per_device(1))?;
    end(&world, ids[0])?;
    assert_eq!(claim(&world)?, None, "one again, and one runs");
    end(&world, ids[1])?;
    assert_eq!(claim(&world)?, Some(ids[2]), "now none does");
    Ok(())
}

#[test]
fn of_a_group_one_runs_and_those_beside_it_do_not_wait_for_the_group() -> anyhow::Result<()> {
    let world = World::new()?;
    let (one, two) = (world.device("one")?.id, world.device("two")?.id);
    let mut grouped = Vec::new();
    for device in [one, two] {
        let mut credential = world.credential(device, "member")?;
        credential.details.execution.exclusion_group = "Pair".to_owned();
        world.vault.write(|w| w.credentials_mut().update(&credential))?;
        grouped.push(world.operation(&credential, after(-9))?);
    }
    let beside = world.operation(&world.credential(two, "beside")?, after(-1))?;
    assert_eq!(claim(&world)?, Some(grouped[0]), "the first of the pair");
    assert_eq!(claim(&world)?, Some(beside), "the second waits, but not the one behind it");
    end(&world, beside)?;
    assert_eq!(claim(&world)?, None, "still the pair's turn");
    end(&world, grouped[0])?;
    assert_eq!(claim(&world)?, Some(grouped[1]), "then the second");
    Ok(())
}

#[test]
fn what_rests_is_not_taken_unless_it_is_pushed() -> anyhow::Result<()> {
    let world = World::new()?;
    let credential = world.credential(world.device("one")?.id, "root")?;
    let id = world.operation(&credential, after(-1))?;
    let pause = domain::Pause { reason: "audit".to_owned(), by: world.user(), at: now() };
    world.vault.write(|w| w.pauses_mut().pause_credential(credential.id, &pause))?;
    assert_eq!(claim(&world)?, None, "it rests");
    let overdue = |at| {
        let query = vault::OverdueQuery { due_before: at, lease_before: at, limit: 5 };
        world.vault.read(|r| r.operations().overdue(&query))
    };
    assert_eq!(overdue(now())?.waiting, 0, "what rests is not overdue");
    world.vault.write(|w| w.pauses_mut().resume_credential(credential.id))?;
    world.vault.write(|w| w.pauses_mut().pause_everything(&pause))?;
    assert_eq!((claim(&world)?, overdue(now())?.waiting), (None, 0), "everything rests");
    world.vault.write(|w| w.operations_mut().set_immediate(id, now()))?;
    assert_eq!(overdue(after(1))?.since, Some(after(-1)), "it was pushed, so it is due");
    assert_eq!(claim(&world)?, Some(id), "and taken");
    assert_eq!(overdue(after(100))?.stuck, 1, "who holds it gave no sign of life");
    assert_eq!(overdue(after(100))?.records[0].id, id, "it is named");
    Ok(())
}

#[test]
fn whoever_repairs_is_not_changed_meanwhile() -> anyhow::Result<()> {
    let world = World::new()?;
    let (one, two) = (world.device("one")?.id, world.device("two")?.id);
    let admin = world.credential(one, "admin")?;
    let mut target = world.credential(two, "app")?;
    target.details.execution.reconciliation.credential = Some(admin.id);
    world.vault.write(|w| w.credentials_mut().update(&target))?;
    let mut repair = operation(&target, world.user(), after(-2));
    repair.kind = domain::operation::OperationType::Reconciliation;
    world.vault.write(|w| w.operations_mut().insert(&repair))?;
    let of_admin = world.operation(&admin, after(-1))?;
    assert_eq!(claim(&world)?, Some(repair.id), "it is first");
    assert_eq!(claim(&world)?, None, "it logs in with the other one");
    end(&world, repair.id)?;
    assert_eq!(claim(&world)?, Some(of_admin), "now nobody does");
    Ok(())
}
