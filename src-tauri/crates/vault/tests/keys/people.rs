//! People: admission to the vault, the person who admits them, and the times from which their rights apply.

use domain::Role;
use secret::Secret;
use vault::{PersonStatus, SignIn, Vault, VaultError};

use crate::world::{PASSWORD, USER, World, after, now, open, refusal};

#[test]
fn a_new_person_chooses_a_password_and_nobody_else_ever_holds_their_keys() -> anyhow::Result<()> {
    let world = World::new()?;
    let added = world.vault.add_person(&world.session, " Bea ", &[Role::Operator], after(1))?;
    let first = world.vault.sign_in(&SignIn::password("bea", &added.password))?;
    assert!(first.must_choose_password(), "the password was read out to her");
    assert!(first.secrets_key().is_none(), "and opens no password until she has one of her own");
    let refused = world.vault.add_person(&first, "Eve", &[Role::Operator], after(2)).err();
    assert!(matches!(refused, Some(VaultError::NotAllowed)), "nor does it do anything else: {refused:?}");
    let password = Secret::new("a password of her own");
    let session = world.choose(&first, &password)?;
    assert!(session.secrets_key().is_some() && !session.must_choose_password(), "now she is an operator");
    assert_ne!(session.signing_key(), first.signing_key(), "her keys are not those that the administrator made");
    let again = refusal(world.vault.sign_in(&SignIn::password("Bea", &added.password)))?;
    assert!(matches!(again, VaultError::WrongPassword), "the one-time password opened once: {again:?}");
    let twice = world.vault.choose_password(&first, &crate::world::own(&password), after(4)).err();
    assert!(matches!(twice, Some(VaultError::Disabled)), "and its identity is gone: {twice:?}");
    let roster = world.vault.roster();
    assert_eq!(roster.signing_key_at(added.id, after(1)), None, "what was signed before was not surely hers");
    assert_eq!(roster.signing_key_at(added.id, after(9)), Some(session.signing_key()), "from then on it is");
    let (_parent, folder) = world.close();
    let (_, session) = Vault::open(&folder, &SignIn::password("Bea", &password))?;
    assert_eq!(session.user().roles, [Role::Operator], "and she opens the vault by herself");
    Ok(())
}

#[test]
fn only_an_administrator_changes_people() -> anyhow::Result<()> {
    let world = World::new()?;
    let cid = world.person("Cid", &[Role::Operator, Role::Auditor, Role::Approver])?;
    let (vault, id) = (&world.vault, cid.user().id);
    let attempts = [
        vault.add_person(&cid, "Eve", &[Role::Auditor], now()).err(),
        vault.set_roles(&cid, id, &[Role::Administrator], now()).err(),
        vault.rename_person(&cid, id, "Administrator", now()).err(),
        vault.disable_person(&cid, world.user(), now()).err(),
        vault.remove_person(&cid, world.user(), now()).err(),
        vault.reset_password(&cid, world.user(), now()).err(),
        vault.make_recovery_kit(&cid, now()).err(),
        vault.rekey(&cid, now()).err(),
    ];
    for (place, error) in attempts.iter().enumerate() {
        assert!(matches!(error, Some(VaultError::NotAllowed)), "attempt {place}: {error:?}");
    }
    assert_eq!(vault.people().len(), 2, "nothing changed");
    Ok(())
}

#[test]
fn names_are_taken_once_and_roles_are_needed() -> anyhow::Result<()> {
    let world = World::new()?;
    let add = |name: &str, roles: &[Role]| world.vault.add_person(&world.session, name, roles, now()).err();
    assert!(matches!(add(" ada CHAVEIRO", &[Role::Auditor]), Some(VaultError::Taken)), "in any letter case");
    assert!(matches!(add("", &[Role::Auditor]), Some(VaultError::InvalidName)), "nobody");
    assert!(matches!(add("a\nb", &[Role::Auditor]), Some(VaultError::InvalidName)), "two lines");
    assert!(matches!(add("Bea", &[]), Some(VaultError::NoRoles)), "somebody who may do nothing");
    let bea = world.vault.add_person(&world.session, "Bea", &[Role::Auditor, Role::Auditor], now())?;
    assert_eq!(world.vault.roster().latest(bea.id).map(|record| record.roles.len()), Some(1), "each role once");
    let renamed = world.vault.rename_person(&world.session, bea.id, USER, now()).err();
    assert!(matches!(renamed, Some(VaultError::Taken)), "{renamed:?}");
    world.vault.rename_person(&world.session, bea.id, "Beatrix", now())?;
    assert!(world.vault.sign_in(&SignIn::password("beatrix", &bea.password)).is_ok(), "the password is what it was");
    Ok(())
}

#[test]
fn any_administrator_grants_and_the_founder_can_leave() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?;
    world.credential(device.id, "root")?;
    let bea = world.person("Bea", &[Role::Administrator])?;
    let cid = world.vault.add_person(&bea, "Cid", &[Role::Operator], after(5))?;
    let cid = world.vault.sign_in(&SignIn::password("Cid", &cid.password))?;
    world.choose(&cid, &Secret::new("Cid's own password"))?;
    let rekeyed = world.vault.remove_person(&bea, world.user(), after(6))?;
    assert!(rekeyed.0, "the founder held every key");
    let founder = refusal(world.vault.sign_in(&SignIn::password(USER, &Secret::new(PASSWORD))))?;
    assert!(matches!(founder, VaultError::WrongPassword), "she is gone: {founder:?}");
    let (_parent, folder) = world.close();
    for (name, password) in [("Bea", "Bea's own password"), ("Cid", "Cid's own password")] {
        let (vault, session) = Vault::open(&folder, &SignIn::password(name, &Secret::new(password)))?;
        let key = session.require_secrets_key()?;
        let id = vault.read(|r| r.credentials().ids(&vault::CredentialQuery::default()))?[0];
        let stored = vault.read(|r| r.secrets().current(key, id, domain::SecretKind::Password))?;
        assert!(stored.is_some(), "{name} opens the passwords: the chain still begins with the founder's key");
    }
    Ok(())
}

#[test]
fn the_last_administrator_stays() -> anyhow::Result<()> {
    let world = World::new()?;
    // An administrator who has not chosen a password yet can do nothing, and does not count.
    world.vault.add_person(&world.session, "Bea", &[Role::Administrator], now())?;
    let (vault, session, id) = (&world.vault, &world.session, world.user());
    let attempts = [
        vault.remove_person(session, id, now()).err(),
        vault.disable_person(session, id, now()).err(),
        vault.set_roles(session, id, &[Role::Operator], now()).err(),
        vault.reset_password(session, id, now()).err(),
    ];
    for (place, error) in attempts.iter().enumerate() {
        assert!(matches!(error, Some(VaultError::LastAdministrator)), "attempt {place}: {error:?}");
    }
    world.person("Cid", &[Role::Administrator])?;
    let error = vault.remove_person(session, id, now()).err();
    assert!(matches!(error, Some(VaultError::NotAllowed)), "with another one, that one has to do it: {error:?}");
    Ok(())
}

#[test]
fn the_history_tells_who_could_do_what_at_every_moment() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, ada) = (&world.vault, &world.session);
    let bea = vault.add_person(ada, "Bea", &[Role::Approver], after(10))?.id;
    vault.set_roles(ada, bea, &[Role::Approver, Role::Auditor], after(20))?;
    vault.disable_person(ada, bea, after(30))?;
    let ada = &vault.renew(ada)?;
    vault.enable_person(ada, bea, after(40))?;
    vault.remove_person(ada, bea, after(50))?;
    let moments = [5, 10, 19, 20, 30, 39, 40, 50, 99];
    let found = moments.map(|second| vault.roster().roles_at(bea, after(second)).len());
    assert_eq!(found, [0, 1, 1, 2, 0, 0, 2, 0, 0], "roles at each of {moments:?}");
    let kept = vault.roster();
    let (_parent, folder) = world.close();
    let vault = open(&folder)?;
    assert_eq!(vault.roster().all(), kept.all(), "and it is the same tomorrow");
    assert_eq!(vault.read(|r| r.users().name(bea))?.as_deref(), Some("Bea"), "history can still name her");
    let status: Vec<PersonStatus> = vault.roster().history(bea).map(|record| record.status).collect();
    assert_eq!(status.last(), Some(&PersonStatus::Removed), "the last that is known");
    Ok(())
}

#[test]
fn a_clock_that_was_set_back_does_not_turn_the_history_round() -> anyhow::Result<()> {
    let world = World::new()?;
    let bea = world.vault.add_person(&world.session, "Bea", &[Role::Auditor], after(100))?.id;
    world.vault.set_roles(&world.session, bea, &[Role::Approver], after(50))?;
    let times: Vec<_> = world.vault.roster().history(bea).map(|record| record.at).collect();
    assert_eq!(times, [after(100), after(100)], "the later entry is not before the earlier one");
    assert_eq!(world.vault.roster().roles_at(bea, after(100)), [Role::Approver], "of one moment, the later counts");
    Ok(())
}

#[test]
fn who_is_disabled_is_told_so_and_comes_back_with_the_same_password() -> anyhow::Result<()> {
    let world = World::new()?;
    let cid = world.person("Cid", &[Role::Operator])?;
    let (id, password) = (cid.user().id, Secret::new("Cid's own password"));
    assert!(world.vault.disable_person(&world.session, id, after(5))?.0, "the keys that he holds open nothing new");
    let out = refusal(world.vault.sign_in(&SignIn::password("Cid", &password)))?;
    assert!(matches!(out, VaultError::Disabled), "his password is right, and he hears why: {out:?}");
    let wrong = refusal(world.vault.sign_in(&SignIn::password("Cid", &Secret::new("wrong"))))?;
    assert!(matches!(wrong, VaultError::WrongPassword), "a stranger hears nothing: {wrong:?}");
    assert!(matches!(world.vault.renew(&cid).err(), Some(VaultError::Disabled)), "nor does his session go on");
    let ada = world.vault.renew(&world.session)?;
    world.vault.enable_person(&ada, id, after(6))?;
    let back = world.vault.sign_in(&SignIn::password("Cid", &password))?;
    assert_eq!(back.signing_key(), cid.signing_key(), "as the same person");
    assert!(back.secrets_key().is_some(), "with the new key to passwords");
    Ok(())
}

#[test]
fn a_reset_gives_a_new_identity_and_nobody_else_notices() -> anyhow::Result<()> {
    let world = World::new()?;
    let bea = world.person("Bea", &[Role::Administrator])?;
    let cid = world.vault.add_person(&bea, "Cid", &[Role::Operator], after(3))?;
    let password = world.vault.reset_password(&world.session, bea.user().id, after(4))?;
    let old = refusal(world.vault.sign_in(&SignIn::password("Bea", &Secret::new("Bea's own password"))))?;
    assert!(matches!(old, VaultError::WrongPassword), "the password that she forgot opens nothing: {old:?}");
    let stale = world.vault.add_person(&bea, "Eve", &[Role::Operator], after(5)).err();
    assert!(matches!(stale, Some(VaultError::Disabled)), "nor her keys: {stale:?}");
    let first = world.vault.sign_in(&SignIn::password("Bea", &password))?;
    assert!(first.must_choose_password(), "she chooses again");
    assert!(world.vault.sign_in(&SignIn::password("Cid", &cid.password)).is_ok(), "whom she let in is still in");
    Ok(())
}

#[test]
fn every_change_of_people_is_in_the_audit_trail_once() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, ada) = (&world.vault, &world.session);
    let bea = world.person("Bea", &[Role::Auditor])?.user().id;
    vault.rename_person(ada, bea, "Beatrix", after(5))?;
    vault.set_roles(ada, bea, &[Role::Approver], after(6))?;
    vault.disable_person(ada, bea, after(7))?;
    let ada = &vault.renew(ada)?;
    vault.enable_person(ada, bea, after(8))?;
    vault.reset_password(ada, bea, after(9))?;
    vault.remove_person(ada, bea, after(10))?;
    let count = vault.read(|r| r.audit().head())?.map(|head| head.count);
    assert_eq!(count, Some(8), "added, chosen, renamed, roles, disabled, enabled, reset, removed");
    let (_parent, folder) = world.close();
    let vault = open(&folder)?;
    let entries = vault.read(|r| r.audit().verify(&|_, _| None, &mut vault::unheard))?;
    assert!(
        matches!(entries, vault::AuditVerdict::Intact { entries: 8, .. }),
        "opening adds none, and the chain holds"
    );
    Ok(())
}

#[test]
fn what_is_so_already_is_not_written_again() -> anyhow::Result<()> {
    let world = World::new()?;
    let (vault, ada) = (&world.vault, &world.session);
    let bea = vault.add_person(ada, "Bea", &[Role::Auditor, Role::Operator], now())?.id;
    vault.rename_person(ada, bea, "Bea", now())?;
    vault.enable_person(ada, bea, now())?;
    assert!(!vault.set_roles(ada, bea, &[Role::Operator, Role::Auditor], now())?.0, "the order of roles says nothing");
    assert_eq!(vault.roster().all().len(), 2, "two entries: hers and the founder's");
    assert!(vault.disable_person(ada, bea, now())?.0, "this takes her keys");
    let ada = &vault.renew(ada)?;
    assert!(!vault.disable_person(ada, bea, now())?.0, "this nothing more");
    assert!(!vault.remove_person(ada, bea, now())?.0, "nor does her removal: the keys are new since");
    assert_eq!(vault.roster().all().len(), 4, "two entries more");
    Ok(())
}

#[test]
fn another_person_signs_in_at_the_open_vault_with_keys_of_their_own() -> anyhow::Result<()> {
    let world = World::new()?;
    world.person("Dan", &[Role::Auditor])?;
    let dan = world.vault.sign_in(&SignIn::password("Dan", &Secret::new("Dan's own password")))?;
    assert!(dan.secrets_key().is_none(), "an auditor opens no password, whoever opened the vault");
    let content = b"what he signs";
    assert!(dan.sign(content).is_of(&dan.signing_key(), content), "his signature");
    assert!(!world.session.sign(content).is_of(&dan.signing_key(), content), "is nobody else's");
    assert!(!dan.sign(content).is_of(&dan.signing_key(), b"something else"), "and over nothing else");
    Ok(())
}
