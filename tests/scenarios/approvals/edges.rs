//! Events between a request and its application: people are added and removed, machines differ, clocks are changed, and
//! other people change the same records.

use std::path::Path;

use anyhow::{Context, Result, bail};
use app::{
    AppError, AuditQuery, BatchDraft, BatchUpdate, CannotDecide, DecisionStatus, LockReason, NoticeKind, ParentUpdate,
    PolicyForm, RequestAction, RequestQuery, RequestScope, Secret, StrengthQuery, Subject, Warning,
    approval::{BatchAction, RequestState, Rules, Verdict},
    domain::{
        CredentialId, RequestId, Role, UserId,
        operation::OperationState,
        policy::{Criteria, ExpiryTrigger, Overrides, PolicyDetails, Triggers},
    },
};
use chrono::{TimeDelta, Utc};
use tests::{PASSWORD, Practice, Setup, USER_NAME, sign_in_as};

use crate::{
    access::sessions::{Remembering, copy_folder},
    approvals::four_eyes::{Team, hex},
};

const YES: Verdict = Verdict::Approved;

/// Makes a team whose requests need two approvals, and a request by Otto.
fn two_needed() -> Result<(Team, RequestId)> {
    let team = Team::new()?;
    team.set_rules(&[], Rules { needed: [2, 0, 0], ..Rules::default() })?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    Ok((team, id))
}

fn id_of(team: &Team, name: &str) -> Result<UserId> {
    let people = team.practice.app.approvers().get()?.people;
    Ok(people.iter().find(|person| person.name == name).with_context(|| format!("{name} is known"))?.user)
}

fn everything() -> RequestQuery {
    RequestQuery::at(Utc::now(), UserId::from_uuid(app::Uuid::nil()))
}

/// Returns the number of entries with an action in the audit trail; Ada reads it.
fn reported(team: &Team, action: &str) -> Result<usize> {
    team.sign_in_as(USER_NAME)?;
    let query = AuditQuery { actions: vec![action.to_owned()], limit: 100, ..AuditQuery::default() };
    Ok(team.practice.app.audit().list(&query)?.rows.len())
}

#[test]
fn an_approver_who_is_removed_between_two_approvals_has_approved() -> Result<()> {
    let (team, id) = two_needed()?;
    team.sign_in_as("Anna")?;
    team.decide(id, YES, "seen")??;
    assert_eq!(team.get(id)?.listed.row.state, RequestState::AwaitingApproval, "one of two");
    team.hands.turn(TimeDelta::minutes(1));
    team.sign_in_as(USER_NAME)?;
    let anna = id_of(&team, "Anna")?;
    team.practice.app.users().remove(anna)?;
    assert!(team.sign_in_as("Anna").is_err(), "she is nobody any more");
    team.sign_in_as("Bert")?;
    team.decide(id, YES, "")??;
    let details = team.get(id)?;
    assert_eq!(details.listed.row.state, RequestState::Applied, "hers still counts");
    assert_eq!(details.names.get(&anna).map(String::as_str), Some("Anna"), "and still has her name");
    let findings: Vec<_> = details.examination.decisions().iter().map(|decision| decision.finding).collect();
    assert_eq!(findings, [DecisionStatus::Valid, DecisionStatus::Valid], "she was an approver when she signed");
    team.sign_in_as("Otto")?;
    assert_eq!(team.domains()?, ["EXAMPLE", "EXAMPLE"], "all of it is there");
    Ok(())
}

#[test]
fn an_approver_who_loses_the_role_first_approves_nothing() -> Result<()> {
    let (team, id) = two_needed()?;
    team.sign_in_as("Bert")?;
    team.decide(id, YES, "")??;
    team.sign_in_as(USER_NAME)?;
    let anna = id_of(&team, "Anna")?;
    team.practice.app.users().save(anna, "Anna", &[Role::Auditor])?;
    team.sign_in_as("Anna")?;
    let refused = team.decide(id, YES, "")?;
    assert!(matches!(refused, Err(AppError::Forbidden)), "she only reads now: {refused:?}");
    assert_eq!(team.get(id)?.examination.approvals(), [1, 0, 0], "Bert's alone counts");
    team.sign_in_as("Otto")?;
    assert_eq!(team.domains()?, ["", ""], "nothing happened");
    Ok(())
}

#[test]
fn the_same_approval_twice_is_one_however_fast_the_second_comes() -> Result<()> {
    let (team, id) = two_needed()?;
    team.sign_in_as("Anna")?;
    let digest = hex(&team.get(id)?.examination.digest());
    let (app, start) = (&team.practice.app, std::sync::Barrier::new(2));
    let decide = || {
        let (digest, reason) = (digest.clone(), String::new());
        let decide = app::Decide { request: id, digest, verdict: YES, reason, password: None, code: None };
        start.wait();
        app.requests().decide(&decide)
    };
    let both = std::thread::scope(|scope| {
        let both = [scope.spawn(decide), scope.spawn(decide)];
        both.map(|one| one.join().is_ok_and(|done| done.is_ok()))
    });
    assert_eq!(both.iter().filter(|done| **done).count(), 1, "one of two at once was taken: {both:?}");
    let again = team.decide(id, YES, "")?;
    assert!(
        matches!(again, Err(AppError::NotDecidable { why: CannotDecide::AlreadyDecided })),
        "and none afterwards: {again:?}"
    );
    let details = team.get(id)?;
    assert_eq!(details.examination.approvals(), [1, 0, 0], "it counts once");
    assert_eq!(details.listed.row.state, RequestState::AwaitingApproval, "and completes nothing");
    Ok(())
}

#[test]
fn what_a_clock_two_hours_ahead_leaves_behind_is_marked_and_decides_nothing_before_its_time() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let before = team.ask("EARLIER")?;
    team.hands.turn(TimeDelta::hours(2));
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    team.hands.turn(TimeDelta::hours(-2));
    team.sign_in_as("Anna")?;
    let refused = team.decide(id, YES, "")?;
    assert!(
        matches!(refused, Err(AppError::NotDecidable { why: CannotDecide::ClockAhead })),
        "a decision would be before the request: {refused:?}"
    );
    assert!(!team.get(id)?.listed.doings.contains(&RequestAction::Approve), "so that it is not offered");
    team.decide(before, YES, "")??;
    assert_eq!(team.get(before)?.listed.row.state, RequestState::Applied, "the one beside it is decided");
    team.sign_in_as(USER_NAME)?;
    let audit = team.practice.app.audit();
    let rows = audit.list(&AuditQuery::default())?.rows;
    assert!(rows.is_sorted_by(|newer, older| newer.number > older.number), "the trail goes by number");
    let marked: Vec<_> = rows.iter().filter(|row| audit.clock_was_ahead(row.at)).collect();
    let actions: Vec<_> = marked.iter().map(|row| row.action.as_str()).collect();
    assert!(actions.contains(&"request.made"), "what was written two hours ahead is marked: {actions:?}");
    assert!(marked.len() < rows.len(), "and nothing else");
    let number = marked.first().map(|row| row.number).unwrap_or_default();
    assert!(audit.get(number)?.clock_was_ahead, "each by itself too");
    Ok(())
}

#[test]
fn what_expires_is_told_once_and_a_clock_set_back_brings_nothing_back() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    team.sign_in_as("Anna")?;
    team.hands.turn(TimeDelta::hours(25));
    assert!(team.decide(id, YES, "")?.is_err(), "too late");
    team.hands.turn(TimeDelta::hours(-25));
    assert!(team.decide(id, YES, "")?.is_err(), "and too late it stays");
    assert_eq!(team.get(id)?.listed.row.state, RequestState::Expired, "it has ended");
    assert_eq!(reported(&team, "request.expired")?, 1, "the trail says so, once");
    team.sign_in_as("Otto")?;
    assert_eq!(team.domains()?, ["", ""], "nothing happened");
    Ok(())
}

#[test]
fn a_digest_of_something_else_is_refused_and_told() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let (shown, other) = (team.ask("EXAMPLE")?, team.ask("OTHER")?);
    team.sign_in_as("Anna")?;
    let digest = hex(&team.get(shown)?.examination.digest());
    let (verdict, reason) = (YES, String::new());
    let decide = app::Decide { request: other, digest, verdict, reason, password: None, code: None };
    assert!(matches!(team.practice.app.requests().decide(&decide), Err(AppError::ContentChanged)), "not what she saw");
    assert_eq!(reported(&team, "request.decisionRefused")?, 1, "and the trail keeps it");
    Ok(())
}

/// Opens a folder as a person at another machine.
fn elsewhere(folder: &Path, name: &str) -> Result<Practice> {
    let desktop = Some(std::sync::Arc::new(Remembering::default()) as std::sync::Arc<dyn app::Desktop>);
    let practice = Practice::without_vault(Setup { desktop, ..Setup::default() });
    sign_in_as(&practice.app, folder, name)?;
    Ok(practice)
}

#[test]
fn a_request_approved_at_another_machine_is_applied_at_the_requesters() -> Result<()> {
    let team = Team::with_desktop()?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    team.practice.app.sessions().sign_out()?;
    let parent = tempfile::tempdir()?;
    let copy = parent.path().join("Team.vault");
    copy_folder(&team.folder, &copy)?;
    let annas = elsewhere(&copy, "Anna")?;
    let digest = hex(&annas.app.requests().get(id)?.examination.digest());
    let reason = String::new();
    let decide = app::Decide { request: id, digest, verdict: YES, reason, password: None, code: None };
    annas.app.requests().decide(&decide)?;
    annas.app.sessions().sign_out()?;
    replace(&team.folder, &copy)?;
    team.sign_in_as("Otto")?;
    let warnings = team.practice.app.sessions().get().context("it opens")?.warnings;
    assert!(warnings.is_empty(), "it has gone on, not back: {warnings:?}");
    assert_eq!(team.get(id)?.listed.row.state, RequestState::Applied, "what Anna approved elsewhere is applied");
    assert!(team.get(id)?.outcome_holds, "and her signature holds here");
    assert_eq!(team.domains()?, ["EXAMPLE", "EXAMPLE"], "all of it");
    Ok(())
}

#[test]
fn two_machines_that_went_on_apart_are_told_apart() -> Result<()> {
    let team = Team::with_desktop()?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    team.practice.app.sessions().sign_out()?;
    let parent = tempfile::tempdir()?;
    let copy = parent.path().join("Team.vault");
    copy_folder(&team.folder, &copy)?;
    // Otto cancels the request while Anna approves it in her copy.
    team.sign_in_as("Otto")?;
    team.practice.app.requests().cancel(id)?;
    team.practice.app.sessions().sign_out()?;
    let annas = elsewhere(&copy, "Anna")?;
    let digest = hex(&annas.app.requests().get(id)?.examination.digest());
    let reason = String::new();
    let decide = app::Decide { request: id, digest, verdict: YES, reason, password: None, code: None };
    annas.app.requests().decide(&decide)?;
    annas.app.sessions().sign_out()?;
    replace(&team.folder, &copy)?;
    team.sign_in_as("Otto")?;
    let warnings = team.practice.app.sessions().get().context("it opens")?.warnings;
    let warned = warnings.iter().any(|it| matches!(it, Warning::Forked { .. } | Warning::RolledBack { .. }));
    assert!(warned, "this is not the vault that went on here: {warnings:?}");
    Ok(())
}

fn replace(folder: &Path, with: &Path) -> Result<()> {
    std::fs::remove_dir_all(folder)?;
    copy_folder(with, folder)
}

/// Requests, as Otto, that a credential follows another one.
fn ask_to_follow(team: &Team, child: CredentialId, parent: CredentialId) -> Result<RequestId> {
    let update = BatchUpdate {
        parent: Some(ParentUpdate { parent: Some(parent), own_password: false }),
        ..BatchUpdate::default()
    };
    let draft = BatchDraft { action: BatchAction::Update, credentials: vec![child], update: Some(update) };
    Ok(team.practice.app.batches().save(&draft, "one account in two places")?)
}

#[test]
fn two_requests_that_make_a_circle_together_are_not_both_applied() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let first = ask_to_follow(&team, team.root, team.deploy)?;
    let second = ask_to_follow(&team, team.deploy, team.root)?;
    team.sign_in_as("Anna")?;
    team.decide(first, YES, "")??;
    team.decide(second, YES, "")??;
    let details = team.get(second)?;
    assert_eq!(details.listed.row.state, RequestState::Conflict, "each alone would do, both would not");
    assert_eq!(details.record.conflicts.first().map(|it| it.reason), Some(app::ConflictReason::Cycle), "and why");
    team.sign_in_as("Otto")?;
    let (row, _) = team.practice.app.credentials().get(team.deploy)?;
    assert_eq!(row.credential.details.execution.parent, None, "what was written was taken back");
    Ok(())
}

/// Allows emergencies as Anna, and applies Otto's request as an emergency as Ada.
fn in_emergency(team: &Team) -> Result<RequestId> {
    let switch = team.practice.app.approvers().switch_emergency(true, "for nights")?.context("a request")?;
    team.sign_in_as("Anna")?;
    team.decide(switch, YES, "")??;
    team.sign_in_as("Otto")?;
    let id = team.ask("URGENT")?;
    let digest = hex(&team.get(id)?.examination.digest());
    team.sign_in_as(USER_NAME)?;
    team.practice.app.requests().apply_in_emergency(id, &digest, "the house burns")?;
    team.hands.turn(TimeDelta::minutes(1));
    Ok(id)
}

#[test]
fn every_approver_is_told_of_an_emergency_until_they_say_that_they_know() -> Result<()> {
    let team = Team::new()?;
    let requests = || team.practice.app.requests();
    let id = in_emergency(&team)?;
    assert!(requests().emergencies_unseen()?.is_empty(), "Ada knows what she did, and is no approver");
    for name in ["Anna", "Bert"] {
        team.sign_in_as(name)?;
        let reported: Vec<_> = requests().emergencies_unseen()?.iter().map(|row| row.id).collect();
        assert_eq!(reported, [id], "{name} is told when they come");
        assert!(
            team.get(id)?.listed.doings.contains(&RequestAction::AcknowledgeEmergency),
            "{name} can say that they know"
        );
        requests().acknowledge_emergency(id)?;
        assert!(requests().emergencies_unseen()?.is_empty(), "{name} is not told again");
        assert!(
            matches!(requests().acknowledge_emergency(id), Err(AppError::NotFound { .. })),
            "there is nothing left"
        );
    }
    team.sign_in_as("Otto")?;
    assert!(matches!(requests().acknowledge_emergency(id), Err(AppError::Forbidden)), "only approvers are asked");
    assert_eq!(reported(&team, "request.emergencySeen")?, 2, "the trail knows who knows");
    team.practice.app.approvers().switch_emergency(false, "the night is over")?;
    assert!(team.get(id)?.outcome_holds, "it was allowed when it was done, whatever is allowed now");
    Ok(())
}

#[test]
fn an_approver_of_later_is_not_told_of_what_was_before() -> Result<()> {
    let team = Team::new()?;
    let id = in_emergency(&team)?;
    let otto = team.get(id)?.listed.row.requester;
    team.practice.app.users().save(otto, "Otto", &[Role::Operator, Role::Approver])?;
    team.sign_in_as("Otto")?;
    assert!(team.practice.app.requests().emergencies_unseen()?.is_empty(), "it was not his to watch");
    Ok(())
}

#[test]
fn an_emergency_that_nobody_allowed_is_refused_and_told() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    let digest = hex(&team.get(id)?.examination.digest());
    team.sign_in_as(USER_NAME)?;
    let refused = team.practice.app.requests().apply_in_emergency(id, &digest, "the house burns");
    assert!(matches!(refused, Err(AppError::EmergencyForbidden)), "{refused:?}");
    assert!(!team.get(id)?.listed.row.emergency, "no list calls it one");
    assert_eq!(reported(&team, "request.emergencyRefused")?, 1, "but the trail keeps the attempt");
    assert_eq!(team.domains()?, ["", ""], "nothing happened");
    Ok(())
}

#[test]
fn a_request_written_down_as_applied_is_called_by_its_name() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    assert!(team.get(id)?.outcome_holds, "it waits, and says no more");
    team.practice.app.sessions().sign_out()?;
    let sql = "UPDATE requests SET state = 'applied', approvals = 1, open_level = NULL";
    vault::attack::execute(&team.folder, USER_NAME, &Secret::new(PASSWORD), sql)?;
    team.sign_in_as("Otto")?;
    assert_eq!(team.get(id)?.listed.row.state, RequestState::Applied, "so it stands in the table");
    assert!(!team.get(id)?.outcome_holds, "and nobody ever approved it");
    Ok(())
}

#[test]
fn the_report_has_every_decision_with_its_signature_and_every_change() -> Result<()> {
    let team = Team::new()?;
    let urgent = in_emergency(&team)?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    team.sign_in_as("Anna")?;
    team.decide(id, YES, "=seen")??;
    team.sign_in_as(USER_NAME)?;
    let mut file = Vec::new();
    let requests = team.practice.app.requests();
    assert_eq!(
        requests.export(RequestScope::All, &everything(), &mut file)?,
        3,
        "the switch, the emergency, the update"
    );
    let file = String::from_utf8(file)?;
    let lines: Vec<_> = file.split("\r\n").collect();
    let line = |code: &str| lines.iter().find(|line| line.starts_with(code)).copied().unwrap_or_default();
    assert!(line("3,").contains("Anna: approved") && line("3,").contains("signature valid: =seen"), "{file}");
    assert!(line("3,").contains("sound,holds"), "what was verified while it was written: {file}");
    assert!(line("2,").contains(",true,Otto") && line("2,").ends_with("the house burns"), "the emergency: {file}");
    assert!(line("2,").contains(&format!(",{USER_NAME},")), "and who it was: {file}");
    let mut changes = Vec::new();
    assert_eq!(requests.export_tasks(urgent, &mut changes)?, 2, "one line a change");
    let changes = String::from_utf8(changes)?;
    assert!(changes.contains("2,root,srv-01,domain,") && changes.contains(",,URGENT,"), "From and To: {changes}");
    Ok(())
}

#[test]
fn what_was_expired_with_approval_is_changed_by_the_policy() -> Result<()> {
    let team = Team::new()?;
    let app = &team.practice.app;
    let strength = app.strengths().list(&StrengthQuery::default())?.rows.first().context("one comes with it")?.id;
    let expiry = Some(ExpiryTrigger { lifetime_days: 60, windows: Vec::new() });
    app.policies().save(&PolicyForm {
        id: None,
        details: PolicyDetails {
            name: "All".to_owned(),
            priority: 50,
            strength,
            criteria: Criteria::default(),
            triggers: Triggers { expiry, ..Triggers::default() },
            overrides: Overrides::default(),
        },
    })?;
    // The first change must be requested by a person.
    let first = team.practice.request_change(team.deploy)?;
    team.until(first, OperationState::Succeeded)?;
    let before = team.device.password("deploy");
    team.hands.turn(TimeDelta::hours(1));
    team.sign_in_as("Otto")?;
    let draft = BatchDraft { action: BatchAction::Expire, credentials: vec![team.deploy], update: None };
    let id = app.batches().save(&draft, "it was on a slide")?;
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(team.device.password("deploy"), before, "nothing happens before it is approved");
    team.hands.turn(TimeDelta::minutes(10));
    team.sign_in_as("Anna")?;
    team.decide(id, YES, "")??;
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while team.device.password("deploy") == before {
        if std::time::Instant::now() > until {
            bail!("the policy did not change it");
        }
        // Overdue changes are spread over the coming time, so the clock is moved forward.
        team.hands.turn(TimeDelta::seconds(10));
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Ok(())
}

#[test]
fn the_desktop_calls_whoever_a_request_waits_for_once() -> Result<()> {
    let team = Team::new()?;
    let app = &team.practice.app;
    let reported = || app.notice_of_waiting().map(|notice| (notice.kind, notice.subject));
    team.sign_in_as("Olga")?;
    team.ask("EXAMPLE")?;
    assert_eq!(reported(), None, "it does not wait for who asked");
    app.sessions().lock(LockReason::Person);
    let unnamed = Some((NoticeKind::RequestWaits, Subject::Request { by: None }));
    assert_eq!(reported(), unnamed, "a locked window names nobody");
    assert_eq!(reported(), None, "and tells it once");
    team.sign_in_as("Anna")?;
    let named = Some((NoticeKind::RequestWaits, Subject::Request { by: Some("Olga".to_owned()) }));
    assert_eq!(reported(), named, "Anna may know who asked");
    assert_eq!(reported(), None, "once");
    Ok(())
}
