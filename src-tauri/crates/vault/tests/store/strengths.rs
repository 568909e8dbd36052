//! Tests of stored strengths and policies: the built-in ones, the refused ones, and the names of policies in the
//! history.

use domain::{
    PolicyId, StrengthId,
    policy::PolicyDetails,
    policy::{Criteria, Overrides, Policy, Triggers},
    strength::Strength,
};
use uuid::Uuid;
use vault::{StrengthQuery, StrengthRecord, VaultError};

use crate::world::{World, now};

fn built_in(world: &World) -> anyhow::Result<StrengthRecord> {
    let mut page = world.vault.read(|r| r.strengths().list(&StrengthQuery::default()))?;
    assert_eq!(page.rows.len(), 1, "one comes with the program");
    Ok(page.rows.remove(0))
}

#[test]
fn the_strength_that_comes_with_the_program_is_what_the_program_says_and_stays() -> anyhow::Result<()> {
    let world = World::new()?;
    let record = built_in(&world)?;
    assert_eq!(record.rules, Strength::default(), "its rules are the usual ones");
    let counted = record.rules.possibilities().bits();
    assert!((record.bits - counted).abs() < 0.01, "the file says {}, counting says {counted}", record.bits);
    let deleted = world.vault.write(|w| w.strengths_mut().delete(record.id));
    assert!(matches!(deleted, Err(VaultError::InvalidReference)), "it stays: {deleted:?}");
    let saved = world.vault.write(|w| w.strengths_mut().save(&StrengthRecord { name: "Mine".to_owned(), ..record }));
    assert!(matches!(saved, Err(VaultError::InvalidReference)), "and stays as it is: {saved:?}");
    Ok(())
}

#[test]
fn a_strength_that_a_policy_uses_is_not_deleted() -> anyhow::Result<()> {
    let world = World::new()?;
    let own = StrengthRecord {
        id: StrengthId::from_uuid(Uuid::now_v7()),
        name: "Own".to_owned(),
        built_in: false,
        ..built_in(&world)?
    };
    let policy = Policy {
        id: PolicyId::from_uuid(Uuid::now_v7()),
        details: PolicyDetails {
            name: "All".to_owned(),
            priority: 1,
            strength: own.id,
            criteria: Criteria::default(),
            triggers: Triggers::default(),
            overrides: Overrides::default(),
        },
        pause: None,
        created_at: now(),
        updated_at: now(),
    };
    world.vault.write(|w| {
        w.strengths_mut().save(&own)?;
        w.policies_mut().save(&policy)
    })?;
    let deleted = world.vault.write(|w| w.strengths_mut().delete(own.id));
    assert!(matches!(deleted, Err(VaultError::InvalidReference)), "the policy needs it: {deleted:?}");
    let kept = world.vault.read(|r| r.policies().row(policy.id))?.map(|row| (row.policy, row.strength_name));
    assert_eq!(kept, Some((policy, "Own".to_owned())), "everything of the policy is kept");
    Ok(())
}
