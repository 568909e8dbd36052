//! Bulk actions up to the request: the selection, the changes, and the refusals with their reasons.

use anyhow::{Context, Result};
use app::{
    AppError, BatchDraft, BatchFlag, BatchUpdate, CredentialQuery, PageRequest, ParentUpdate, PasswordChangeUpdate,
    RefusalReason, RequestScope, ReviewTab, Selection, TagsUpdate,
    approval::{BatchAction, BatchField},
    domain::{CredentialId, CredentialStatus, Problem, Rule},
};
use chrono::{TimeDelta, Utc};
use tests::{Access, NewCredential};

use crate::operations::rotating::World;

const ALL: usize = 500;

fn page() -> PageRequest {
    PageRequest { limit: ALL, ..PageRequest::default() }
}

fn draft(credentials: &[CredentialId], update: BatchUpdate) -> BatchDraft {
    BatchDraft { action: BatchAction::Update, credentials: credentials.to_vec(), update: Some(update) }
}

/// Returns the reason for the only refusal.
fn refused(world: &World, draft: &BatchDraft) -> Result<RefusalReason> {
    let review = world.practice.app.batches().review(draft, ReviewTab::Refused, &page())?;
    assert!(review.problems.is_empty(), "the form has no problem: {:?}", review.problems);
    assert_eq!(review.page.rows.len(), 1, "one is refused: {review:?}");
    review.page.rows[0].refusal.context("it says why")
}

fn problems(world: &World, update: BatchUpdate) -> Result<Vec<Problem>> {
    Ok(world.practice.app.batches().review(&draft(&[world.deploy], update), ReviewTab::Changed, &page())?.problems)
}

#[test]
fn the_picker_holds_only_what_the_action_applies_to() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    let query = CredentialQuery::default();
    assert_eq!(app.batches().candidates(BatchAction::Inactivate, &query)?.total, 2, "both are in use");
    assert_eq!(app.batches().candidates(BatchAction::Activate, &query)?.total, 0, "none is out of use");
    let ids = app.batches().candidate_ids(BatchAction::Update, &CredentialQuery { text: "depl".into(), ..query })?;
    assert_eq!(ids, [world.deploy], "all that match the list's own filters");
    Ok(())
}

#[test]
fn what_was_picked_says_what_stands_in_the_way() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    app.operations().request_change(&Selection::Ids(vec![world.deploy]), Some(Utc::now() + TimeDelta::days(1)))?;
    let gone = CredentialId::from_uuid(app::Uuid::nil());
    let picked = [world.root, world.deploy, gone];
    let check = app.batches().check(BatchAction::Update, &picked, &page(), false)?;
    assert_eq!((check.total, check.flagged, check.gone), (2, 1, 1), "one of two is flagged, one is gone");
    assert_eq!(check.rows[1].flags, [BatchFlag::OpenOperation], "deploy waits for a change");
    let flagged = app.batches().check(BatchAction::Update, &picked, &page(), true)?;
    assert_eq!(flagged.rows.len(), 1, "only the flagged one");
    let activate = app.batches().check(BatchAction::Activate, &[world.root], &page(), false)?;
    assert_eq!(activate.rows[0].flags, [BatchFlag::NotApplicable], "it is in use already");
    Ok(())
}

#[test]
fn the_review_shows_every_change_and_what_they_have_in_common() -> Result<()> {
    let world = World::new()?;
    let update = BatchUpdate {
        domain: Some(" EXAMPLE ".to_owned()),
        tags: Some(TagsUpdate::Add(vec!["Practice".to_owned(), "moved".to_owned()])),
        ..BatchUpdate::default()
    };
    let draft = draft(&[world.root, world.deploy, world.root], update);
    let review = world.practice.app.batches().review(&draft, ReviewTab::Changed, &page())?;
    assert_eq!((review.changed, review.refused, review.unchanged), (2, 0, 0), "one picked twice counts once");
    let fields: Vec<_> = review.page.rows[0].changes.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, [BatchField::Domain, BatchField::Tags], "exactly the modified ones");
    let tags = &review.page.rows[0].changes[1].1[0];
    assert_eq!((&*tags.from, &*tags.to), ("practice", "practice, moved"), "added, and none twice");
    let counts: Vec<_> = review.page.groups.iter().map(|group| group.count).collect();
    assert_eq!(counts, [2, 2], "both fields change alike");
    let one = PageRequest { text: "deploy example".to_owned(), ..page() };
    let found = world.practice.app.batches().review(&draft, ReviewTab::Changed, &one)?;
    assert_eq!((found.page.total, found.changed), (1, 2), "words are looked for in names and values");
    let first = PageRequest { limit: 1, ..PageRequest::default() };
    let page = world.practice.app.batches().review(&draft, ReviewTab::Changed, &first)?.page;
    assert_eq!((page.rows.len(), page.next), (1, Some(1)), "a page tells where the next begins");
    Ok(())
}

#[test]
fn what_holds_it_already_is_left_out() -> Result<()> {
    let world = World::new()?;
    let same = BatchUpdate { tags: Some(TagsUpdate::Replace(vec!["practice".to_owned()])), ..BatchUpdate::default() };
    let draft = draft(&[world.root, world.deploy], same);
    let review = world.practice.app.batches().review(&draft, ReviewTab::Unchanged, &page())?;
    assert_eq!((review.changed, review.unchanged, review.page.rows.len()), (0, 2, 2), "both have it");
    let saved = world.practice.app.batches().save(&draft, "why not");
    assert!(matches!(saved, Err(AppError::NothingToRequest)), "there is nothing to ask for: {saved:?}");
    Ok(())
}

#[test]
fn every_refusal_has_its_reason() -> Result<()> {
    let world = World::new()?;
    let practice = &world.practice;
    let other = practice.enter_device("srv-02", "10.0.0.2", 22)?;
    let twin = practice.enter_credential(&NewCredential {
        device: other,
        username: "Deploy",
        password: "Start-pw-9",
        access: Access::None,
    })?;
    let to_other = BatchUpdate { device: Some(other), ..BatchUpdate::default() };
    assert_eq!(
        refused(&world, &draft(&[world.deploy], to_other.clone()))?,
        RefusalReason::Duplicate,
        "the name is taken"
    );
    assert_eq!(
        refused(&world, &draft(&[world.root], to_other))?,
        RefusalReason::UsedByOthers,
        "deploy logs in with it"
    );
    let through = |access| BatchUpdate {
        password_change: Some(PasswordChangeUpdate {
            automatic_change: true,
            plugin: Some("ssh".to_owned()),
            template: Some("ssh-root-chpasswd".to_owned()),
            access: Some(access),
        }),
        ..BatchUpdate::default()
    };
    assert_eq!(refused(&world, &draft(&[twin], through(world.root)))?, RefusalReason::AccessOnOtherDevice, "elsewhere");
    assert_eq!(refused(&world, &draft(&[world.root], through(world.root)))?, RefusalReason::SelfReference, "itself");
    let inactive = BatchDraft { action: BatchAction::Activate, credentials: vec![world.root], update: None };
    assert_eq!(refused(&world, &inactive)?, RefusalReason::NotApplicable, "it is in use");
    let gone = draft(&[CredentialId::from_uuid(app::Uuid::nil())], through(world.root));
    assert_eq!(refused(&world, &gone)?, RefusalReason::Gone, "it does not exist");
    Ok(())
}

#[test]
fn what_could_not_be_repaired_is_refused() -> Result<()> {
    let world = World::new()?;
    let practice = &world.practice;
    let other = practice.enter_device("srv-02", "10.0.0.2", 22)?;
    let enter = |device, username| {
        let new = NewCredential { device, username, password: "Start-pw-9", access: Access::None };
        practice.enter_credential(&new)
    };
    let (stranger, spare) = (enter(other, "root2")?, enter(world.device_id, "spare")?);
    let by = |credential| BatchUpdate {
        reconciliation: Some(app::ReconciliationUpdate {
            enabled: true,
            autorun: false,
            credential: Some(credential),
            plugin: Some("ssh".to_owned()),
            template: Some("ssh-root-chpasswd".to_owned()),
        }),
        ..BatchUpdate::default()
    };
    let elsewhere = refused(&world, &draft(&[world.deploy], by(stranger)))?;
    assert_eq!(elsewhere, RefusalReason::ReconciliationOnOtherDevice, "another device's account repairs nothing here");
    let itself = refused(&world, &draft(&[world.root], by(world.root)))?;
    assert_eq!(itself, RefusalReason::SelfReference, "what is lost cannot repair itself");
    let changed_by = refused(&world, &draft(&[world.root], by(world.deploy)))?;
    assert_eq!(changed_by, RefusalReason::SelfReference, "nor can what is changed through it");
    let (row, _) = practice.app.credentials().get(spare)?;
    let details =
        app::domain::CredentialDetails { status: CredentialStatus::Inactive, ..row.credential.details.clone() };
    practice.app.credentials().save(app::CredentialForm {
        id: Some(spare),
        details,
        password: None,
        private_key: None,
    })?;
    let asleep = refused(&world, &draft(&[world.deploy], by(spare)))?;
    assert_eq!(asleep, RefusalReason::ReconciliationInactive, "what is out of use repairs nothing");
    Ok(())
}

#[test]
fn two_that_would_get_one_name_are_refused() -> Result<()> {
    let world = World::new()?;
    let practice = &world.practice;
    let mut moved = Vec::new();
    for name in ["srv-02", "srv-03"] {
        let device = practice.enter_device(name, "10.0.0.2", 22)?;
        let new = NewCredential { device, username: "same", password: "Start-pw-9", access: Access::None };
        moved.push(practice.enter_credential(&new)?);
    }
    let draft = draft(&moved, BatchUpdate { device: Some(world.device_id), ..BatchUpdate::default() });
    assert_eq!(refused(&world, &draft)?, RefusalReason::Duplicate, "the second finds its name taken by the first");
    Ok(())
}

#[test]
fn what_cannot_be_asked_for_at_all_is_said_at_its_field() -> Result<()> {
    let world = World::new()?;
    let change = |plugin: Option<&str>, template: Option<&str>| BatchUpdate {
        password_change: Some(PasswordChangeUpdate {
            automatic_change: true,
            plugin: plugin.map(str::to_owned),
            template: template.map(str::to_owned),
            access: None,
        }),
        ..BatchUpdate::default()
    };
    let template = "update.passwordChange.templateId";
    assert_eq!(problems(&world, change(Some("ssh"), None))?, [Problem::new(template, Rule::Required)], "no template");
    let wrong = problems(&world, change(Some("ssh"), Some("ssh-root-chpasswd")))?;
    assert_eq!(wrong, [Problem::new(template, Rule::WrongPlugin)], "a template for an access credential");
    let domain = BatchUpdate { domain: Some("x".repeat(300)), ..BatchUpdate::default() };
    assert_eq!(problems(&world, domain)?, [Problem::new("update.domain", Rule::TooLong { maximum: 255 })], "too long");
    let nobody = ParentUpdate { parent: Some(CredentialId::from_uuid(app::Uuid::nil())), own_password: false };
    let parent = problems(&world, BatchUpdate { parent: Some(nobody), ..BatchUpdate::default() })?;
    assert!(parent.contains(&Problem::new("update.parent.credentialId", Rule::Unknown)), "{parent:?}");
    Ok(())
}

#[test]
fn nothing_is_requested_without_a_reason_or_without_approvers() -> Result<()> {
    let world = World::new()?;
    let draft = BatchDraft { action: BatchAction::Inactivate, credentials: vec![world.deploy], update: None };
    let silent = world.practice.app.batches().save(&draft, "  ");
    assert!(
        matches!(&silent, Err(AppError::Invalid { problems }) if problems[0] == Problem::new("reason", Rule::Required)),
        "it says why: {silent:?}"
    );
    let nobody = world.practice.app.batches().save(&draft, "moving house");
    assert!(matches!(nobody, Err(AppError::NoApprovers)), "nobody could ever approve it: {nobody:?}");
    let query = app::RequestQuery::at(Utc::now(), app::domain::UserId::from_uuid(app::Uuid::nil()));
    assert_eq!(world.practice.app.requests().list(RequestScope::All, &query)?.total, 0, "there is no request");
    let (row, _) = world.practice.app.credentials().get(world.deploy)?;
    assert_eq!(row.credential.details.status, CredentialStatus::Active, "and nothing took effect");
    Ok(())
}

#[test]
fn a_level_needs_as_many_approvers_as_it_asks() -> Result<()> {
    let world = World::new()?;
    let approvers = world.practice.app.approvers().get()?;
    assert_eq!((approvers.version, approvers.rules.needed), (0, [1, 0, 0]), "as it is before anybody settled it");
    let usual = app::approval::USUAL_OPERATION_TYPES;
    assert_eq!(approvers.operation_types, usual, "what needs approval from the beginning");
    let form =
        app::ApproversForm { version: 0, approvers: Vec::new(), rules: approvers.rules, operation_types: Vec::new() };
    let saved = world.practice.app.approvers().save(&form);
    let expected = Problem::new("needed.1", Rule::OutOfRange { minimum: 0, maximum: 0 });
    assert!(matches!(&saved, Err(AppError::Invalid { problems }) if *problems == [expected.clone()]), "{saved:?}");
    Ok(())
}
