//! Tests that the columns in memory agree with the database after any changes in any order.

use std::time::{Duration, Instant};

use domain::operation::{OperationState, OperationType};
use proptest::prelude::*;
use tempfile::TempDir;

use super::{create, create_and_enter, execute, plans::fill};
use crate::{LateBounds, OperationFilter, OperationQuery, OperationSort, Vault, VaultError};

const ROWS: u32 = 2_000;

/// Makes a vault with operations whose fields follow from their number.
fn filled() -> anyhow::Result<(TempDir, Vault)> {
    let (parent, vault) = create()?;
    fill(&vault, ROWS)?;
    Ok((parent, vault))
}

/// Returns the codes of all pages, and the total of the first page.
fn listed(vault: &Vault, query: &OperationQuery) -> Result<(Vec<i64>, u64), VaultError> {
    let (mut codes, mut after, mut total) = (Vec::new(), None, None);
    loop {
        let page = vault.read(|r| r.operations().list(&OperationQuery { after, ..query.clone() }))?;
        codes.extend(page.rows.iter().map(|row| row.record.code));
        let total = *total.get_or_insert(page.total);
        after = page.next;
        if after.is_none() {
            return Ok((codes, total));
        }
    }
}

fn in_sql(vault: &Vault, query: &OperationQuery) -> Result<Vec<i64>, VaultError> {
    let mut codes = Vec::new();
    vault.read(|r| {
        r.operations().each(query, |row| {
            codes.push(row.record.code);
            Ok::<_, VaultError>(())
        })
    })?;
    Ok(codes)
}

/// Returns a strategy for every statement that changes the content of the columns.
fn changes() -> impl Strategy<Value = String> {
    let row = 1..=ROWS;
    let word = "[aAbéÉß0-9]{1,6}";
    let state = prop_oneof![Just("error"), Just("succeeded"), Just("canceled")];
    prop_oneof![
        (row.clone(), state).prop_map(|(row, state)| format!("UPDATE operations SET state = '{state}' WHERE code = {row}")),
        (row.clone(), 0..9_i64).prop_map(|(row, at)| format!(
            "UPDATE operations SET started_at = {at}, ended_at = {at} + 1, scheduled_at = {at} WHERE code % 100 = {row} % 100"
        )),
        (row.clone(), word).prop_map(|(row, word)| format!("UPDATE credentials SET username = '{word}' || number WHERE number % 50 = {row} % 50")),
        (row.clone(), word).prop_map(|(row, word)| format!("UPDATE devices SET name = '{word}' || number, manufacturer = '{word}', model = 'M {word}' WHERE number = {row}")),
        row.clone().prop_map(|row| format!("DELETE FROM operations WHERE code = {row}")),
        row.clone().prop_map(|row| format!(
            "INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, state, immediate, \
             scheduled_at, not_before, created_at) SELECT randomblob(16), 'reconciliation', id, device_id, username, device_name, \
             zeroblob(16), 'error', 0, number, number, number FROM credentials WHERE number = {row}"
        )),
        (row, prop_oneof![Just("a"), Just("b")]).prop_map(|(row, tag)| format!(
            "UPDATE credentials SET tags = '[\"{tag}\"]' WHERE number = {row}; \
             DELETE FROM credential_tags WHERE credential = {row}; \
             INSERT INTO credential_tags (tag_folded, credential) VALUES ('{tag}', {row})"
        )),
    ]
}

/// The setting of one filter: its number, then the values to use.
type Setting = (usize, String, (i64, i64), bool, u32);

/// Sets one filter. Every field of the declaration is handled here, so that a new field does not compile until it is
/// added.
fn set(filter: &mut OperationFilter, (which, words, (from, length), either, number): Setting) {
    let OperationFilter {
        text,
        code,
        username,
        device_name,
        manufacturer,
        model,
        website,
        tags,
        states,
        kinds,
        requester,
        scheduled_from,
        scheduled_to,
        executed_from,
        executed_to,
        credential,
        device,
        late,
        late_bounds,
    } = filter;
    let at = |micros| chrono::DateTime::from_timestamp_micros(micros);
    let id = uuid::Uuid::from_slice(format!("{number:016}").as_bytes()).unwrap_or_default();
    match which {
        0 => *text = Some(words),
        1 => *code = Some(number),
        2 => *username = Some(words),
        3 => *device_name = Some(words),
        4 => *manufacturer = Some(words),
        5 => *model = Some(words),
        6 => *website = Some(words),
        7 => *tags = vec![if either { "A" } else { "b" }.to_owned()],
        8 => {
            let or = if either { OperationState::Scheduled } else { OperationState::Error };
            *states = vec![OperationState::Succeeded, or];
        }
        9 => *kinds = vec![if either { OperationType::ChangePassword } else { OperationType::Reconciliation }],
        10 => *requester = Some(if either { "nightly".to_owned() } else { words }),
        11 => (*scheduled_from, *scheduled_to) = (at(from), at(from + length)),
        12 => (*executed_from, *executed_to) = (at(from), at(from + length)),
        13 if either => *scheduled_from = at(from),
        13 => *executed_to = at(from),
        14 => *credential = Some(domain::CredentialId::from_uuid(id)),
        15 => *device = Some(domain::DeviceId::from_uuid(id)),
        _ => {
            *late = Some(either);
            let bound = at(from).unwrap_or_default();
            *late_bounds = LateBounds { due_before: bound, lease_before: bound };
        }
    }
}

/// Returns a strategy for one or two filters in any order of the list.
fn queries() -> impl Strategy<Value = OperationQuery> {
    let sort = proptest::sample::select(OperationSort::ALL.to_vec());
    let words = "[aAbeÉé0-9]{1,3}|user-1|srv|model|example|#?[0-9]{1,3}";
    let filter = (0..17_usize, words, (0..2_000_i64, 0..1_000_i64), any::<bool>(), 1..=ROWS);
    (proptest::collection::vec(filter, 1..=2), sort, any::<bool>()).prop_map(|(filters, sort, descending)| {
        let mut filter = OperationFilter::default();
        filters.into_iter().for_each(|setting| set(&mut filter, setting));
        OperationQuery { filter, sort, descending, limit: 400, after: None }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn columns_follow_every_change(
        steps in proptest::collection::vec((proptest::collection::vec(changes(), 1..4), queries()), 40..60),
    ) {
        let (_parent, vault) = filled().map_err(|error| TestCaseError::fail(error.to_string()))?;
        for (changes, query) in steps {
            execute(&vault, &changes.join("; ")).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let expected = in_sql(&vault, &query)?;
            let (found, total) = listed(&vault, &query)?;
            prop_assert_eq!(&found, &expected, "{:?} after {:?}", query, changes);
            prop_assert_eq!(total, expected.len() as u64, "{:?} after {:?}", query, changes);
            prop_assert!(vault.columns.are_ready(), "it was found by the columns");
        }
    }
}

#[test]
fn a_tag_that_is_taken_off_is_off_at_once() -> anyhow::Result<()> {
    let (_parent, vault) = filled()?;
    let tagged = OperationQuery::of(OperationFilter { tags: vec!["Rare".to_owned()], ..OperationFilter::default() });
    let put_on = "UPDATE credentials SET tags = '[\"rare\"]' WHERE number < 4; \
        INSERT INTO credential_tags (tag_folded, credential) SELECT 'rare', number FROM credentials WHERE number < 4";
    execute(&vault, put_on)?;
    assert_eq!(listed(&vault, &tagged)?.0, [1, 2, 3], "put on");
    execute(
        &vault,
        "UPDATE credentials SET tags = '[]' WHERE number = 2; DELETE FROM credential_tags WHERE credential = 2",
    )?;
    assert_eq!(listed(&vault, &tagged)?.0, [1, 3], "taken off");
    execute(
        &vault,
        "UPDATE devices SET tags = '[\"rare\"]' WHERE number = 9; INSERT INTO device_tags VALUES ('rare', 9)",
    )?;
    assert_eq!(listed(&vault, &tagged)?.0, [1, 3, 9], "and put on a device");
    Ok(())
}

#[test]
fn a_number_is_a_code_or_a_part_of_a_name() -> anyhow::Result<()> {
    let (_parent, vault) = filled()?;
    execute(
        &vault,
        "UPDATE credentials SET username = 'ada' WHERE number <> 3; UPDATE credentials SET username = 'ada-777' WHERE number = 3",
    )?;
    execute(
        &vault,
        "UPDATE devices SET name = 'srv-' || char(97 + number % 26) || number / 26 || 'x' WHERE number <> 700",
    )?;
    let with =
        |text: &str| OperationQuery::of(OperationFilter { text: Some(text.to_owned()), ..OperationFilter::default() });
    assert_eq!(listed(&vault, &with("777"))?.0, [3, 777], "the code, and what is called so");
    assert_eq!(listed(&vault, &with("#777"))?.0, [777], "nothing is called #777");
    assert_eq!(listed(&vault, &with("777 ada-7"))?.0, [3], "with every word");
    Ok(())
}

#[test]
fn what_is_undone_is_not_in_the_columns() -> anyhow::Result<()> {
    let (_parent, vault) = filled()?;
    let errors =
        OperationQuery::of(OperationFilter { states: vec![OperationState::Error], ..OperationFilter::default() });
    assert_eq!(listed(&vault, &errors)?, (vec![], 0), "none yet");
    let undone = vault.write(|w| {
        w.connection.execute_batch("UPDATE operations SET state = 'error'").map_err(crate::error::from_database)?;
        Err::<(), _>(VaultError::Missing)
    });
    assert!(matches!(undone, Err(VaultError::Missing)), "{undone:?}");
    assert_eq!(listed(&vault, &errors)?, (vec![], 0), "nothing came of it");
    assert!(vault.columns.are_ready(), "as the columns say");
    execute(&vault, "UPDATE operations SET state = 'error' WHERE code = 7")?;
    assert_eq!(listed(&vault, &errors)?, (vec![7], 1), "and this did happen");
    Ok(())
}

#[test]
fn more_changes_than_are_worth_naming_make_all_be_read_again() -> anyhow::Result<()> {
    let (_parent, vault) = filled()?;
    listed(&vault, &OperationQuery::of(OperationFilter { code: Some(1), ..OperationFilter::default() }))?;
    let more = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 21000) \
        INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, state, immediate, \
            scheduled_at, not_before, created_at) \
        SELECT randomblob(16), 'changePassword', zeroblob(16), zeroblob(16), 'gone', 'away', zeroblob(16), 'error', 0, i, i, i FROM n";
    execute(&vault, more)?;
    let gone = OperationQuery {
        filter: OperationFilter { username: Some("GONE".to_owned()), ..OperationFilter::default() },
        limit: 1_000,
        ..OperationQuery::default()
    };
    let (found, total) = listed(&vault, &gone)?;
    assert_eq!((found.len(), total), (21_000, 21_000), "all are known, though their credential is gone");
    assert!(vault.columns.are_ready(), "by the columns");
    Ok(())
}

#[test]
fn a_vault_closes_while_its_columns_are_read() -> anyhow::Result<()> {
    let (parent, vault) = create()?;
    fill(&vault, 30_000)?;
    vault.read(|r| r.operations().list(&OperationQuery::default()))?;
    let begun = Instant::now();
    drop(vault);
    assert!(begun.elapsed() < Duration::from_secs(20), "nobody waits for the last row");
    assert_eq!(
        std::fs::read_dir(parent.path().join("Test.vault"))?
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_string_lossy().contains("-wal"))
            .count(),
        0,
        "the log was moved in: no connection was left open"
    );
    Ok(())
}

#[test]
fn columns_follow_to_the_database_of_new_keys() -> anyhow::Result<()> {
    let (_parent, vault, session) = create_and_enter()?;
    fill(&vault, ROWS)?;
    let some =
        OperationQuery::of(OperationFilter { username: Some("user-12".to_owned()), ..OperationFilter::default() });
    let before = listed(&vault, &some)?;
    assert!(vault.columns.are_ready(), "the old ones are read");
    vault.rekey(&session, super::now())?;
    assert_eq!(listed(&vault, &some)?, before, "the rows are the same");
    execute(&vault, "UPDATE credentials SET username = 'user-12x' WHERE number = 3")?;
    let (found, total) = listed(&vault, &some)?;
    assert_eq!(
        (found.len(), total),
        (before.0.len() + 1, before.1 + 1),
        "one more, known by the columns of the new database"
    );
    assert!(vault.columns.are_ready(), "which are in use");
    Ok(())
}

#[test]
fn columns_miss_nothing_while_others_write() -> anyhow::Result<()> {
    let (_parent, vault) = filled()?;
    let errors =
        OperationQuery::of(OperationFilter { states: vec![OperationState::Error], ..OperationFilter::default() });
    std::thread::scope(|scope| {
        let writes = scope.spawn(|| {
            (1..=300).try_for_each(|code| {
                execute(&vault, &format!("UPDATE operations SET state = 'error' WHERE code = {code}"))
            })
        });
        for round in 1.. {
            if writes.is_finished() {
                break;
            }
            listed(&vault, &errors)?;
            if round % 10 == 0 {
                // All of them are read again, in the middle of the changes.
                drop(vault.columns.rest());
            }
        }
        writes.join().map_err(|_| anyhow::anyhow!("who wrote panicked"))?
    })?;
    assert_eq!(listed(&vault, &errors)?, ((1..=300).collect(), 300), "each that was written");
    execute(&vault, "UPDATE operations SET state = 'error' WHERE code % 7 = 0")?;
    let expected: Vec<i64> = (1..=i64::from(ROWS)).filter(|code| *code <= 300 || code % 7 == 0).collect();
    assert_eq!(listed(&vault, &errors)?.0, expected, "and what came after");
    Ok(())
}
