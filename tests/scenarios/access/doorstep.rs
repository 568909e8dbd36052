//! A locked window and unfinished sign-ins: the limits of a person who has proven nothing, and the end of a form whose
//! user has left.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use app::{
    App, AppError, CreateVault, LockReason, Secret,
    domain::parameter::{Parameter, Value},
};
use chrono::{TimeDelta, Utc};
use tests::{PASSWORD, Practice, Setup, USER_NAME};

use crate::{access::people::sign_in, operations::rotating::World};

/// Makes a locked window behind which passwords are changed, or are not.
fn locked(works: bool) -> Result<(World, std::path::PathBuf)> {
    let world = World::new()?;
    let folder = world.practice.vault_folder()?;
    world.practice.app.parameters().save(Parameter::RotateWhileLocked, Value::Switch(works))?;
    world.practice.app.sessions().lock(LockReason::Person);
    Ok((world, folder))
}

#[test]
fn at_a_locked_window_nobody_stops_the_work_by_signing_out() -> Result<()> {
    let (world, folder) = locked(true)?;
    let sessions = world.practice.app.sessions();
    let refused = sessions.sign_out();
    assert!(matches!(refused, Err(AppError::StillWorking)), "{refused:?}");
    assert!(sessions.locked().is_some(), "it goes on");
    world.practice.sign_in_at(&folder)?;
    sessions.sign_out()?;
    assert!(sessions.locked().is_none(), "who unlocked it signs out");
    Ok(())
}

#[test]
fn at_a_locked_window_nobody_stops_the_work_by_opening_or_creating_another_vault() -> Result<()> {
    let (world, _folder) = locked(true)?;
    let other = tempfile::tempdir()?;
    let mine = Practice::create(other.path(), "Mine", Setup { kdf: app::KdfParameters::FLOOR, ..Setup::default() })?;
    let my_vault = mine.vault_folder()?;
    mine.app.sessions().sign_out()?;
    let refused = sign_in(&world.practice, &my_vault, USER_NAME, PASSWORD).err().context("it is left")?;
    assert!(matches!(refused.downcast::<AppError>()?, AppError::StillWorking), "opening is refused");
    let create = CreateVault {
        folder: other.path().to_owned(),
        name: "Another".to_owned(),
        user_name: "Eve".to_owned(),
        password: Secret::new(PASSWORD),
    };
    let refused = world.practice.app.vaults().create(&create).err().context("it is left")?;
    assert!(matches!(refused, AppError::StillWorking), "{refused:?}");
    assert!(!other.path().join("Another.vault").exists(), "nothing was made");
    assert!(world.practice.app.sessions().locked().is_some(), "it goes on");
    Ok(())
}

#[test]
fn a_locked_vault_that_does_nothing_is_closed_by_signing_out_and_the_program_always_ends() -> Result<()> {
    let (world, _folder) = locked(false)?;
    world.practice.app.sessions().sign_out()?;
    assert!(world.practice.app.sessions().locked().is_none(), "there was nothing to stop");
    let (world, folder) = locked(true)?;
    world.practice.app.sessions().end()?;
    assert!(Practice::unlock(&folder, Setup::default()).is_ok(), "another program can open it");
    Ok(())
}

#[test]
fn a_recovery_that_was_left_open_is_let_go_of_after_the_idle_time() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    let folder = world.practice.vault_folder()?;
    app.parameters().save(Parameter::LockAfter, Value::Integer(3))?;
    let words = app.recovery().make(None)?.words;
    app.sessions().sign_out()?;
    let opened = app.recovery().open(&folder, &words)?;
    assert_eq!(opened.lock_after_minutes, 3, "the window is told");
    let (now, wall) = (Instant::now(), Utc::now());
    let look = |seconds: u64| {
        app.sessions().look_at(now + Duration::from_secs(seconds), wall + TimeDelta::seconds(seconds as i64));
    };
    (0..=175).step_by(5).for_each(look);
    app.sessions().touch();
    assert!(
        matches!(
            app.recovery().set_password(opened.administrators[0].0, &Secret::new("")),
            Err(AppError::Invalid { .. })
        ),
        "it is still open"
    );
    (180..=190).step_by(5).for_each(look);
    let refused = app.recovery().set_password(opened.administrators[0].0, &Secret::new("a long new password 77"));
    assert!(matches!(refused, Err(AppError::Locked)), "{refused:?}");
    assert!(Practice::unlock(&folder, Setup::default()).is_ok(), "and the vault is closed");
    Ok(())
}

/// Leaves a recovery open, runs `by`, and checks that the recovery has ended.
fn assert_recovery_is_let_go_of(by: impl FnOnce(&App)) -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    let folder = world.practice.vault_folder()?;
    let words = app.recovery().make(None)?.words;
    app.sessions().sign_out()?;
    let opened = app.recovery().open(&folder, &words)?;
    by(app);
    let refused = app.recovery().set_password(opened.administrators[0].0, &Secret::new("a long new password 77"));
    assert!(matches!(refused, Err(AppError::Locked)), "{refused:?}");
    assert!(Practice::unlock(&folder, Setup::default()).is_ok(), "and the vault is closed");
    Ok(())
}

#[test]
fn a_recovery_that_was_left_open_is_let_go_of_when_the_machine_sleeps() -> Result<()> {
    assert_recovery_is_let_go_of(|app| {
        app.sessions().look_at(Instant::now() + Duration::from_secs(5), Utc::now() + TimeDelta::minutes(2));
    })
}

#[test]
fn a_recovery_that_was_left_open_is_let_go_of_when_the_screen_is_locked() -> Result<()> {
    assert_recovery_is_let_go_of(|app| app.sessions().screen_locked())
}
