//! Tests with a clock that was, or claimed to be, years ahead. Such a clock lets nobody keep a role that they have
//! lost, makes nobody wait years for a role that they were given, and neither starts nor ends a deadline.

use approval::{
    ApprovalOutcome, Content, DecisionStatus, Registration, RequestIntegrity, RequestState, Settings, Unauthorized,
    Verdict,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Role;
use secret::Secret;

use super::{
    approval_world::{ApprovalWorld, minutes},
    create_and_enter,
};
use crate::{
    AuditQuery, AuditVerdict, KdfParameters, NewEntry, NewPassword, Session, SignIn, Vault, VaultError, unheard,
};

/// Ten years, in minutes.
const TEN_YEARS: i64 = 3_650 * 24 * 60;
const YES: Verdict = Verdict::Approved;

/// An entry of the trail by nobody.
fn entry(action: &str, at: DateTime<Utc>) -> NewEntry<'_> {
    NewEntry { who: None, action, object: None, detail: serde_json::Value::Null, at }
}

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
    // This reads the machine's clock, because a time in the future is compared with it.
    let now = Utc::now();
    let clara = add(&vault, &founder, "Clara", Role::Approver, now - TimeDelta::hours(1))?;
    vault.add_person(&founder, "Eve", &[Role::Auditor], now + TimeDelta::days(3_650))?;
    let davi = add(&vault, &founder, "Davi", Role::Approver, now)?;
    vault.disable_person(&founder, clara.user().id, now)?;
    let history = vault.approver_history();
    assert!(history.roles_at(clara.user().id, now).is_empty(), "who was disabled approves no more");
    assert_eq!(history.roles_at(davi.user().id, now), [Role::Approver], "who was added approves at once");
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

/// Signs the head of the trail as a person, after an entry about it.
fn sign(vault: &Vault, by: &Session, at: DateTime<Utc>) -> anyhow::Result<()> {
    vault.write(|w| {
        let (who, detail) = (Some(by.user().id), serde_json::Value::Null);
        w.audit_mut().append(&NewEntry { who, action: "session.signedIn", object: None, detail, at })?;
        w.audit_mut().sign_head(by.user().id, at, &|content| by.sign(content))
    })?;
    Ok(())
}

/// Walks along the trail and returns the verdict, by the people that the vault has now.
fn trail(vault: &Vault) -> anyhow::Result<AuditVerdict> {
    let roster = vault.roster();
    Ok(vault.read(|r| r.audit().verify(&|user, at| roster.signing_key_at(user, at), &mut unheard))?)
}

#[test]
fn heads_that_were_signed_before_a_disabling_hold_although_a_clock_was_ahead_meanwhile() -> anyhow::Result<()> {
    for ahead in [TimeDelta::days(3_650), TimeDelta::days(30), TimeDelta::hours(3)] {
        let (_parent, vault, founder) = create_and_enter()?;
        let start = Utc::now() - TimeDelta::hours(4);
        let clara = add(&vault, &founder, "Clara", Role::Approver, start)?;
        vault.add_person(&founder, "Eve", &[Role::Auditor], start + ahead)?;
        let davi = add(&vault, &founder, "Davi", Role::Approver, start + TimeDelta::minutes(10))?;
        sign(&vault, &clara, start + TimeDelta::minutes(20))?;
        sign(&vault, &davi, start + TimeDelta::minutes(30))?;
        vault.disable_person(&founder, clara.user().id, start + TimeDelta::minutes(40))?;
        let verdict = trail(&vault)?;
        assert!(matches!(verdict, AuditVerdict::Intact { heads: 2, .. }), "{ahead}: {verdict:?}");
        let history = vault.approver_history();
        let at = |minutes| start + TimeDelta::minutes(minutes);
        assert_eq!(history.roles_at(clara.user().id, at(20)), [Role::Approver], "{ahead}: and so do decisions");
        assert!(history.roles_at(clara.user().id, Utc::now()).is_empty(), "{ahead}: who was disabled has no say now");
    }
    Ok(())
}

#[test]
fn heads_hold_although_a_person_was_disabled_by_a_clock_that_was_ahead() -> anyhow::Result<()> {
    let (_parent, vault, founder) = create_and_enter()?;
    let start = Utc::now() - TimeDelta::hours(4);
    let clara = add(&vault, &founder, "Clara", Role::Approver, start)?;
    sign(&vault, &clara, start + TimeDelta::minutes(20))?;
    vault.disable_person(&founder, clara.user().id, start + TimeDelta::days(3_650))?;
    let verdict = trail(&vault)?;
    assert!(matches!(verdict, AuditVerdict::Intact { heads: 1, .. }), "{verdict:?}");
    assert_eq!(vault.roster().signing_key_at(clara.user().id, Utc::now()), None, "and she signs nothing more");
    vault.enable_person(&founder, clara.user().id, start + TimeDelta::minutes(50))?;
    sign(&vault, &clara, start + TimeDelta::minutes(60))?;
    let verdict = trail(&vault)?;
    assert!(matches!(verdict, AuditVerdict::Intact { heads: 2, .. }), "let in again, she does: {verdict:?}");
    Ok(())
}

#[test]
fn a_dead_clock_takes_no_signature_its_person_away() -> anyhow::Result<()> {
    let (_parent, vault, founder) = create_and_enter()?;
    let start = Utc::now() - TimeDelta::hours(4);
    let clara = add(&vault, &founder, "Clara", Role::Approver, start)?;
    sign(&vault, &clara, start + TimeDelta::minutes(20))?;
    vault.add_person(&founder, "Eve", &[Role::Auditor], DateTime::UNIX_EPOCH)?;
    vault.reset_password(&founder, clara.user().id, DateTime::UNIX_EPOCH + TimeDelta::hours(1))?;
    let verdict = trail(&vault)?;
    assert!(matches!(verdict, AuditVerdict::Intact { heads: 1, .. }), "{verdict:?}");
    Ok(())
}

#[test]
fn an_entry_of_the_trail_ten_years_ahead_expires_no_request() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let id = world.ask(1, "after")?;
    world.vault.write(|w| w.audit_mut().append(&entry("planted", minutes(TEN_YEARS))))?;
    assert_eq!(world.vault.read(|r| r.requests().decision_time(minutes(10)))?, minutes(10), "it is still now");
    assert_eq!(world.vault.write(|w| w.expire_requests(minutes(10)))?, 0, "no request is over");
    assert_eq!(world.state(id)?, RequestState::AwaitingApproval, "it waits as before");
    world.vault.write(|w| w.audit_mut().append(&entry("a little ahead", minutes(14))))?;
    let context = world.vault.read(|r| r.requests().decision_time(minutes(10)))?;
    assert_eq!(context, minutes(14), "a clock that is a few minutes ahead is believed");
    assert_eq!(world.vault.write(|w| w.expire_requests(minutes(61)))?, 1, "and its own time ends it");
    Ok(())
}

#[test]
fn an_entry_of_the_trail_ten_years_ahead_stands_in_its_place_and_stops_no_writing() -> anyhow::Result<()> {
    let (_parent, vault, _) = create_and_enter()?;
    vault.write(|w| {
        w.audit_mut().append(&entry("first", minutes(1)))?;
        w.audit_mut().append(&entry("planted", minutes(TEN_YEARS)))?;
        w.audit_mut().append(&entry("last", minutes(2)))
    })?;
    let mut query = AuditQuery { limit: 1, ..AuditQuery::default() };
    let mut actions = Vec::new();
    while actions.len() < 3 {
        let page = vault.read(|r| r.audit().list(&query))?;
        actions.extend(page.rows.into_iter().map(|row| row.action));
        query.after = page.next;
    }
    assert_eq!(actions, ["last", "planted", "first"], "the newest first, whatever their clocks told");
    let until = AuditQuery { until: Some(minutes(3)), descending: false, ..AuditQuery::default() };
    let rows = vault.read(|r| r.audit().list(&until))?.rows;
    assert!(rows.iter().all(|row| row.at < minutes(3)), "a filter by time goes by time");
    assert!(rows.iter().any(|row| row.action == "last"), "and finds what stands after it");
    let roster = vault.roster();
    let verdict = vault.read(|r| r.audit().verify(&|user, at| roster.signing_key_at(user, at), &mut unheard))?;
    assert!(matches!(verdict, AuditVerdict::Intact { .. }), "the trail holds: {verdict:?}");
    Ok(())
}

#[test]
fn a_decision_ten_years_ahead_counts_for_nothing_and_stops_nobody() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let id = world.ask(1, "after")?;
    world.decide(&world.bert, id, Verdict::Rejected, minutes(TEN_YEARS))?;
    let examination = world.examine(id, minutes(1))?;
    assert_eq!(examination.decisions()[0].finding, DecisionStatus::ClockAhead, "it is shown as such");
    assert!(!examination.is_tampered_with(), "it blocks nothing");
    assert_eq!(examination.outcome(), ApprovalOutcome::Waiting { level: 1 }, "and rejects nothing");
    world.decide(&world.anna, id, YES, minutes(2))?;
    assert!(world.apply(id, minutes(2))?.is_ok(), "who decides now is heard");
    Ok(())
}

#[test]
fn a_request_ten_years_ahead_is_not_decided_before_its_time() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let ahead = minutes(TEN_YEARS);
    let request = world.request(world.otto.user().id, 1, world.content("after")?, ahead)?;
    world.vault.write(|w| w.requests_mut().submit(&request, "Otto", &world.otto))?;
    world.decide(&world.anna, request.id, YES, minutes(1))?;
    let examination = world.examine(request.id, minutes(1))?;
    assert_eq!(examination.integrity(), RequestIntegrity::Sound, "it is what was signed");
    assert_eq!(examination.decisions()[0].finding, DecisionStatus::OutsideValidity, "its time has not come");
    let refused = world.apply(request.id, minutes(1))?;
    assert_eq!(refused, Err(Unauthorized::NotApproved(ApprovalOutcome::Waiting { level: 1 })), "nothing is applied");
    assert_eq!(world.texts()?, ["before"], "nothing at all");
    Ok(())
}

#[test]
fn an_emergency_ten_years_ahead_is_refused() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let switch = world.request(world.ada.user().id, 9, Content::AllowEmergency, minutes(-30))?;
    world.vault.write(|w| w.requests_mut().submit(&switch, "Ada", &world.ada))?;
    world.decide(&world.anna, switch.id, YES, minutes(-25))?;
    let before = world.chain()?;
    let current = before.current().cloned().ok_or(VaultError::NotFound)?;
    let emergency = Some(switch.id);
    let allowed = Settings { number: 2, previous: before.digest(), at: minutes(-20), emergency, ..current };
    world.vault.write(|w| w.requests_mut().add_settings(&allowed, &world.ada))?;
    let id = world.ask(1, "after")?;
    let digest = world.examine(id, minutes(1))?.digest();
    let attempt = |at| {
        let sign = |r: &crate::Reader<'_>| {
            Ok::<_, VaultError>(r.requests().sign_emergency(id, &digest, "the house burns", at, &world.ada))
        };
        let (signed, chain) = (world.vault.read(sign)?, world.chain()?);
        let switch = world.examine(switch.id, minutes(1))?;
        let examination = world.examine(id, minutes(1))?;
        Ok::<_, VaultError>(examination.authorize_emergency(&signed, &world.approver_history(), &chain, Some(&switch)))
    };
    assert!(attempt(minutes(5))?.is_ok(), "a few minutes are what clocks differ by");
    assert_eq!(attempt(minutes(30))?.err(), Some(Unauthorized::NoEmergency), "half an hour is not");
    Ok(())
}

#[test]
fn settings_ten_years_ahead_hold_at_once_and_can_be_replaced() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let (anna, bert) = (world.anna.user().id, world.bert.user().id);
    let only = |user| [Registration { user, level: 1 }];
    let rules = world.chain()?.rules();
    world.set_rules(&rules, &only(bert), minutes(TEN_YEARS))?;
    assert_eq!(world.chain()?.level_now(bert), Some(1), "by their place they are the newest");
    let id = world.ask(1, "after")?;
    world.decide(&world.bert, id, YES, minutes(1))?;
    let examination = world.examine(id, minutes(1))?;
    assert_eq!(examination.integrity(), RequestIntegrity::Sound, "a request names the newest settings");
    assert_eq!(examination.decisions()[0].finding, DecisionStatus::Valid, "and is decided under them");
    let next = world.chain()?.next_time(minutes(2));
    world.set_rules(&rules, &only(anna), next)?;
    let chain = world.chain()?;
    assert_eq!(chain.broken_at(), None, "the chain goes on");
    assert_eq!((chain.level_now(anna), chain.level_now(bert)), (Some(1), None), "with the newest settings");
    Ok(())
}
