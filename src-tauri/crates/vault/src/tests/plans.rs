//! Query plans and costs of the statements that must stay fast.

use rusqlite::{StatementStatus, params_from_iter, types::Value};

use super::create;
use crate::{
    AttemptSort, CredentialQuery, CredentialSort, DeviceQuery, DeviceSort, OperationSort, Vault, VaultError,
    error::from_database, store::operations::queue::claim_statement,
};

/// Inserts `count` devices, each with a credential and a waiting operation that has been due for a long time.
pub(super) fn fill(vault: &Vault, count: u32) -> Result<(), VaultError> {
    vault.write(|w| {
        w.connection
            .execute_batch(&format!(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
                 INSERT INTO devices (id, name, name_folded, address, kind, manufacturer, model, website, site, \
                 domain, tags, criticality, connectivities, created_at, updated_at) \
                 SELECT CAST(printf('%016d', i) AS BLOB), 'srv-' || i, 'srv-' || i, '10.0.0.1', 'Linux', '', '', '', \
                 '', '', '[]', 1, '[]', i, i FROM n; \
                 INSERT INTO credentials (id, device_id, device_name, username, username_folded, domain, \
                 domain_folded, password_type, additional_information, tags, status, automatic_change, sync, \
                 created_at, updated_at) SELECT id, id, name, 'user-' || number, 'user-' || number, '', '', 'localUser', '', '[]', \
                 'active', 1, 'inSync', number, number FROM devices; \
                 INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, \
                 state, immediate, scheduled_at, not_before, created_at) SELECT id, 'changePassword', id, device_id, \
                 username, device_name, zeroblob(16), 'scheduled', 0, number, number, number FROM credentials;"
            ))
            .map_err(from_database)
    })
}

/// Returns whether an operation was claimed, and the number of SQLite virtual-machine steps that the claim took.
fn claim(vault: &Vault, overall: i64) -> Result<(bool, i32), VaultError> {
    vault.write(|w| {
        let mut statement = w.connection.prepare(&claim_statement()).map_err(from_database)?;
        let values =
            [Value::Integer(i64::MAX / 2), Value::Integer(overall), Value::Blob(vec![1; 16]), Value::Integer(0)];
        let claimed = {
            let mut rows = statement.query(params_from_iter(values)).map_err(from_database)?;
            let claimed = rows.next().map_err(from_database)?.is_some();
            while rows.next().map_err(from_database)?.is_some() {}
            claimed
        };
        assert_eq!(statement.get_status(StatementStatus::FullscanStep), 0, "no table is walked from end to end");
        assert_eq!(statement.get_status(StatementStatus::Sort), 0, "nothing is sorted");
        Ok((claimed, statement.get_status(StatementStatus::VmStep)))
    })
}

/// Returns the largest number of steps of twenty claims, made while the operations claimed before are running.
fn most_steps(waiting: u32) -> anyhow::Result<i32> {
    let (_parent, vault) = create()?;
    fill(&vault, waiting)?;
    let mut most = 0;
    for running in 0..20 {
        let (claimed, steps) = claim(&vault, 20)?;
        assert!(claimed, "number {running} is claimed");
        most = most.max(steps);
    }
    let (claimed, _) = claim(&vault, 20)?;
    assert!(!claimed, "twenty run");
    Ok(most)
}

#[test]
fn claiming_costs_the_same_however_many_wait() -> anyhow::Result<()> {
    let (few, many) = (most_steps(100)?, most_steps(10_000)?);
    assert!(many <= few + few / 10, "{few} steps among 100 waiting, {many} among 10,000");
    Ok(())
}

/// Returns the steps of a claim when `waiting` operations wait on busy devices, ahead of the operations of a thousand
/// free devices.
fn steps_behind_busy_devices(waiting: u32) -> anyhow::Result<i32> {
    let (_parent, vault) = create()?;
    fill(&vault, 1_020)?;
    for _ in 0..20 {
        claim(&vault, 100)?;
    }
    vault.write(|w| {
        w.connection
            .execute_batch(&format!(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {waiting}) \
                 INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, \
                 state, immediate, scheduled_at, not_before, created_at) \
                 SELECT CAST(printf('x%015d', i) AS BLOB), 'changePassword', CAST(printf('c%015d', i) AS BLOB), \
                 (SELECT device_id FROM operations WHERE code = 1 + i % 20), '', '', \
                 zeroblob(16), 'scheduled', 0, -i, -i, i FROM n;"
            ))
            .map_err(from_database)
    })?;
    let (claimed, steps) = claim(&vault, 100)?;
    assert!(claimed, "a free device is found");
    Ok(steps)
}

#[test]
fn claiming_costs_the_same_however_many_wait_behind_busy_devices() -> anyhow::Result<()> {
    let (few, many) = (steps_behind_busy_devices(20)?, steps_behind_busy_devices(20_000)?);
    assert!(many <= few + few / 10, "{few} steps past 20 that must wait, {many} past 20,000");
    Ok(())
}

/// The time of a claim that nothing else disturbed: the fifth best of fifty. There are only operations, each on a
/// device of its own.
fn time_of_claim(waiting: u32) -> anyhow::Result<std::time::Duration> {
    let (_parent, vault) = create()?;
    vault.write(|w| {
        w.connection
            .execute_batch(&format!(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {waiting}) \
                 INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, \
                 state, immediate, scheduled_at, not_before, created_at) \
                 SELECT CAST(printf('x%015d', i) AS BLOB), 'changePassword', CAST(printf('c%015d', i) AS BLOB), \
                 CAST(printf('d%015d', i) AS BLOB), '', '', zeroblob(16), 'scheduled', 0, i, i, i FROM n;"
            ))
            .map_err(from_database)
    })?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let began = std::time::Instant::now();
        claim(&vault, 100)?;
        times.push(began.elapsed());
    }
    times.sort();
    Ok(times[4])
}

#[test]
#[ignore = "fills a million rows; run by name, in release, to see the times"]
#[expect(clippy::print_stderr, reason = "who runs it by name wants to see the times")]
fn the_time_of_a_claim_among_a_million() -> anyhow::Result<()> {
    let (few, many) = (time_of_claim(1_000)?, time_of_claim(1_000_000)?);
    assert!(many <= few * 2, "{few:?} among 1,000 waiting, {many:?} among 1,000,000");
    eprintln!("{few:?} among 1,000 waiting, {many:?} among 1,000,000");
    Ok(())
}

/// The plan of the statement that was prepared last for a page, line by line.
fn plan(vault: &Vault, list: &str, from: &str, sort: &str, descending: bool) -> anyhow::Result<String> {
    let (beyond, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!(
        "EXPLAIN QUERY PLAN SELECT {list}.id FROM {from} WHERE ({sort}, {list}.{number}) {beyond} (?1, ?2) \
         ORDER BY {sort} {direction}, {list}.{number} {direction} LIMIT 101",
        number = match list {
            "o" => "code",
            "a" => "sequence",
            _ => "number",
        },
    );
    let lines: Vec<String> = vault.read(|r| {
        let mut statement = r.connection.prepare(&sql).map_err(from_database)?;
        let lines = statement.query_map([1_i64, 1], |row| row.get("detail")).map_err(from_database)?;
        lines.collect::<rusqlite::Result<_>>().map_err(from_database)
    })?;
    Ok(lines.join("; "))
}

#[test]
fn every_order_of_every_list_is_walked_on_an_index() -> anyhow::Result<()> {
    let (_parent, vault) = create()?;
    use CredentialSort as C;
    use DeviceSort as D;
    use OperationSort as O;
    let devices = [D::Name, D::Address, D::Kind, D::Manufacturer, D::Site, D::Criticality, D::CreatedAt, D::UpdatedAt];
    let credentials =
        [C::Username, C::Device, C::PasswordType, C::Status, C::Sync, C::ChangedAt, C::CreatedAt, C::UpdatedAt];
    let operations = [O::Code, O::Username, O::Device, O::State, O::ScheduledAt, O::StartedAt, O::EndedAt];
    let mut orders = Vec::new();
    orders.extend(devices.map(|sort| ("d", "devices d", sort.expression())));
    orders
        .extend(credentials.map(|sort| ("c", "credentials c JOIN devices d ON d.id = c.device_id", sort.expression())));
    orders.extend(operations.map(|sort| ("o", "operations o", sort.expression())));
    orders.extend(
        [AttemptSort::StartedAt, AttemptSort::EndedAt]
            .map(|sort| ("a", "attempts a CROSS JOIN operations o ON o.id = a.operation_id", sort.expression())),
    );
    orders.push(("c", "credentials c", "c.expires_order"));
    for (list, from, sort) in orders {
        for descending in [false, true] {
            let plan = plan(&vault, list, from, sort, descending)?;
            assert!(plan.starts_with(&format!("SEARCH {list} USING")), "{sort}: it begins at its place: {plan}");
            assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{sort}: {plan}");
        }
    }
    Ok(())
}

#[test]
fn a_page_costs_the_same_at_the_end_as_at_the_beginning() -> anyhow::Result<()> {
    let (_parent, vault) = create()?;
    fill(&vault, 3_000)?;
    for sort in [CredentialSort::Username, CredentialSort::ChangedAt] {
        let mut query = CredentialQuery { sort, limit: 1_000, ..CredentialQuery::default() };
        let mut pages = 0;
        loop {
            let page = vault.read(|r| r.credentials().list(&query))?;
            pages += 1;
            assert_eq!(page.total, 3_000, "the total is that of the whole list");
            let Some(next) = page.next else { break };
            query.after = Some(next);
        }
        assert_eq!(pages, 3, "{sort:?}: three full pages");
    }
    assert_eq!(
        vault.read(|r| r.devices().list(&DeviceQuery::default()))?.rows.len(),
        100,
        "a page is 100 rows by itself"
    );
    Ok(())
}
