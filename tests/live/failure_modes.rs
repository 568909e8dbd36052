//! Ways in which systems of this kind lost passwords, reproduced on real servers. `src-tauri/docs/failure-modes.md`
//! lists every known way with the tests that cover it; this file has the tests that fit into no other file.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use app::{
    Moment, OperationDetails, Parameters, Selection,
    domain::{CredentialId, DeviceId, FailureCode, SyncState, operation::OperationState},
};
use lab::{Account, Direction, Fault, Host, HostSpec, Lab, Login, Point, Proxy, Server, Sudo, lab_or_skip};
use tests::{Access, NewCredential, Practice, Setup};

const FIRST: &str = "Start-pw-1";
const ROOT: &str = "Root-pw-1";

/// A server, a vault, the account `root` and the account `deploy`.
struct World {
    practice: Practice,
    host: Host,
    device: DeviceId,
    root: CredentialId,
    deploy: CredentialId,
    _folder: tempfile::TempDir,
}

fn waits() -> Parameters {
    Parameters {
        back_off: Duration::from_millis(300),
        settle: Duration::from_secs(2),
        rest: Duration::from_millis(500),
        ..Parameters::default()
    }
}

fn spec() -> HostSpec {
    HostSpec::new()
        .account(Account::new("root", ROOT))
        .account(Account::new("deploy", FIRST))
        .sshd_option("PermitRootLogin yes")
}

impl World {
    fn new(lab: &Lab, spec: HostSpec, template: &'static str) -> Result<Self> {
        Self::with(lab.start(spec)?, None, template, Setup { parameters: waits(), ..Setup::default() })
    }

    fn with(host: Host, line: Option<&Proxy>, template: &'static str, setup: Setup) -> Result<Self> {
        let at = line.map_or(host.socket_address(), Proxy::address);
        let folder = tempfile::tempdir()?;
        let practice = Practice::create(folder.path(), "Failure modes", setup)?;
        let device = practice.enter_device("srv-01", &at.ip().to_string(), at.port())?;
        practice.accept_host_key(device)?;
        let enter = |username, password, access| {
            practice.enter_credential(&NewCredential { device, username, password, access })
        };
        let root = enter("root", ROOT, Access::None)?;
        let access = if template == "ssh-own-passwd" { Access::Own(template) } else { Access::Through(root, template) };
        let deploy = enter("deploy", FIRST, access)?;
        Ok(Self { practice, host, device, root, deploy, _folder: folder })
    }

    fn change(&self) -> Result<OperationDetails> {
        self.practice.change(self.deploy)
    }

    fn sync(&self) -> Result<SyncState> {
        Ok(self.practice.app.credentials().get(self.deploy)?.0.credential.sync)
    }

    fn assert_vault_knows_the_password(&self) -> Result<()> {
        let password = self.practice.password(self.deploy)?;
        anyhow::ensure!(
            self.host.login("deploy", &password)? == Login::Accepted,
            "the vault's password does not log in"
        );
        Ok(())
    }

    fn logins_of(&self, username: &str) -> Result<usize> {
        let log = self.host.log()?;
        Ok(log.lines().filter(|line| line.contains("Failed") && line.contains(&format!("for {username} "))).count())
    }
}

fn assert_ended(ended: &OperationDetails, state: OperationState, failure: Option<FailureCode>) {
    let record = &ended.row.record;
    assert_eq!((record.state, record.failure), (state, failure), "{:?}", ended.attempts);
}

/// Covers way 1 of `src-tauri/docs/failure-modes.md`.
#[test]
fn a_store_that_fails_after_the_device_accepted_loses_nothing() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::a_store_that_fails")? else { return Ok(()) };
    let failed = Arc::new(AtomicBool::new(false));
    let once = Arc::clone(&failed);
    let on_moment = Arc::new(move |moment: Moment, state: &app::domain::operation::State| {
        let applied = state.step().is_some_and(|step| format!("{step:?}") == "Applied");
        if moment == Moment::Before && applied && !once.swap(true, Ordering::SeqCst) {
            // The device has the new password, but the record of it is never written.
            std::panic::resume_unwind(Box::new("the store failed"));
        }
    });
    let setup = Setup { parameters: waits(), on_moment: Some(on_moment), ..Setup::default() };
    let world = World::with(lab.start(spec())?, None, "ssh-root-chpasswd", setup)?;
    let ended = world.change()?;
    assert!(failed.load(Ordering::SeqCst), "the store failed at the worst moment");
    assert_ended(&ended, OperationState::Succeeded, None);
    assert_ne!(world.practice.password(world.deploy)?, FIRST, "the device's password is the vault's");
    world.assert_vault_knows_the_password()
}

/// Covers way 2 of `src-tauri/docs/failure-modes.md`.
#[test]
fn a_proof_that_fails_for_another_reason_throws_no_password_away() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::a_proof_that_fails_for_another_reason")? else { return Ok(()) };
    let world = World::new(&lab, spec().sshd_option("DenyUsers deploy"), "ssh-root-chpasswd")?;
    let ended = world.change()?;
    assert_ended(&ended, OperationState::Error, Some(FailureCode::OutOfSync));
    assert_eq!(world.sync()?, SyncState::OutOfSync, "the vault says that it does not know");
    world.host.shell("sed -i /DenyUsers/d /etc/ssh/sshd_config.d/00-lab.conf; kill -HUP 1")?;
    thread::sleep(Duration::from_secs(1));
    world.practice.app.operations().restart(ended.row.record.id)?;
    let ended = world.practice.watch(ended.row.record.id, Duration::from_secs(60), |_| {})?;
    assert_ended(&ended, OperationState::Succeeded, None);
    world.assert_vault_knows_the_password()
}

/// Covers way 3 of `src-tauri/docs/failure-modes.md`.
#[test]
fn a_change_of_ones_own_password_that_cuts_the_connection_is_found() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::a_change_of_ones_own_password_that_cuts")? else { return Ok(()) };
    let cuts = "mv /usr/bin/passwd /usr/bin/passwd.real\n\
                printf '#!/bin/sh\\n/usr/bin/passwd.real \"$@\" && pkill -KILL -u \"$(id -un)\" sshd\\n' > /usr/bin/passwd\n\
                chmod 755 /usr/bin/passwd";
    let world = World::new(&lab, spec().set_up(cuts), "ssh-own-passwd")?;
    let ended = world.change()?;
    assert_ended(&ended, OperationState::Succeeded, None);
    assert_ne!(world.practice.password(world.deploy)?, FIRST, "the change had happened");
    world.assert_vault_knows_the_password()
}

/// Covers way 9 of `src-tauri/docs/failure-modes.md`.
#[test]
fn a_refused_password_is_never_sent_again() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::a_refused_password_is_never_sent_again")? else { return Ok(()) };
    // The device refuses every password and keeps those that it was given.
    let strict = "sed -i 's/pam_pwquality.so.*/pam_pwquality.so retry=1 minlen=60 enforce_for_root/' \
                  /etc/pam.d/common-password";
    let world = World::new(&lab, spec().set_up(strict), "ssh-own-passwd")?;
    let ended = world.change()?;
    assert_ended(&ended, OperationState::Error, Some(FailureCode::PasswordRefused));
    assert_eq!(ended.attempts.len(), 1, "a refusal is final: {:?}", ended.attempts);
    world.host.shell("sed -i 's/minlen=60/minlen=8/' /etc/pam.d/common-password")?;
    world.practice.app.operations().restart(ended.row.record.id)?;
    let ended = world.practice.watch(ended.row.record.id, Duration::from_secs(60), |_| {})?;
    assert_ended(&ended, OperationState::Succeeded, None);
    world.assert_vault_knows_the_password()
}

/// Covers ways 10 and 30 of `src-tauri/docs/failure-modes.md`.
#[test]
fn a_wrong_password_is_tried_once_and_leaves_its_row() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::a_wrong_password_is_tried_once")? else { return Ok(()) };
    let world = World::new(&lab, spec(), "ssh-own-passwd")?;
    world.host.run_with_input(&["chpasswd"], "deploy:Set-elsewhere-1\n")?;
    let ended = world.change()?;
    assert_eq!(ended.row.record.state, OperationState::Error, "{:?}", ended.attempts);
    thread::sleep(Duration::from_secs(3));
    assert_eq!(world.logins_of("deploy")?, 1, "one login with a wrong password, and no more: {}", world.host.log()?);
    assert_eq!(ended.attempts.len(), 1, "and a row that says so");
    assert_eq!(world.practice.password(world.deploy)?, FIRST, "nothing was thrown away");
    Ok(())
}

/// Covers way 16 of `src-tauri/docs/failure-modes.md`.
#[test]
fn what_others_log_in_with_changes_when_they_are_done() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::what_others_log_in_with_changes")? else { return Ok(()) };
    let accounts: Vec<String> = (0..8).map(|number| format!("user{number}")).collect();
    let mut crowded = spec();
    for name in &accounts {
        crowded = crowded.account(Account::new(name.as_str(), FIRST));
    }
    let host = lab.start(crowded)?;
    let world = World::with(host, None, "ssh-root-chpasswd", Setup { parameters: waits(), ..Setup::default() })?;
    let mut credentials = Vec::new();
    for username in &accounts {
        let access = Access::Through(world.root, "ssh-root-chpasswd");
        let new = NewCredential { device: world.device, username, password: FIRST, access };
        credentials.push((username, world.practice.enter_credential(&new)?));
    }
    let ids = credentials.iter().map(|(_, id)| *id).collect();
    let requested = world.practice.app.operations().request_change(&Selection::Ids(ids), None)?;
    for operation in requested.operations {
        let ended = world.practice.watch(operation, Duration::from_secs(120), |_| {})?;
        assert_ended(&ended, OperationState::Succeeded, None);
    }
    for (username, id) in credentials {
        let password = world.practice.password(id)?;
        assert_eq!(world.host.login(username, &password)?, Login::Accepted, "{username}");
    }
    Ok(())
}

/// Covers way 22, for servers that block an address after failures.
#[test]
fn a_device_rests_after_two_refused_logins_whoever_they_were_for() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::a_device_rests_after_two_refused_logins")? else { return Ok(()) };
    let accounts: Vec<String> = (0..6).map(|number| format!("user{number}")).collect();
    let mut many = spec().server(Server::OpenSsh10);
    for name in &accounts {
        many = many.account(Account::new(name.as_str(), "Set-elsewhere-1"));
    }
    let parameters = Parameters { rest: Duration::from_secs(600), ..waits() };
    let host = lab.start(many)?;
    let world = World::with(host, None, "ssh-own-passwd", Setup { parameters, ..Setup::default() })?;
    let mut ids = Vec::new();
    for username in &accounts {
        let access = Access::Own("ssh-own-passwd");
        let new = NewCredential { device: world.device, username, password: FIRST, access };
        ids.push(world.practice.enter_credential(&new)?);
    }
    world.practice.app.operations().request_change(&Selection::Ids(ids), None)?;
    thread::sleep(Duration::from_secs(20));
    let refused = accounts.iter().map(|name| world.logins_of(name)).sum::<Result<usize>>()?;
    assert_eq!(refused, 2, "two, then the device is left in peace: {}", world.host.log()?);
    assert_eq!(world.host.login("deploy", FIRST)?, Login::Accepted, "and this address is not barred");
    Ok(())
}

/// Covers way 34 of `src-tauri/docs/failure-modes.md`.
#[test]
fn what_looks_like_a_wrong_password_is_named_with_all_that_it_can_be() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::what_looks_like_a_wrong_password")? else { return Ok(()) };
    for (state, command) in
        [("locked", "usermod -L deploy"), ("expired", "chage -E 2000-01-01 deploy"), ("barred", "touch /etc/nologin")]
    {
        let world = World::new(&lab, spec(), "ssh-own-passwd")?;
        world.host.shell(command)?;
        let ended = world.change()?;
        let failure = ended.row.record.failure.context("it failed")?;
        let known = [FailureCode::AuthenticationFailed, FailureCode::AccountLocked, FailureCode::OutOfSync];
        assert!(known.contains(&failure), "{state}: {:?}", ended.attempts);
        assert_eq!(ended.row.record.state, OperationState::Error, "{state}: a retry would lock it");
        assert_eq!(world.practice.password(world.deploy)?, FIRST, "{state}: nothing was thrown away");
    }
    Ok(())
}

/// Covers way 35 of `src-tauri/docs/failure-modes.md`.
#[test]
fn a_minimum_age_stops_the_user_and_not_root() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::a_minimum_age_stops_the_user_and_not_root")? else { return Ok(()) };
    let aged = || spec().set_up("chage -d \"$(date +%F)\" -m 7 deploy");
    let world = World::new(&lab, aged(), "ssh-own-passwd")?;
    let ended = world.change()?;
    assert_ended(&ended, OperationState::Error, Some(FailureCode::ChangedTooSoon));
    let words = ended.attempts[0].words.clone().unwrap_or_default();
    assert!(words.contains("must wait longer"), "the device's words: {words:?}");
    world.assert_vault_knows_the_password()?;
    let world = World::new(&lab, aged(), "ssh-root-chpasswd")?;
    assert_ended(&world.change()?, OperationState::Succeeded, None);
    world.assert_vault_knows_the_password()
}

/// Covers ways 33 and 38 of `src-tauri/docs/failure-modes.md`.
#[test]
fn a_line_that_goes_silent_after_the_password_was_sent_is_looked_at_again() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::a_line_that_goes_silent")? else { return Ok(()) };
    let host = lab.start(spec())?;
    let line = Proxy::start(host.socket_address())?;
    let parameters = Parameters { read_timeout: Duration::from_secs(3), settle: Duration::from_secs(8), ..waits() };
    let quiet = Arc::new(line);
    let strikes = Arc::clone(&quiet);
    let struck = AtomicBool::new(false);
    let on_moment = Arc::new(move |moment: Moment, state: &app::domain::operation::State| {
        let marked = state.step().is_some_and(|step| format!("{step:?}") == "Marked");
        if moment == Moment::After && marked && !struck.swap(true, Ordering::SeqCst) {
            // Packets are lost in one direction. The line works again only long after the program has given up.
            let now = strikes.connections() - 1;
            strikes.inject_once(Fault::Hang { direction: Direction::ToHost, after: Point::Bytes(0) }, now);
            let heals = Arc::clone(&strikes);
            thread::spawn(move || {
                thread::sleep(Duration::from_secs(5));
                heals.heal();
            });
        }
    });
    let setup = Setup { parameters, on_moment: Some(on_moment), ..Setup::default() };
    let world = World::with(host, Some(&quiet), "ssh-root-chpasswd", setup)?;
    let ended = world.change()?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "{:?}", ended.attempts);
    thread::sleep(Duration::from_secs(3));
    world.assert_vault_knows_the_password()
}

/// Covers way 41 of `src-tauri/docs/failure-modes.md`.
#[test]
fn a_held_lock_on_the_device_is_waited_for() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::a_held_lock_on_the_device_is_waited_for")? else { return Ok(()) };
    let world = World::new(&lab, spec(), "ssh-root-chpasswd")?;
    let held = "python3 -c 'import fcntl, time; lock = open(\"/etc/.pwd.lock\", \"w\"); \
                fcntl.lockf(lock, fcntl.LOCK_EX); time.sleep(6)' >/dev/null 2>&1 &";
    world.host.shell(held)?;
    thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    let ended = world.change()?;
    assert_ended(&ended, OperationState::Succeeded, None);
    assert!(begun.elapsed() > Duration::from_secs(4), "the lock was really held: {:?}", begun.elapsed());
    world.assert_vault_knows_the_password()
}

/// Covers ways 7 and 40 of `src-tauri/docs/failure-modes.md`.
#[test]
fn sudo_that_wants_a_terminal_or_a_password_neither_hangs_nor_shows_anything() -> Result<()> {
    let Some(lab) = lab_or_skip("failure_modes::sudo_that_wants_a_terminal")? else { return Ok(()) };
    let with_sudo = spec().account(Account::new("ops", "Ops-pw-1").sudo(Sudo::WithPassword));
    let strict = with_sudo.set_up("echo 'Defaults requiretty' >> /etc/sudoers.d/lab");
    let world = World::new(&lab, strict, "ssh-root-chpasswd")?;
    let enter = |username, password, access| {
        world.practice.enter_credential(&NewCredential { device: world.device, username, password, access })
    };
    let ops = enter("ops", "Ops-pw-1", Access::None)?;
    world.practice.app.credentials().delete(world.deploy)?;
    let deploy = enter("deploy", FIRST, Access::Through(ops, "ssh-sudo-chpasswd"))?;
    let begun = Instant::now();
    let ended = world.practice.change(deploy)?;
    assert!(begun.elapsed() < Duration::from_secs(60), "it does not hang: {:?}", begun.elapsed());
    assert_ended(&ended, OperationState::Error, Some(FailureCode::AccessRefused));
    let shown = format!("{:?}", ended.attempts);
    assert!(!shown.contains("Ops-pw-1") && !shown.contains(FIRST), "and shows no password");
    Ok(())
}
