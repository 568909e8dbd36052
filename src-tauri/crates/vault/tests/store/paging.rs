//! Pages: every order, every place, while rows come and go.

use std::collections::BTreeSet;

use domain::CredentialId;
use proptest::prelude::*;
use vault::{
    CredentialQuery, CredentialSort, Cursor, DeviceQuery, DeviceSort, OperationQuery, OperationSort, Vault, VaultError,
};

use crate::world::{World, after, credential, device, operation};

const SORTS: [CredentialSort; 8] = [
    CredentialSort::Username,
    CredentialSort::Device,
    CredentialSort::PasswordType,
    CredentialSort::Status,
    CredentialSort::Sync,
    CredentialSort::ChangedAt,
    CredentialSort::CreatedAt,
    CredentialSort::UpdatedAt,
];

/// 21 credentials on three devices, some of them never changed, many with equal sort values.
fn filled() -> anyhow::Result<World> {
    let world = World::new()?;
    for name in ["b", "a", "C"] {
        let device = world.device(name)?.id;
        for number in 0..7 {
            if number % 2 == 0 {
                world.credential(device, &format!("user-{number}"))?;
            } else {
                world.vault.write(|w| w.credentials_mut().insert(&credential(device, &format!("User-{number}"))))?;
            }
        }
    }
    Ok(world)
}

/// Returns all ids, read by pages of the given size; the cursor travels as text, as it does to the window and back.
fn walk(vault: &Vault, sort: CredentialSort, descending: bool, limit: u32) -> anyhow::Result<Vec<CredentialId>> {
    let mut query = CredentialQuery { sort, descending, limit, ..CredentialQuery::default() };
    let mut ids = Vec::new();
    loop {
        let page = vault.read(|r| r.credentials().list(&query))?;
        assert!(page.rows.len() <= limit as usize, "a page is no longer than asked for");
        ids.extend(page.rows.iter().map(|row| row.credential.id));
        match page.next {
            Some(next) => query.after = Some(next.to_string().parse::<Cursor>()?),
            None => return Ok(ids),
        }
    }
}

#[test]
fn pages_of_any_length_make_the_whole_list_in_every_order() -> anyhow::Result<()> {
    let world = filled()?;
    for sort in SORTS {
        let whole = walk(&world.vault, sort, false, 1_000)?;
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), 21, "{sort:?}: all of them, none twice");
        let mut turned = walk(&world.vault, sort, true, 1_000)?;
        turned.reverse();
        assert_eq!(turned, whole, "{sort:?}: the other direction is the same list turned round");
        for limit in [1, 2, 5, 20, 21, 22] {
            assert_eq!(walk(&world.vault, sort, false, limit)?, whole, "{sort:?} by {limit}");
        }
        assert_eq!(walk(&world.vault, sort, true, 4)?.len(), 21, "{sort:?} by 4, from the end");
    }
    let never_first = world.vault.read(|r| {
        let query = CredentialQuery { sort: CredentialSort::ChangedAt, limit: 9, ..CredentialQuery::default() };
        r.credentials().list(&query)
    })?;
    assert!(never_first.rows.iter().all(|row| row.credential.changed_at.is_none()), "never comes before the oldest");
    Ok(())
}

#[test]
fn rows_that_come_and_go_move_no_other() -> anyhow::Result<()> {
    let world = filled()?;
    let query = CredentialQuery { limit: 10, ..CredentialQuery::default() };
    let first = world.vault.read(|r| r.credentials().list(&query))?;
    let rest = CredentialQuery { after: first.next.clone(), limit: 100, ..query.clone() };
    let expected: Vec<_> =
        world.vault.read(|r| r.credentials().list(&rest))?.rows.into_iter().map(|row| row.credential.id).collect();
    let device = first.rows[0].credential.details.device;
    world.vault.write(|w| {
        // One row before the place is deleted, one before it is inserted, and the row of the cursor itself is deleted.
        w.credentials_mut().insert(&credential(device, "aaa"))?;
        w.credentials_mut().delete(first.rows[3].credential.id)?;
        w.credentials_mut().delete(first.rows[9].credential.id)
    })?;
    let after: Vec<_> =
        world.vault.read(|r| r.credentials().list(&rest))?.rows.into_iter().map(|row| row.credential.id).collect();
    assert_eq!(after, expected, "the second page is what it was");
    Ok(())
}

#[test]
fn a_cursor_of_another_list_or_order_is_refused() -> anyhow::Result<()> {
    let world = filled()?;
    let page =
        world.vault.read(|r| r.credentials().list(&CredentialQuery { limit: 3, ..CredentialQuery::default() }))?;
    let after = page.next;
    let other_order = CredentialQuery { after: after.clone(), descending: true, ..CredentialQuery::default() };
    let refused = world.vault.read(|r| r.credentials().list(&other_order));
    assert!(matches!(refused, Err(VaultError::InvalidCursor)), "another direction: {refused:?}");
    let other_sort =
        CredentialQuery { after: after.clone(), sort: CredentialSort::Status, ..CredentialQuery::default() };
    let refused = world.vault.read(|r| r.credentials().list(&other_sort));
    assert!(matches!(refused, Err(VaultError::InvalidCursor)), "another order: {refused:?}");
    let refused = world.vault.read(|r| r.devices().list(&DeviceQuery { after, ..DeviceQuery::default() }));
    assert!(matches!(refused, Err(VaultError::InvalidCursor)), "another list: {refused:?}");
    for text in ["", "x", "eyJsIjoxfQ", "🔑"] {
        assert!(text.parse::<Cursor>().is_err(), "{text:?} is no cursor");
    }
    Ok(())
}

#[test]
fn devices_and_operations_page_in_every_order_too() -> anyhow::Result<()> {
    let world = World::new()?;
    for number in 0..9_i64 {
        let mut device = device(&format!("srv-{number}"), world.user());
        device.details.site = format!("site {}", number % 2);
        world.vault.write(|w| w.devices_mut().insert(&device))?;
        let credential = credential(device.id, "root");
        world.vault.write(|w| {
            w.credentials_mut().insert(&credential)?;
            w.operations_mut().insert(&operation(&credential, world.user(), after(number % 3)))
        })?;
    }
    use DeviceSort as D;
    for sort in [D::Name, D::Address, D::Kind, D::Manufacturer, D::Site, D::Criticality, D::CreatedAt, D::UpdatedAt] {
        for descending in [false, true] {
            let mut query = DeviceQuery { sort, descending, limit: 2, ..DeviceQuery::default() };
            let mut seen = BTreeSet::new();
            loop {
                let page = world.vault.read(|r| r.devices().list(&query))?;
                assert_eq!(page.total, 9, "{sort:?}: the total does not depend on the page");
                seen.extend(page.rows.iter().map(|row| (row.device.id, row.credentials)));
                let Some(next) = page.next else { break };
                query.after = Some(next);
            }
            assert_eq!(seen.len(), 9, "{sort:?}: all of them");
            assert!(seen.iter().all(|(_, credentials)| *credentials == 1), "{sort:?}: each has one credential");
        }
    }
    use OperationSort as O;
    for sort in [O::Code, O::Username, O::Device, O::State, O::ScheduledAt, O::StartedAt, O::EndedAt] {
        for descending in [false, true] {
            let mut query = OperationQuery { sort, descending, limit: 2, ..OperationQuery::default() };
            let mut seen = BTreeSet::new();
            loop {
                let page = world.vault.read(|r| r.operations().list(&query))?;
                seen.extend(page.rows.iter().map(|row| row.record.code));
                let Some(next) = page.next else { break };
                query.after = Some(next);
            }
            assert_eq!(seen.len(), 9, "{sort:?}: all of them");
        }
    }
    Ok(())
}

#[test]
fn whatever_is_stored_is_found_by_any_piece_of_it() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?.id;
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(150));
    runner.run(&("[^\\s\\p{C}\\p{M}]{1,12}", any::<prop::sample::Index>(), 1_usize..6), |(name, from, length)| {
        let letters: Vec<char> = name.chars().collect();
        let from = from.index(letters.len());
        let piece: String = letters[from..letters.len().min(from + length)].iter().collect();
        let mut stored = credential(device, "searched");
        stored.details.additional_information = name.clone();
        let query = CredentialQuery { text: piece.clone(), ..CredentialQuery::default() };
        let is_found = || {
            let page = world.vault.read(|r| r.credentials().list(&query))?;
            Ok::<_, VaultError>(page.rows.iter().any(|row| row.credential.id == stored.id))
        };
        let result = world.vault.write(|w| w.credentials_mut().insert(&stored)).and_then(|()| is_found());
        prop_assert!(matches!(result, Ok(true)), "{piece:?} in {name:?}: {result:?}");
        let result = world.vault.write(|w| w.credentials_mut().delete(stored.id)).and_then(|()| is_found());
        prop_assert!(matches!(result, Ok(false)), "{piece:?} in {name:?}, deleted: {result:?}");
        Ok(())
    })?;
    assert_eq!(world.vault.read(|r| r.devices().credential_count(device))?, 0, "every case cleaned up after itself");
    Ok(())
}
