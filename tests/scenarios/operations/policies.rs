//! Policies as users see them: the permissions, the refusals, the effect of an edit, and the reasons why a credential
//! is not rotated.

use anyhow::{Context, Result};
use app::{
    AppError, ExpirationQuery, FilteredList, Headings, OperationFilter, OperationQuery, OperationSort, PolicyForm,
    Reason, Report, StrengthForm,
    domain::{
        PolicyId, Problem, Rule, StrengthId,
        operation::{OperationOrigin, OperationState, OperationType},
        policy::{
            Criteria, ExpiryTrigger, Overrides, PeriodTrigger, PeriodUnit, PolicyDetails, PolicyStatus, Triggers,
            ViewTrigger,
        },
        strength::{CharacterClass, Strength},
    },
};
use tests::Behaviour;

use crate::operations::rotating::World;

fn default_strength(world: &World) -> Result<StrengthId> {
    let page = world.practice.app.strengths().list(&app::StrengthQuery::default())?;
    Ok(page.rows.first().context("one came with the program")?.id)
}

fn details(world: &World, name: &str) -> Result<PolicyDetails> {
    Ok(PolicyDetails {
        name: name.to_owned(),
        priority: 50,
        strength: default_strength(world)?,
        criteria: Criteria::default(),
        triggers: Triggers {
            period: Some(PeriodTrigger { every: 30, unit: PeriodUnit::Days, windows: Vec::new() }),
            expiry: Some(ExpiryTrigger { lifetime_days: 60, windows: Vec::new() }),
            ..Triggers::default()
        },
        overrides: Overrides::default(),
    })
}

fn save(world: &World, details: PolicyDetails) -> Result<PolicyId, AppError> {
    world.practice.app.policies().save(&PolicyForm { id: None, details })
}

/// Waits until the executor has computed every schedule.
fn settled(world: &World, done: impl Fn(&World) -> Result<bool>) -> Result<()> {
    for _ in 0..600 {
        if done(world)? {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    anyhow::bail!("the schedules were not computed")
}

#[test]
fn a_password_is_made_by_the_strength_of_the_policy_that_applies() -> Result<()> {
    let world = World::new()?;
    let rules = Strength {
        minimum_length: 33,
        maximum_length: 33,
        symbols: None,
        first: vec![CharacterClass::Digit],
        ..Strength::default()
    };
    let strength = world.practice.app.strengths().save(&StrengthForm {
        id: None,
        name: "Long".to_owned(),
        rules: rules.clone(),
    })?;
    save(&world, PolicyDetails { strength, ..details(&world, "All")? })?;
    world.practice.change(world.deploy)?;
    let new = world.device.password("deploy");
    assert!(rules.accepts(&app::Secret::new(new.as_str())), "33 characters, a digit first, no symbol: {}", new.len());
    let used = world.practice.app.strengths().delete(strength);
    assert!(matches!(used, Err(AppError::StrengthInUse { policies: 1 })), "the policy needs it");
    let built_in = world.practice.app.strengths().delete(default_strength(&world)?);
    assert!(matches!(built_in, Err(AppError::BuiltIn)), "what came with the program stays");
    Ok(())
}

#[test]
fn a_policy_that_cannot_be_is_refused_at_its_fields() -> Result<()> {
    let world = World::new()?;
    save(&world, details(&world, "All")?)?;
    let refused = save(&world, PolicyDetails { priority: 101, ..details(&world, " all ")? });
    let Err(AppError::Invalid { problems }) = refused else { anyhow::bail!("it must be refused") };
    let range = Rule::OutOfRange { minimum: 0, maximum: 100 };
    assert_eq!(problems, [Problem::new("priority", range), Problem::new("name", Rule::Duplicate)], "two fields");
    Ok(())
}

#[test]
fn an_edit_tells_before_it_is_saved_which_credentials_it_moves() -> Result<()> {
    let world = World::new()?;
    save(&world, details(&world, "All")?)?;
    let mut deployers = details(&world, "Deployers")?;
    deployers.priority = 60;
    deployers.criteria.username = "dep*".to_owned();
    let preview = world.practice.app.policies().preview(&PolicyForm { id: None, details: deployers })?;
    assert_eq!((preview.applies, preview.gained, preview.lost), (1, 1, 0), "deploy, and not root");
    let moved = preview.moves.first().context("it is shown")?;
    assert_eq!((moved.from.as_deref(), moved.to.as_deref()), (Some("All"), Some("Deployers")), "from where to where");
    assert_eq!(world.practice.app.policies().list(&app::PolicyQuery::default())?.total, 1, "nothing was saved");
    Ok(())
}

#[test]
fn why_a_credential_does_not_rotate_is_told_in_order() -> Result<()> {
    let world = World::new()?;
    let reasons = |id| Ok::<_, anyhow::Error>(world.practice.app.credentials().rotation(id)?.reasons);
    assert_eq!(reasons(world.deploy)?, [Reason::NeverRequested, Reason::NoPolicy], "nothing was set up yet");
    assert_eq!(reasons(world.root)?[0], Reason::AutomaticChangeOff, "root has no template");
    let policy = save(&world, details(&world, "All")?)?;
    world.practice.change(world.deploy)?;
    assert_eq!(reasons(world.deploy)?, [], "it rotates by itself now");
    let due = world.practice.app.credentials().rotation(world.deploy)?.due;
    assert_eq!(due.len(), 2, "by its period, and when it expires");
    world.practice.app.policies().pause(policy, "an audit")?;
    world.practice.app.operations().pause_everything("moving house")?;
    let names = format!("{:?}", reasons(world.deploy)?);
    let (everything, of_policy) = (names.find("EverythingPaused"), names.find("PolicyPaused"));
    assert!(everything.is_some() && everything < of_policy, "the wider one first: {names}");
    Ok(())
}

#[test]
fn the_overview_counts_how_the_credentials_stand() -> Result<()> {
    let world = World::new()?;
    save(&world, details(&world, "All")?)?;
    world.practice.change(world.deploy)?;
    settled(&world, |world| {
        let figures = world.practice.app.home().get()?.figures;
        Ok(figures.within_policy == 1 && figures.never_changed == 1)
    })?;
    world.device.behave(Behaviour::Refuses);
    world.practice.change(world.deploy)?;
    settled(&world, |world| Ok(world.practice.app.home().get()?.figures.in_error == 1))?;
    assert_eq!(world.practice.app.home().get()?.failures.len(), 1, "and shows what failed");
    Ok(())
}

#[test]
fn a_revealed_password_is_changed_by_the_policy_that_says_so() -> Result<()> {
    let world = World::new()?;
    let view = Some(ViewTrigger { delay_minutes: 0, windows: Vec::new() });
    save(&world, PolicyDetails { triggers: Triggers { view, ..Triggers::default() }, ..details(&world, "Seen")? })?;
    world.practice.change(world.deploy)?;
    let first = world.practice.password(world.deploy)?;
    // Reading wakes nothing: the executor checks the queue itself every few seconds.
    settled(&world, |world| Ok(world.device.password("deploy") != first))?;
    let query = OperationQuery { sort: OperationSort::Code, descending: true, ..OperationQuery::default() };
    let row = world.practice.app.operations().list(&query)?.rows.remove(0);
    assert_eq!(row.record.origin, OperationOrigin::View, "because somebody saw it");
    assert_eq!(row.requester_name, "Seen", "the policy asked for it");
    Ok(())
}

#[test]
fn every_filter_of_the_list_of_operations_can_be_combined() -> Result<()> {
    let world = World::new()?;
    let ended = world.practice.change(world.deploy)?.row.record;
    let all = OperationQuery::of(OperationFilter {
        code: Some(u32::try_from(ended.code)?),
        username: Some("DEP".to_owned()),
        device_name: Some("srv".to_owned()),
        manufacturer: Some("debian".to_owned()),
        tags: vec!["practice".to_owned()],
        states: vec![OperationState::Succeeded],
        kinds: vec![OperationType::ChangePassword],
        requester: Some("ada".to_owned()),
        scheduled_from: Some(ended.scheduled_at),
        scheduled_to: Some(chrono::Utc::now()),
        executed_from: ended.started_at,
        ..OperationFilter::default()
    });
    let list = |query: &OperationQuery| Ok::<_, AppError>(world.practice.app.operations().list(query)?.rows.len());
    assert_eq!(list(&all)?, 1, "all of them fit");
    let none = [
        OperationQuery {
            filter: OperationFilter { code: Some(u32::try_from(ended.code)? + 1), ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { username: Some("root".to_owned()), ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { device_name: Some("db".to_owned()), ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { manufacturer: Some("cisco".to_owned()), ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { model: Some("R640".to_owned()), ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { website: Some("example".to_owned()), ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { tags: vec!["practice".to_owned(), "other".to_owned()], ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { states: vec![OperationState::Error], ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { kinds: vec![OperationType::Reconciliation], ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { requester: Some("bob".to_owned()), ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { scheduled_to: Some(ended.scheduled_at), ..all.filter.clone() },
            ..all.clone()
        },
        OperationQuery {
            filter: OperationFilter { executed_to: ended.started_at, ..all.filter.clone() },
            ..all.clone()
        },
    ];
    for query in none {
        assert_eq!(list(&query)?, 0, "one that does not fit leaves nothing: {query:?}");
    }
    let attempts = app::AttemptQuery::of(app::AttemptFilter { operation: all.filter, ..app::AttemptFilter::default() });
    assert_eq!(world.practice.app.operations().attempts(&attempts)?.rows.len(), 1, "its attempt is found likewise");
    Ok(())
}

const HEADINGS: Headings =
    Headings { operations: ["operation"; 13], attempts: ["attempt"; 13], expirations: ["expiration"; 7] };

#[test]
fn a_report_holds_every_row_and_no_formula() -> Result<()> {
    let world = World::new()?;
    let formula = world.enter_elsewhere("srv-02", "=cmd|' /C calc'!A0")?;
    world.practice.change(world.deploy)?;
    world.practice.request_change(formula)?;
    let file = tempfile::NamedTempFile::new()?;
    let report = Report::Operations(Box::default());
    let exported = world.practice.app.export(&report, &HEADINGS, file.path())?;
    let text = std::fs::read_to_string(file.path())?;
    assert_eq!((exported.rows, text.lines().count()), (2, 3), "two operations under their headings");
    assert!(text.contains(",'=cmd|"), "a spreadsheet takes it for a text: {text}");
    let report = Report::Expirations(Box::default());
    assert_eq!(world.practice.app.export(&report, &HEADINGS, file.path())?.rows, 4, "every credential has a row");
    let nowhere = world.practice.app.export(&report, &HEADINGS, "/nowhere/at/all.csv".as_ref());
    assert!(matches!(nowhere, Err(AppError::FileNotWritten { .. })), "it says that the file was not written");
    Ok(())
}

#[test]
fn when_passwords_expire_is_listed_by_policy() -> Result<()> {
    let world = World::new()?;
    let policy = save(&world, details(&world, "All")?)?;
    world.practice.change(world.deploy)?;
    settled(&world, |world| {
        let query = ExpirationQuery { policy: Some(policy), ..ExpirationQuery::default() };
        let page = world.practice.app.operations().expirations(&query)?;
        let deploy = page.rows.iter().find(|row| row.credential == world.deploy);
        Ok(deploy.is_some_and(|row| {
            row.expires_at == row.changed_at.map(|at| at + chrono::TimeDelta::days(60))
                && row.status(chrono::Utc::now()) == PolicyStatus::WithinPolicy
        }))
    })
}

#[test]
fn filters_are_kept_for_each_person_and_found_again() -> Result<()> {
    let world = World::new()?;
    let filters = world.practice.app.saved_filters();
    let saved = filters.save(None, FilteredList::Operations, " In error ", "{}".to_owned())?;
    assert_eq!(saved.name, "In error", "spaces around a name do not count");
    let twice = filters.save(None, FilteredList::Operations, "in ERROR", "{}".to_owned());
    assert!(matches!(twice, Err(AppError::Invalid { .. })), "a name is taken whatever its letter case");
    filters.remember(FilteredList::Operations, "{\"last\":1}")?;
    let kept = filters.list(FilteredList::Operations)?;
    assert_eq!((kept.saved.len(), kept.last.as_deref()), (1, Some("{\"last\":1}")), "both are there");
    assert_eq!(filters.list(FilteredList::Attempts)?.saved.len(), 0, "another list has its own");
    filters.delete(saved.id)?;
    assert!(matches!(filters.delete(saved.id), Err(AppError::NotFound { .. })), "it is gone");
    Ok(())
}
