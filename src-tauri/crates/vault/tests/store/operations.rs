//! Tests of operations and their attempts.

use domain::{
    AttemptId, FailureCode, OwnerId, SecretKind,
    operation::{OperationState, OperationStep},
};
use secret::Secret;
use vault::{
    AttemptEnd, ClaimRequest, Direction, NewAttempt, OperationFilter, OperationQuery, OperationSort, TranscriptLine,
    VaultError,
};

use crate::world::{World, after, new_uuid, now, operation};

#[test]
fn refuses_a_second_operation_on_the_same_credential() -> anyhow::Result<()> {
    let world = World::new()?;
    let root = world.credential(world.device("srv")?.id, "root")?;
    let first = world.operation(&root, now())?;
    let second = world.operation(&root, now());
    assert!(matches!(second, Err(VaultError::OpenOperation)), "{second:?}");
    world.vault.write(|w| w.operations_mut().set_state(first, OperationState::Error, None, after(1)))?;
    let second = world.operation(&root, now())?;
    let reopened =
        world.vault.write(|w| w.operations_mut().set_state(first, OperationState::Scheduled, None, after(2)));
    assert!(matches!(reopened, Err(VaultError::OpenOperation)), "the index refuses it too: {reopened:?}");
    assert_eq!(world.vault.read(|r| r.operations().open_of(root.id))?, Some(second), "the second one is open");
    Ok(())
}

#[test]
fn an_operation_goes_through_its_states() -> anyhow::Result<()> {
    let world = World::new()?;
    let root = world.credential(world.device("srv")?.id, "root")?;
    let id = world.operation(&root, after(10))?;
    let get = || world.vault.read(|r| r.operations().get(id)).map(|found| found.ok_or(VaultError::NotFound));
    let record = get()??;
    assert_eq!(
        (record.code, record.state, record.not_before),
        (1, OperationState::Scheduled, after(10)),
        "as inserted"
    );
    world.vault.write(|w| w.operations_mut().set_immediate(id, now()))?;
    let record = get()??;
    assert_eq!((record.immediate, record.not_before, record.scheduled_at), (true, now(), now()), "now");
    let owner = OwnerId::from_uuid(new_uuid());
    let request = ClaimRequest { owner, now: after(1), lease_until: after(61), overall: 20 };
    let claimed = world.vault.write(|w| w.operations_mut().claim_next(&request))?.ok_or(VaultError::NotFound)?;
    assert_eq!(
        (claimed.id, claimed.state, claimed.step),
        (id, OperationState::Running, Some(OperationStep::Claimed)),
        "claimed"
    );
    assert_eq!(
        (claimed.owner, claimed.lease_until, claimed.started_at),
        (Some(owner), Some(after(61)), Some(after(1))),
        "held"
    );
    world.vault.write(|w| w.operations_mut().renew_lease(owner, after(120)))?;
    world.vault.write(|w| w.operations_mut().renew_lease(OwnerId::from_uuid(new_uuid()), after(999)))?;
    world
        .vault
        .write(|w| w.operations_mut().set_state(id, OperationState::Running, Some(OperationStep::Marked), after(2)))?;
    let running = world.vault.read(|r| r.operations().running())?;
    assert_eq!(running.len(), 1, "one runs");
    assert_eq!(
        (running[0].lease_until, running[0].step),
        (Some(after(120)), Some(OperationStep::Marked)),
        "still held"
    );
    assert_eq!(world.vault.write(|w| w.operations_mut().count_attempt(id))?, 1, "the first attempt");
    world.vault.write(|w| {
        w.operations_mut().set_failure(id, Some(FailureCode::Unreachable))?;
        w.operations_mut().set_state(id, OperationState::Scheduled, None, after(3))?;
        w.operations_mut().reschedule(id, after(300))
    })?;
    let record = get()??;
    assert_eq!((record.owner, record.lease_until, record.ended_at), (None, None, None), "nobody holds it");
    assert_eq!((record.not_before, record.scheduled_at), (after(300), now()), "later, but asked for as before");
    world.vault.write(|w| {
        w.operations_mut().reset_attempts(id)?;
        w.operations_mut().set_failure(id, None)?;
        w.operations_mut().set_state(id, OperationState::Succeeded, None, after(400))
    })?;
    let record = get()??;
    assert_eq!((record.attempts, record.failure, record.ended_at), (0, None, Some(after(400))), "ended");
    Ok(())
}

#[test]
fn the_list_filters_searches_and_tells_of_a_sent_candidate() -> anyhow::Result<()> {
    let world = World::new()?;
    for device in ["alpha", "beta"] {
        let device = world.device(device)?.id;
        for user in ["root", "oracle", "1"] {
            world.operation(&world.credential(device, user)?, now())?;
        }
    }
    let list = |query: OperationQuery| world.vault.read(|r| r.operations().list(&query));
    let (any, of) = (OperationFilter::default, OperationQuery::of);
    let codes =
        |query| -> anyhow::Result<Vec<i64>> { Ok(list(query)?.rows.iter().map(|row| row.record.code).collect()) };
    assert_eq!(codes(of(any()))?, [1, 2, 3, 4, 5, 6], "by code");
    assert_eq!(codes(of(OperationFilter { text: Some("beta".to_owned()), ..any() }))?, [4, 5, 6], "by device name");
    assert_eq!(codes(of(OperationFilter { text: Some("RAC alp".to_owned()), ..any() }))?, [2], "username and device");
    assert_eq!(codes(of(OperationFilter { text: Some("5".to_owned()), ..any() }))?, [5], "by code");
    assert_eq!(
        codes(of(OperationFilter { text: Some("#1".to_owned()), ..any() }))?,
        [1],
        "by code, as people write it"
    );
    assert_eq!(codes(of(OperationFilter { text: Some("1".to_owned()), ..any() }))?, [1, 3, 6], "code or username");
    assert_eq!(
        codes(of(OperationFilter { text: Some("night".to_owned()), ..any() }))?,
        Vec::<i64>::new(),
        "other texts are not searched"
    );
    assert_eq!(
        codes(of(OperationFilter { states: vec![OperationState::Error, OperationState::Running], ..any() }))?,
        Vec::<i64>::new(),
        "by state"
    );
    let by_user = OperationQuery { sort: OperationSort::Username, descending: true, ..of(any()) };
    assert_eq!(codes(by_user)?, [4, 1, 5, 2, 6, 3], "by username, from the end");
    let row = &list(of(OperationFilter { text: Some("4".to_owned()), ..any() }))?.rows[0];
    assert_eq!(
        (row.username.as_str(), row.requester_name.as_str(), row.candidate_sent),
        ("root", crate::world::USER, false),
        "names"
    );
    let credential = row.record.credential;
    world.vault.write(|w| {
        let version = w.secrets_mut().store_candidate(world.key(), credential, &Secret::new("x"), now())?;
        w.secrets_mut().mark_sent(version, now())
    })?;
    assert!(
        world.vault.read(|r| r.operations().row(row.record.id))?.is_some_and(|row| row.candidate_sent),
        "it was sent"
    );
    let kept = world.vault.read(|r| r.secrets().current(world.key(), credential, SecretKind::Password))?;
    assert!(kept.is_some(), "the current one is still there");
    Ok(())
}

#[test]
fn an_operation_needs_its_credential_on_its_device() -> anyhow::Result<()> {
    let world = World::new()?;
    let (one, other) = (world.device("one")?.id, world.device("other")?.id);
    let root = world.credential(one, "root")?;
    let mut wrong = operation(&root, world.user(), now());
    wrong.device = other;
    let refused = world.vault.write(|w| w.operations_mut().insert(&wrong));
    assert!(matches!(refused, Err(VaultError::InvalidReference)), "{refused:?}");
    Ok(())
}

#[test]
fn an_attempt_leaves_its_row() -> anyhow::Result<()> {
    let world = World::new()?;
    let root = world.credential(world.device("srv")?.id, "root")?;
    let operation = world.operation(&root, now())?;
    let new = NewAttempt {
        id: AttemptId::from_uuid(new_uuid()),
        operation,
        number: 1,
        template_id: "linux-own".to_owned(),
        template_name: "Linux, own login".to_owned(),
        template_version: 3,
        started_at: now(),
    };
    world.vault.write(|w| w.attempts_mut().start(&new))?;
    let twice = NewAttempt { id: AttemptId::from_uuid(new_uuid()), ..new.clone() };
    let refused = world.vault.write(|w| w.attempts_mut().start(&twice));
    assert!(matches!(refused, Err(VaultError::Taken)), "each number once: {refused:?}");
    let transcript = [
        TranscriptLine { direction: Direction::Received, text: "Password: ".to_owned(), at_ms: 12 },
        TranscriptLine { direction: Direction::Sent, text: "••••".to_owned(), at_ms: 13 },
    ];
    world.vault.write(|w| {
        w.attempts_mut().set_step(new.id, OperationStep::Marked)?;
        w.attempts_mut().mark_apply(new.id, after(1))?;
        w.attempts_mut().mark_apply(new.id, after(2))?;
        w.attempts_mut().finish(
            new.id,
            &AttemptEnd {
                ended_at: after(3),
                failure: Some(FailureCode::PasswordRefused),
                words: Some("BAD PASSWORD: too simple"),
                expected: None,
                transcript: &transcript,
            },
        )
    })?;
    let last = world.vault.read(|r| r.attempts().last(operation))?.ok_or(VaultError::NotFound)?;
    assert_eq!((last.number, last.template_version, last.step), (1, 3, Some(OperationStep::Marked)), "how far it came");
    assert_eq!((last.apply_at, last.ended_at), (Some(after(1)), Some(after(3))), "when");
    assert_eq!(
        (last.failure, last.words.as_deref()),
        (Some(FailureCode::PasswordRefused), Some("BAD PASSWORD: too simple")),
        "why"
    );
    assert_eq!(last.transcript, transcript, "what was said");
    assert_eq!(world.vault.read(|r| r.attempts().list(operation))?, [last], "and it is the only one");
    Ok(())
}
