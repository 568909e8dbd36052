//! Tests of the audit trail.

use std::{collections::BTreeSet, ops::ControlFlow};

use domain::UserId;
use serde_json::json;
use uuid::Uuid;
use vault::{AuditFormat, AuditQuery, HeadStatus, NewEntry, Object, Phase, VaultError, unheard};

use crate::world::{World, after, intact, new_uuid, now, open, trail};

#[test]
fn entries_are_numbered_and_the_chain_holds() -> anyhow::Result<()> {
    let world = World::new()?;
    assert_eq!(world.vault.read(|r| r.audit().head())?, None, "an empty trail has no head");
    assert_eq!(trail(&world.vault)?, intact(0), "and holds");
    let mut hashes = Vec::new();
    for number in 1..=5_u64 {
        let entry = NewEntry {
            who: (number % 2 == 0).then(|| world.user()),
            action: "credential.update",
            object: (number > 2).then(|| Object { noun: "credential", id: new_uuid(), label: "root" }),
            detail: json!({ "password": "changed", "username": { "from": "a", "to": "b" } }),
            at: after(number as i64),
        };
        assert_eq!(world.vault.write(|w| w.audit_mut().append(&entry))?, number, "counted up");
        hashes.extend(world.vault.read(|r| r.audit().head())?.map(|head| head.hash));
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 5, "every entry has a hash of its own");
    assert_eq!(trail(&world.vault)?, intact(5), "the chain holds");
    let (_parent, folder) = world.close();
    let vault = open(&folder)?;
    assert_eq!(trail(&vault)?, intact(5), "also after it was closed");
    Ok(())
}

#[test]
fn an_entry_goes_with_its_transaction() -> anyhow::Result<()> {
    let world = World::new()?;
    let entry = NewEntry { who: None, action: "a", object: None, detail: json!(null), at: now() };
    let failed: Result<(), VaultError> = world.vault.write(|w| {
        w.audit_mut().append(&entry)?;
        Err(VaultError::NotFound)
    });
    assert!(failed.is_err(), "the transaction failed");
    assert_eq!(world.vault.write(|w| w.audit_mut().append(&entry))?, 1, "no number is left out");
    assert_eq!(trail(&world.vault)?, intact(1), "the chain holds");
    Ok(())
}

/// 300 entries: three people and the program, five actions, two kinds of record, a minute between any two.
fn filled() -> anyhow::Result<World> {
    let world = World::new()?;
    world.vault.write(|w| {
        for number in 0..300_u64 {
            let id = Uuid::from_u128(u128::from(number % 11));
            let label = format!("srv-{}", number % 7);
            w.audit_mut().append(&NewEntry {
                who: [None, Some(world.user()), Some(person(2)), Some(person(3))][number as usize % 4],
                action: ["a.one", "b.two", "c.three", "d.four", "secret.reveal"][number as usize % 5],
                object: Some(Object { noun: ["device", "credential"][number as usize % 2], id, label: &label }),
                detail: json!({ "username": { "from": format!("u{number}x"), "to": "Çelik" } }),
                at: after(60 * number as i64),
            })?;
        }
        Ok::<_, VaultError>(())
    })?;
    Ok(world)
}

fn person(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

/// The numbers of all entries that a query finds, by pages of seven.
fn found(world: &World, query: &AuditQuery) -> anyhow::Result<Vec<u64>> {
    let mut query = AuditQuery { limit: 7, ..query.clone() };
    let mut numbers = Vec::new();
    loop {
        let page = world.vault.read(|r| r.audit().list(&query))?;
        numbers.extend(page.rows.iter().map(|row| row.number));
        match page.next {
            Some(next) => query.after = Some(next.to_string().parse()?),
            None => {
                assert!(page.total_is_exact, "so few are counted");
                assert_eq!(page.total, numbers.len() as u64, "the total is that of the list");
                return Ok(numbers);
            }
        }
    }
}

#[test]
fn every_filter_finds_exactly_its_entries_and_filters_combine() -> anyhow::Result<()> {
    let world = filled()?;
    let all = || AuditQuery { descending: false, ..AuditQuery::default() };
    type Fits = fn(u64) -> bool;
    let cases: [(AuditQuery, Fits, &str); 9] = [
        (all(), |_| true, "all"),
        (AuditQuery { users: vec![person(2)], ..all() }, |n| n % 4 == 2, "a person"),
        (AuditQuery { users: vec![person(2), person(3)], ..all() }, |n| n % 4 >= 2, "two people"),
        (
            AuditQuery { actions: vec!["a.one".to_owned(), "c.three".to_owned()], ..all() },
            |n| n % 5 == 0 || n % 5 == 2,
            "actions",
        ),
        (AuditQuery { nouns: vec!["device".to_owned()], ..all() }, |n| n % 2 == 0, "a kind of record"),
        (AuditQuery { object: Some(Uuid::from_u128(4)), ..all() }, |n| n % 11 == 4, "a record"),
        (
            AuditQuery { from: Some(after(60 * 50)), until: Some(after(60 * 60)), ..all() },
            |n| (50..60).contains(&n),
            "a time",
        ),
        (
            AuditQuery { text: "SRV-3 çelik".to_owned(), ..all() },
            |n| n % 7 == 3,
            "words, of the label and of the detail",
        ),
        (
            AuditQuery { users: vec![person(2)], nouns: vec!["device".to_owned()], text: "u1".to_owned(), ..all() },
            |n| n % 4 == 2 && n % 2 == 0 && n.to_string().starts_with('1'),
            "several",
        ),
    ];
    for (query, fits, what) in cases {
        let expected: Vec<u64> = (0..300).filter(|number| fits(*number)).map(|number| number + 1).collect();
        assert!(!expected.is_empty(), "{what}: there is something to find");
        assert_eq!(found(&world, &query)?, expected, "{what}");
        let mut turned = found(&world, &AuditQuery { descending: true, ..query.clone() })?;
        turned.reverse();
        assert_eq!(turned, expected, "{what}, the newest first");
        assert_eq!(world.vault.read(|r| r.audit().count(&query))?, expected.len() as u64, "{what}: counted");
    }
    Ok(())
}

#[test]
fn one_entry_and_the_choices_of_the_filters() -> anyhow::Result<()> {
    let world = filled()?;
    let entry = world.vault.read(|r| r.audit().get(2))?.expect("there are 300");
    assert_eq!(
        (entry.number, entry.action.as_str(), entry.label.as_deref()),
        (2, "b.two", Some("srv-1")),
        "its fields"
    );
    assert_eq!(entry.who_name.as_deref(), Some(crate::world::USER), "and the person's name");
    assert_eq!(entry.previous, world.vault.read(|r| r.audit().hash_of(1))?.expect("there is one"), "and its chain");
    assert_eq!(world.vault.read(|r| r.audit().get(301))?, None, "there is no more");
    let choices = world.vault.read(|r| r.audit().choices())?;
    assert_eq!(choices.actions, ["a.one", "b.two", "c.three", "d.four", "secret.reveal"], "every action once");
    assert_eq!(choices.nouns, ["credential", "device"], "every kind of record once");
    assert_eq!(choices.users, [(world.user(), crate::world::USER.to_owned())], "whoever has a name");
    Ok(())
}

#[test]
fn an_export_holds_what_the_filter_lets_through_from_the_oldest_on() -> anyhow::Result<()> {
    let world = filled()?;
    let query = AuditQuery { nouns: vec!["device".to_owned()], limit: 3, ..AuditQuery::default() };
    for (format, lines) in [(AuditFormat::Csv, 151), (AuditFormat::JsonLines, 150), (AuditFormat::Cef, 150)] {
        let mut out = Vec::new();
        let entries = world.vault.read(|r| r.audit().export(&query, format, &mut out, &mut unheard))?;
        let text = String::from_utf8(out)?;
        assert_eq!(entries, 150, "{format:?}: the limit of a page does not count");
        assert_eq!(text.lines().count(), lines, "{format:?}: a line an entry");
    }
    let mut out = Vec::new();
    world.vault.read(|r| r.audit().export(&query, AuditFormat::JsonLines, &mut out, &mut unheard))?;
    let numbers: Vec<u64> = String::from_utf8(out)?
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).map(|entry| entry["number"].as_u64().unwrap_or(0)))
        .collect::<Result<_, _>>()?;
    assert!(numbers.is_sorted() && numbers.iter().collect::<BTreeSet<_>>().len() == 150, "in order: {numbers:?}");
    Ok(())
}

#[test]
fn an_export_that_cannot_be_written_says_so() -> anyhow::Result<()> {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
    }
    let world = filled()?;
    for format in [AuditFormat::Csv, AuditFormat::JsonLines, AuditFormat::Cef] {
        let query = AuditQuery::default();
        let result = world.vault.read(|r| r.audit().export(&query, format, &mut Full, &mut unheard));
        assert!(matches!(result, Err(VaultError::Export { .. })), "{format:?}: {result:?}");
    }
    Ok(())
}

#[test]
fn a_verification_tells_how_far_it_is_and_can_be_stopped() -> anyhow::Result<()> {
    let world = World::new()?;
    world.vault.write(|w| {
        for _ in 0..5_000 {
            w.audit_mut().append(&NewEntry { who: None, action: "a", object: None, detail: json!(null), at: now() })?;
        }
        Ok::<_, VaultError>(())
    })?;
    let mut reported = Vec::new();
    let mut listen = |progress: vault::Progress| {
        reported.push(progress);
        ControlFlow::Continue(())
    };
    let verdict = world.vault.read(|r| r.audit().verify(&|_, _| None, &mut listen));
    // A broken trail ends the walk early, so the verdict is checked first: it explains a missing progress report.
    assert!(matches!(&verdict, Ok(verdict) if *verdict == intact(5_000)), "{verdict:?}, told {reported:?}");
    let done: Vec<u64> = reported.iter().map(|progress| progress.done).collect();
    assert_eq!(done, [2_000, 4_000, 5_000], "every now and then, and at the end: {reported:?}");
    assert!(
        reported.iter().all(|reported| reported.phase == Phase::WalkingTrail && reported.total == 5_000),
        "{reported:?}"
    );
    let stopped = world.vault.read(|r| r.audit().verify(&|_, _| None, &mut |_| ControlFlow::Break(())));
    assert!(matches!(stopped, Err(VaultError::Stopped)), "{stopped:?}");
    Ok(())
}

#[test]
fn a_copy_that_was_set_back_is_told_by_who_remembers() -> anyhow::Result<()> {
    let world = World::new()?;
    let entry = |action| NewEntry { who: None, action, object: None, detail: json!(null), at: now() };
    let append = |vault: &vault::Vault, action| vault.write(|w| w.audit_mut().append(&entry(action)));
    append(&world.vault, "first")?;
    let (parent, folder) = world.close();
    let earlier = parent.path().join("earlier.vault");
    crate::world::copy_folder(&folder, &earlier)?;
    let vault = open(&folder)?;
    let seen_before = vault.read(|r| r.audit().head())?.expect("there is an entry");
    assert_eq!(vault.read(|r| r.audit().head_status(&seen_before))?, HeadStatus::Same, "nothing happened since");
    append(&vault, "second")?;
    let seen = vault.read(|r| r.audit().head())?.expect("there are two");
    assert_eq!(vault.read(|r| r.audit().head_status(&seen_before))?, HeadStatus::Newer, "it went on");
    let set_back = open(&earlier)?;
    let found = Some(seen_before);
    let status = set_back.read(|r| r.audit().head_status(&seen))?;
    assert_eq!(status, HeadStatus::RolledBack { seen, found }, "both states are named");
    append(&set_back, "another second")?;
    append(&set_back, "a third")?;
    let found = set_back.read(|r| r.audit().head())?.expect("there are three");
    let status = set_back.read(|r| r.audit().head_status(&seen))?;
    assert_eq!(status, HeadStatus::Forked { seen, found }, "work on the earlier state does not hide it");
    Ok(())
}
