//! Verification without a change, templates with another proof than a login, and the steps after the proof.

use std::time::Duration;

use anyhow::Result;
use app::{
    Connects, Selection, Starter,
    domain::{
        CredentialId, FailureCode, NotChangeable, SyncState,
        operation::{OperationState, OperationType, VerificationResult},
    },
};
use tests::{Access, Behaviour, NewCredential, Setup, impatient};

use crate::operations::rotating::World;

const WITHIN: Duration = Duration::from_secs(20);

/// The usual change, followed by the part that each template adds.
macro_rules! template {
    ($id:literal, $connects:ident, $more:literal) => {
        Starter {
            id: $id,
            name: $id,
            plugin: "ssh",
            connects: Connects::$connects,
            source: concat!(
                "command \"chpasswd\"\nexpect \"ready-for-the-line\"\nexec \"[#USERNAME#]:[#NEW_PASSWORD#]\"\nend-input\n",
                $more
            ),
        }
    };
}

static TEMPLATES: [Starter; 6] = [
    tests::built_in("ssh-root-chpasswd"),
    template!(
        "proves-by-steps",
        Access,
        "verify {\ncommand \"check [#USERNAME#] [#NEW_PASSWORD#]\"\ndeny-regex password \"/wrong/\"\nexpect \"right\"\n}\n"
    ),
    template!(
        "own-proves-by-steps",
        Own,
        "verify {\ncommand \"check [#USERNAME#] [#NEW_PASSWORD#]\"\ndeny-regex password \"/wrong/\"\nexpect \"right\"\n}\n"
    ),
    template!("proves-nothing", Access, "verify none \"the account has no shell\"\n"),
    template!("saves", Access, "on-success {\ncommand \"save\"\nexpect \"saved\"\nexpect-exit 0\n}\n"),
    template!("own-saves", Own, "on-success {\ncommand \"save\"\nexpect \"saved\"\nexpect-exit 0\n}\n"),
];

fn world() -> Result<World> {
    World::with(Setup { parameters: impatient(), templates: &TEMPLATES, ..Setup::default() })
}

fn with_template(world: &World, id: CredentialId, template: &str) -> Result<()> {
    Ok(world.edit(id, |details| details.execution.template = Some(template.to_owned()))?)
}

fn verify(world: &World, id: CredentialId) -> Result<app::OperationDetails> {
    let requested = world.practice.app.operations().request_verification(&Selection::Ids(vec![id]), None, None)?;
    anyhow::ensure!(requested.operations.len() == 1, "it was skipped: {:?}", requested.skipped);
    world.practice.watch(requested.operations[0], WITHIN, |_| {})
}

fn reported(world: &World, id: CredentialId) -> Result<Option<VerificationResult>> {
    Ok(world.practice.app.credentials().get(id)?.0.credential.verified.map(|verified| verified.result))
}

#[test]
fn a_password_that_logs_in_is_confirmed_with_its_date() -> Result<()> {
    let world = world()?;
    assert_eq!(reported(&world, world.deploy)?, None, "nobody looked yet");
    let ended = verify(&world, world.deploy)?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "{:?}", ended.attempts);
    assert_eq!(reported(&world, world.deploy)?, Some(VerificationResult::Confirmed), "it is the device's");
    assert_eq!(world.device.changes(), 0, "nothing was changed");
    assert_eq!(world.device.logins().len(), 1, "by one login");
    world.practice.change(world.deploy)?;
    assert_eq!(
        reported(&world, world.deploy)?,
        Some(VerificationResult::Confirmed),
        "the proof of the change counts as one"
    );
    Ok(())
}

#[test]
fn a_credential_without_a_template_is_verified_too() -> Result<()> {
    let world = world()?;
    assert_eq!(verify(&world, world.root)?.row.record.state, OperationState::Succeeded, "root has no template");
    Ok(())
}

#[test]
fn a_refused_password_is_tried_once_and_marked() -> Result<()> {
    let world = world()?;
    world.device.set_password("deploy", "set by somebody");
    let ended = verify(&world, world.deploy)?;
    let record = &ended.row.record;
    assert_eq!((record.state, record.failure), (OperationState::Error, Some(FailureCode::AuthenticationFailed)), "");
    assert_eq!(reported(&world, world.deploy)?, Some(VerificationResult::Refused), "the credential says so");
    assert_eq!(world.sync()?, SyncState::OutOfSync, "the stored one is not the device's");
    assert_eq!(world.device.logins().len(), 1, "never a second time");
    assert_eq!(world.practice.password(world.deploy)?, "Start-pw-1", "what was kept is kept");
    Ok(())
}

#[test]
fn two_refusals_leave_the_device_in_peace() -> Result<()> {
    let parameters = app::Parameters { rest: Duration::from_secs(600), ..impatient() };
    let world = World::with(Setup { parameters, templates: &TEMPLATES, ..Setup::default() })?;
    for username in ["deploy", "root"] {
        world.device.set_password(username, "set by somebody");
    }
    verify(&world, world.deploy)?;
    verify(&world, world.root)?;
    let third = world.practice.enter_credential(&NewCredential {
        device: world.device_id,
        username: "third",
        password: "Start-pw-1",
        access: Access::None,
    })?;
    let requested = world.practice.app.operations().request_verification(&Selection::Ids(vec![third]), None, None)?;
    std::thread::sleep(Duration::from_millis(200));
    let waits = world.practice.app.operations().get(requested.operations[0])?.row.record;
    assert_eq!(waits.state, OperationState::Scheduled, "a third login could lock everybody out");
    assert_eq!(world.practice.app.operations().hold(&waits)?, Some(app::BlockReason::DeviceResting), "and it says why");
    Ok(())
}

#[test]
fn a_device_that_cannot_be_reached_confirms_and_refuses_nothing() -> Result<()> {
    let world = world()?;
    world.device.set_reachable(false);
    let ended = verify(&world, world.deploy)?;
    assert_eq!(ended.row.record.failure, Some(FailureCode::Unreachable), "{:?}", ended.attempts);
    assert_eq!(reported(&world, world.deploy)?, Some(VerificationResult::CouldNotCheck), "it was not checked");
    assert_eq!(world.sync()?, SyncState::NotVerified, "unreachable is neither wrong nor right");
    Ok(())
}

#[test]
fn what_cannot_be_verified_is_skipped_with_its_reason() -> Result<()> {
    let world = world()?;
    let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
    let selection = Selection::Ids(vec![world.deploy]);
    world.practice.app.operations().request_change(&selection, Some(tomorrow))?;
    let requested = world.practice.app.operations().request_verification(&selection, None, None)?;
    assert_eq!(requested.skipped[0].reason, NotChangeable::OpenOperation, "one at a time");
    Ok(())
}

#[test]
fn steps_of_the_template_prove_what_a_login_cannot() -> Result<()> {
    let world = world()?;
    with_template(&world, world.deploy, "proves-by-steps")?;
    let ended = world.practice.change(world.deploy)?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "{:?}", ended.attempts);
    assert!(world.device.logins().iter().all(|login| login.0 == "root"), "the account itself never logged in");
    assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "and it is right");
    world.device.behave(Behaviour::Lies);
    let before = world.practice.password(world.deploy)?;
    let ended = world.practice.change(world.deploy)?;
    assert_eq!(ended.row.record.failure, Some(FailureCode::NotProven), "{:?}", ended.attempts);
    assert_eq!(world.practice.password(world.deploy)?, before, "the steps found the old one");
    assert_eq!(
        verify(&world, world.deploy)?.row.record.state,
        OperationState::Succeeded,
        "a verification goes the same way"
    );
    Ok(())
}

#[test]
fn steps_that_the_account_runs_itself_log_in_with_the_password_to_be_proven() -> Result<()> {
    let world = world()?;
    let own = world.practice.enter_credential(&NewCredential {
        device: world.device_id,
        username: "oracle",
        password: "Start-pw-1",
        access: Access::Own("own-proves-by-steps"),
    })?;
    world.device.set_password("oracle", "Start-pw-1");
    let ended = world.practice.change(own)?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "{:?}", ended.attempts);
    assert_eq!(world.practice.password(own)?, world.device.password("oracle"), "and it is right");
    Ok(())
}

#[test]
fn a_template_that_waives_the_proof_says_so_in_the_transcript() -> Result<()> {
    let world = world()?;
    with_template(&world, world.deploy, "proves-nothing")?;
    let ended = world.practice.change(world.deploy)?;
    assert_eq!(ended.row.record.state, OperationState::Succeeded, "{:?}", ended.attempts);
    let said = format!("{:?}", ended.attempts);
    assert!(said.contains("the template waives the proof"), "{said}");
    assert!(world.device.logins().iter().all(|login| login.0 == "root"), "no login as the account");
    let looked = verify(&world, world.deploy)?;
    assert_eq!(looked.row.record.state, OperationState::Error, "what cannot be proven cannot be verified");
    assert_eq!(reported(&world, world.deploy)?, Some(VerificationResult::CouldNotCheck), "and is not called wrong");
    Ok(())
}

#[test]
fn what_follows_the_proof_is_done_after_it() -> Result<()> {
    let world = world()?;
    with_template(&world, world.deploy, "saves")?;
    let ended = world.practice.change(world.deploy)?;
    assert_eq!(
        (ended.row.record.state, ended.row.record.failure),
        (OperationState::Succeeded, None),
        "{:?}",
        ended.attempts
    );
    assert_eq!(world.device.saved(), 1, "once");
    world.device.behave(Behaviour::Refuses);
    world.practice.change(world.deploy)?;
    assert_eq!(world.device.saved(), 1, "nothing was proven, so nothing follows");
    Ok(())
}

#[test]
fn what_follows_the_proof_may_fail_and_the_password_is_changed_all_the_same() -> Result<()> {
    let world = world()?;
    with_template(&world, world.deploy, "saves")?;
    world.device.cannot_save();
    let ended = world.practice.change(world.deploy)?;
    assert_eq!((ended.row.record.state, ended.row.record.failure), (OperationState::Succeeded, None), "it is changed");
    assert_eq!(ended.attempts[0].failure, Some(FailureCode::CommandFailed), "and the attempt says what failed");
    assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "the new one");
    assert_eq!(world.sync()?, SyncState::InSync, "nothing is in doubt");
    Ok(())
}

#[test]
fn what_follows_logs_in_with_the_new_password_where_the_account_does_it_itself() -> Result<()> {
    let world = world()?;
    let own = world.practice.enter_credential(&NewCredential {
        device: world.device_id,
        username: "oracle",
        password: "Start-pw-1",
        access: Access::Own("own-saves"),
    })?;
    world.device.set_password("oracle", "Start-pw-1");
    let ended = world.practice.change(own)?;
    assert_eq!((world.device.saved(), ended.attempts[0].failure), (1, None), "{:?}", ended.attempts);
    let last = world.device.logins().pop().map(|login| login.1);
    assert_eq!(last, Some(world.device.password("oracle")), "the old one is no longer good");
    Ok(())
}

#[test]
fn every_type_can_be_named_and_four_can_run() {
    let runnable: Vec<_> = OperationType::ALL.into_iter().filter(|kind| kind.is_runnable()).collect();
    assert_eq!(
        runnable,
        [
            OperationType::ChangePassword,
            OperationType::ChildPasswordChange,
            OperationType::Reconciliation,
            OperationType::PasswordVerification,
        ],
        "those of this version"
    );
}
