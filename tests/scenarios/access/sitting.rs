//! Locking and changing the signed-in user, and the work that goes on meanwhile.

use std::time::Duration;

use anyhow::{Context, Result};
use app::{
    AppError, CreateVault, LockReason, OperationQuery, RevealRequest, Secret, UnlockVault, VaultError, domain::Problem,
    domain::Rule,
};
use tests::{PASSWORD, Practice, Setup, USER_NAME};

use crate::operations::rotating::World;

#[test]
fn a_locked_window_shows_nothing_and_the_executor_works_on() -> Result<()> {
    let world = World::new()?;
    let folder = world.practice.vault_folder()?;
    let app = &world.practice.app;
    let operation = world.practice.request_change(world.deploy)?;
    app.sessions().lock(LockReason::Person);
    assert!(matches!(app.operations().list(&OperationQuery::default()), Err(AppError::Locked)), "no list");
    assert!(
        matches!(app.secrets().reveal(world.deploy, &RevealRequest::default()), Err(AppError::Locked)),
        "no password"
    );
    assert!(app.sessions().get().is_none(), "nobody sits there");
    std::thread::sleep(Duration::from_millis(300));
    assert_ne!(world.device.password("deploy"), "Start-pw-1", "the change was made all the same");
    world.practice.sign_in_at(&folder)?;
    let ended = world.practice.watch(operation, Duration::from_secs(20), |_| {})?;
    assert_eq!(world.practice.password(world.deploy)?, world.device.password("deploy"), "{:?}", ended.row.record);
    Ok(())
}

#[test]
fn a_locked_window_opens_with_the_right_password_only() -> Result<()> {
    let world = World::new()?;
    let folder = world.practice.vault_folder()?;
    world.practice.app.sessions().lock(LockReason::Person);
    for (user_name, password) in [(USER_NAME, "wrong password"), ("Eve", PASSWORD)] {
        let request = UnlockVault {
            folder: folder.clone(),
            user_name: user_name.to_owned(),
            password: Secret::new(password),
            key_file: None,
        };
        let refused = world.practice.app.sessions().unlock(&request);
        assert!(matches!(refused, Err(AppError::Opening(VaultError::WrongPassword))), "{user_name} does not get in");
    }
    assert!(world.practice.app.sessions().get().is_none(), "still nobody sits there");
    world.practice.sign_in_at(&folder)
}

#[test]
fn a_second_program_is_told_that_the_vault_is_in_use() -> Result<()> {
    let world = World::new()?;
    let second = Practice::unlock(&world.practice.vault_folder()?, Setup::default());
    let error = second.err().context("it must not open")?;
    let error = error.downcast::<AppError>()?;
    assert!(matches!(error, AppError::Opening(VaultError::InUse)), "{error:?}");
    Ok(())
}

#[test]
fn a_weak_password_opens_no_vault_and_each_field_says_what_is_wrong() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let practice = Practice::without_vault(Setup::default());
    let create = |name: &str, password: &str| {
        let request = CreateVault {
            folder: folder.path().to_owned(),
            name: name.to_owned(),
            user_name: String::new(),
            password: Secret::new(password),
        };
        match practice.app.vaults().create(&request) {
            Err(AppError::Invalid { problems }) => problems,
            other => vec![Problem::new("unexpected", if other.is_ok() { Rule::Unknown } else { Rule::Required })],
        }
    };
    let problems = create("", "short");
    assert_eq!(problems[0], Problem::new("name", Rule::Required), "no name");
    assert_eq!(problems[1], Problem::new("userName", Rule::Required), "no user");
    assert_eq!(problems[2], Problem::new("password", Rule::TooShort { minimum: 10 }), "five characters");
    let problems = create("Team", "password123");
    assert_eq!(problems[1], Problem::new("password", Rule::TooWeak), "in every list");
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0, "nothing was written");
    Ok(())
}
