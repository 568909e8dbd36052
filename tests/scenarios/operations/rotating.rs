//! Whatever a device does, the vault afterwards holds the password that logs in, or says that it does not know.

use std::time::Duration;

use anyhow::Result;
use app::{
    AppError, Connectors, CredentialForm, OperationDetails, OperationFilter, OperationQuery, OperationRecord,
    domain::{CredentialDetails, CredentialId, DeviceId, FailureCode, SyncState, operation::OperationState},
};
use tests::{Access, Behaviour, NewCredential, Practice, PretendedDevice, Setup, impatient};

/// A vault with one simulated device, its root, and an account that root changes.
pub struct World {
    pub practice: Practice,
    pub device: PretendedDevice,
    pub device_id: DeviceId,
    pub root: CredentialId,
    pub deploy: CredentialId,
    _folder: tempfile::TempDir,
}

impl World {
    pub fn new() -> Result<Self> {
        Self::with(Setup { parameters: impatient(), ..Setup::default() })
    }

    /// As [`World::new`], with the test's own templates or parameters.
    pub fn with(setup: Setup) -> Result<Self> {
        let device = PretendedDevice::with_account("root", "Root-pw-1");
        device.set_password("deploy", "Start-pw-1");
        let folder = tempfile::tempdir()?;
        let connectors = Connectors::new([std::sync::Arc::new(device.clone()) as std::sync::Arc<dyn app::Connector>]);
        let setup = Setup { connectors: Some(connectors), kdf: app::KdfParameters::FLOOR, ..setup };
        let practice = Practice::create(folder.path(), "World", setup)?;
        let device_id = practice.enter_device("srv-01", "10.0.0.1", 22)?;
        practice.accept_host_key(device_id)?;
        let enter = |username, password, access| {
            practice.enter_credential(&NewCredential { device: device_id, username, password, access })
        };
        let root = enter("root", "Root-pw-1", Access::None)?;
        let deploy = enter("deploy", "Start-pw-1", Access::Through(root, "ssh-root-chpasswd"))?;
        Ok(Self { practice, device, device_id, root, deploy, _folder: folder })
    }

    /// Enters another device and an account on it that its own root changes. The usernames distinguish the devices.
    pub fn enter_elsewhere(&self, device: &str, username: &str) -> Result<CredentialId> {
        let device_id = self.practice.enter_device(device, "10.0.0.2", 22)?;
        self.practice.accept_host_key(device_id)?;
        let admin = format!("root-of-{device}");
        self.device.set_password(&admin, "Root-pw-1");
        self.device.set_password(username, "Start-pw-1");
        let enter = |username, password, access| {
            self.practice.enter_credential(&NewCredential { device: device_id, username, password, access })
        };
        let root = enter(&admin, "Root-pw-1", Access::None)?;
        enter(username, "Start-pw-1", Access::Through(root, "ssh-root-chpasswd"))
    }

    /// Changes the details of a credential.
    pub fn edit(&self, id: CredentialId, edit: impl FnOnce(&mut CredentialDetails)) -> Result<(), AppError> {
        let mut details = self.practice.app.credentials().get(id)?.0.credential.details;
        edit(&mut details);
        self.practice.app.credentials().save(CredentialForm {
            id: Some(id),
            details,
            password: None,
            private_key: None,
        })?;
        Ok(())
    }

    /// Returns every operation on a credential, the oldest first.
    pub fn operations(&self, credential: CredentialId) -> Result<Vec<OperationRecord>> {
        let query = OperationQuery::of(OperationFilter { credential: Some(credential), ..OperationFilter::default() });
        Ok(self.practice.app.operations().list(&query)?.rows.into_iter().map(|row| row.record).collect())
    }

    pub fn sync(&self) -> Result<SyncState> {
        Ok(self.practice.app.credentials().get(self.deploy)?.0.credential.sync)
    }

    /// Checks the main promise: the vault's current password logs in.
    fn assert_vault_knows_the_password(&self) -> Result<()> {
        let stored = self.practice.password(self.deploy)?;
        assert_eq!(stored, self.device.password("deploy"), "the vault's password is the device's");
        Ok(())
    }

    /// Changes the password of `deploy` and waits for the end.
    pub fn change(&self) -> Result<OperationDetails> {
        self.practice.change(self.deploy)
    }
}

fn assert_ended(ended: &OperationDetails, state: OperationState, failure: Option<FailureCode>) {
    let record = &ended.row.record;
    assert_eq!((record.state, record.failure), (state, failure), "{:?}", ended.attempts);
}

#[test]
fn an_obedient_device_has_the_new_password_and_so_has_the_vault() -> Result<()> {
    let world = World::new()?;
    assert_ended(&world.change()?, OperationState::Succeeded, None);
    assert_ne!(world.device.password("deploy"), "Start-pw-1", "it was changed");
    world.assert_vault_knows_the_password()
}

#[test]
fn a_change_whose_answer_was_lost_is_found_by_logging_in() -> Result<()> {
    let world = World::new()?;
    world.device.behave(Behaviour::ChangesAndHangsUp);
    assert_ended(&world.change()?, OperationState::Succeeded, None);
    assert_eq!(world.device.changes(), 1, "it was not made twice");
    world.assert_vault_knows_the_password()
}

#[test]
fn a_change_that_never_happened_is_tried_again_and_then_given_up() -> Result<()> {
    let world = World::new()?;
    world.device.behave(Behaviour::HangsUp);
    assert_ended(&world.change()?, OperationState::Error, Some(FailureCode::ConnectionLost));
    assert_eq!(world.device.changes(), 3, "every attempt was used");
    assert_eq!(world.sync()?, SyncState::InSync, "the old password was proven");
    world.assert_vault_knows_the_password()
}

#[test]
fn a_device_that_asks_again_after_a_wrong_password_does_not_stop_the_search_for_the_right_one() -> Result<()> {
    let world = World::new()?;
    world.device.ask_again();
    world.device.behave(Behaviour::HangsUp);
    assert_ended(&world.change()?, OperationState::Error, Some(FailureCode::ConnectionLost));
    assert_eq!(world.sync()?, SyncState::InSync, "the old password was proven");
    let mut candidates: Vec<String> = world.device.logins().into_iter().map(|(_, password)| password).collect();
    candidates.retain(|password| password != "Start-pw-1" && password != "Root-pw-1");
    let tried = candidates.len();
    candidates.sort();
    candidates.dedup();
    assert!(tried <= 2 * candidates.len(), "each new password once a look, and there are two looks: {tried}");
    world.assert_vault_knows_the_password()
}

#[test]
fn a_change_that_happens_late_is_not_missed() -> Result<()> {
    let world = World::new()?;
    world.device.behave(Behaviour::ChangesLate);
    assert_ended(&world.change()?, OperationState::Succeeded, None);
    assert_eq!(world.device.changes(), 1, "the first look did not end in a second change");
    world.assert_vault_knows_the_password()
}

#[test]
fn a_refused_password_ends_the_operation_without_one_failed_login() -> Result<()> {
    let world = World::new()?;
    world.device.behave(Behaviour::Refuses);
    assert_ended(&world.change()?, OperationState::Error, Some(FailureCode::PasswordRefused));
    let old_or_root = |login: &(String, String)| login.1 == "Start-pw-1" || login.1 == "Root-pw-1";
    assert!(world.device.logins().iter().all(old_or_root), "no login could bring the account nearer to its lock-out");
    world.assert_vault_knows_the_password()
}

#[test]
fn a_dialogue_that_breaks_off_before_the_new_password_ends_at_once() -> Result<()> {
    let world = World::new()?;
    world.device.behave(Behaviour::BreaksOff);
    assert_ended(&world.change()?, OperationState::Error, Some(FailureCode::PromptMissing));
    assert_eq!(world.device.logins().len(), 1, "there is nothing to find out");
    world.assert_vault_knows_the_password()
}

#[test]
fn what_is_out_of_sync_stays_so_until_a_login_proves_otherwise() -> Result<()> {
    let world = World::new()?;
    world.device.behave(Behaviour::Garbles);
    world.change()?;
    world.device.set_host_key("second");
    let operation = world.practice.app.operations().list(&app::OperationQuery::default())?.rows[0].record.id;
    world.practice.app.operations().restart(operation)?;
    std::thread::sleep(Duration::from_millis(300));
    assert_ne!(world.sync()?, SyncState::InSync, "nothing was proven");
    Ok(())
}

#[test]
fn a_device_that_only_says_so_is_found_out() -> Result<()> {
    let world = World::new()?;
    world.device.behave(Behaviour::Lies);
    assert_ended(&world.change()?, OperationState::Error, Some(FailureCode::NotProven));
    assert_eq!(world.device.password("deploy"), "Start-pw-1", "it has the old one");
    world.assert_vault_knows_the_password()
}

#[test]
fn a_password_that_nobody_knows_leaves_the_credential_out_of_sync_with_every_candidate() -> Result<()> {
    let world = World::new()?;
    world.device.behave(Behaviour::Garbles);
    assert_ended(&world.change()?, OperationState::Error, Some(FailureCode::OutOfSync));
    assert_eq!(world.sync()?, SyncState::OutOfSync, "the vault says that it does not know");
    assert!(
        world.practice.app.secrets().reveal(world.deploy, &app::RevealRequest::default())?.doubtful,
        "and says so beside the password"
    );
    // The candidate was kept. When the device gets it later, the next check finds it.
    let tried = world.device.logins();
    let candidate = tried.iter().map(|login| &login.1).find(|password| !password.ends_with("-pw-1"));
    world.device.set_password("deploy", candidate.expect("the candidate was tried"));
    let operation = world.practice.app.operations().list(&app::OperationQuery::default())?.rows[0].record.id;
    world.practice.app.operations().restart(operation)?;
    let ended = world.practice.watch(operation, Duration::from_secs(20), |_| {})?;
    assert_ended(&ended, OperationState::Succeeded, None);
    world.assert_vault_knows_the_password()
}

#[test]
fn an_unreachable_device_is_waited_for() -> Result<()> {
    let world = World::new()?;
    world.device.set_reachable(false);
    let operation = world.practice.request_change(world.deploy)?;
    std::thread::sleep(Duration::from_millis(30));
    world.device.set_reachable(true);
    let ended = world.practice.watch(operation, Duration::from_secs(20), |_| {})?;
    assert_ended(&ended, OperationState::Succeeded, None);
    world.assert_vault_knows_the_password()
}

#[test]
fn a_changed_host_key_ends_the_operation_before_anything_is_sent() -> Result<()> {
    let world = World::new()?;
    world.device.set_host_key("second");
    assert_ended(&world.change()?, OperationState::Error, Some(FailureCode::HostKeyChanged));
    assert!(world.device.logins().is_empty(), "neither a name nor a password was sent");
    Ok(())
}

#[test]
fn a_refused_access_login_is_tried_once() -> Result<()> {
    let world = World::new()?;
    world.device.set_password("root", "changed by somebody");
    assert_ended(&world.change()?, OperationState::Error, Some(FailureCode::AuthenticationFailed));
    assert_eq!(world.device.logins().len(), 1, "a second try would lock the account");
    world.assert_vault_knows_the_password()
}

#[test]
fn no_transcript_and_no_audit_entry_holds_a_password() -> Result<()> {
    let world = World::new()?;
    let ended = world.change()?;
    let new = world.practice.password(world.deploy)?;
    let said = format!("{:?}", ended.attempts);
    for secret in [new.as_str(), "Start-pw-1", "Root-pw-1"] {
        assert!(!said.contains(secret), "an attempt repeats a password");
    }
    assert!(said.contains("login with the new password: it works"), "but it tells what happened: {said}");
    Ok(())
}
