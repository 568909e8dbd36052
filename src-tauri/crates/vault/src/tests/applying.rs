//! Tests with processes that are killed between a decision and its effect. The test binary starts itself a second time
//! as the process to kill.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use approval::{RequestState, Rules, Verdict};
use tempfile::TempDir;

use super::{
    PASSWORD, USER,
    approval_world::{ApprovalWorld, apply_in},
    now,
};
use crate::{AuditVerdict, NewDecision, RequestQuery, Vault, VaultError, unheard};

const FOLDER: &str = "CHAVEIRO_TEST_APPLYING_FOLDER";
const CREDENTIALS: u32 = 40;
const ROUNDS: u64 = 12;

fn open(parent: &std::path::Path) -> Result<Vault, VaultError> {
    let password = secret::Secret::new(PASSWORD);
    Vault::open(&parent.join("Test.vault"), &crate::SignIn::password(USER, &password)).map(|(vault, _)| vault)
}

/// Not a test of its own: the process that the other test kills. It asks, approves and applies for ever. Every approval
/// and its application are one transaction.
#[test]
fn the_process_that_is_killed() -> anyhow::Result<()> {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        return Ok(());
    };
    let world = ApprovalWorld::new(CREDENTIALS)?;
    let mut world = ApprovalWorld { vault: open(&folder)?, ..world };
    // The same people, in the vault that outlives this process.
    for session in [&mut world.ada, &mut world.otto, &mut world.anna, &mut world.bert] {
        session.vault = world.vault.id();
    }
    let approvers = world.chain()?;
    if approvers.current().is_none() || approvers.broken_at().is_some() {
        // The settings of an earlier process were signed with keys that nobody has any more. So this process begins
        // with new ones.
        world.edit("DELETE FROM approval_settings; UPDATE requests SET settings = 0")?;
        let registrations = [world.anna.user().id, world.bert.user().id];
        let registrations = registrations.map(|user| approval::Registration { user, level: 1 });
        world.set_rules(&Rules { validity_minutes: 60, ..Rules::default() }, &registrations, now())?;
    }
    let mut number = world.vault.read(|r| r.requests().list(&RequestQuery::at(now(), nobody())))?.total;
    say("open")?;
    loop {
        number += 1;
        let id = world.ask(u128::from(number) + 100, &format!("text {number}"))?;
        let digest = world.examine(id, now())?.digest();
        let decision = NewDecision { request: id, digest, verdict: Verdict::Approved, reason: "", at: now() };
        let (history, by) = (world.approver_history(), world.anna.user().id);
        let outcome = world.vault.write(|w| {
            w.requests_mut().decide(&decision, &world.anna)?;
            apply_in(w, &history, id, by, now(), None)
        })?;
        assert!(outcome.is_ok(), "it was approved: {outcome:?}");
        say(&number.to_string())?;
    }
}

fn nobody() -> domain::UserId {
    domain::UserId::from_uuid(uuid::Uuid::nil())
}

/// Writes a line past the test harness, which would hold it back.
fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "said {line}")?;
    Ok(out.flush()?)
}

#[test]
fn whatever_dies_a_request_is_applied_exactly_once_and_whole_or_not_at_all() -> anyhow::Result<()> {
    let parent = TempDir::new()?;
    let world = ApprovalWorld::new(CREDENTIALS)?;
    let ApprovalWorld { vault, _parent: home, credentials, .. } = world;
    drop(vault);
    std::fs::rename(home.path().join("Test.vault"), parent.path().join("Test.vault"))?;
    let (mut reported, mut heard) = (0, 0);
    for round in 0..ROUNDS {
        let mut child = Command::new(env::current_exe()?)
            .args(["--exact", "tests::applying::the_process_that_is_killed", "--nocapture"])
            .env(FOLDER, parent.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = child.stdout.take().ok_or_else(|| anyhow::anyhow!("its output is a pipe"))?;
        let mut said = BufReader::new(out)
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| line.rsplit_once("said ").map(|(_, what)| what.to_owned()));
        said.next();
        // Progress is counted in lines, so that on a busy machine no process is killed before it has applied anything.
        heard += said.by_ref().take(usize::try_from(round / 4)?).count() as u64;
        thread::sleep(Duration::from_micros(31_370 * round));
        child.kill()?;
        child.wait()?;
        reported = said.filter_map(|line| line.parse::<u64>().ok()).last().unwrap_or(0).max(reported);
        let vault = open(parent.path())?;
        let applied = applied_requests(&vault)?;
        assert!(applied.last().copied().unwrap_or(0) >= reported, "round {round}: what was told is there");
        let texts: Vec<String> = vault.read(|r| {
            let found = credentials.iter().map(|id| r.credentials().get(*id)).collect::<Result<Vec<_>, _>>()?;
            let found = found.into_iter().flatten();
            Ok::<_, VaultError>(found.map(|found| found.details.additional_information).collect())
        })?;
        let expected = applied.last().map_or("before".to_owned(), |number| format!("text {number}"));
        assert!(texts.iter().all(|text| *text == expected), "round {round}: all have {expected}, or none: {texts:?}");
        let entries = vault.read(|r| r.audit().verify(&|_, _| None, &mut unheard))?;
        let whole = applied.len() as u64 * u64::from(CREDENTIALS);
        let once = matches!(entries, AuditVerdict::Intact { entries, .. } if entries == whole);
        assert!(once, "round {round}: each of {whole} was applied exactly once: {entries:?}");
    }
    assert!(
        heard > 5 && reported >= heard,
        "the processes had applied {heard} requests when they were killed: {reported}"
    );
    Ok(())
}

/// The numbers of the requests that were applied, each with its one decision; the others have none.
fn applied_requests(vault: &Vault) -> anyhow::Result<Vec<u64>> {
    let mut query = RequestQuery::at(now(), nobody());
    query.limit = 100_000;
    let rows = vault.read(|r| r.requests().list(&query))?.rows;
    let mut applied = Vec::new();
    for row in rows {
        let decisions: u32 = vault.read(|r| {
            let sql = "SELECT count(*) FROM decisions WHERE request_id = ?1";
            r.connection
                .query_row(sql, [row.id.as_uuid().as_bytes()], |row| row.get(0))
                .map_err(crate::error::from_database)
        })?;
        let done = row.state == RequestState::Applied;
        assert_eq!(decisions, u32::from(done), "request {}: decided and applied, or neither", row.code);
        if done {
            applied.push(u64::try_from(row.id.as_uuid().as_u128() - 100)?);
        }
    }
    Ok(applied)
}
