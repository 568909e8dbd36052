//! Adding, changing and removing people.

use anyhow::{Context, Result};
use app::{
    App, AppError, AuditQuery, Confirmation, OneTimePassword, RevealRequest, Secret, SessionDetails, SessionLimit,
    UnlockVault, UserQuery, UserStatus, VaultError,
    domain::{Role, UserId},
};
use tests::{PASSWORD, Practice, USER_NAME};

use crate::operations::rotating::World;

/// A password that people of the tests choose.
pub const CHOSEN: &str = "chosen by somebody 1843";

pub fn sign_in(practice: &Practice, vault: &std::path::Path, name: &str, password: &str) -> Result<SessionDetails> {
    let request = UnlockVault {
        folder: vault.to_owned(),
        user_name: name.to_owned(),
        password: Secret::new(password),
        key_file: None,
    };
    Ok(practice.app.sessions().unlock(&request)?)
}

/// Adds a person and lets them choose a password; then the founder signs in again.
pub fn add(practice: &Practice, name: &str, roles: &[Role]) -> Result<UserId> {
    let vault = practice.vault_folder()?;
    let added = practice.app.users().add(name, roles)?;
    let id = added.user.id;
    sign_in(practice, &vault, name, &exposed(&added))?;
    practice.app.sessions().set_password(&Secret::new(CHOSEN))?;
    practice.sign_in_at(&vault)?;
    Ok(id)
}

fn exposed(one_time: &OneTimePassword) -> String {
    // EXPOSE: the test hands it over.
    one_time.password.expose().to_owned()
}

fn actions(app: &App) -> Result<Vec<String>> {
    let query = AuditQuery { descending: false, limit: 500, ..AuditQuery::default() };
    Ok(app.audit().list(&query)?.rows.into_iter().map(|entry| entry.action).collect())
}

#[test]
fn a_new_person_chooses_a_password_before_anything_else() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    let added = practice.app.users().add("Bruno", &[Role::Operator])?;
    assert_eq!(added.user.status, UserStatus::Invited, "has not signed in yet");
    let password = exposed(&added);
    let session = sign_in(practice, &vault, "Bruno", &password)?;
    assert_eq!(session.limit, Some(SessionLimit::MustSetPassword), "a session that can do one thing");
    assert!(session.permitted.is_empty(), "and nothing else: {:?}", session.permitted);
    let refused = practice.app.secrets().reveal(world.deploy, &RevealRequest::default());
    assert!(matches!(refused, Err(AppError::MustSetPassword)), "no password is shown");
    let weak = practice.app.sessions().set_password(&Secret::new("bruno12345"));
    assert!(matches!(weak, Err(AppError::Invalid { .. })), "a weak one is refused");
    let session = practice.app.sessions().set_password(&Secret::new(CHOSEN))?;
    assert_eq!(session.limit, None, "now it is a full session");
    assert_eq!(practice.password(world.deploy)?, "Start-pw-1", "an operator sees passwords");
    let refused = sign_in(practice, &vault, "Bruno", &password);
    assert!(refused.is_err(), "the one-time password works once");
    Ok(())
}

#[test]
fn an_approver_and_an_auditor_cannot_open_a_password() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    for (name, role) in [("Clara", Role::Approver), ("Davi", Role::Auditor)] {
        add(practice, name, &[role])?;
        sign_in(practice, &vault, name, CHOSEN)?;
        let refused = practice.app.secrets().reveal(world.deploy, &RevealRequest::default());
        assert!(matches!(refused, Err(AppError::Forbidden)), "{name}");
        practice.sign_in_at(&vault)?;
    }
    Ok(())
}

#[test]
fn a_disabled_person_stays_out_until_enabled() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    let bruno = add(practice, "Bruno", &[Role::Operator])?;
    assert_eq!(practice.app.users().disable(bruno)?.status, UserStatus::Disabled, "an administrator said no");
    let refused = sign_in(practice, &vault, "Bruno", CHOSEN).err().context("he stays out")?;
    let refused = refused.downcast::<AppError>()?;
    assert!(matches!(refused, AppError::Opening(VaultError::Disabled)), "the right password is told: {refused:?}");
    practice.app.users().enable(bruno)?;
    sign_in(practice, &vault, "Bruno", CHOSEN)?;
    assert_eq!(practice.password(world.deploy)?, "Start-pw-1", "with new keys, the passwords open");
    Ok(())
}

#[test]
fn after_an_operator_is_removed_the_executor_and_the_administrator_go_on_with_new_keys() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    let bruno = add(practice, "Bruno", &[Role::Operator])?;
    practice.app.users().remove(bruno)?;
    assert!(sign_in(practice, &vault, "Bruno", CHOSEN).is_err(), "he is nobody any more");
    assert_eq!(practice.password(world.deploy)?, "Start-pw-1", "the administrator opens passwords");
    practice.change(world.deploy)?;
    assert_eq!(practice.password(world.deploy)?, world.device.password("deploy"), "and the executor changes them");
    let people = practice.app.users().list(&UserQuery { limit: 10, ..UserQuery::default() })?;
    assert_eq!(people.total, 1, "he is not in the list");
    Ok(())
}

#[test]
fn the_last_administrator_and_oneself_are_safe_from_a_slip() -> Result<()> {
    let world = World::new()?;
    let users = world.practice.app.users();
    let ada = users.list(&UserQuery { limit: 10, ..UserQuery::default() })?.rows.remove(0);
    assert!(ada.last_administrator && ada.is_you, "the founder is alone");
    assert!(matches!(users.remove(ada.id), Err(AppError::LastAdministrator)), "not removed");
    assert!(matches!(users.disable(ada.id), Err(AppError::LastAdministrator)), "not disabled");
    let demoted = users.save(ada.id, USER_NAME, &[Role::Operator]);
    assert!(matches!(demoted, Err(AppError::LastAdministrator)), "not demoted: {demoted:?}");
    add(&world.practice, "Bea", &[Role::Administrator])?;
    let users = world.practice.app.users();
    assert!(matches!(users.remove(ada.id), Err(AppError::OwnUser)), "nor by herself when there is another one");
    Ok(())
}

#[test]
fn a_password_reset_locks_the_old_password_out() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    let bruno = add(practice, "Bruno", &[Role::Operator])?;
    let reset = practice.app.users().reset_password(bruno)?;
    assert!(sign_in(practice, &vault, "Bruno", CHOSEN).is_err(), "the old one is worthless");
    let session = sign_in(practice, &vault, "Bruno", &exposed(&reset))?;
    assert_eq!(session.limit, Some(SessionLimit::MustSetPassword), "a new one must be chosen");
    Ok(())
}

#[test]
fn a_name_is_taken_once_and_somebody_without_a_role_is_nobody() -> Result<()> {
    let world = World::new()?;
    let refused = world.practice.app.users().add(&USER_NAME.to_uppercase(), &[Role::Auditor]);
    assert!(matches!(refused, Err(AppError::Invalid { .. })), "letter case does not make another name");
    let refused = world.practice.app.users().add("Bruno", &[]);
    assert!(matches!(refused, Err(AppError::Invalid { .. })), "a person has a role");
    Ok(())
}

#[test]
fn changing_the_own_password_needs_the_old_one() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    let confirm = |password: &str| Confirmation { password: Secret::new(password), key_file: None };
    let new = Secret::new(CHOSEN);
    let refused = practice.app.account().change_password(&confirm("not hers at all"), &new);
    assert!(matches!(refused, Err(AppError::WrongPassword)), "{refused:?}");
    let refused = practice.app.account().change_password(&confirm(PASSWORD), &Secret::new(PASSWORD));
    assert!(matches!(refused, Err(AppError::SamePassword)), "{refused:?}");
    practice.app.account().change_password(&confirm(PASSWORD), &new)?;
    assert!(sign_in(practice, &vault, USER_NAME, PASSWORD).is_err(), "the old one opens nothing");
    sign_in(practice, &vault, USER_NAME, CHOSEN)?;
    assert_eq!(practice.password(world.deploy)?, "Start-pw-1", "the keys are the same");
    Ok(())
}

#[test]
fn what_was_done_to_people_is_in_the_trail() -> Result<()> {
    let world = World::new()?;
    let bruno = add(&world.practice, "Bruno", &[Role::Operator])?;
    world.practice.app.users().disable(bruno)?;
    let actions = actions(&world.practice.app)?;
    for wanted in ["vault.created", "session.signedIn", "account.passwordChosen"] {
        assert!(actions.iter().any(|action| action == wanted), "{wanted} is missing: {actions:?}");
    }
    assert!(actions.iter().filter(|action| action.starts_with("user.")).count() >= 2, "added, disabled: {actions:?}");
    assert!(matches!(world.practice.app.audit().verify()?.0, app::AuditVerdict::Intact { .. }), "and it holds");
    Ok(())
}
