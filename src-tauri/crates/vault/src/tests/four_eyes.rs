//! Tests of approvals against an attacker who holds the database key and edits every table with care.

use approval::{
    ApprovalOutcome, Content, DecisionStatus, FieldChange, Registration, RequestIntegrity, RequestState, Rules,
    Settings, Unauthorized, Verdict, statement,
};
use crypto::{AssociatedData, Identity};
use domain::Role;

use super::approval_world::{ApprovalWorld, apply_in, credential, device, known, minutes, person, same_keys};
use crate::{ConflictReason, NewDecision, Outcome, VaultError};

const YES: Verdict = Verdict::Approved;

/// Returns the status of the only decision.
fn only(world: &ApprovalWorld, id: domain::RequestId, minute: i64) -> anyhow::Result<DecisionStatus> {
    let examination = world.examine(id, minutes(minute))?;
    assert_eq!(examination.decisions().len(), 1, "there is one decision");
    Ok(examination.decisions()[0].finding)
}

fn assert_nothing_happened(world: &ApprovalWorld, id: domain::RequestId, minute: i64) -> anyhow::Result<Unauthorized> {
    let refused = world.apply(id, minutes(minute))?;
    assert_eq!(world.texts()?, ["before"], "no credential was touched");
    refused.err().ok_or_else(|| anyhow::anyhow!("it was applied"))
}

#[test]
fn what_an_approver_approved_is_applied_once_and_in_one_go() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(20)?;
    let id = world.ask(1, "after")?;
    let waiting = assert_nothing_happened(&world, id, 1)?;
    assert_eq!(waiting, Unauthorized::NotApproved(ApprovalOutcome::Waiting { level: 1 }), "nobody has approved it");
    world.decide(&world.anna, id, YES, minutes(2))?;
    let outcome = world.apply(id, minutes(2))?;
    assert!(matches!(outcome, Ok(Outcome::Applied(applied)) if applied.tasks == 20), "all of it");
    assert_eq!(world.texts()?, ["after"], "every credential has it");
    assert_eq!(world.state(id)?, RequestState::Applied, "and the request says so");
    let again = world.apply(id, minutes(3))?;
    assert_eq!(again, Err(Unauthorized::Ended(RequestState::Applied)), "never a second time");
    Ok(())
}

#[test]
fn a_forged_request_row_is_refused() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let id = world.ask(1, "after")?;
    world.decide(&world.anna, id, YES, minutes(1))?;
    world.edit("UPDATE requests SET signature = zeroblob(64)")?;
    assert_eq!(world.examine(id, minutes(2))?.integrity(), RequestIntegrity::ContentChanged, "nobody signed it");
    let refused = assert_nothing_happened(&world, id, 2)?;
    assert_eq!(refused, Unauthorized::Tampered(RequestIntegrity::ContentChanged), "an approval does not heal it");
    Ok(())
}

#[test]
fn content_changed_after_the_approval_is_refused() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let (first, id) = (world.ask(1, "harmless")?, world.ask(2, "after")?);
    world.decide(&world.anna, first, YES, minutes(1))?;
    // The first request's approval, and even its signature, get the content of the second request.
    world.edit(
        "UPDATE requests SET content = (SELECT content FROM requests WHERE code = 2), \
         signature = (SELECT signature FROM requests WHERE code = 2) WHERE code = 1",
    )?;
    let refused = assert_nothing_happened(&world, first, 2)?;
    assert_eq!(
        refused,
        Unauthorized::Tampered(RequestIntegrity::ContentChanged),
        "it is the content of another request"
    );
    assert_eq!(world.state(id)?, RequestState::AwaitingApproval, "and the other one waits");
    Ok(())
}

#[test]
fn one_changed_letter_of_the_content_is_refused() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let id = world.ask(1, "after")?;
    world.decide(&world.anna, id, YES, minutes(1))?;
    world.edit("UPDATE requests SET content = CAST(replace(hex(content), hex('after'), hex('AFTER')) AS BLOB)")?;
    world.edit("UPDATE requests SET content = unhex(CAST(content AS TEXT))")?;
    let examination = world.examine(id, minutes(2))?;
    assert!(examination.request().is_some(), "it still reads as a request");
    assert_eq!(examination.integrity(), RequestIntegrity::ContentChanged, "but not as the one that was signed");
    assert_ne!(examination.decisions()[0].finding, DecisionStatus::Valid, "and nobody approved it");
    assert_nothing_happened(&world, id, 2)?;
    Ok(())
}

#[test]
fn a_forged_approval_row_does_not_count() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let id = world.ask(1, "after")?;
    world.edit(
        "INSERT INTO decisions (request_id, approver_id, verdict, reason, at, signature) \
         SELECT id, CAST(x'00000000000000000000000000000003' AS BLOB), 'approved', '', requested_at, zeroblob(64) \
         FROM requests",
    )?;
    assert_eq!(only(&world, id, 1)?, DecisionStatus::Forged, "Anna never signed it");
    assert_nothing_happened(&world, id, 1)?;
    // This decision is correctly signed, but with a key that is not Anna's.
    world.edit("DELETE FROM decisions")?;
    let (stranger, _) = known(&world.vault, 3, "Anna", &[Role::Approver], Identity::make()?);
    world.decide(&stranger, id, YES, minutes(1))?;
    assert_eq!(only(&world, id, 2)?, DecisionStatus::Forged, "it is not her key");
    assert_nothing_happened(&world, id, 2)?;
    Ok(())
}

#[test]
fn a_state_written_into_the_table_applies_nothing() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let id = world.ask(1, "after")?;
    world.edit("UPDATE requests SET approvals = 9, open_level = NULL, approvals_needed = 0, state = 'applied'")?;
    let later = world.examine(id, minutes(1))?.authorize_later(&world.approver_history(), &world.chain()?, None);
    assert_eq!(
        later.err(),
        Some(Unauthorized::NotApproved(ApprovalOutcome::Waiting { level: 1 })),
        "the columns are for lists; nobody has approved it"
    );
    Ok(())
}

#[test]
fn an_approval_replayed_on_another_request_does_not_count() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let (first, second) = (world.ask(1, "harmless")?, world.ask(2, "after")?);
    world.decide(&world.anna, first, YES, minutes(1))?;
    world.edit(
        "INSERT INTO decisions (request_id, approver_id, verdict, reason, at, signature) \
         SELECT (SELECT id FROM requests WHERE code = 2), approver_id, verdict, reason, at, signature FROM decisions",
    )?;
    assert_eq!(only(&world, second, 2)?, DecisionStatus::OtherContent, "she approved something else");
    assert!(world.examine(second, minutes(2))?.is_tampered_with(), "and it is called by its name");
    assert_nothing_happened(&world, second, 2)?;
    assert_eq!(only(&world, first, 2)?, DecisionStatus::Valid, "her own approval holds");
    Ok(())
}

#[test]
fn swapped_decisions_do_not_count() -> anyhow::Result<()> {
    let rules = Rules { needed: [2, 0, 0], rejections: 2, validity_minutes: 60 };
    let world = ApprovalWorld::with(2, rules)?;
    let id = world.ask(1, "after")?;
    world.decide(&world.anna, id, YES, minutes(1))?;
    world.decide(&world.bert, id, Verdict::Rejected, minutes(2))?;
    world.edit("UPDATE decisions SET verdict = 'approved'")?;
    let findings: Vec<_> = world.examine(id, minutes(3))?.decisions().iter().map(|d| d.finding).collect();
    assert_eq!(findings, [DecisionStatus::Valid, DecisionStatus::Forged], "a no is no yes");
    world.edit(
        "UPDATE decisions SET verdict = 'rejected' WHERE number = 2; \
         CREATE TEMP TABLE kept AS SELECT number, signature FROM decisions; \
         UPDATE decisions SET signature = (SELECT k.signature FROM kept k WHERE k.number <> decisions.number)",
    )?;
    let findings: Vec<_> = world.examine(id, minutes(3))?.decisions().iter().map(|d| d.finding).collect();
    assert_eq!(findings, [DecisionStatus::Forged, DecisionStatus::Forged], "each signature is of one person");
    assert_nothing_happened(&world, id, 3)?;
    Ok(())
}

#[test]
fn the_requester_decides_nothing() -> anyhow::Result<()> {
    let mut world = ApprovalWorld::new(2)?;
    world.periods[1].roles = vec![Role::Operator, Role::Approver];
    let approvers = [2, 3].map(|number| Registration { user: id_of(number), level: 1 });
    world.set_rules(&Rules { validity_minutes: 60, ..Rules::default() }, &approvers, minutes(-1))?;
    let id = world.ask(1, "after")?;
    world.decide(&world.otto, id, YES, minutes(1))?;
    assert_eq!(only(&world, id, 2)?, DecisionStatus::Requester, "an approver, but not of his own request");
    assert_nothing_happened(&world, id, 2)?;
    Ok(())
}

#[test]
fn the_requester_under_another_name_decides_nothing() -> anyhow::Result<()> {
    let mut world = ApprovalWorld::new(2)?;
    // A second user with the requester's own key.
    let (double, period) = known(&world.vault, 5, "Odo", &[Role::Approver], same_keys(&world.otto.identity)?);
    world.periods.push(period);
    let rules = Rules { validity_minutes: 60, ..Rules::default() };
    world.set_rules(&rules, &[Registration { user: id_of(5), level: 1 }], minutes(-1))?;
    let id = world.ask(1, "after")?;
    world.decide(&double, id, YES, minutes(1))?;
    assert_eq!(only(&world, id, 2)?, DecisionStatus::RequesterKey, "the key tells who it is");
    assert!(world.examine(id, minutes(2))?.is_tampered_with(), "nobody has two names by accident");
    assert_nothing_happened(&world, id, 2)?;
    Ok(())
}

#[test]
fn two_approvers_with_one_key_are_one() -> anyhow::Result<()> {
    let mut world = ApprovalWorld::with(2, Rules { needed: [2, 0, 0], rejections: 1, validity_minutes: 60 })?;
    let (double, period) = known(&world.vault, 5, "Hanna", &[Role::Approver], same_keys(&world.anna.identity)?);
    world.periods.push(period);
    let rules = world.chain()?.rules();
    world.set_rules(&rules, &[3, 5].map(|number| Registration { user: id_of(number), level: 1 }), minutes(-1))?;
    let id = world.ask(1, "after")?;
    world.decide(&world.anna, id, YES, minutes(1))?;
    world.decide(&double, id, YES, minutes(2))?;
    let findings: Vec<_> = world.examine(id, minutes(3))?.decisions().iter().map(|d| d.finding).collect();
    assert_eq!(findings, [DecisionStatus::Valid, DecisionStatus::Repeated], "the second yes is the first one's");
    assert_nothing_happened(&world, id, 3)?;
    Ok(())
}

#[test]
fn the_same_approval_twice_is_refused_and_two_approvers_at_once_both_count() -> anyhow::Result<()> {
    let world = ApprovalWorld::with(2, Rules { needed: [2, 0, 0], rejections: 1, validity_minutes: 60 })?;
    let id = world.ask(1, "after")?;
    world.decide(&world.anna, id, YES, minutes(1))?;
    let twice = world.decide(&world.anna, id, YES, minutes(1));
    assert!(matches!(twice, Err(VaultError::Taken)), "once decided is decided: {twice:?}");
    world.decide(&world.bert, id, YES, minutes(1))?;
    assert!(matches!(world.apply(id, minutes(1))?, Ok(Outcome::Applied(_))), "at the same moment, both count");
    Ok(())
}

#[test]
fn an_approver_without_the_role_or_the_registration_decides_nothing() -> anyhow::Result<()> {
    let mut world = ApprovalWorld::new(2)?;
    let id = world.ask(1, "after")?;
    world.periods[2].roles = vec![Role::Auditor];
    world.decide(&world.anna, id, YES, minutes(1))?;
    assert_eq!(only(&world, id, 2)?, DecisionStatus::NotApproverThen, "registered, but without the role");
    assert_nothing_happened(&world, id, 2)?;
    let (carl, period) = person(&world.vault, 6, "Carl", &[Role::Approver])?;
    world.periods.push(period);
    world.decide(&carl, id, YES, minutes(2))?;
    let examination = world.examine(id, minutes(3))?;
    assert_eq!(examination.decisions()[1].finding, DecisionStatus::NotApproverThen, "the role, but not registered");
    assert_nothing_happened(&world, id, 3)?;
    Ok(())
}

#[test]
fn a_registration_written_into_the_table_is_refused() -> anyhow::Result<()> {
    let mut world = ApprovalWorld::new(2)?;
    let (eve, period) = person(&world.vault, 6, "Eve", &[Role::Operator, Role::Approver])?;
    world.periods.push(period);
    let id = world.ask(1, "after")?;
    // These settings are signed, but by a person who is not an administrator.
    let before = world.chain()?;
    let forged = Settings {
        vault: world.vault.id(),
        number: 2,
        previous: before.digest(),
        by: eve.user().id,
        at: minutes(-1),
        rules: before.rules(),
        approvers: vec![Registration { user: eve.user().id, level: 1 }],
        operation_types: Vec::new(),
        emergency: None,
    };
    world.vault.write(|w| w.requests_mut().add_settings(&forged, &eve))?;
    assert_eq!(world.chain()?.broken_at(), Some(2), "the chain breaks where she signed");
    world.decide(&eve, id, YES, minutes(1))?;
    assert_eq!(only(&world, id, 2)?, DecisionStatus::NotApproverThen, "she registered herself");
    let refused = assert_nothing_happened(&world, id, 2)?;
    assert_eq!(
        refused,
        Unauthorized::Tampered(RequestIntegrity::ForgedRules),
        "and nothing is decided under such rules"
    );
    Ok(())
}

#[test]
fn milder_rules_are_refused_wherever_they_come_from() -> anyhow::Result<()> {
    let world = ApprovalWorld::with(2, Rules { needed: [2, 0, 0], rejections: 1, validity_minutes: 60 })?;
    // The requester signs milder rules into his own request.
    let mut request = world.request(world.otto.user().id, 1, world.content("after")?, minutes(0))?;
    request.rules.needed = [1, 0, 0];
    world.vault.write(|w| w.requests_mut().submit(&request, "Otto", &world.otto))?;
    world.decide(&world.anna, request.id, YES, minutes(1))?;
    let refused = assert_nothing_happened(&world, request.id, 2)?;
    assert_eq!(refused, Unauthorized::Tampered(RequestIntegrity::ForgedRules), "the rules are the administrator's");
    // Newer, stricter settings are cut off. The request that was made under them reveals this.
    let strict = Rules { needed: [2, 0, 0], rejections: 1, validity_minutes: 90 };
    world.set_rules(&strict, &[3, 4].map(|number| Registration { user: id_of(number), level: 1 }), minutes(-1))?;
    let id = world.ask(2, "after")?;
    world.edit("DELETE FROM approval_settings WHERE number = 2")?;
    assert_eq!(world.chain()?.broken_at(), Some(2), "a request names what is missing");
    assert_eq!(world.examine(id, minutes(2))?.integrity(), RequestIntegrity::ForgedRules, "it cannot be decided");
    assert!(world.chain()?.needs_approval(domain::operation::OperationType::ChangePassword), "nor anything else");
    Ok(())
}

#[test]
fn an_approver_who_was_removed_later_counts_and_one_who_was_removed_before_does_not() -> anyhow::Result<()> {
    let world = ApprovalWorld::with(2, Rules { needed: [2, 0, 0], rejections: 1, validity_minutes: 60 })?;
    let id = world.ask(1, "after")?;
    world.decide(&world.anna, id, YES, minutes(1))?;
    let only_bert = [Registration { user: id_of(4), level: 1 }];
    world.set_rules(&world.chain()?.rules(), &only_bert, minutes(2))?;
    world.decide(&world.bert, id, YES, minutes(3))?;
    assert!(matches!(world.apply(id, minutes(3))?, Ok(Outcome::Applied(_))), "she held the role when she approved");
    let next = world.ask(2, "again")?;
    world.decide(&world.anna, next, YES, minutes(4))?;
    assert_eq!(only(&world, next, 5)?, DecisionStatus::NotApproverThen, "she was revoked before");
    Ok(())
}

#[test]
fn a_role_that_was_lost_counts_until_it_was_lost() -> anyhow::Result<()> {
    let mut world = ApprovalWorld::with(2, Rules { needed: [2, 0, 0], rejections: 1, validity_minutes: 60 })?;
    let id = world.ask(1, "after")?;
    world.decide(&world.anna, id, YES, minutes(1))?;
    world.decide(&world.bert, id, YES, minutes(5))?;
    world.periods[2].until = Some(minutes(2));
    world.periods[3].until = Some(minutes(4));
    let findings: Vec<_> = world.examine(id, minutes(6))?.decisions().iter().map(|d| d.finding).collect();
    assert_eq!(findings, [DecisionStatus::Valid, DecisionStatus::NotApproverThen], "Anna in time, Bert too late");
    Ok(())
}

#[test]
fn an_approval_outside_the_validity_does_not_count() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let id = world.ask(1, "after")?;
    world.decide(&world.anna, id, YES, minutes(61))?;
    assert_eq!(only(&world, id, 62)?, DecisionStatus::OutsideValidity, "a minute too late");
    assert_nothing_happened(&world, id, 62)?;
    world.edit("DELETE FROM decisions")?;
    world.decide(&world.anna, id, YES, minutes(-1))?;
    assert_eq!(only(&world, id, 1)?, DecisionStatus::OutsideValidity, "before there was anything to approve");
    world.edit("DELETE FROM decisions")?;
    world.decide(&world.anna, id, YES, minutes(30))?;
    assert_eq!(only(&world, id, 20)?, DecisionStatus::ClockAhead, "in the future");
    // The approval is in time, but the application is too late. Deciding and applying are one step.
    let late = assert_nothing_happened(&world, id, 61)?;
    assert_eq!(late, Unauthorized::NotApproved(ApprovalOutcome::Expired), "its time is over");
    Ok(())
}

#[test]
fn a_request_cannot_give_itself_more_time() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let mut request = world.request(world.otto.user().id, 1, world.content("after")?, minutes(0))?;
    request.valid_until = minutes(600);
    world.vault.write(|w| w.requests_mut().submit(&request, "Otto", &world.otto))?;
    world.decide(&world.anna, request.id, YES, minutes(500))?;
    let refused = assert_nothing_happened(&world, request.id, 500)?;
    assert_eq!(refused, Unauthorized::Tampered(RequestIntegrity::ForgedRules), "the validity is the settings'");
    Ok(())
}

#[test]
fn a_request_of_someone_without_the_role_is_refused() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let request = world.request(world.bert.user().id, 1, world.content("after")?, minutes(0))?;
    world.vault.write(|w| w.requests_mut().submit(&request, "Bert", &world.bert))?;
    world.decide(&world.anna, request.id, YES, minutes(1))?;
    let refused = assert_nothing_happened(&world, request.id, 2)?;
    assert_eq!(refused, Unauthorized::Tampered(RequestIntegrity::ForgedRequest), "approvers ask for nothing");
    Ok(())
}

#[test]
fn a_clock_that_was_set_back_by_less_than_five_minutes_makes_nothing_valid_again() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let entry = |at| crate::NewEntry { who: None, action: "x", object: None, detail: serde_json::Value::Null, at };
    world.vault.write(|w| w.audit_mut().append(&entry(minutes(90))))?;
    let context = world.vault.read(|r| r.requests().decision_time(minutes(85)))?;
    assert_eq!(context, minutes(90), "the audit trail has seen a later time");
    assert_eq!(world.vault.read(|r| r.requests().decision_time(minutes(95)))?, minutes(95), "and time goes on");
    world.vault.write(|w| w.audit_mut().append(&entry(minutes(85))))?;
    let context = world.vault.read(|r| r.requests().decision_time(minutes(86)))?;
    assert_eq!(context, minutes(90), "what is written down under the wrong clock sets nothing back");
    Ok(())
}

#[test]
fn a_credential_that_changed_since_is_a_conflict_and_nothing_is_applied() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(3)?;
    let id = world.ask(1, "after")?;
    let changed = world.credentials[1];
    world.vault.write(|w| {
        let mut found = w.credentials().get(changed)?.ok_or(VaultError::NotFound)?;
        found.details.additional_information = "meanwhile".to_owned();
        w.credentials_mut().update(&found)
    })?;
    world.decide(&world.anna, id, YES, minutes(1))?;
    let outcome = world.apply(id, minutes(1))?;
    let Ok(Outcome::Conflict(conflicts)) = outcome else { anyhow::bail!("{outcome:?}") };
    assert_eq!(conflicts.len(), 1, "one credential");
    assert_eq!(conflicts[0].reason, ConflictReason::Changed, "it changed");
    assert_eq!((&*conflicts[0].expected, &*conflicts[0].found), ("before", "meanwhile"), "from what to what");
    assert_eq!(world.texts()?, ["before", "meanwhile"], "the others were left as they were");
    assert_eq!(world.state(id)?, RequestState::Conflict, "the request has ended");
    Ok(())
}

#[test]
fn two_of_one_name_are_a_conflict_and_what_was_written_is_taken_back() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    let other = device(1);
    let same = credential(other.id, 1);
    world.vault.write(|w| {
        w.devices_mut().insert(&other)?;
        w.credentials_mut()
            .insert(&domain::Credential { id: domain::CredentialId::from_uuid(uuid::Uuid::from_u128(77)), ..same })
    })?;
    // Both credentials move. The second one finds that its name is taken there.
    let Content::Batch(mut batch) = world.content("after")? else { anyhow::bail!("a batch") };
    for task in &mut batch.tasks {
        let named =
            |device: &domain::Device| approval::NamedDevice { id: device.id, name: device.details.name.clone() };
        task.changes = vec![FieldChange::Device(approval::FromTo { from: named(&device(0)), to: named(&other) })];
    }
    let request = world.request(world.otto.user().id, 1, Content::Batch(batch), minutes(0))?;
    world.vault.write(|w| w.requests_mut().submit(&request, "Otto", &world.otto))?;
    world.decide(&world.anna, request.id, YES, minutes(1))?;
    let outcome = world.apply(request.id, minutes(1))?;
    let Ok(Outcome::Conflict(conflicts)) = outcome else { anyhow::bail!("{outcome:?}") };
    assert_eq!(conflicts[0].reason, ConflictReason::Duplicate, "the name is taken there");
    let first = world.vault.read(|r| r.credentials().get(world.credentials[0]))?.ok_or(VaultError::NotFound)?;
    assert_eq!(first.details.device, device(0).id, "the first one did not move either");
    assert_eq!(world.examine(request.id, minutes(2))?.decisions().len(), 1, "the decision is kept");
    Ok(())
}

#[test]
fn a_device_of_another_name_than_the_approved_one_is_a_conflict() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let id = world.ask(1, "after")?;
    world.decide(&world.anna, id, YES, minutes(1))?;
    world.edit("UPDATE devices SET name = 'srv-99', name_folded = 'srv-99'")?;
    let outcome = world.apply(id, minutes(1))?;
    let Ok(Outcome::Conflict(conflicts)) = outcome else { anyhow::bail!("{outcome:?}") };
    assert_eq!(conflicts[0].expected, "user00000 on srv-00", "what the approver read");
    assert_eq!(conflicts[0].found, "user00000 on srv-99", "what it would have been");
    Ok(())
}

#[test]
fn nothing_is_applied_in_an_emergency_that_was_not_allowed() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let id = world.ask(1, "after")?;
    let digest = world.examine(id, minutes(1))?.digest();
    let emergency = world.vault.read(|r| {
        Ok::<_, VaultError>(r.requests().sign_emergency(id, &digest, "the house burns", minutes(1), &world.ada))
    })?;
    let (history, chain) = (world.approver_history(), world.chain()?);
    let refused = world.examine(id, minutes(1))?.authorize_emergency(&emergency, &history, &chain, None);
    assert_eq!(refused.err(), Some(Unauthorized::NoEmergency), "the settings do not allow it");
    Ok(())
}

#[test]
fn an_emergency_needs_an_approved_switch_an_administrator_and_words() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let switch = world.request(world.ada.user().id, 9, Content::AllowEmergency, minutes(-30))?;
    world.vault.write(|w| w.requests_mut().submit(&switch, "Ada", &world.ada))?;
    let before = world.chain()?;
    let allowed = Settings {
        number: 2,
        previous: before.digest(),
        at: minutes(-20),
        emergency: Some(switch.id),
        ..before.current().cloned().ok_or(VaultError::NotFound)?
    };
    world.vault.write(|w| w.requests_mut().add_settings(&allowed, &world.ada))?;
    let id = world.ask(1, "after")?;
    let digest = world.examine(id, minutes(1))?.digest();
    let attempt = |who: &crate::Session, words: &str| {
        let signed = |r: &crate::Reader<'_>| r.requests().sign_emergency(id, &digest, words, minutes(1), who);
        let noted = world.vault.read(|r| Ok::<_, VaultError>(signed(r)))?;
        let (history, chain) = (world.approver_history(), world.chain()?);
        let switch = world.examine(switch.id, minutes(1))?;
        Ok::<_, VaultError>(world.examine(id, minutes(1))?.authorize_emergency(&noted, &history, &chain, Some(&switch)))
    };
    assert_eq!(attempt(&world.ada, "fire")?.err(), Some(Unauthorized::NoEmergency), "the switch is not approved yet");
    world.decide(&world.anna, switch.id, YES, minutes(-25))?;
    assert_eq!(attempt(&world.bert, "fire")?.err(), Some(Unauthorized::NoEmergency), "he is no administrator");
    assert_eq!(attempt(&world.ada, " ")?.err(), Some(Unauthorized::NoEmergency), "she says nothing");
    let authorized = attempt(&world.ada, "the house burns")?;
    assert!(authorized.as_ref().is_ok_and(|proof| proof.is_emergency()), "now she may, and it says so: {authorized:?}");
    Ok(())
}

#[test]
fn no_statement_passes_for_one_of_another_kind() {
    let (vault, request, who) = (
        domain::VaultId::from_uuid(uuid::Uuid::from_u128(1)),
        domain::RequestId::from_uuid(uuid::Uuid::from_u128(2)),
        id_of(3),
    );
    let at = minutes(0);
    let statements: [AssociatedData; 5] = [
        statement::request(vault, request, &[0; 32], who),
        statement::settings(vault, &[0; 32], who),
        statement::decision(vault, request, &[0; 32], YES, "", at, who),
        statement::decision(vault, request, &[0; 32], Verdict::Rejected, "", at, who),
        statement::emergency(vault, request, &[0; 32], "", at, who),
    ];
    for (place, one) in statements.iter().enumerate() {
        for other in &statements[place + 1..] {
            assert_ne!(one.as_bytes(), other.as_bytes(), "each says what it is");
        }
    }
}

#[test]
fn a_decision_over_what_was_shown_does_not_count_for_what_is_stored() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let id = world.ask(1, "after")?;
    let new = NewDecision { request: id, digest: [7; 32], verdict: YES, reason: "", at: minutes(1) };
    world.vault.write(|w| w.requests_mut().decide(&new, &world.anna))?;
    assert_eq!(only(&world, id, 2)?, DecisionStatus::Forged, "she signed other bytes");
    let outcome =
        world.vault.write(|w| apply_in(w, &world.approver_history(), id, world.anna.user().id, minutes(2), None))?;
    assert!(outcome.is_err(), "nothing is applied");
    Ok(())
}

fn id_of(number: u128) -> domain::UserId {
    domain::UserId::from_uuid(uuid::Uuid::from_u128(number))
}
