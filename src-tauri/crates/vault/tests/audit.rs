//! The audit trail.

use serde_json::json;
use vault::{NewEntry, Object, VaultError, Verdict};

use crate::world::{World, after, new_uuid, now, open};

#[test]
fn entries_are_numbered_and_the_chain_holds() -> anyhow::Result<()> {
    let world = World::new()?;
    assert_eq!(world.vault.read(|r| r.audit().head())?, None, "an empty trail has no head");
    assert_eq!(world.vault.read(|r| r.audit().verify())?, Verdict::Whole { entries: 0 }, "and holds");
    let mut hashes = Vec::new();
    for number in 1..=5_u64 {
        let entry = NewEntry {
            who: (number % 2 == 0).then(|| world.user()),
            action: "credential.update",
            object: (number > 2).then(|| Object { noun: "credential", id: new_uuid(), label: "root" }),
            detail: json!({ "password": "changed", "username": { "from": "a", "to": "b" } }),
            at: after(number as i64),
        };
        assert_eq!(world.vault.write(|w| w.audit_mut().append(&entry))?, number, "counted up");
        hashes.extend(world.vault.read(|r| r.audit().head())?.map(|head| head.hash));
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 5, "every entry has a hash of its own");
    assert_eq!(world.vault.read(|r| r.audit().verify())?, Verdict::Whole { entries: 5 }, "the chain holds");
    let (_parent, folder) = world.close();
    let vault = open(&folder)?;
    assert_eq!(vault.read(|r| r.audit().verify())?, Verdict::Whole { entries: 5 }, "also after it was closed");
    Ok(())
}

#[test]
fn an_entry_goes_with_its_transaction() -> anyhow::Result<()> {
    let world = World::new()?;
    let entry = NewEntry { who: None, action: "a", object: None, detail: json!(null), at: now() };
    let failed: Result<(), VaultError> = world.vault.write(|w| {
        w.audit_mut().append(&entry)?;
        Err(VaultError::NotFound)
    });
    assert!(failed.is_err(), "the transaction failed");
    assert_eq!(world.vault.write(|w| w.audit_mut().append(&entry))?, 1, "no number is left out");
    assert_eq!(world.vault.read(|r| r.audit().verify())?, Verdict::Whole { entries: 1 }, "the chain holds");
    Ok(())
}
