//! The vault's files are deleted, moved or overwritten while the vault is open: nothing is changed any more, nothing is
//! reported as saved, and a copy holds every password.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use app::{
    AppError, AppEvent, IntegrityStatus, Moment, OnMoment, Warning,
    domain::{
        SyncState,
        operation::{OperationState, State, Step},
    },
};
use tests::{Practice, Setup, impatient};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::operations::rotating::World;

/// The time in which the executor could do the forbidden work.
const A_WHILE: Duration = Duration::from_secs(2);

/// Makes a world whose vault folder is moved away at one point of the next change.
fn moved_away_at(moment: Moment, step: Step) -> Result<(World, PathBuf)> {
    let folder: Arc<Mutex<Option<PathBuf>>> = Arc::default();
    let known = Arc::clone(&folder);
    let state_then = State::Running(step);
    let on_moment: OnMoment = Arc::new(move |now, state| {
        if (now, state) == (moment, &state_then)
            && let Some(folder) = known.lock().expect("nobody panicked").take()
        {
            fs::rename(&folder, folder.with_extension("away")).expect("it can be moved");
        }
    });
    let world = World::with(Setup { parameters: impatient(), on_moment: Some(on_moment), ..Setup::default() })?;
    let path = world.practice.vault_folder()?;
    *folder.lock().expect("nobody panicked") = Some(path.clone());
    Ok((world, path))
}

/// Waits for the warning that the files are gone.
fn wait_for_warning(practice: &Practice) -> Result<()> {
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until {
        let session = practice.app.sessions().get().context("somebody sits there")?;
        if session.warnings.iter().any(|warning| matches!(warning, Warning::Displaced { .. })) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    anyhow::bail!("the window says nothing")
}

/// Saves a copy, and opens it with a separate instance of the program.
fn open_copy(world: &World, place: &tempfile::TempDir) -> Result<Practice> {
    let copy = world.practice.app.vaults().save_copy(place.path())?;
    world.practice.app.vaults().release();
    let connectors = app::Connectors::new([Arc::new(world.device.clone()) as Arc<dyn app::Connector>]);
    let setup = Setup { connectors: Some(connectors), parameters: impatient(), ..Setup::default() };
    Practice::unlock(&copy, Setup { kdf: app::KdfParameters::FLOOR, ..setup })
}

fn no_success(world: &World) -> bool {
    let ended =
        |event: &AppEvent| matches!(event, AppEvent::OperationEnded(ended) if ended.state == OperationState::Succeeded);
    !world.practice.events().iter().any(ended)
}

#[test]
fn refuses_to_change_a_password_after_the_folder_was_deleted() -> Result<()> {
    let world = World::new()?;
    fs::remove_dir_all(world.practice.vault_folder()?)?;
    let requested = world.practice.request_change(world.deploy);
    thread::sleep(A_WHILE);
    assert_eq!(world.device.password("deploy"), "Start-pw-1", "the device has its password");
    assert!(requested.is_err(), "the request is not called saved");
    assert!(no_success(&world), "and nothing is reported as done");
    wait_for_warning(&world.practice)?;
    let status = world.practice.app.vault_settings().get()?.integrity.status;
    assert_eq!(status, IntegrityStatus::Displaced, "the vault is not called sound");
    Ok(())
}

#[test]
fn refuses_to_save_after_the_folder_was_deleted() -> Result<()> {
    let world = World::new()?;
    fs::remove_dir_all(world.practice.vault_folder()?)?;
    let saved = world.edit(world.deploy, |details| details.additional_information = "new".to_owned());
    assert!(matches!(saved, Err(AppError::Displaced { .. })), "{saved:?}");
    let (found, _) = world.practice.app.credentials().get(world.deploy)?;
    assert_eq!(found.credential.details.username, "deploy", "what is stored can be read");
    let revealed = world.practice.app.secrets().reveal(world.deploy, &app::RevealRequest::default());
    assert!(matches!(revealed, Err(AppError::Displaced { .. })), "a password that is shown is written down: not now");
    Ok(())
}

#[test]
fn sends_nothing_when_the_folder_was_moved_before_the_candidate_was_committed() -> Result<()> {
    let (world, _) = moved_away_at(Moment::Before, Step::Prepared)?;
    world.practice.request_change(world.deploy)?;
    wait_for_warning(&world.practice)?;
    thread::sleep(A_WHILE);
    assert!(world.device.logins().is_empty(), "nobody connected");
    assert_eq!(world.device.password("deploy"), "Start-pw-1", "the device has its password");
    Ok(())
}

#[test]
fn sends_nothing_when_the_folder_was_moved_after_the_candidate_was_committed() -> Result<()> {
    for (moment, step) in [(Moment::After, Step::Prepared), (Moment::Before, Step::Marked)] {
        let (world, _) = moved_away_at(moment, step)?;
        world.practice.request_change(world.deploy)?;
        wait_for_warning(&world.practice)?;
        thread::sleep(A_WHILE);
        assert_eq!(world.device.changes(), 0, "no password was sent: {moment:?}");
        assert!(no_success(&world), "nothing is reported as done");
    }
    Ok(())
}

#[test]
fn a_copy_holds_the_password_that_was_sent_before_the_folder_was_moved() -> Result<()> {
    let (world, _) = moved_away_at(Moment::Before, Step::Applied)?;
    world.practice.request_change(world.deploy)?;
    wait_for_warning(&world.practice)?;
    assert_ne!(world.device.password("deploy"), "Start-pw-1", "the device has the new one");
    assert!(no_success(&world), "nothing is reported as done");
    let place = tempfile::tempdir()?;
    let copy = open_copy(&world, &place)?;
    copy.wait_until_ended(world.deploy, Duration::from_secs(20))?;
    assert_eq!(copy.password(world.deploy)?, world.device.password("deploy"), "the copy found it by logging in");
    assert_eq!(copy.app.credentials().get(world.deploy)?.0.credential.sync, SyncState::InSync, "and is sure");
    Ok(())
}

#[test]
fn work_goes_on_when_the_very_same_folder_is_back() -> Result<()> {
    let (world, path) = moved_away_at(Moment::Before, Step::Applied)?;
    world.practice.request_change(world.deploy)?;
    wait_for_warning(&world.practice)?;
    fs::rename(path.with_extension("away"), &path)?;
    world.practice.wait_until_ended(world.deploy, Duration::from_secs(20))?;
    assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "it was found by logging in");
    Ok(())
}

/// A buffer for the log of one thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn displaced_files_are_logged_once_however_often_they_are_looked_at() -> Result<()> {
    let world = World::new()?;
    let log = Log::default();
    let writer = log.clone();
    let listening = tracing_subscriber::fmt().with_writer(move || writer.clone()).set_default();
    fs::remove_dir_all(world.practice.vault_folder()?)?;
    for _ in 0..5 {
        world.practice.app.vaults().look();
    }
    drop(listening);
    wait_for_warning(&world.practice)?;
    let text = String::from_utf8(log.0.lock().expect("nobody panicked").clone())?;
    let lines = text.lines().filter(|line| line.contains("not at their place")).count();
    // The executor may have noticed it first and logged it on its own thread.
    assert!(lines <= 1, "{text}");
    Ok(())
}
