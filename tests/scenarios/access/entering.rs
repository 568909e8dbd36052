//! Entering devices and credentials: the refusals, their fields, and that no input is lost.

use anyhow::{Context, Result};
use app::{
    AppError, CredentialForm, DeviceForm, Secret,
    domain::{ConnectAs, Problem, Rule},
};
use tests::{Access, NewCredential};

use crate::operations::rotating::World;

fn problems<T>(result: Result<T, AppError>) -> Result<Vec<Problem>> {
    match result.err().context("it must be refused")? {
        AppError::Invalid { problems } => Ok(problems),
        other => Err(other.into()),
    }
}

#[test]
fn a_device_name_is_taken_whatever_its_letter_case() -> Result<()> {
    let world = World::new()?;
    let mut details = world.practice.app.devices().get(world.device_id)?.device.details;
    details.name = "SRV-01".to_owned();
    let found = problems(world.practice.app.devices().save(DeviceForm { id: None, details }))?;
    assert_eq!(found, [Problem::new("name", Rule::Duplicate)], "two devices of one name");
    Ok(())
}

#[test]
fn a_device_without_an_address_or_with_a_senseless_one_is_refused() -> Result<()> {
    let world = World::new()?;
    for (address, rule) in [("  ", Rule::Required), ("http://srv", Rule::InvalidAddress)] {
        let mut details = world.practice.app.devices().get(world.device_id)?.device.details;
        details.address = address.to_owned();
        let form = DeviceForm { id: Some(world.device_id), details };
        assert_eq!(problems(world.practice.app.devices().save(form))?, [Problem::new("address", rule)], "{address}");
    }
    let kept = world.practice.app.devices().get(world.device_id)?.device.details.address;
    assert_eq!(kept, "10.0.0.1", "what was there is still there");
    Ok(())
}

#[test]
fn a_device_with_credentials_is_not_deleted() -> Result<()> {
    let world = World::new()?;
    let refused = world.practice.app.devices().delete(world.device_id);
    assert!(matches!(refused, Err(AppError::DeviceInUse { credentials: 2 })), "it has two");
    Ok(())
}

#[test]
fn a_credential_that_others_log_in_with_is_not_deleted() -> Result<()> {
    let world = World::new()?;
    let refused = world.practice.app.credentials().delete(world.root);
    assert!(matches!(refused, Err(AppError::CredentialInUse { credentials: 1, .. })), "deploy needs it");
    world.practice.app.credentials().delete(world.deploy)?;
    Ok(world.practice.app.credentials().delete(world.root)?)
}

#[test]
fn the_same_account_is_entered_once_a_device() -> Result<()> {
    let world = World::new()?;
    let twice = world.practice.enter_credential(&NewCredential {
        device: world.device_id,
        username: " deploy ",
        password: "Start-pw-1",
        access: Access::None,
    });
    let error = twice.err().context("it must be refused")?.downcast::<AppError>()?;
    assert_eq!(
        problems::<()>(Err(error))?,
        [Problem::new("username", Rule::Duplicate)],
        "spaces make no other account"
    );
    Ok(())
}

#[test]
fn a_credential_does_not_log_in_through_itself_and_a_template_fits_its_login() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    let mut details = app.credentials().get(world.deploy)?.0.credential.details;
    details.execution.connect_as = ConnectAs::Access(world.deploy);
    let form = |details| CredentialForm { id: Some(world.deploy), details, password: None, private_key: None };
    let found = problems(app.credentials().save(form(details.clone())))?;
    assert_eq!(found, [Problem::new("execution.accessCredentialId", Rule::SameCredential)], "a circle");
    details.execution.connect_as = ConnectAs::Own;
    let found = problems(app.credentials().save(form(details)))?;
    assert_eq!(found, [Problem::new("execution.templateId", Rule::WrongPlugin)], "this template needs an access login");
    Ok(())
}

#[test]
fn a_password_cannot_be_replaced_under_an_open_operation() -> Result<()> {
    let world = World::new()?;
    let app = &world.practice.app;
    let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
    app.operations().request_change(&app::Selection::Ids(vec![world.deploy]), Some(tomorrow))?;
    let details = app.credentials().get(world.deploy)?.0.credential.details;
    let form =
        |password| CredentialForm { id: Some(world.deploy), details: details.clone(), password, private_key: None };
    let refused = app.credentials().save(form(Some(Secret::new("Another-pw-1"))));
    assert!(matches!(refused, Err(AppError::OpenOperation)), "the operation counts on the stored one");
    app.credentials().save(form(None))?;
    assert_eq!(world.practice.password(world.deploy)?, "Start-pw-1", "it is still there");
    Ok(())
}
