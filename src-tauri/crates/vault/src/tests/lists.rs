//! Tests that a list has the same rows in every way of reading it: few rows that are sorted, or along an index; by
//! pages, or all at once.

use domain::{
    FailureCode,
    operation::{OperationState, OperationType},
};
use tempfile::TempDir;

use super::{create, execute, now, plans::fill};
use crate::{
    AttemptFilter, AttemptOutcome, AttemptQuery, AttemptSort, ExpirationQuery, ExpirationSort, LateBounds,
    OperationFilter, OperationQuery, OperationSort, Page, Range, Vault, VaultError,
};

/// More rows than are fetched and sorted, and fewer than are checked for a total.
const ROWS: u32 = 3_000;

/// Makes a vault with operations whose fields follow from their number. Each has an attempt, except every tenth.
fn filled() -> anyhow::Result<(TempDir, Vault)> {
    let (parent, vault) = create()?;
    fill(&vault, ROWS)?;
    execute(
        &vault,
        "UPDATE devices SET manufacturer = 'Maker ' || (number % 2);
         INSERT INTO device_tags (tag_folded, device) SELECT 'even', number FROM devices WHERE number % 2 = 0;
         INSERT INTO credential_tags (tag_folded, credential) SELECT 'even', number FROM credentials WHERE number % 4 = 0;
         INSERT INTO credential_tags (tag_folded, credential) SELECT 'rare', number FROM credentials WHERE number <= 10;
         UPDATE operations SET state = 'succeeded', started_at = code WHERE code % 5 <> 0;
         UPDATE operations SET kind = 'passwordVerification' WHERE code > 2990;
         INSERT INTO attempts (id, operation_id, number, template_id, template_name, template_version, started_at,
             ended_at, failure)
         SELECT CAST(printf('a%015d', code) AS BLOB), id, 1, 't', 't', 1, code,
             CASE WHEN code % 3 <> 2 THEN code + 1 END, CASE WHEN code % 3 = 0 THEN 'unreachable' END
         FROM operations WHERE code % 10 <> 0;
         UPDATE credentials SET expires_at = number WHERE number % 2 = 0;
         UPDATE credentials SET status = 'inactive' WHERE number > 2995;",
    )?;
    Ok((parent, vault))
}

fn micros(at: i64) -> Option<chrono::DateTime<chrono::Utc>> {
    chrono::DateTime::from_timestamp_micros(at)
}

type Fits = fn(i64) -> bool;

fn filters() -> Vec<(&'static str, OperationQuery, Fits)> {
    let (any, of) = (OperationFilter::default, OperationQuery::of);
    vec![
        ("all", of(any()), |_| true),
        ("a code", of(OperationFilter { code: Some(7), ..any() }), |code| code == 7),
        ("a rare kind", of(OperationFilter { kinds: vec![OperationType::PasswordVerification], ..any() }), |code| {
            code > 2_990
        }),
        ("a common kind", of(OperationFilter { kinds: vec![OperationType::ChangePassword], ..any() }), |code| {
            code <= 2_990
        }),
        ("a state", of(OperationFilter { states: vec![OperationState::Succeeded], ..any() }), |code| code % 5 != 0),
        ("no such state", of(OperationFilter { states: vec![OperationState::Expired], ..any() }), |_| false),
        ("a manufacturer", of(OperationFilter { manufacturer: Some("maker 1".to_owned()), ..any() }), |code| {
            code % 2 == 1
        }),
        ("every manufacturer", of(OperationFilter { manufacturer: Some("MAKER".to_owned()), ..any() }), |_| true),
        ("no manufacturer", of(OperationFilter { manufacturer: Some("none".to_owned()), ..any() }), |_| false),
        ("no requester", of(OperationFilter { requester: Some("nobody".to_owned()), ..any() }), |_| false),
        ("a tag of both", of(OperationFilter { tags: vec!["EVEN".to_owned()], ..any() }), |code| code % 2 == 0),
        ("a rare tag", of(OperationFilter { tags: vec!["rare".to_owned()], ..any() }), |code| code <= 10),
        (
            "a range",
            of(OperationFilter { scheduled_from: micros(100), scheduled_to: micros(2_900), ..any() }),
            |code| (100..2_900).contains(&code),
        ),
        (
            "late",
            of(OperationFilter {
                late: Some(true),
                late_bounds: LateBounds { due_before: now(), lease_before: now() },
                ..any()
            }),
            |code| code % 5 == 0,
        ),
        ("a common word", of(OperationFilter { username: Some("user".to_owned()), ..any() }), |_| true),
        ("a rare word", of(OperationFilter { device_name: Some("srv-17".to_owned()), ..any() }), |code| {
            format!("srv-{code}").contains("srv-17")
        }),
        ("a number", of(OperationFilter { text: Some("1234".to_owned()), ..any() }), |code| code == 1_234),
        (
            "several",
            of(OperationFilter { states: vec![OperationState::Succeeded], tags: vec!["even".to_owned()], ..any() }),
            |code| code % 5 != 0 && code % 2 == 0,
        ),
    ]
}

/// Checks that `each` and the pages give the same rows in the same order, and that they are the expected ones.
fn same<T>(
    what: &str,
    expected: &[i64],
    each: Vec<i64>,
    mut page: impl FnMut(Option<crate::Cursor>) -> Result<Page<T>, VaultError>,
    number: impl Fn(&T) -> i64,
) -> anyhow::Result<()> {
    let (mut by_pages, mut after) = (Vec::new(), None);
    loop {
        let page = page(after)?;
        assert!(page.total_is_exact || page.total <= expected.len() as u64, "{what}: no more than there are");
        if page.total_is_exact {
            assert_eq!(page.total, expected.len() as u64, "{what}: the total");
        }
        by_pages.extend(page.rows.iter().map(&number));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(by_pages == each, "{what}: {} rows by pages, {} at once, or in another order", by_pages.len(), each.len());
    let mut sorted = each;
    sorted.sort_unstable();
    assert_eq!(sorted.len(), expected.len(), "{what}: as many as fit");
    assert!(sorted == expected, "{what}: those that fit");
    Ok(())
}

#[test]
fn operations_are_the_same_whichever_way_they_are_read() -> anyhow::Result<()> {
    let (_parent, vault) = filled()?;
    {
        let _in_sql = vault.columns.rest();
        operations_are_the_same(&vault)?;
    }
    operations_are_the_same(&vault)?;
    assert!(vault.columns.are_ready(), "by the columns in memory");
    Ok(())
}

fn operations_are_the_same(vault: &Vault) -> anyhow::Result<()> {
    for (name, filter, fits) in filters() {
        let expected: Vec<i64> = (1..=i64::from(ROWS)).filter(|code| fits(*code)).collect();
        assert_eq!(vault.read(|r| r.operations().count(&filter))?, expected.len() as u64, "{name}: counted");
        for (sort, descending) in [
            (OperationSort::Code, false),
            (OperationSort::Username, true),
            (OperationSort::Device, false),
            (OperationSort::State, true),
            (OperationSort::ScheduledAt, false),
            (OperationSort::StartedAt, true),
        ] {
            let query = OperationQuery { sort, descending, limit: 700, ..filter.clone() };
            let mut each = Vec::new();
            vault.read(|r| {
                r.operations().each(&query, |row| {
                    each.push(row.record.code);
                    Ok::<_, VaultError>(())
                })
            })?;
            let page = |after| vault.read(|r| r.operations().list(&OperationQuery { after, ..query.clone() }));
            same(&format!("{name} by {sort:?}"), &expected, each, page, |row| row.record.code)?;
        }
    }
    Ok(())
}

#[test]
fn attempts_are_the_same_whichever_way_they_are_read() -> anyhow::Result<()> {
    let (_parent, vault) = filled()?;
    let (any, of) = (AttemptFilter::default, AttemptQuery::of);
    let mut queries: Vec<(&str, AttemptQuery, Fits)> = filters()
        .into_iter()
        .map(|(name, query, fits)| (name, of(AttemptFilter { operation: query.filter, ..any() }), fits))
        .collect();
    let with = |outcomes| of(AttemptFilter { outcomes, ..any() });
    queries.push(("failed", with(vec![AttemptOutcome::Failed]), |code| code % 3 == 0));
    queries.push(("not well", with(vec![AttemptOutcome::Failed, AttemptOutcome::Running]), |code| code % 3 != 1));
    queries.push(("ended", with(vec![AttemptOutcome::Failed, AttemptOutcome::Succeeded]), |code| code % 3 != 2));
    let failures = vec![FailureCode::Unreachable];
    queries.push(("a failure", of(AttemptFilter { failures, ..any() }), |code| code % 3 == 0));
    let operation =
        OperationFilter { executed_from: micros(50), executed_to: micros(60), ..OperationFilter::default() };
    queries.push(("ran", of(AttemptFilter { operation, ..any() }), |code| (50..60).contains(&code)));
    for (name, filter, fits) in queries {
        let expected: Vec<i64> = (1..=i64::from(ROWS)).filter(|code| code % 10 != 0 && fits(*code)).collect();
        for (sort, descending) in
            [(AttemptSort::StartedAt, false), (AttemptSort::EndedAt, true), (AttemptSort::Username, false)]
        {
            let query = AttemptQuery { sort, descending, limit: 700, ..filter.clone() };
            let mut each = Vec::new();
            vault.read(|r| {
                r.attempts().each(&query, |row| {
                    each.push(row.code);
                    Ok::<_, VaultError>(())
                })
            })?;
            let page = |after| vault.read(|r| r.attempts().page(&AttemptQuery { after, ..query.clone() }));
            same(&format!("{name} by {sort:?}"), &expected, each, page, |row| row.code)?;
        }
    }
    Ok(())
}

#[test]
fn expirations_are_the_same_whichever_way_they_are_read() -> anyhow::Result<()> {
    let (_parent, vault) = filled()?;
    let all = ExpirationQuery::default;
    let queries: [(&str, ExpirationQuery, Fits); 4] = [
        ("all", all(), |_| true),
        ("never", ExpirationQuery { never: true, ..all() }, |number| number % 2 == 1),
        ("soon", ExpirationQuery { range: Range { from: None, to: micros(100) }, ..all() }, |number| {
            number % 2 == 0 && number < 100
        }),
        ("a word", ExpirationQuery { text: "user-29".to_owned(), ..all() }, |number| {
            format!("user-{number}").contains("user-29")
        }),
    ];
    for (name, filter, fits) in queries {
        let expected: Vec<i64> = (1..=2_995).filter(|number| fits(*number)).collect();
        for sort in [ExpirationSort::ExpiresAt, ExpirationSort::Username] {
            let query = ExpirationQuery { sort, limit: 700, ..filter.clone() };
            let number = |username: &str| username.trim_start_matches("user-").parse().unwrap_or(0);
            let mut each = Vec::new();
            vault.read(|r| {
                r.schedules().each_expiration(&query, |row| {
                    each.push(number(&row.username));
                    Ok::<_, VaultError>(())
                })
            })?;
            let page = |after| vault.read(|r| r.schedules().expirations(&ExpirationQuery { after, ..query.clone() }));
            same(&format!("{name} by {sort:?}"), &expected, each, page, |row| number(&row.username))?;
        }
    }
    Ok(())
}
