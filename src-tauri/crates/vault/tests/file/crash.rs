//! Tests with processes that are killed. The test binary starts itself a second time as the process to kill.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::Context;
use domain::{CredentialId, SecretKind};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use secret::Secret;
use vault::{CredentialQuery, DeviceQuery, NewEntry, SecretsKey, Vault, VaultError};

use crate::world::{World, credential, device, enter, intact, now, open, refusal, somebody, trail};

const FOLDER: &str = "CHAVEIRO_TEST_CRASH_FOLDER";
const ROUNDS: usize = 36;

/// Not a test of its own: the process that the others kill.
#[test]
fn the_process_that_is_killed() -> anyhow::Result<()> {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        return Ok(());
    };
    let (vault, session) = enter(&folder)?;
    let key = session.secrets_key().context("the founder is an operator")?;
    say("open")?;
    let mut number = vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total;
    loop {
        number += 1;
        add(&vault, key, number)?;
        // Only committed transactions are reported.
        say(&number.to_string())?;
    }
}

/// Writes a line past the test harness, which would hold it back.
fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "said {line}")?;
    Ok(out.flush()?)
}

/// One transaction over many tables: all of it must be there, or nothing.
fn add(vault: &Vault, key: &SecretsKey, number: u64) -> Result<(), VaultError> {
    let device = device(&format!("srv-{number:06}"), somebody());
    let mut credential = credential(device.id, "root");
    // Counted ids begin again in each process, so these are derived from the number.
    let id = uuid::Uuid::from_u64_pair(7, number);
    let device = domain::Device { id: domain::DeviceId::from_uuid(id), ..device };
    credential.id = CredentialId::from_uuid(id);
    credential.details.device = device.id;
    vault.write(|w| {
        w.devices_mut().insert(&device)?;
        w.credentials_mut().insert(&credential)?;
        w.secrets_mut().store_candidate(key, credential.id, &Secret::new(format!("password {number}")), now())?;
        w.audit_mut().append(&NewEntry {
            who: None,
            action: "x",
            object: None,
            detail: serde_json::Value::Null,
            at: now(),
        })?;
        w.secrets_mut().promote_candidate(credential.id, now())
    })
}

fn spawn(folder: &Path) -> anyhow::Result<Child> {
    let (_, module) = module_path!().split_once("::").context("a test is in a module of its crate")?;
    let test = format!("{module}::the_process_that_is_killed");
    Ok(Command::new(env::current_exe()?)
        .args(["--exact", &test, "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?)
}

/// Returns the lines that the process wrote, one at a time.
fn said(child: &mut Child) -> anyhow::Result<impl Iterator<Item = String> + use<>> {
    let out = child.stdout.take().context("its output is a pipe")?;
    Ok(BufReader::new(out)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.rsplit_once("said ").map(|(_, what)| what.to_owned())))
}

#[test]
fn whatever_was_told_as_written_is_there_after_a_kill() -> anyhow::Result<()> {
    let world = World::new()?;
    let (_parent, folder) = world.close();
    let mut random = StdRng::seed_from_u64(20_261_120);
    let (mut reported, mut heard) = (0_u64, 0_u64);
    for round in 0..ROUNDS {
        let mut child = spawn(&folder)?;
        let mut said = said(&mut child)?;
        // Every sixth process is killed while it opens the vault; the others at any time while they write.
        if round % 6 != 0 {
            said.next();
            // Progress is counted in lines, so that on a busy machine no process is killed before it has written
            // anything.
            heard += said.by_ref().take(random.random_range(0..8)).count() as u64;
        }
        thread::sleep(Duration::from_micros(random.random_range(0..60_000)));
        child.kill()?;
        child.wait()?;
        let last = said.filter_map(|line| line.parse::<u64>().ok()).last();
        reported = last.unwrap_or(0).max(reported);
        let (vault, session) = enter(&folder).with_context(|| format!("round {round}"))?;
        let key = session.secrets_key().context("the founder is an operator")?;
        let there = vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total;
        assert!(there >= reported, "round {round}: {reported} were told, {there} are there");
        assert_eq!(trail(&vault)?, intact(there), "round {round}: nothing half");
        let credentials = vault.read(|r| r.credentials().ids(&CredentialQuery::default()))?;
        assert_eq!(credentials.len() as u64, there, "round {round}: nothing half");
        for id in credentials.iter().rev().take(5) {
            let stored = vault.read(|r| r.secrets().current(key, *id, SecretKind::Password))?;
            let expected = format!("password {}", id.as_uuid().as_u64_pair().1);
            assert!(stored.is_some_and(|stored| stored.secret.same_as(&Secret::new(expected))), "round {round}");
        }
    }
    assert!(
        heard > 50 && reported >= heard,
        "the processes had written {heard} rows when they were killed: {reported}"
    );
    Ok(())
}

#[test]
fn a_second_process_is_turned_away_until_the_first_one_is_gone() -> anyhow::Result<()> {
    let world = World::new()?;
    let same = refusal(open(&world.folder()))?;
    assert!(matches!(same, VaultError::InUse), "twice in one process: {same:?}");
    let (_parent, folder) = world.close();
    let mut child = spawn(&folder)?;
    let opened = said(&mut child)?.next();
    assert_eq!(opened.as_deref(), Some("open"), "the other process has it");
    let error = refusal(open(&folder))?;
    assert!(matches!(error, VaultError::InUse), "{error:?}");
    // The end of the process releases the lock, even without an orderly shutdown.
    child.kill()?;
    child.wait()?;
    assert!(open(&folder).is_ok(), "the lock ended with the process");
    Ok(())
}
