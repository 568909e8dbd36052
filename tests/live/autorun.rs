//! Automatic reconciliation on real servers: only a refused login begins one.

use std::{thread, time::Duration};

use anyhow::{Context, Result};
use app::{
    OperationDetails, OperationFilter, OperationQuery, Parameters, Selection,
    domain::{
        CredentialId, FailureCode, ReconciliationSettings, SyncState,
        operation::{OperationOrigin, OperationState, OperationType, VerificationResult},
    },
};
use lab::{Account, Host, HostSpec, Lab, Login, lab_or_skip};
use tests::{Access, NewCredential, Practice, Setup};

const FIRST: &str = "Start-pw-1";
const ROOT: &str = "Root-pw-1";
const WITHIN: Duration = Duration::from_secs(60);

/// A server, a vault, and the account `deploy`, which is reconciled automatically through root.
struct World {
    practice: Practice,
    host: Host,
    deploy: CredentialId,
    _folder: tempfile::TempDir,
}

fn spec() -> HostSpec {
    HostSpec::new()
        .account(Account::new("root", ROOT))
        .account(Account::new("deploy", FIRST))
        .account(Account::new("ops", "Ops-pw-1"))
        .sshd_option("PermitRootLogin yes")
        // Without this, refused answers to prompts are not in the log.
        .sshd_option("LogLevel VERBOSE")
}

impl World {
    /// Makes a world in which `deploy` changes its own password, or another account changes it with sudo.
    fn new(lab: &Lab, spec: HostSpec, through: Option<(&str, &str)>) -> Result<Self> {
        let host = lab.start(spec)?;
        let folder = tempfile::tempdir()?;
        let parameters = Parameters {
            back_off: Duration::from_millis(300),
            settle: Duration::from_secs(2),
            rest: Duration::from_millis(500),
            ..Parameters::default()
        };
        let practice = Practice::create(folder.path(), "Autorun", Setup { parameters, ..Setup::default() })?;
        let device = practice.enter_device("srv-01", &host.address().to_string(), host.port())?;
        practice.accept_host_key(device)?;
        let enter = |username, password, access| {
            practice.enter_credential(&NewCredential { device, username, password, access })
        };
        let root = enter("root", ROOT, Access::None)?;
        let access = match through {
            Some((username, password)) => {
                Access::Through(enter(username, password, Access::None)?, "ssh-sudo-chpasswd")
            }
            None => Access::Own("ssh-own-passwd"),
        };
        let deploy = enter("deploy", FIRST, access)?;
        let mut details = practice.app.credentials().get(deploy)?.0.credential.details;
        details.execution.reconciliation = ReconciliationSettings {
            enabled: true,
            autorun: true,
            credential: Some(root),
            plugin: Some("ssh".to_owned()),
            template: Some("ssh-root-chpasswd".to_owned()),
        };
        practice.app.credentials().save(app::CredentialForm {
            id: Some(deploy),
            details,
            password: None,
            private_key: None,
        })?;
        Ok(Self { practice, host, deploy, _folder: folder })
    }

    fn change(&self) -> Result<OperationDetails> {
        let ended = self.practice.change(self.deploy)?;
        self.practice.wait_until_ended(self.deploy, WITHIN)?;
        Ok(ended)
    }

    /// Returns the state of every automatic reconciliation.
    fn repairs(&self) -> Result<Vec<OperationState>> {
        let query = OperationQuery::of(OperationFilter { credential: Some(self.deploy), ..OperationFilter::default() });
        let rows = self.practice.app.operations().list(&query)?.rows.into_iter().map(|row| row.record);
        let by_itself =
            rows.filter(|row| row.kind == OperationType::Reconciliation && row.origin == OperationOrigin::Autorun);
        Ok(by_itself.map(|row| row.state).collect())
    }

    /// Returns how often a login of the account was accepted or refused.
    fn logins(&self, word: &str) -> Result<usize> {
        let log = self.host.log()?;
        let of = |line: &&str| line.starts_with(word) && line.contains("for deploy ") && !line.contains(" none ");
        Ok(log.lines().filter(of).count())
    }

    /// Verifies the stored password by a login and returns the resulting state.
    fn verify(&self) -> Result<(SyncState, Option<VerificationResult>)> {
        let all = Selection::Ids(vec![self.deploy]);
        let requested = self.practice.app.operations().request_verification(&all, None, None)?;
        let operation = *requested.operations.first().context("it was skipped")?;
        self.practice.watch(operation, WITHIN, |_| {})?;
        let credential = self.practice.app.credentials().get(self.deploy)?.0.credential;
        Ok((credential.sync, credential.verified.map(|verified| verified.result)))
    }

    fn assert_untouched(&self, how: &str, ended: &OperationDetails) -> Result<()> {
        assert_eq!(ended.row.record.state, OperationState::Error, "{how}: {:?}", ended.attempts);
        thread::sleep(Duration::from_millis(500));
        assert_eq!(self.repairs()?, [], "{how}: nothing begins by itself: {:?}", ended.attempts);
        assert_eq!(self.practice.password(self.deploy)?, FIRST, "{how}: the vault keeps the right password");
        Ok(())
    }
}

/// Covers way 45 of `src-tauri/docs/failure-modes.md`.
#[test]
fn words_before_the_program_do_not_begin_a_reconciliation() -> Result<()> {
    let Some(lab) = lab_or_skip("autorun::words_before_the_program")? else { return Ok(()) };
    for (how, set_up) in [
        ("a file of the shell", "echo 'echo \"/opt/agent: Permission denied\"' > /home/deploy/.bashrc"),
        ("a file of sshd", "echo 'echo \"Authentication failure of the agent\"' > /etc/ssh/sshrc"),
        ("a home directory that cannot be read", "chown root: /home/deploy; chmod 700 /home/deploy"),
    ] {
        let world = World::new(&lab, spec().set_up(set_up), None)?;
        let ended = world.change()?;
        world.assert_untouched(how, &ended)?;
        assert_eq!(world.logins("Failed")?, 0, "{how}: no login was refused");
        assert_eq!(world.logins("Accepted")?, 1, "{how}: the login of the change was proof enough");
        assert_eq!(world.host.login("deploy", FIRST)?, Login::Accepted, "{how}: the device keeps it too");
    }
    Ok(())
}

/// Covers way 45 for a change that another account makes: one login tells whether the stored password is right.
#[test]
fn words_of_another_accounts_program_lead_to_one_login_and_not_to_a_reconciliation() -> Result<()> {
    let Some(lab) = lab_or_skip("autorun::words_of_another_accounts_program")? else { return Ok(()) };
    let noise = "echo 'echo \"Use by others is not allowed to take place\"' > /home/ops/.bashrc";
    let world = World::new(&lab, spec().set_up(noise), Some(("ops", "Ops-pw-1")))?;
    let ended = world.change()?;
    assert_eq!(ended.row.record.failure, Some(FailureCode::AccessRefused), "{:?}", ended.attempts);
    world.assert_untouched("noise", &ended)?;
    assert_eq!((world.logins("Accepted")?, world.logins("Failed")?), (1, 0), "{}", world.host.log()?);

    let world = World::new(&lab, spec().set_up(noise), Some(("ops", "Ops-pw-1")))?;
    assert_eq!(world.verify()?.0, SyncState::InSync, "it logs in");
    world.host.run_with_input(&["chpasswd"], "deploy:Set-elsewhere-1\n")?;
    world.change()?;
    assert_eq!(world.repairs()?, [OperationState::Succeeded], "the stored password was refused, so it is set again");
    assert_eq!(world.logins("Failed")?, 1, "one login found that out: {}", world.host.log()?);
    let password = world.practice.password(world.deploy)?;
    assert_eq!(world.host.login("deploy", &password)?, Login::Accepted, "the vault knows it again");
    Ok(())
}

#[test]
fn a_login_with_the_stored_password_that_is_refused_begins_a_reconciliation() -> Result<()> {
    let Some(lab) = lab_or_skip("autorun::a_login_that_is_refused")? else { return Ok(()) };
    for (prompts, logged_in_before) in
        [("KbdInteractiveAuthentication no", true), ("KbdInteractiveAuthentication yes", false)]
    {
        let world = World::new(&lab, spec().sshd_option(prompts), None)?;
        if logged_in_before {
            assert_eq!(world.verify()?.0, SyncState::InSync, "{prompts}: it logs in");
        }
        world.host.run_with_input(&["chpasswd"], "deploy:Set-elsewhere-1\n")?;
        world.change()?;
        assert_eq!(world.repairs()?, [OperationState::Succeeded], "{prompts}");
        assert_eq!(world.logins("Failed")?, 1, "{prompts}: the change's own login, and no more: {}", world.host.log()?);
        let password = world.practice.password(world.deploy)?;
        assert_eq!(world.host.login("deploy", &password)?, Login::Accepted, "{prompts}");
    }
    Ok(())
}

/// Covers way 46: with the `password` method it is not visible whether the device asks for more than the password.
#[test]
fn a_refusal_without_prompts_begins_no_reconciliation_of_a_password_that_never_logged_in() -> Result<()> {
    let Some(lab) = lab_or_skip("autorun::a_refusal_without_prompts")? else { return Ok(()) };
    // The second module gets the same password as its answer and always refuses it.
    let asks_more = "sed -i '/@include common-auth/a auth required pam_ftp.so' /etc/pam.d/sshd";
    for (how, set_up) in [("a second factor", asks_more), ("a password set elsewhere", "echo deploy:Else-1 | chpasswd")]
    {
        let spec = spec().sshd_option("KbdInteractiveAuthentication no").set_up(set_up);
        let world = World::new(&lab, spec, None)?;
        let ended = world.change()?;
        world.assert_untouched(how, &ended)?;
        assert_eq!(world.logins("Failed")?, 1, "{how}: one login: {}", world.host.log()?);
    }
    Ok(())
}

#[test]
fn a_device_that_takes_no_passwords_says_nothing_of_the_stored_one() -> Result<()> {
    let Some(lab) = lab_or_skip("autorun::a_device_that_takes_no_passwords")? else { return Ok(()) };
    let spec = spec().sshd_option("KbdInteractiveAuthentication no").sshd_option("PasswordAuthentication no");
    let world = World::new(&lab, spec, None)?;
    let reported = world.verify()?;
    assert_eq!(reported, (SyncState::NotVerified, Some(VerificationResult::CouldNotCheck)), "it was not sent");
    let ended = world.change()?;
    world.assert_untouched("keys only", &ended)
}

/// Covers way 46 of `src-tauri/docs/failure-modes.md`.
#[test]
fn a_second_factor_behind_the_password_does_not_begin_a_reconciliation() -> Result<()> {
    let Some(lab) = lab_or_skip("autorun::a_second_factor_behind_the_password")? else { return Ok(()) };
    // This module asks its own question after the password, and never accepts the password as the answer.
    let asks_again = "sed -i '/@include common-auth/a auth required pam_ftp.so' /etc/pam.d/sshd";
    let both = "KbdInteractiveAuthentication yes";
    for (how, spec) in [
        ("another prompt of PAM", spec().sshd_option(both).set_up(asks_again)),
        (
            "another method after the password",
            spec().sshd_option(both).sshd_option("AuthenticationMethods password,keyboard-interactive"),
        ),
    ] {
        let world = World::new(&lab, spec, None)?;
        let ended = world.change()?;
        world.assert_untouched(how, &ended)?;
        let sync = world.practice.app.credentials().get(world.deploy)?.0.credential.sync;
        assert_ne!(sync, app::domain::SyncState::OutOfSync, "{how}: nothing says that the password is wrong");
    }
    Ok(())
}
