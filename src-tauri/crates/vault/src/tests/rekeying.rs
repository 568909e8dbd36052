//! Tests of re-keyings that are killed. The test binary starts itself a second time as the process to kill.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use domain::{CredentialId, Role, SecretKind, UserId};
use secret::Secret;
use tempfile::TempDir;

use super::{PASSWORD, USER, create_and_enter, now, tampering::two_credentials};
use crate::{PersonStatus, Session, SignIn, Vault, VaultError, file::rekey::Step, keys::keyslots::Draft};

const FOLDER: &str = "CHAVEIRO_TEST_REKEY_FOLDER";
const STEP: &str = "CHAVEIRO_TEST_REKEY_STEP";
const STEPS: [Step; 7] =
    [Step::Copied, Step::Sealed, Step::Filled, Step::Verified, Step::Switched, Step::Adopted, Step::Removed];

fn enter(folder: &Path) -> Result<(Vault, Session), VaultError> {
    Vault::open(folder, &SignIn::password(USER, &Secret::new(PASSWORD)))
}

/// Not a test of its own: removes everyone but the founder, and stops forever at the given step.
#[test]
fn the_process_that_is_killed() -> anyhow::Result<()> {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return Ok(()) };
    let wanted: Option<usize> = env::var(STEP)?.parse().ok();
    let (vault, session) = enter(&folder)?;
    let mut draft = Draft::begin(&vault.slots(), &session, now())?;
    for person in vault.people().iter().filter(|person| person.id != session.user().id) {
        draft.set_status(person.id, PersonStatus::Removed)?;
    }
    say("ready")?;
    vault.rekey_with(draft, true, &|step| {
        if wanted.and_then(|place| STEPS.get(place)) == Some(&step) {
            // A failed write is not handled here: the waiting test notices the missing line.
            let _ = say("there");
            thread::sleep(Duration::from_secs(600));
        }
    })?;
    say("done")
}

/// Writes a line past the test harness, which would hold it back.
fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "said {line}")?;
    Ok(out.flush()?)
}

/// Starts the process and waits until it says this.
fn start_until(folder: &Path, step: Option<usize>, awaited: &str) -> anyhow::Result<Child> {
    let mut child = Command::new(env::current_exe()?)
        .args(["--exact", "tests::rekeying::the_process_that_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .env(STEP, step.map_or_else(String::new, |step| step.to_string()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let out = child.stdout.take().ok_or(VaultError::NotFound)?;
    let said = BufReader::new(out).lines().map_while(Result::ok).any(|line| line.ends_with(&format!("said {awaited}")));
    anyhow::ensure!(said, "the process ended before it said {awaited}");
    Ok(child)
}

struct Before {
    parent: TempDir,
    cid: UserId,
    credentials: [CredentialId; 2],
}

impl Before {
    /// Makes a vault with two passwords and an operator who will be removed.
    fn new() -> anyhow::Result<Self> {
        let (parent, vault, session) = create_and_enter()?;
        let credentials = two_credentials(&vault, session.require_secrets_key()?)?;
        let cid = vault.add_person(&session, "Cid", &[Role::Operator], now())?.id;
        Ok(Self { parent, cid, credentials })
    }

    fn folder(&self) -> PathBuf {
        self.parent.path().join("Test.vault")
    }

    /// Opens the remaining files, and tells whether they are the new vault.
    fn is_new(&self, what: &str) -> anyhow::Result<bool> {
        let (vault, session) = enter(&self.folder()).map_err(|error| anyhow::anyhow!("{what}: {error:?}"))?;
        let key = session.require_secrets_key()?;
        for id in self.credentials {
            let stored = vault.read(|r| r.secrets().current(key, id, SecretKind::Password))?;
            let expected = Secret::new(format!("password of {id}"));
            assert!(stored.is_some_and(|stored| stored.secret.same_as(&expected)), "{what}: a password is lost");
        }
        let status = vault.roster().latest(self.cid).map(|record| record.status);
        let new = status == Some(PersonStatus::Removed);
        assert_eq!(vault.slots().generation(), if new { 2 } else { 1 }, "{what}: people and keys go together");
        let databases: Vec<_> = std::fs::read_dir(self.folder())?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".db"))
            .collect();
        assert_eq!(databases, [if new { "vault-2.db" } else { "vault.db" }], "{what}: the other one is cleared away");
        let removals = vault.read(|r| {
            r.connection
                .query_row("SELECT count(*) FROM audit WHERE action = 'user.removed'", [], |row| row.get::<_, i64>(0))
                .map_err(crate::error::from_database)
        })?;
        assert_eq!(removals, i64::from(new), "{what}: the audit trail tells of it once, and only if it is so");
        vault.write(|_| Ok::<_, VaultError>(()))?;
        Ok(new)
    }
}

#[test]
fn killed_at_any_step_one_of_the_two_opens() -> anyhow::Result<()> {
    for (place, step) in STEPS.iter().enumerate() {
        let before = Before::new()?;
        let mut child = start_until(&before.folder(), Some(place), "there")?;
        child.kill()?;
        child.wait()?;
        let switched = place >= 4;
        assert_eq!(before.is_new(&format!("{step:?}"))?, switched, "{step:?}: the rename is the moment");
    }
    Ok(())
}

#[test]
fn killed_at_any_moment_one_of_the_two_opens_and_it_can_be_done_again() -> anyhow::Result<()> {
    let mut found = [0, 0];
    for round in 0..8_u64 {
        let before = Before::new()?;
        let mut child = start_until(&before.folder(), None, "ready")?;
        thread::sleep(Duration::from_millis(round * 15));
        child.kill()?;
        child.wait()?;
        let new = before.is_new(&format!("round {round}"))?;
        found[usize::from(new)] += 1;
        if !new {
            let (vault, session) = enter(&before.folder())?;
            assert!(vault.remove_person(&session, before.cid, now())?.0, "round {round}: at the second try");
        }
    }
    assert!(found[0] > 0, "some were killed before the rename: {found:?}");
    Ok(())
}
