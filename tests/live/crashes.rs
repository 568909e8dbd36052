//! The process dies, by SIGKILL, before and after each written state of a change on a real server. Afterwards the vault
//! holds the password that logs in.

use std::{process::Command, time::Duration};

use anyhow::{Context, Result};
use app::{
    OperationQuery, Parameters,
    domain::{SyncState, operation::StateName},
};
use lab::{Account, Host, HostSpec, Lab, Login};
use tests::{Access, NewCredential, Practice, Setup};

use std::os::unix::process::ExitStatusExt;

/// The number of SIGKILL.
const KILLED: i32 = 9;

/// Waits that let a server finish what a dead client left, and no longer.
fn short_waits() -> Parameters {
    Parameters {
        back_off: Duration::from_millis(200),
        longest_back_off: Duration::from_secs(1),
        settle: Duration::from_secs(2),
        rest: Duration::from_secs(1),
        ..Parameters::default()
    }
}

/// Lets an executor die at the moment, then lets another one recover, and looks at what came of it.
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

    let died = Command::new(env!("CARGO_BIN_EXE_dying-executor"))
        .arg(&vault)
        .args([&credential.to_string(), moment, state])
        .status()?;
    assert_eq!(died.signal(), Some(KILLED), "it must die {moment} {state}, not end with {died}");

    let practice = Practice::unlock(&vault, Setup { parameters: short_waits(), ..Setup::default() })?;
    let operation = practice.app.operations().list(&OperationQuery::default())?.rows[0].record.id;
    let ended = practice.watch(operation, Duration::from_secs(90), |_| {})?;
    assert_ne!(ended.row.record.state, StateName::Running, "nothing is left running");
    let password = practice.password(credential)?;
    let sync = practice.app.credentials().get(credential)?.0.credential.sync;
    assert_eq!(sync, SyncState::InSync, "the vault is sure: {:?}", ended.attempts);
    assert_logs_in(&host, &password).with_context(|| format!("{moment} {state}: {:?}", ended.attempts))
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
