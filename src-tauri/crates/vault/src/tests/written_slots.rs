//! Failures while the key slots are replaced, before or after the new file gets its name. The failures are injected.

use std::io::ErrorKind;

use domain::Role;
use secret::Secret;

use super::{PASSWORD, USER, create_and_enter, enter, now};
use crate::{
    KdfParameters, SignIn, VaultError,
    attack::faults::{Fault, fail_next},
};

#[test]
fn what_fails_after_the_new_slots_have_their_name_takes_no_database_away() -> anyhow::Result<()> {
    for looks in [0, 2, 3] {
        let (parent, vault, session) = create_and_enter()?;
        fail_next(Fault::After(looks));
        let rekeyed = vault.rekey(&session, now());
        let folder = parent.path().join("Test.vault");
        assert!(folder.join("vault-2.db").is_file(), "{looks}: the slots name it: {rekeyed:?}");
        rekeyed?;
        vault.in_place().map_err(|error| anyhow::anyhow!("{looks}: {error}"))?;
        vault.write(|_| Ok::<_, VaultError>(()))?;
        drop(vault);
        assert_eq!(enter(&parent)?.0.slots().generation(), 2, "{looks}: and it opens");
    }
    Ok(())
}

#[test]
fn slots_that_have_their_name_count_whatever_fails_after_that() -> anyhow::Result<()> {
    let (parent, vault, session) = create_and_enter()?;
    fail_next(Fault::After(2));
    vault.add_person(&session, "Bea", &[Role::Auditor], now())?;
    vault.in_place()?;
    vault.add_person(&session, "Cid", &[Role::Auditor], now())?;
    drop(vault);
    assert_eq!(enter(&parent)?.0.people().len(), 3, "all are there");
    Ok(())
}

#[test]
fn who_cannot_have_a_slot_sealed_anew_signs_in_all_the_same() -> anyhow::Result<()> {
    let (parent, vault, _) = create_and_enter()?;
    let (password, dearer) = (Secret::new(PASSWORD), KdfParameters { iterations: 4, ..KdfParameters::FLOOR });
    let failures = [ErrorKind::StorageFull, ErrorKind::ReadOnlyFilesystem, ErrorKind::Other];
    for kind in failures {
        fail_next(Fault::Before(kind));
        let entered = vault.sign_in(&SignIn::password(USER, &password).raise_to(dearer)).map(|_| ());
        assert!(entered.is_ok(), "at the open vault, {kind:?}: {entered:?}");
    }
    drop(vault);
    let folder = parent.path().join("Test.vault");
    for kind in failures {
        fail_next(Fault::Before(kind));
        let entered = crate::Vault::open(&folder, &SignIn::password(USER, &password).raise_to(dearer)).map(|_| ());
        assert!(entered.is_ok(), "at opening, {kind:?}: {entered:?}");
    }
    let (vault, _) = crate::Vault::open(&folder, &SignIn::password(USER, &password).raise_to(dearer))?;
    let found: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("keyslots.json"))?)?;
    assert_eq!(found["users"][0]["kdf"]["parameters"]["iterations"], 4, "and has it sealed anew later");
    drop(vault);
    Ok(())
}
