//! An Administrator's clock was years ahead, or they said that it was: nobody keeps a role by it that they have lost, and
//! nobody waits for years for one that they were given.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Role;
use secret::Secret;

use super::create_and_enter;
use crate::{AuditVerdict, KdfParameters, NewEntry, NewPassword, Session, SignIn, Vault, unheard};

/// Adds a person at a time, who chooses a password then.
fn add(vault: &Vault, by: &Session, name: &str, role: Role, at: DateTime<Utc>) -> anyhow::Result<Session> {
    let added = vault.add_person(by, name, &[role], at)?;
    let own = Secret::new("a password of their own");
    let new = NewPassword { password: &own, key_file: None, kdf: KdfParameters::FLOOR };
    Ok(vault.choose_password(&vault.sign_in(&SignIn::password(name, &added.password))?, &new, at)?)
}

#[test]
fn an_entry_of_the_ledger_ten_years_ahead_starts_and_ends_nothing_in_ten_years() -> anyhow::Result<()> {
    let (_parent, vault, founder) = create_and_enter()?;
    // The clock of the machine, since that is what a time in the future is compared with.
    let now = Utc::now();
    let clara = add(&vault, &founder, "Clara", Role::Approver, now - TimeDelta::hours(1))?;
    vault.add_person(&founder, "Eve", &[Role::Auditor], now + TimeDelta::days(3_650))?;
    let davi = add(&vault, &founder, "Davi", Role::Approver, now)?;
    vault.disable_person(&founder, clara.user().id, now)?;
    let electorate = vault.electorate();
    assert!(electorate.roles_at(clara.user().id, now).is_empty(), "who was disabled approves no more");
    assert_eq!(electorate.roles_at(davi.user().id, now), [Role::Approver], "who was added approves at once");
    let roster = vault.roster();
    assert_eq!(roster.signing_key_at(clara.user().id, now), None, "the same in the history");
    assert_eq!(roster.signing_key_at(davi.user().id, now), Some(davi.signing_key()), "for both");
    vault.write(|w| {
        let (who, detail) = (Some(davi.user().id), serde_json::Value::Null);
        w.audit_mut().append(&NewEntry { who, action: "session.signedIn", object: None, detail, at: now })?;
        w.audit_mut().sign_head(davi.user().id, now, &|content| davi.sign(content))
    })?;
    let verdict = vault.read(|r| r.audit().verify(&|user, at| roster.signing_key_at(user, at), &mut unheard))?;
    assert!(matches!(verdict, AuditVerdict::Intact { heads: 1, .. }), "and the head that he signed holds: {verdict:?}");
    Ok(())
}
