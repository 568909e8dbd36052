//! Changes on real servers through the whole `app`: the results for a user when a device behaves as real ones do.

use std::time::Duration;

use anyhow::{Context, Result};
use app::{
    AppError, AuditQuery, OperationDetails, Parameters,
    domain::{
        CredentialId, DeviceId, FailureCode,
        operation::{OperationState, OperationStep},
    },
};
use lab::{Account, Direction, Ending, Fault, Host, HostKey, HostSpec, Lab, Login, Point, Proxy, Server, Sudo};
use tests::{Access, NewCredential, Practice, Setup};

/// A vault with one real host.
struct World {
    practice: Practice,
    host: Host,
    device: DeviceId,
    _folder: tempfile::TempDir,
}

impl World {
    fn new(lab: &Lab, spec: HostSpec) -> Result<Self> {
        let host = lab.start(spec)?;
        let (address, port) = (host.address().to_string(), host.port());
        Self::at(host, &address, port)
    }

    fn at(host: Host, address: &str, port: u16) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let parameters = Parameters {
            back_off: Duration::from_millis(300),
            settle: Duration::from_secs(2),
            rest: Duration::from_secs(1),
            ..Parameters::default()
        };
        let practice = Practice::create(folder.path(), "Live", Setup { parameters, ..Setup::default() })?;
        let device = practice.enter_device("srv-01", address, port)?;
        practice.accept_host_key(device)?;
        Ok(Self { practice, host, device, _folder: folder })
    }

    fn enter(&self, username: &str, password: &str, access: Access) -> Result<CredentialId> {
        self.practice.enter_credential(&NewCredential { device: self.device, username, password, access })
    }

    fn assert_changed(&self, username: &str, credential: CredentialId, ended: &OperationDetails) -> Result<()> {
        let record = &ended.row.record;
        assert_eq!((record.state, record.failure), (OperationState::Succeeded, None), "{:?}", ended.attempts);
        let password = self.practice.password(credential)?;
        assert_eq!(self.host.login(username, &password)?, Login::Accepted, "the new password logs in");
        assert_eq!(self.host.login(username, "Start-pw-1")?, Login::Refused, "the old one does not");
        Ok(())
    }
}

fn accounts() -> HostSpec {
    HostSpec::new()
        .account(Account::new("root", "Root-pw-1"))
        .account(Account::new("deploy", "Start-pw-1"))
        .account(Account::new("ops", "Start-pw-3").sudo(Sudo::WithPassword))
        .sshd_option("PermitRootLogin yes")
}

#[test]
fn every_starter_template_changes_a_password_that_then_logs_in() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("rotation::every_starter_template_changes_a_password")? else { return Ok(()) };
    for (access_user, template) in [
        (None, "ssh-own-passwd"),
        (Some(("root", "Root-pw-1")), "ssh-root-passwd"),
        (Some(("root", "Root-pw-1")), "ssh-root-chpasswd"),
        (Some(("ops", "Start-pw-3")), "ssh-sudo-chpasswd"),
    ] {
        let world = World::new(&lab, accounts())?;
        let access = match access_user {
            None => Access::Own(template),
            Some((username, password)) => Access::Through(world.enter(username, password, Access::None)?, template),
        };
        let deploy = world.enter("deploy", "Start-pw-1", access)?;
        let ended = world.practice.change(deploy)?;
        world.assert_changed("deploy", deploy, &ended).with_context(|| template.to_owned())?;
    }
    Ok(())
}

#[test]
fn other_servers_are_served_too() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("rotation::other_servers_are_served_too")? else { return Ok(()) };
    for server in [Server::OpenSsh10, Server::Dropbear] {
        let world = World::new(&lab, accounts().server(server))?;
        let deploy = world.enter("deploy", "Start-pw-1", Access::Own("ssh-own-passwd"))?;
        let ended = world.practice.change(deploy)?;
        world.assert_changed("deploy", deploy, &ended).with_context(|| format!("{server:?}"))?;
    }
    Ok(())
}

#[test]
fn a_rotated_host_key_stops_everything_until_a_person_accepts_it() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("rotation::a_rotated_host_key_stops_everything")? else { return Ok(()) };
    let world = World::new(&lab, accounts())?;
    let deploy = world.enter("deploy", "Start-pw-1", Access::Own("ssh-own-passwd"))?;
    world.host.rotate_host_key()?;
    let ended = world.practice.change(deploy)?;
    assert_eq!(ended.row.record.failure, Some(FailureCode::HostKeyChanged), "{:?}", ended.attempts);
    assert_eq!(world.host.login("deploy", "Start-pw-1")?, Login::Accepted, "nothing was changed");
    world.practice.accept_host_key(world.device)?;
    let audit = world.practice.app.audit();
    let query = AuditQuery { actions: vec!["device.hostKeyAccepted".to_owned()], limit: 10, ..AuditQuery::default() };
    let newest = audit.list(&query)?.rows.first().map(|entry| entry.number).context("it is in the trail")?;
    let change = audit.get(newest)?.changes.pop().context("as a change")?;
    let shown = [HostKey::Ed25519, HostKey::Ecdsa].map(|kind| world.host.host_key_fingerprint(kind));
    assert!(shown.into_iter().flatten().any(|key| Some(key) == change.to), "to the new key: {change:?}");
    assert!(change.from.is_some() && change.from != change.to, "from the one before: {change:?}");
    world.practice.app.operations().restart(ended.row.record.id)?;
    let ended = world.practice.watch(ended.row.record.id, Duration::from_secs(60), |_| {})?;
    world.assert_changed("deploy", deploy, &ended)
}

#[test]
fn a_key_that_was_not_shown_is_not_accepted() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("rotation::a_key_that_was_not_shown_is_not_accepted")? else { return Ok(()) };
    let world = World::new(&lab, accounts())?;
    let refused = world.practice.app.devices().trust(world.device, "ssh-ed25519", "AAAAmade-up");
    assert!(matches!(refused, Err(AppError::HostKeyMismatch { .. })), "it was never offered");
    Ok(())
}

#[test]
fn a_password_that_the_device_finds_weak_is_reported_in_its_own_words() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("rotation::a_password_that_the_device_finds_weak")? else { return Ok(()) };
    let strict = "sed -i 's/pam_pwquality.so.*/pam_pwquality.so retry=1 minlen=60 enforce_for_root/' \
                  /etc/pam.d/common-password";
    let world = World::new(&lab, accounts().set_up(strict))?;
    let deploy = world.enter("deploy", "Start-pw-1", Access::Own("ssh-own-passwd"))?;
    let ended = world.practice.change(deploy)?;
    assert_eq!(ended.row.record.failure, Some(FailureCode::PasswordRefused), "{:?}", ended.attempts);
    let words = ended.attempts[0].words.clone().unwrap_or_default();
    assert!(words.contains("BAD PASSWORD"), "the device's words: {words:?}");
    assert_eq!(world.host.login("deploy", "Start-pw-1")?, Login::Accepted, "the old password still logs in");
    assert_eq!(world.practice.password(deploy)?, "Start-pw-1", "and the vault says so");
    Ok(())
}

#[test]
fn an_account_that_the_device_does_not_know_ends_at_once() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("rotation::an_account_that_the_device_does_not_know")? else { return Ok(()) };
    let world = World::new(&lab, accounts())?;
    let root = world.enter("root", "Root-pw-1", Access::None)?;
    for template in ["ssh-root-chpasswd", "ssh-root-passwd"] {
        let ghost = world.enter(&format!("ghost-{template}"), "Start-pw-1", Access::Through(root, template))?;
        let ended = world.practice.change(ghost)?;
        assert_eq!(ended.row.record.state, OperationState::Error, "{template}: {:?}", ended.attempts);
        assert_eq!(ended.attempts[0].step, Some(OperationStep::Marked), "no login was needed: {:?}", ended.attempts);
    }
    Ok(())
}

#[test]
fn a_line_that_dies_at_any_packet_of_the_change_loses_no_password() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("rotation::a_line_that_dies_at_any_packet")? else { return Ok(()) };
    for ending in [Ending::Close, Ending::Reset] {
        for chunk in [5, 7, 8, 9, 10, 11, 12] {
            let host = lab.start(accounts())?;
            let proxy = Proxy::start(host.socket_address())?;
            let address = proxy.address();
            let world = World::at(host, &address.ip().to_string(), address.port())?;
            let root = world.enter("root", "Root-pw-1", Access::None)?;
            let deploy = world.enter("deploy", "Start-pw-1", Access::Through(root, "ssh-root-chpasswd"))?;
            let connection = proxy.connections();
            let fault = Fault::Cut { direction: Direction::ToHost, after: Point::Chunks(chunk), ending };
            proxy.inject_once(fault, connection);
            let ended = world.practice.change(deploy)?;
            let password = world.practice.password(deploy)?;
            let logs_in = world.host.login("deploy", &password)?;
            assert_eq!(logs_in, Login::Accepted, "{ending:?} after {chunk}: {:?}", ended.attempts);
        }
    }
    Ok(())
}
