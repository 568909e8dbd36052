//! Tests of credentials: their fields, the reasons why they cannot be changed, and the searches that find them.

use domain::{
    AcceptedTrust, ConnectAs, Credential, CredentialId, CredentialStatus, NotChangeable, PasswordType, PluginId,
    SecretKind, SecretOrigin, SyncState, Trust, operation::OperationState,
};
use secret::Secret;
use vault::{CredentialQuery, VaultError};

use crate::world::{World, after, credential, now};

#[test]
fn a_credential_comes_back_as_it_was() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?;
    let mut root = world.credential(device.id, "root")?;
    assert!(root.has_password && !root.has_private_key, "it follows the secrets");
    assert_eq!(root.changed_at, Some(now()), "it was entered just now");
    root.details.username = "toor".to_owned();
    root.details.password_type = PasswordType::LocalAdministrator;
    root.details.tags = vec!["x".to_owned(), "y".to_owned()];
    root.updated_at = after(9);
    world.vault.write(|w| w.credentials_mut().update(&root))?;
    assert_eq!(world.vault.read(|r| r.credentials().get(root.id))?, Some(root.clone()), "as updated");
    world.vault.write(|w| w.credentials_mut().delete(root.id))?;
    assert_eq!(world.vault.read(|r| r.credentials().get(root.id))?, None, "it is gone");
    Ok(())
}

#[test]
fn the_same_account_twice_is_refused_in_any_letter_case() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?.id;
    let root = world.credential(device, "Root")?;
    let taken =
        |name: &str, domain: &str, except| world.vault.read(|r| r.credentials().taken(device, name, domain, except));
    assert!(taken(" rOOt", "", None)?, "letter case and space do not count");
    assert!(!taken("root", "", Some(root.id))?, "its own name is not taken from it");
    assert!(!taken("root", "corp", None)?, "the same name in a domain is another account");
    let refused = world.vault.write(|w| w.credentials_mut().insert(&credential(device, "ROOT")));
    assert!(matches!(refused, Err(VaultError::Taken)), "the database refuses it too: {refused:?}");
    Ok(())
}

#[test]
fn references_to_nothing_and_to_itself_are_refused() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?.id;
    let nowhere = credential(domain::DeviceId::from_uuid(crate::world::new_uuid()), "root");
    let mut itself = credential(device, "root");
    itself.details.execution.connect_as = ConnectAs::Access(itself.id);
    let mut unknown = credential(device, "root");
    unknown.details.execution.connect_as = ConnectAs::Access(CredentialId::from_uuid(crate::world::new_uuid()));
    for (what, wrong) in [("no device", nowhere), ("itself", itself), ("no access credential", unknown)] {
        let refused = world.vault.write(|w| w.credentials_mut().insert(&wrong));
        assert!(matches!(refused, Err(VaultError::InvalidReference)), "{what}: {refused:?}");
    }
    Ok(())
}

#[test]
fn what_others_need_is_not_deleted() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?.id;
    let access = world.credential(device, "admin")?;
    let target = world.credential_by(device, "app", access.id)?;
    assert_eq!(world.vault.read(|r| r.credentials().used_by(access.id))?, 1, "one logs in with it");
    let refused = world.vault.write(|w| w.credentials_mut().delete(access.id));
    assert!(matches!(refused, Err(VaultError::ReferredTo)), "{refused:?}");
    let operation = world.operation(&target, now())?;
    let refused = world.vault.write(|w| w.credentials_mut().delete(target.id));
    assert!(matches!(refused, Err(VaultError::OpenOperation)), "{refused:?}");
    world.vault.write(|w| w.operations_mut().set_state(operation, OperationState::Canceled, None, now()))?;
    world.vault.write(|w| w.credentials_mut().delete(target.id))?;
    let row = world.vault.read(|r| r.operations().row(operation))?;
    assert_eq!(row.map(|row| row.username), Some("app".to_owned()), "history still names it");
    Ok(())
}

fn reason(world: &World, id: CredentialId) -> Result<Option<NotChangeable>, VaultError> {
    let row = world.vault.read(|r| r.credentials().row(id))?;
    row.map(|row| row.not_changeable).ok_or(VaultError::NotFound)
}

fn edit(world: &World, id: CredentialId, edit: impl Fn(&mut Credential)) -> Result<(), VaultError> {
    world.vault.write(|w| {
        let mut credential = w.credentials().get(id)?.ok_or(VaultError::NotFound)?;
        edit(&mut credential);
        w.credentials_mut().update(&credential)
    })
}

#[test]
fn the_first_reason_why_it_cannot_be_changed_is_named() -> anyhow::Result<()> {
    let world = World::new()?;
    let mut bare = crate::world::device("srv", world.user());
    let accepted = bare.trusts.pop();
    world.vault.write(|w| w.devices_mut().insert(&bare))?;
    // Every reason applies at first. Then each is removed, from the first to the last.
    let mut root = credential(bare.id, "root");
    root.details.status = CredentialStatus::Inactive;
    root.details.execution.automatic_change = false;
    root.details.execution.template = None;
    world.vault.write(|w| w.credentials_mut().insert(&root))?;
    assert_eq!(reason(&world, root.id)?, Some(NotChangeable::Inactive), "not in use");
    edit(&world, root.id, |root| root.details.status = CredentialStatus::Active)?;
    assert_eq!(reason(&world, root.id)?, Some(NotChangeable::NoAutomaticChange), "switched off");
    edit(&world, root.id, |root| root.details.execution.automatic_change = true)?;
    assert_eq!(reason(&world, root.id)?, Some(NotChangeable::NoTemplate), "no template");
    edit(&world, root.id, |root| root.details.execution.template = Some("t".to_owned()))?;
    assert_eq!(reason(&world, root.id)?, Some(NotChangeable::NoPassword), "nothing to log in with");
    let access = credential(bare.id, "admin");
    world.vault.write(|w| w.credentials_mut().insert(&access))?;
    edit(&world, root.id, |root| root.details.execution.connect_as = ConnectAs::Access(access.id))?;
    assert_eq!(reason(&world, root.id)?, Some(NotChangeable::NoAccessCredential), "it holds nothing");
    let key = Secret::new("a private key");
    world.vault.write(|w| {
        w.secrets_mut().set_current(world.key(), access.id, SecretKind::PrivateKey, &key, SecretOrigin::Entered, now())
    })?;
    assert_eq!(reason(&world, root.id)?, Some(NotChangeable::NoHostKey), "nobody accepted the host key");
    let other = world.device("other")?;
    edit(&world, access.id, |access| access.details.device = other.id)?;
    assert_eq!(reason(&world, root.id)?, Some(NotChangeable::NoAccessCredential), "of another device");
    edit(&world, access.id, |access| access.details.device = bare.id)?;
    let accepted = accepted.ok_or(VaultError::NotFound)?;
    let of_another = AcceptedTrust { plugin: PluginId::known("telnet"), trust: Trust::None, ..accepted.clone() };
    world.vault.write(|w| w.devices_mut().accept(bare.id, &of_another, now()))?;
    assert_eq!(
        reason(&world, root.id)?,
        Some(NotChangeable::NoHostKey),
        "what was accepted for another plugin is not it"
    );
    world.vault.write(|w| w.devices_mut().accept(bare.id, &accepted, now()))?;
    assert_eq!(reason(&world, root.id)?, None, "nothing stands against it");
    let row = world.vault.read(|r| r.credentials().get(root.id))?.ok_or(VaultError::NotFound)?;
    world.operation(&row, now())?;
    assert_eq!(reason(&world, root.id)?, Some(NotChangeable::OpenOperation), "one at a time");
    Ok(())
}

#[test]
fn filters_combine_and_ids_are_all_that_fit() -> anyhow::Result<()> {
    let world = World::new()?;
    let (one, two) = (world.device("alpha")?, world.device("beta")?);
    for number in 0..6 {
        world.credential(one.id, &format!("one-{number}"))?;
        world.credential(two.id, &format!("two-{number}"))?;
    }
    let some = world.vault.read(|r| r.credentials().ids(&CredentialQuery::default()))?;
    edit(&world, some[0], |credential| credential.details.status = CredentialStatus::Inactive)?;
    edit(&world, some[2], |credential| credential.details.tags = vec!["Ünique".to_owned()])?;
    world.vault.write(|w| w.credentials_mut().set_sync(some[1], SyncState::OutOfSync, now()))?;
    let count = |query: CredentialQuery| -> anyhow::Result<usize> {
        let page = world.vault.read(|r| r.credentials().list(&query))?;
        let ids = world.vault.read(|r| r.credentials().ids(&query))?;
        assert_eq!((page.total, page.rows.len()), (ids.len() as u64, ids.len()), "list and ids agree");
        Ok(ids.len())
    };
    let all = CredentialQuery::default;
    assert_eq!(count(CredentialQuery { device: Some(one.id), ..all() })?, 6, "by device");
    assert_eq!(count(CredentialQuery { changeable: Some(false), ..all() })?, 1, "the inactive one");
    assert_eq!(count(CredentialQuery { changeable: Some(true), device: Some(one.id), ..all() })?, 5, "both filters");
    assert_eq!(count(CredentialQuery { status: Some(CredentialStatus::Inactive), ..all() })?, 1, "by status");
    assert_eq!(count(CredentialQuery { sync: Some(SyncState::OutOfSync), ..all() })?, 1, "by sync");
    assert_eq!(count(CredentialQuery { tag: Some("üNIQUE".to_owned()), ..all() })?, 1, "by tag");
    assert_eq!(count(CredentialQuery { password_type: Some(PasswordType::DomainUser), ..all() })?, 0, "by kind");
    assert_eq!(count(CredentialQuery { text: "alpha one-3".to_owned(), ..all() })?, 1, "device name and username");
    assert_eq!(count(CredentialQuery { text: "night".to_owned(), ..all() })?, 12, "additional information");
    Ok(())
}

#[test]
fn a_renamed_device_is_found_and_sorted_by_its_new_name() -> anyhow::Result<()> {
    let world = World::new()?;
    let mut device = world.device("before")?;
    let root = world.credential(device.id, "root")?;
    let operation = world.operation(&root, now())?;
    device.details.name = "afterwards".to_owned();
    world.vault.write(|w| w.devices_mut().update(&device))?;
    let found = |text: &str| {
        let query = CredentialQuery { text: text.to_owned(), ..CredentialQuery::default() };
        world.vault.read(|r| r.credentials().list(&query)).map(|page| page.total)
    };
    assert_eq!((found("before")?, found("afterwards")?), (0, 1), "search knows the new name only");
    let row = world.vault.read(|r| r.operations().row(operation))?;
    assert_eq!(row.map(|row| row.device_name), Some("afterwards".to_owned()), "operations follow too");
    Ok(())
}
