//! Attacks by a person who has the database key and their own keys, and who edits the files with care. Each attack is
//! refused, named, and recorded in the audit trail.
//!
//! The vault is closed while it is edited, as it would be by another program. Then the program opens it again.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use app::{
    AppError, AuditEntry, AuditQuery, AuditVerdict, Clock, CredentialForm, DecisionStatus, OperationFilter,
    OperationQuery, RequestDetails, RequestIntegrity, RevealRequest, Secret, Selection, UnlockVault, UserQuery,
    VaultError, Warning, WarningKind,
    approval::{Registration, RequestState, Verdict},
    domain::{
        CredentialId, FailureCode, ReconciliationSettings, RequestId, Role, UserId,
        operation::{OperationState, OperationType},
    },
};
use chrono::TimeDelta;
use tests::{Access, NewCredential, PASSWORD, USER_NAME};
use vault::{NewDecision, SignIn, Vault};

use crate::approvals::four_eyes::{Team, hex};

/// Edits the closed vault as a person who knows Ada's password.
fn edit(team: &Team, sql: &str) -> Result<()> {
    team.practice.app.sessions().sign_out()?;
    Ok(vault::attack::execute(&team.folder, USER_NAME, &Secret::new(PASSWORD), sql)?)
}

/// Works on the closed vault with a person's own keys, as another program would.
fn with_keys_of(team: &Team, name: &str, work: impl FnOnce(&Vault, &vault::Session) -> Result<()>) -> Result<()> {
    team.practice.app.sessions().sign_out()?;
    let (vault, session) = Vault::open(&team.folder, &SignIn::password(name, &Secret::new(PASSWORD)))?;
    work(&vault, &session)
}

fn open(team: &Team, name: &str) -> Result<(), AppError> {
    let (folder, user_name) = (team.folder.clone(), name.to_owned());
    let request = UnlockVault { folder, user_name, password: Secret::new(PASSWORD), key_file: None };
    team.practice.app.sessions().unlock(&request).map(drop)
}

/// Returns the entries of the audit trail with an action; Ada reads it.
fn reported(team: &Team, action: &str) -> Result<Vec<AuditEntry>> {
    team.sign_in_as(USER_NAME)?;
    let query = AuditQuery { actions: vec![action.to_owned()], limit: 100, ..AuditQuery::default() };
    Ok(team.practice.app.audit().list(&query)?.rows)
}

/// Checks that an attack is in the trail, once, with these words in its detail.
fn assert_told(team: &Team, action: &str, words: &[&str]) -> Result<()> {
    let entries = reported(team, action)?;
    let [entry] = &entries[..] else { bail!("one entry {action} was expected: {entries:?}") };
    let detail = entry.detail.to_string();
    for word in words {
        assert!(detail.contains(word), "{action} says {word}: {detail}");
    }
    Ok(())
}

/// Signs in as a person and decides on the content that the window shows.
fn decide(team: &Team, name: &str, id: RequestId) -> Result<Result<(), AppError>> {
    open(team, name)?;
    team.decide(id, Verdict::Approved, "")
}

fn finding(details: &RequestDetails) -> Result<DecisionStatus> {
    Ok(details.examination.decisions().first().context("a decision")?.finding)
}

fn id_of(team: &Team, name: &str) -> Result<UserId> {
    let people = team.practice.app.approvers().get()?.people;
    Ok(people.iter().find(|person| person.name == name).with_context(|| format!("{name} is known"))?.user)
}

fn blob(id: app::Uuid) -> String {
    format!("x'{}'", id.simple())
}

/// Makes a team in which Otto has requested another domain.
fn asked() -> Result<(Team, RequestId)> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    Ok((team, id))
}

fn assert_nothing_happened(team: &Team) -> Result<()> {
    team.sign_in_as("Otto")?;
    assert_eq!(team.domains()?, ["", ""], "no credential was touched");
    Ok(())
}

#[test]
fn a_forged_row_is_refused_named_and_audited() -> Result<()> {
    let (team, id) = asked()?;
    edit(&team, "UPDATE requests SET signature = zeroblob(64)")?;
    let refused = decide(&team, "Anna", id)?;
    assert!(matches!(refused, Err(AppError::Tampered)), "{refused:?}");
    assert_eq!(team.get(id)?.examination.integrity(), RequestIntegrity::ContentChanged, "nobody signed it");
    assert_nothing_happened(&team)?;
    assert_told(&team, "request.tampered", &["contentChanged"])
}

#[test]
fn a_forged_approval_is_refused_named_and_audited() -> Result<()> {
    let (team, id) = asked()?;
    team.sign_in_as(USER_NAME)?;
    let anna = blob(id_of(&team, "Anna")?.as_uuid());
    edit(
        &team,
        &format!(
            "INSERT INTO decisions (request_id, approver_id, verdict, reason, at, signature) \
             SELECT id, {anna}, 'approved', '', requested_at, zeroblob(64) FROM requests"
        ),
    )?;
    let refused = decide(&team, "Bert", id)?;
    assert!(matches!(refused, Err(AppError::Tampered)), "{refused:?}");
    assert_eq!(finding(&team.get(id)?)?, DecisionStatus::Forged, "Anna never signed it");
    assert_nothing_happened(&team)?;
    assert_told(&team, "request.tampered", &["forged"])
}

#[test]
fn a_replayed_approval_is_refused_named_and_audited() -> Result<()> {
    let (team, harmless) = asked()?;
    let other = team.ask("OTHER")?;
    decide(&team, "Anna", harmless)??;
    let copied = "INSERT INTO decisions (request_id, approver_id, verdict, reason, at, signature) \
         SELECT (SELECT id FROM requests WHERE code = 2), approver_id, verdict, reason, at, signature FROM decisions";
    edit(&team, copied)?;
    let refused = decide(&team, "Bert", other)?;
    assert!(matches!(refused, Err(AppError::Tampered)), "{refused:?}");
    assert_eq!(finding(&team.get(other)?)?, DecisionStatus::OtherContent, "she approved something else");
    team.sign_in_as("Otto")?;
    assert_eq!(team.domains()?, ["EXAMPLE", "EXAMPLE"], "what she approved happened, and no more");
    assert_told(&team, "request.tampered", &["otherContent"])
}

#[test]
fn a_role_written_into_the_table_is_refused_named_and_audited() -> Result<()> {
    let team = Team::new()?;
    let forged = "INSERT INTO people (number, user_id, at, entry) SELECT (SELECT max(number) + 1 FROM people), \
         user_id, at, replace(entry, 'approver', 'administrator') FROM people WHERE entry LIKE '%\"Bert\"%' LIMIT 1";
    edit(&team, forged)?;
    let refused = open(&team, "Bert").err().context("nobody is let in on it")?;
    let named = matches!(&refused, AppError::Opening(VaultError::ForgedGrant { name, .. }) if name == "Bert");
    assert!(named, "{refused:?}");
    // The forged row is removed to read the trail, because nobody can sign in while it is there.
    let removed = "DELETE FROM people WHERE number = (SELECT max(number) FROM people)";
    vault::attack::execute(&team.folder, USER_NAME, &Secret::new(PASSWORD), removed)?;
    open(&team, USER_NAME)?;
    let entries = reported(&team, "vault.forgedGrant")?;
    assert_eq!(entries.len(), 1, "the opening that was refused is in the trail: {entries:?}");
    assert_eq!(entries[0].label.as_deref(), Some("Bert"), "whose rights");
    assert!(entries[0].who.is_some(), "and who came upon it");
    Ok(())
}

#[test]
fn a_role_written_into_the_key_slots_is_refused_by_name() -> Result<()> {
    let team = Team::new()?;
    team.practice.app.sessions().sign_out()?;
    let path = team.folder.join("keyslots.json");
    let content = std::fs::read_to_string(&path)?;
    std::fs::write(&path, content.replacen("\"approver\"", "\"operator\"", 1))?;
    let refused = open(&team, "Anna");
    assert!(matches!(refused, Err(AppError::Opening(VaultError::Damaged { .. }))), "{refused:?}");
    Ok(())
}

/// Adds, renames, resets and removes people, as an administrator does on any day.
fn work_with_people(team: &Team) -> Result<()> {
    let users = team.practice.app.users();
    users.add("Nia", &[Role::Operator])?;
    let bert = id_of(team, "Bert")?;
    users.save(bert, "Bertold", &[Role::Approver])?;
    users.reset_password(bert)?;
    users.remove(bert)?;
    Ok(())
}

#[test]
fn a_strangers_key_in_the_slots_is_refused_named_and_audited() -> Result<()> {
    let team = Team::new()?;
    let people = team.practice.app.users().list(&UserQuery { limit: 10, ..UserQuery::default() })?.rows;
    let otto = people.iter().find(|person| person.name == "Otto").context("Otto is there")?.id;
    let stranger = vault::attack::Stranger::make()?;
    let path = team.folder.join("keyslots.json");
    for beside in [false, true] {
        team.practice.app.sessions().sign_out()?;
        let before = std::fs::read(&path)?;
        stranger.plant(&team.folder, otto, beside)?;
        match open(&team, USER_NAME) {
            Err(AppError::Opening(VaultError::ForgedGrant { name, .. })) if name == "Otto" => {}
            Err(other) => bail!("it should be Otto's name: {other:?}"),
            Ok(()) => {
                work_with_people(&team)?;
                bail!("beside: {beside}: the stranger opens {} sealed keys", stranger.opens(&team.folder)?);
            }
        }
        // Nobody else can sign in either, and the file stays as it is.
        assert!(matches!(open(&team, "Anna"), Err(AppError::Opening(VaultError::ForgedGrant { .. }))), "nor Anna");
        assert_eq!(stranger.opens(&team.folder)?, 0, "nothing was sealed for the stranger");
        std::fs::write(&path, before)?;
        team.sign_in_as(USER_NAME)?;
    }
    let entries = reported(&team, "vault.forgedGrant")?;
    assert_eq!(entries.len(), 4, "each opening that was refused: {entries:?}");
    assert!(entries.iter().all(|entry| entry.label.as_deref() == Some("Otto")), "whose slot: {entries:?}");
    assert!(entries.iter().all(|entry| entry.who.is_some()), "and who came upon it: {entries:?}");
    work_with_people(&team)?;
    assert_eq!(stranger.opens(&team.folder)?, 0, "with the own file, work goes on");
    Ok(())
}

#[test]
fn content_changed_afterwards_is_refused_named_and_audited() -> Result<()> {
    let team = Team::new()?;
    let rules = app::approval::Rules { needed: [2, 0, 0], ..Default::default() };
    team.set_rules(&[], rules)?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    decide(&team, "Anna", id)??;
    let changed = "UPDATE requests SET content = unhex(replace(hex(content), hex('EXAMPLE'), hex('EXAMPLF')))";
    edit(&team, changed)?;
    let refused = decide(&team, "Bert", id)?;
    assert!(matches!(refused, Err(AppError::Tampered)), "{refused:?}");
    assert_nothing_happened(&team)?;
    assert_told(&team, "request.tampered", &["contentChanged"])
}

#[test]
fn a_requester_who_signs_under_another_name_is_refused_named_and_audited() -> Result<()> {
    let (team, id) = asked()?;
    team.sign_in_as(USER_NAME)?;
    let anna = blob(id_of(&team, "Anna")?.as_uuid());
    let digest = team.get(id)?.examination.digest();
    // Otto uses a program of his own to sign a decision that the window would refuse. Then Anna's name is put on it.
    let at = team.hands.now();
    with_keys_of(&team, "Otto", |vault, otto| {
        let new = NewDecision { request: id, digest, verdict: Verdict::Approved, reason: "", at };
        Ok(vault.write(|writer| writer.requests_mut().decide(&new, otto))?)
    })?;
    edit(&team, &format!("UPDATE decisions SET approver_id = {anna}"))?;
    let refused = decide(&team, "Bert", id)?;
    assert!(matches!(refused, Err(AppError::Tampered)), "{refused:?}");
    assert_eq!(finding(&team.get(id)?)?, DecisionStatus::Forged, "it is not Anna's key");
    assert_nothing_happened(&team)?;
    assert_told(&team, "request.tampered", &["forged"])
}

#[test]
fn a_requester_who_approves_counts_for_nothing_and_is_audited() -> Result<()> {
    let team = Team::new()?;
    let rules = app::approval::Rules { needed: [2, 0, 0], ..Default::default() };
    team.set_rules(&[], rules)?;
    team.sign_in_as("Olga")?;
    let id = team.ask("EXAMPLE")?;
    assert!(matches!(team.decide(id, Verdict::Approved, "")?, Err(AppError::OwnRequest)), "not through the window");
    let digest = team.get(id)?.examination.digest();
    let at = team.hands.now();
    with_keys_of(&team, "Olga", |vault, olga| {
        let new = NewDecision { request: id, digest, verdict: Verdict::Approved, reason: "", at };
        Ok(vault.write(|writer| writer.requests_mut().decide(&new, olga))?)
    })?;
    team.hands.turn(TimeDelta::seconds(5));
    decide(&team, "Anna", id)??;
    assert_eq!(team.get(id)?.listed.row.state, RequestState::AwaitingApproval, "one of two is there");
    assert_eq!(finding(&team.get(id)?)?, DecisionStatus::Requester, "an approver, but not of her own request");
    assert_told(&team, "request.decisionsNotCounted", &["Olga: requester"])?;
    assert_told(&team, "request.decisionRefused", &["own request"])
}

#[test]
fn a_revoked_approver_counts_for_nothing_and_is_audited() -> Result<()> {
    let (team, id) = asked()?;
    let digest = team.get(id)?.examination.digest();
    team.sign_in_as(USER_NAME)?;
    team.hands.turn(TimeDelta::seconds(5));
    let before = team.practice.app.approvers().get()?;
    let approvers = before.people.iter().filter(|person| person.name != "Anna");
    let approvers = approvers.map(|person| Registration { user: person.user, level: 1 }).collect();
    team.practice.app.approvers().save(&app::ApproversForm {
        version: before.version,
        approvers,
        rules: before.rules,
        operation_types: vec![],
    })?;
    team.hands.turn(TimeDelta::seconds(5));
    let refused = decide(&team, "Anna", id)?;
    assert!(matches!(refused, Err(AppError::NotDecidable { .. })), "not through the window: {refused:?}");
    let at = team.hands.now();
    with_keys_of(&team, "Anna", |vault, anna| {
        let new = NewDecision { request: id, digest, verdict: Verdict::Approved, reason: "", at };
        Ok(vault.write(|writer| writer.requests_mut().decide(&new, anna))?)
    })?;
    team.hands.turn(TimeDelta::seconds(5));
    open(&team, "Bert")?;
    assert_eq!(team.get(id)?.listed.row.state, RequestState::AwaitingApproval, "she approved nothing");
    assert_eq!(finding(&team.get(id)?)?, DecisionStatus::NotApproverThen, "she was one before");
    team.decide(id, Verdict::Approved, "")??;
    assert_told(&team, "request.decisionsNotCounted", &["Anna: notApproverThen"])
}

const SWAPPED: &str = "CREATE TEMP TABLE kept AS SELECT number, sealed FROM secret_versions; \
     UPDATE secret_versions SET sealed = (SELECT k.sealed FROM kept k WHERE k.number <> secret_versions.number)";

#[test]
fn swapped_ciphertexts_are_refused_named_and_audited() -> Result<()> {
    let team = Team::new()?;
    edit(&team, SWAPPED)?;
    open(&team, "Otto")?;
    let app = &team.practice.app;
    for (credential, copied) in [(team.root, false), (team.deploy, true)] {
        let secrets = app.secrets();
        let reveal_request = RevealRequest::default();
        let refused = if copied {
            secrets.copy(credential, &reveal_request)
        } else {
            secrets.reveal(credential, &reveal_request)
        };
        assert!(matches!(refused, Err(AppError::SecretAltered)), "{:?}", refused.err());
    }
    let entries = reported(&team, "secret.altered")?;
    assert_eq!(entries.len(), 2, "each look that was refused: {entries:?}");
    assert!(reported(&team, "secret.revealed")?.is_empty(), "nothing was shown");
    Ok(())
}

#[test]
fn a_change_over_a_swapped_ciphertext_ends_and_is_audited() -> Result<()> {
    let team = Team::new()?;
    edit(&team, SWAPPED)?;
    open(&team, "Otto")?;
    let app = &team.practice.app;
    let requested = app.operations().request_change(&Selection::Ids(vec![team.deploy]), None)?;
    team.until(requested.operations[0], OperationState::Error)?;
    let ended = app.operations().get(requested.operations[0])?;
    assert_eq!(ended.row.record.failure, Some(FailureCode::SecretAltered), "it says why");
    assert_eq!(team.device.password("deploy"), "Start-pw-1", "and nothing was sent");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(reported(&team, "secret.altered")?.len(), 1, "it was not tried again and again");
    Ok(())
}

/// Returns SQL that replaces each of a credential's passwords by another password's ciphertext.
fn altered(credential: CredentialId) -> String {
    let id = hex(credential.as_uuid().as_bytes());
    format!(
        "UPDATE secret_versions SET sealed = (SELECT sealed FROM secret_versions WHERE credential_id <> X'{id}') \
         WHERE credential_id = X'{id}'"
    )
}

#[test]
fn a_reconciliation_repairs_what_was_altered() -> Result<()> {
    let team = Team::new()?;
    let app = &team.practice.app;
    let mut details = app.credentials().get(team.deploy)?.0.credential.details;
    details.execution.reconciliation = ReconciliationSettings {
        enabled: true,
        autorun: true,
        credential: Some(team.root),
        plugin: Some("ssh".to_owned()),
        template: Some("ssh-root-chpasswd".to_owned()),
    };
    app.credentials().save(CredentialForm { id: Some(team.deploy), details, password: None, private_key: None })?;
    edit(&team, &altered(team.deploy))?;
    open(&team, "Otto")?;
    let change = app.operations().request_change(&Selection::Ids(vec![team.deploy]), None)?.operations[0];
    team.until(change, OperationState::Error)?;
    assert_eq!(app.operations().get(change)?.row.record.failure, Some(FailureCode::SecretAltered), "it says why");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(app.credentials().get(team.deploy)?.0.open_operation, None, "a person decides about it");
    let repair = app.credentials().reconcile(team.deploy, Some(change), None)?;
    team.until(repair, OperationState::Succeeded)?;
    assert_eq!(team.practice.password(team.deploy)?, team.device.password("deploy"), "it is known again");
    Ok(())
}

#[test]
fn a_child_whose_operation_ends_over_an_altered_password_follows_all_the_same() -> Result<()> {
    let team = Team::new()?;
    let app = &team.practice.app;
    let parent = team.deploy;
    let device = app.credentials().get(parent)?.0.credential.details.device;
    team.device.set_password("child", "Start-pw-1");
    let access = Access::Through(team.root, "ssh-root-chpasswd");
    let new = NewCredential { device, username: "child", password: "Start-pw-1", access };
    let child = team.practice.enter_credential(&new)?;
    let mut details = app.credentials().get(child)?.0.credential.details;
    details.execution.parent = Some(parent);
    app.credentials().save(CredentialForm { id: Some(child), details, password: None, private_key: None })?;
    let tomorrow = team.hands.now() + TimeDelta::days(1);
    let waits = app.operations().request_change(&Selection::Ids(vec![child]), Some(tomorrow))?.operations[0];
    team.practice.change(parent)?;
    edit(&team, &altered(child))?;
    open(&team, "Otto")?;
    app.operations().run_now(waits)?;
    team.until(waits, OperationState::Error)?;
    let query = OperationQuery::of(OperationFilter { credential: Some(child), ..OperationFilter::default() });
    let operations =
        || -> Result<Vec<_>> { Ok(app.operations().list(&query)?.rows.into_iter().map(|row| row.record).collect()) };
    // The child's operation follows in a separate transaction, after the one that ends the first operation.
    let until = Instant::now() + Duration::from_secs(20);
    while operations()?.len() < 2 && Instant::now() < until {
        thread::sleep(Duration::from_millis(20));
    }
    team.practice.wait_until_ended(child, Duration::from_secs(20))?;
    let operations = operations()?;
    let [asked, follows] = &operations[..] else {
        bail!("one that was asked for and one that follows: {operations:?}")
    };
    assert_eq!(asked.failure, Some(FailureCode::SecretAltered), "its password does not open");
    assert_eq!(follows.kind, OperationType::ChildPasswordChange, "the parent's change is not forgotten");
    assert_eq!(team.practice.password(parent)?, team.device.password("deploy"), "whose password is what it was");
    Ok(())
}

#[test]
fn an_edited_audit_trail_is_named_and_that_is_audited() -> Result<()> {
    let team = Team::new()?;
    edit(&team, "UPDATE audit SET detail = '{\"name\":\"Elsewhere\"}' WHERE number = 3")?;
    open(&team, USER_NAME)?;
    let (verdict, _) = team.practice.app.audit().verify()?;
    let AuditVerdict::Broken { entry, what, .. } = verdict else { bail!("{verdict:?}") };
    assert_eq!(entry, 3, "the first entry that does not hold");
    assert_told(&team, "audit.broken", &["\"entry\":3", what.word()])
}

#[test]
fn a_truncated_audit_trail_is_named_and_that_is_audited() -> Result<()> {
    let team = Team::with_desktop()?;
    team.practice.enter_device("srv-02", "10.0.0.2", 22)?;
    edit(&team, "DELETE FROM audit WHERE number > 4")?;
    open(&team, USER_NAME)?;
    let warnings = team.practice.app.sessions().get().context("it opens")?.warnings;
    let Some(Warning::RolledBack { seen, found }) = warnings.first() else { bail!("{warnings:?}") };
    assert_eq!(found.count, 4, "what is left");
    assert!(seen.count > found.count, "of what this desktop has seen: {seen:?}");
    assert_told(&team, "vault.setBack", &["rolledBack", "seenEntries"])?;
    let (verdict, _) = team.practice.app.audit().verify()?;
    assert!(matches!(verdict, AuditVerdict::Broken { .. }), "a signed head vouches for more: {verdict:?}");
    assert_told(&team, "audit.broken", &["entry"])
}

#[test]
fn a_database_set_back_beside_newer_key_slots_is_named_and_that_is_audited() -> Result<()> {
    // This desktop has never seen the vault, so only the key slots can show that the database is old.
    let team = Team::new()?;
    team.practice.app.sessions().sign_out()?;
    let kept = std::fs::read(team.folder.join("vault.db"))?;
    open(&team, USER_NAME)?;
    team.practice.app.users().add("Dora", &[Role::Auditor])?;
    team.practice.app.users().add("Emil", &[Role::Auditor])?;
    team.practice.app.sessions().sign_out()?;
    assert_eq!(std::fs::read_dir(&team.folder)?.count(), 3, "no log is left that would bring it back");
    std::fs::write(team.folder.join("vault.db"), kept)?;
    open(&team, USER_NAME)?;
    let warnings = team.practice.app.sessions().get().context("it opens")?.warnings;
    let Some(Warning::DatabaseBehind { changes: 2, .. }) = warnings.first() else { bail!("{warnings:?}") };
    assert_told(&team, "vault.setBack", &["databaseBehind", "\"changes\":2"])?;
    team.practice.app.sessions().dismiss(WarningKind::DatabaseBehind, Some("known"))?;
    assert_told(&team, "vault.warningAccepted", &["databaseBehind"])
}

#[test]
fn a_request_that_was_edited_is_not_asked_for_again_nor_applied_in_an_emergency() -> Result<()> {
    let (team, id) = asked()?;
    let digest = hex(&team.get(id)?.examination.digest());
    edit(&team, "UPDATE requests SET signature = zeroblob(64)")?;
    open(&team, "Otto")?;
    let again = team.practice.app.requests().repeat(id, "once more");
    assert!(matches!(again, Err(AppError::Tampered)), "{again:?}");
    team.sign_in_as(USER_NAME)?;
    let urgent = team.practice.app.requests().apply_in_emergency(id, &digest, "the house burns");
    assert!(matches!(urgent, Err(AppError::Tampered)), "{urgent:?}");
    assert_eq!(reported(&team, "request.tampered")?.len(), 2, "both are in the trail");
    assert_nothing_happened(&team)
}

#[test]
fn rules_that_nobody_signed_are_refused_and_audited() -> Result<()> {
    let team = Team::new()?;
    edit(&team, "UPDATE approval_settings SET signature = zeroblob(64)")?;
    open(&team, "Otto")?;
    let refused = team.ask("EXAMPLE").err().context("nothing is asked for under them")?;
    assert!(matches!(refused.downcast::<AppError>()?, AppError::Tampered), "by name");
    assert_told(&team, "approvers.tampered", &["settings"])
}
