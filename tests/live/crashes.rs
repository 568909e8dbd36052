//! The process is killed by SIGKILL before and after each stored state of a change on a real server. Afterwards the
//! vault holds the password that logs in.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use app::{
    CredentialForm, OperationQuery, Parameters,
    domain::{CredentialId, ExecutionSettings, ReconciliationSettings, SyncState, operation::OperationState},
};
use lab::{Account, Host, HostSpec, Lab, Login};
use tests::{Access, NewCredential, Practice, Setup};

use std::os::unix::process::ExitStatusExt;

/// The number of SIGKILL.
const KILLED: i32 = 9;

/// Returns waits that are just long enough for a server to finish the work of a dead client.
fn short_waits() -> Parameters {
    Parameters {
        back_off: Duration::from_millis(200),
        longest_back_off: Duration::from_secs(1),
        settle: Duration::from_secs(2),
        rest: Duration::from_secs(1),
        ..Parameters::default()
    }
}

/// Kills an executor at the given point, lets another one recover, and checks the result.
fn dies(lab: &Lab, moment: &str, state: &str, template: &'static str) -> Result<()> {
    let spec = HostSpec::new()
        .account(Account::new("root", "Root-pw-1"))
        .account(Account::new("deploy", "Start-pw-1"))
        .sshd_option("PermitRootLogin yes");
    let host = lab.start(spec)?;
    let folder = tempfile::tempdir()?;
    let (vault, credential) = {
        let practice = Practice::create(folder.path(), "Crash", Setup::default())?;
        let device = practice.enter_device("srv-01", &host.address().to_string(), host.port())?;
        practice.accept_host_key(device)?;
        let enter = |username, password, access| {
            practice.enter_credential(&NewCredential { device, username, password, access })
        };
        let root = enter("root", "Root-pw-1", Access::None)?;
        let access = if template == "ssh-own-passwd" { Access::Own(template) } else { Access::Through(root, template) };
        let credential = enter("deploy", "Start-pw-1", access)?;
        let vault = practice.vault_folder()?;
        practice.app.vaults().release();
        (vault, credential)
    };

    die(&vault, &[&credential.to_string(), moment, state])?;

    let practice = Practice::unlock(&vault, Setup { parameters: short_waits(), ..Setup::default() })?;
    let operation = practice.app.operations().list(&OperationQuery::default())?.rows[0].record.id;
    let ended = practice.watch(operation, Duration::from_secs(90), |_| {})?;
    assert_ne!(ended.row.record.state, OperationState::Running, "nothing is left running");
    let query = app::AuditQuery { actions: vec!["operation.ended".to_owned()], limit: 10, ..Default::default() };
    let ends = practice.app.audit().list(&query)?.rows;
    assert_eq!(ends.len(), 1, "{moment} {state}: its end is in the trail, whoever ended it: {ends:?}");
    let password = practice.password(credential)?;
    let sync = practice.app.credentials().get(credential)?.0.credential.sync;
    assert_eq!(sync, SyncState::InSync, "the vault is sure: {:?}", ended.attempts);
    assert_logs_in(&host, &password).with_context(|| format!("{moment} {state}: {:?}", ended.attempts))
}

/// Runs an executor that kills itself as the arguments say.
fn die(vault: &Path, arguments: &[&str]) -> Result<()> {
    let died = Command::new(env!("CARGO_BIN_EXE_dying-executor")).arg(vault).args(arguments).status()?;
    assert_eq!(died.signal(), Some(KILLED), "it must die at {arguments:?}, not end with {died}");
    Ok(())
}

/// A server with root and two accounts, and a vault in which the second account follows the first.
struct Family {
    host: Host,
    vault: PathBuf,
    parent: CredentialId,
    child: CredentialId,
    _folder: tempfile::TempDir,
}

impl Family {
    /// Makes the family. `known` is the password that the vault has for the parent.
    fn new(lab: &Lab, known: &str) -> Result<Self> {
        let spec = HostSpec::new()
            .account(Account::new("root", "Root-pw-1"))
            .account(Account::new("deploy", "Start-pw-1"))
            .account(Account::new("follower", "Start-pw-1"))
            .sshd_option("PermitRootLogin yes");
        let host = lab.start(spec)?;
        let folder = tempfile::tempdir()?;
        let practice = Practice::create(folder.path(), "Crash", Setup::default())?;
        let device = practice.enter_device("srv-01", &host.address().to_string(), host.port())?;
        practice.accept_host_key(device)?;
        let enter = |username, password, access| {
            practice.enter_credential(&NewCredential { device, username, password, access })
        };
        let root = enter("root", "Root-pw-1", Access::None)?;
        let parent = enter("deploy", known, Access::Own("ssh-own-passwd"))?;
        let child = enter("follower", "Start-pw-1", Access::Through(root, "ssh-root-chpasswd"))?;
        let edit = |id, edit: &dyn Fn(&mut ExecutionSettings)| -> Result<()> {
            let mut details = practice.app.credentials().get(id)?.0.credential.details;
            edit(&mut details.execution);
            let form = CredentialForm { id: Some(id), details, password: None, private_key: None };
            Ok(practice.app.credentials().save(form).map(|_| ())?)
        };
        edit(child, &|execution| execution.parent = Some(parent))?;
        edit(parent, &|execution| {
            execution.reconciliation = ReconciliationSettings {
                enabled: true,
                autorun: false,
                credential: Some(root),
                plugin: Some("ssh".to_owned()),
                template: Some("ssh-root-chpasswd".to_owned()),
            };
        })?;
        let vault = practice.vault_folder()?;
        practice.app.vaults().release();
        Ok(Self { host, vault, parent, child, _folder: folder })
    }

    /// Lets another executor recover, and waits until no operation is open.
    fn recover(&self) -> Result<Practice> {
        let practice = Practice::unlock(&self.vault, Setup { parameters: short_waits(), ..Setup::default() })?;
        for credential in [self.parent, self.child] {
            practice.wait_until_ended(credential, Duration::from_secs(90))?;
        }
        Ok(practice)
    }

    /// Checks that both accounts log in with the vault's current password, which is the same for both.
    fn assert_together(&self, practice: &Practice) -> Result<()> {
        let (parents, childs) = (practice.password(self.parent)?, practice.password(self.child)?);
        assert_eq!(parents, childs, "the child has its parent's password");
        for username in ["deploy", "follower"] {
            let logs_in = self.host.login(username, &parents)?;
            assert_eq!(logs_in, Login::Accepted, "{username} logs in with what the vault calls current");
        }
        Ok(())
    }
}

/// Kills an executor in a chain: at the parent's point or, the second time, at the child's.
fn dies_in_a_chain(lab: &Lab, moment: &str, state: &str, time: &str) -> Result<()> {
    let family = Family::new(lab, "Start-pw-1")?;
    die(&family.vault, &[&family.parent.to_string(), moment, state, time])?;
    let practice = family.recover()?;
    family.assert_together(&practice).with_context(|| format!("{moment} {state}, time {time}"))
}

/// Kills an executor while it reconciles an account whose password is unknown.
fn dies_reconciling(lab: &Lab, moment: &str, state: &str) -> Result<()> {
    let family = Family::new(lab, "Lost-pw-1")?;
    die(&family.vault, &[&family.parent.to_string(), moment, state, "1", "reconcile"])?;
    let practice = family.recover()?;
    let sync = practice.app.credentials().get(family.parent)?.0.credential.sync;
    if sync == SyncState::OutOfSync {
        // Nothing was set yet, and the vault says so. A person tries again.
        practice.app.credentials().reconcile(family.parent, None, None)?;
        practice.wait_until_ended(family.parent, Duration::from_secs(90))?;
        practice.wait_until_ended(family.child, Duration::from_secs(90))?;
    }
    let sync = practice.app.credentials().get(family.parent)?.0.credential.sync;
    assert_eq!(sync, SyncState::InSync, "the vault is sure: {moment} {state}");
    family.assert_together(&practice).with_context(|| format!("{moment} {state}"))
}

fn assert_logs_in(host: &Host, password: &str) -> Result<()> {
    anyhow::ensure!(host.login("deploy", password)? == Login::Accepted, "the vault's password does not log in");
    Ok(())
}

macro_rules! crash {
    ($($name:ident: $moment:literal $state:literal;)+) => {
        $(#[test]
        fn $name() -> Result<()> {
            let Some(lab) = lab::lab_or_skip(concat!("crashes::", stringify!($name)))? else { return Ok(()) };
            dies(&lab, $moment, $state, "ssh-own-passwd")?;
            dies(&lab, $moment, $state, "ssh-root-chpasswd")
        })+
    };
}

crash! {
    loses_nothing_when_it_dies_after_the_claim: "after" "claimed";
    loses_nothing_when_it_dies_before_the_candidate_is_stored: "before" "prepared";
    loses_nothing_when_it_dies_after_the_candidate_is_stored: "after" "prepared";
    loses_nothing_when_it_dies_with_an_open_connection: "before" "opened";
    loses_nothing_when_it_dies_before_the_mark: "after" "opened";
    loses_nothing_when_it_dies_between_the_mark_and_the_change: "after" "marked";
    loses_nothing_when_it_dies_after_the_change: "before" "applied";
    loses_nothing_when_it_dies_before_the_proof: "after" "applied";
    loses_nothing_when_it_dies_between_the_proof_and_the_commit: "before" "succeeded";
    loses_nothing_when_it_dies_after_the_commit: "after" "succeeded";
}

macro_rules! crash_in_a_chain {
    ($($name:ident: $moment:literal $state:literal, time $time:literal;)+) => {
        $(#[test]
        fn $name() -> Result<()> {
            let Some(lab) = lab::lab_or_skip(concat!("crashes::", stringify!($name)))? else { return Ok(()) };
            dies_in_a_chain(&lab, $moment, $state, $time)
        })+
    };
}

crash_in_a_chain! {
    a_child_follows_when_it_dies_between_the_parents_proof_and_commit: "before" "succeeded", time "1";
    a_child_follows_when_it_dies_after_the_parents_commit: "after" "succeeded", time "1";
    a_child_follows_when_it_dies_after_its_claim: "after" "prepared", time "2";
    a_child_follows_when_it_dies_before_its_mark: "after" "opened", time "2";
    a_child_follows_when_it_dies_between_its_mark_and_its_change: "after" "marked", time "2";
    a_child_follows_when_it_dies_after_its_change: "before" "applied", time "2";
    a_child_follows_when_it_dies_before_its_commit: "before" "succeeded", time "2";
}

macro_rules! crash_reconciling {
    ($($name:ident: $moment:literal $state:literal;)+) => {
        $(#[test]
        fn $name() -> Result<()> {
            let Some(lab) = lab::lab_or_skip(concat!("crashes::", stringify!($name)))? else { return Ok(()) };
            dies_reconciling(&lab, $moment, $state)
        })+
    };
}

crash_reconciling! {
    a_repair_that_dies_after_the_claim: "after" "claimed";
    a_repair_that_dies_before_its_candidate_is_stored: "before" "prepared";
    a_repair_that_dies_after_its_candidate_is_stored: "after" "prepared";
    a_repair_that_dies_with_an_open_connection: "before" "opened";
    a_repair_that_dies_before_the_mark: "after" "opened";
    a_repair_that_dies_between_the_mark_and_the_change: "after" "marked";
    a_repair_that_dies_after_the_change: "before" "applied";
    a_repair_that_dies_before_the_proof: "after" "applied";
    a_repair_that_dies_between_the_proof_and_the_commit: "before" "succeeded";
    a_repair_that_dies_after_the_commit: "after" "succeeded";
}
