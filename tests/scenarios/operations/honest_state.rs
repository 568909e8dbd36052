//! A credential is shown as in sync only after a login has proven its stored password, with the time of that login.

use std::time::Duration;

use anyhow::{Context as _, Result};
use app::{
    Connects, CredentialForm, CredentialQuery, RevealRequest, Secret, Selection, Starter,
    domain::{
        Credential, CredentialId, SecretOrigin, SyncState, Verified,
        operation::{OperationState, VerificationResult},
        policy::{Criteria, Overrides, PolicyDetails, Triggers},
    },
};
use tests::{Behaviour, Setup, impatient};

use crate::operations::rotating::World;

const WITHIN: Duration = Duration::from_secs(20);

static WAIVED: [Starter; 2] = [
    tests::built_in("ssh-root-chpasswd"),
    Starter {
        id: "proves-nothing",
        name: "proves-nothing",
        plugin: "ssh",
        connects: Connects::Access,
        source: "command \"chpasswd\"\nexpect \"ready-for-the-line\"\nexec \"[#USERNAME#]:[#NEW_PASSWORD#]\"\n\
                 end-input\nverify none \"the account has no shell\"\n",
    },
];

fn credential(world: &World, id: CredentialId) -> Result<Credential> {
    Ok(world.practice.app.credentials().get(id)?.0.credential)
}

/// Enters another password by hand. If `password` is given, the device gets it too.
fn enter(world: &World, password: Option<&str>) -> Result<()> {
    let details = credential(world, world.deploy)?.details;
    let form =
        CredentialForm { id: Some(world.deploy), details, password: password.map(Secret::new), private_key: None };
    world.practice.app.credentials().save(form)?;
    Ok(())
}

fn verify(world: &World) -> Result<OperationState> {
    let selection = Selection::Ids(vec![world.deploy]);
    let requested = world.practice.app.operations().request_verification(&selection, None, None)?;
    Ok(world.practice.watch(requested.operations[0], WITHIN, |_| {})?.row.record.state)
}

/// Shows the current password and every version of it, and returns for each whether it is marked as changed by the
/// program.
fn called_changed(world: &World) -> Result<(bool, Vec<bool>)> {
    let secrets = world.practice.app.secrets();
    let current = secrets.reveal(world.deploy, &RevealRequest::default())?.changed;
    let versions = secrets.history(world.deploy)?;
    let version =
        |version: &app::SecretVersion| secrets.reveal_version(world.deploy, version.id, &RevealRequest::default());
    let versions = versions.iter().map(|each| Ok(version(each)?.changed)).collect::<Result<_>>()?;
    Ok((current, versions))
}

#[test]
fn a_shown_password_is_called_changed_only_after_a_change_was_proven() -> Result<()> {
    let world = World::new()?;
    assert_eq!(called_changed(&world)?, (false, vec![false]), "somebody entered it");
    assert_eq!(world.change()?.row.record.state, OperationState::Succeeded, "it is changed");
    assert_eq!(called_changed(&world)?, (true, vec![true, false]), "the new one, and not the one before");
    world.device.behave(Behaviour::Garbles);
    assert_eq!(world.change()?.row.record.state, OperationState::Error, "nobody knows it");
    let (current, versions) = called_changed(&world)?;
    assert!(current, "the current one was proven once");
    assert!(!versions[0], "the candidate was generated and never proven");
    Ok(())
}

#[test]
fn an_entered_password_is_not_verified() -> Result<()> {
    let world = World::new()?;
    let entered = credential(&world, world.deploy)?;
    assert_eq!(entered.sync, SyncState::NotVerified, "nobody has logged in with it");
    assert_eq!((entered.proven_at, entered.verified), (None, None), "so there is no time of a proof");
    assert_eq!(entered.password_origin, Some(SecretOrigin::Entered), "its date is when it was stored");
    Ok(())
}

#[test]
fn a_credential_without_a_password_says_so() -> Result<()> {
    let world = World::new()?;
    let mut details = credential(&world, world.deploy)?.details;
    details.username = "empty".to_owned();
    let form = CredentialForm { id: None, details, password: None, private_key: None };
    let id = world.practice.app.credentials().save(form)?;
    let empty = credential(&world, id)?;
    assert_eq!((empty.sync, empty.proven_at), (SyncState::NoPassword, None), "there is nothing to be in sync");
    assert_eq!((empty.changed_at, empty.password_origin), (None, None), "and nothing was stored");
    Ok(())
}

#[test]
fn a_change_puts_the_credential_in_sync_at_the_time_of_its_proof() -> Result<()> {
    let world = World::new()?;
    world.practice.change(world.deploy)?;
    let changed = credential(&world, world.deploy)?;
    let at = changed.changed_at.context("it was changed")?;
    assert_eq!((changed.sync, changed.proven_at), (SyncState::InSync, Some(at)), "a login proved it");
    let verified = Some(Verified { result: VerificationResult::Confirmed, at });
    assert_eq!(changed.verified, verified, "and that counts as a verification");
    assert_eq!(changed.password_origin, Some(SecretOrigin::Generated), "its date is when it was changed");
    Ok(())
}

#[test]
fn a_verification_that_works_puts_the_credential_in_sync() -> Result<()> {
    let world = World::new()?;
    let stored = credential(&world, world.deploy)?.changed_at;
    assert_eq!(verify(&world)?, OperationState::Succeeded, "the password works");
    let looked = credential(&world, world.deploy)?;
    assert_eq!(looked.sync, SyncState::InSync, "a login proved it");
    assert_eq!(looked.proven_at, looked.verified.map(|verified| verified.at), "then");
    assert!(looked.proven_at > stored, "and not when it was stored");
    assert_eq!(looked.password_origin, Some(SecretOrigin::Entered), "it is still the one that somebody entered");
    Ok(())
}

#[test]
fn a_password_entered_by_hand_takes_the_proof_of_the_one_before_away() -> Result<()> {
    let world = World::new()?;
    world.practice.change(world.deploy)?;
    enter(&world, None)?;
    assert_eq!(credential(&world, world.deploy)?.sync, SyncState::InSync, "without a password nothing of it changes");
    enter(&world, Some("typed by hand"))?;
    let edited = credential(&world, world.deploy)?;
    assert_eq!(edited.sync, SyncState::NotVerified, "nobody has logged in with this one");
    assert_eq!((edited.proven_at, edited.verified), (None, None), "the proof was of another password");
    assert_eq!(edited.password_origin, Some(SecretOrigin::Entered), "somebody stored it");
    Ok(())
}

#[test]
fn a_refused_verification_of_an_entered_password_is_out_of_sync() -> Result<()> {
    let world = World::new()?;
    world.device.set_password("deploy", "set by somebody");
    assert_eq!(verify(&world)?, OperationState::Error, "it is refused");
    let refused = credential(&world, world.deploy)?;
    assert_eq!((refused.sync, refused.proven_at), (SyncState::OutOfSync, None), "the device has another one");
    Ok(())
}

#[test]
fn an_unanswered_verification_keeps_the_time_of_the_last_proof() -> Result<()> {
    let world = World::new()?;
    world.practice.change(world.deploy)?;
    let proven = credential(&world, world.deploy)?.proven_at;
    world.device.set_reachable(false);
    assert_eq!(verify(&world)?, OperationState::Error, "nobody answers");
    let looked = credential(&world, world.deploy)?;
    assert_eq!((looked.sync, looked.proven_at), (SyncState::InSync, proven), "it is in sync as of then");
    assert_eq!(looked.verified.map(|verified| verified.result), Some(VerificationResult::CouldNotCheck), "and says so");
    Ok(())
}

#[test]
fn a_failed_change_that_finds_the_old_password_proves_it() -> Result<()> {
    let world = World::new()?;
    world.device.behave(Behaviour::HangsUp);
    world.practice.change(world.deploy)?;
    let found = credential(&world, world.deploy)?;
    assert_eq!(found.sync, SyncState::InSync, "the search logged in with it");
    assert!(found.proven_at.is_some() && found.proven_at > found.changed_at, "after it was stored");
    Ok(())
}

#[test]
fn a_template_that_waives_the_proof_leaves_the_new_password_not_verified() -> Result<()> {
    let world = World::with(Setup { parameters: impatient(), templates: &WAIVED, ..Setup::default() })?;
    world.edit(world.deploy, |details| details.execution.template = Some("proves-nothing".to_owned()))?;
    assert_eq!(world.practice.change(world.deploy)?.row.record.state, OperationState::Succeeded, "it is changed");
    let changed = credential(&world, world.deploy)?;
    assert_eq!((changed.sync, changed.proven_at), (SyncState::NotVerified, None), "no login has proven it");
    assert_eq!(changed.password_origin, Some(SecretOrigin::Generated), "it is the new one");
    Ok(())
}

#[test]
fn lists_are_filtered_by_every_state_of_synchronisation() -> Result<()> {
    let world = World::new()?;
    let count = |sync| -> Result<u64> {
        let query = CredentialQuery { sync: Some(sync), ..CredentialQuery::default() };
        Ok(world.practice.app.credentials().list(&query)?.total)
    };
    assert_eq!((count(SyncState::NotVerified)?, count(SyncState::InSync)?), (2, 0), "root and deploy were entered");
    world.practice.change(world.deploy)?;
    assert_eq!((count(SyncState::NotVerified)?, count(SyncState::InSync)?), (1, 1), "deploy was proven");
    assert_eq!(count(SyncState::NoPassword)?, 0, "each has a password");
    Ok(())
}

#[test]
fn an_unproven_password_is_not_counted_as_within_policy() -> Result<()> {
    let world = World::new()?;
    let strength = world.practice.app.strengths().list(&app::StrengthQuery::default())?.rows[0].id;
    let details = PolicyDetails {
        name: "All".to_owned(),
        priority: 10,
        strength,
        criteria: Criteria { username: "deploy".to_owned(), ..Criteria::default() },
        triggers: Triggers::default(),
        overrides: Overrides::default(),
    };
    world.practice.app.policies().save(&app::PolicyForm { id: None, details })?;
    world.practice.change(world.deploy)?;
    let counted = |within: u32, unproven: u32| -> Result<()> {
        for _ in 0..200 {
            let figures = world.practice.app.home().get()?.figures;
            if (figures.within_policy, figures.not_verified) == (within, unproven) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        anyhow::bail!("{:?}", world.practice.app.home().get()?.figures)
    };
    counted(1, 0).context("a change proved it")?;
    enter(&world, Some("typed by hand"))?;
    counted(0, 1).context("nobody has logged in with this one")
}
