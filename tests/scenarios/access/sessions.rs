//! Signing in and out, locking, and the keys of the executor meanwhile.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use app::{
    AppError, AuditHead, AuditQuery, Clock, Confirmation, Desktop, DesktopKey, ExecutorState, KeyFile, KeyOwner,
    KeyStoreError, LockReason, RevealRequest, Secret, UnlockVault, VaultError, WarningKind,
    domain::{
        Role, VaultId,
        parameter::{Parameter, Value},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use tests::{PASSWORD, Practice, Setup, USER_NAME};

use crate::{
    access::people::{CHOSEN, add, sign_in},
    operations::rotating::World,
};

fn set(practice: &Practice, parameter: Parameter, value: Value) -> Result<()> {
    Ok(practice.app.parameters().save(parameter, value)?)
}

fn confirm() -> Confirmation {
    Confirmation { password: Secret::new(PASSWORD), key_file: None }
}

#[test]
fn at_a_locked_window_an_approver_sits_down_with_their_own_keys_and_the_executor_works_on() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    add(practice, "Clara", &[Role::Approver])?;
    set(practice, Parameter::RotateWhileLocked, Value::Switch(true))?;
    let locked = practice.app.sessions().lock(LockReason::Person).context("it locks")?;
    assert_eq!(locked.user_name, USER_NAME, "it says who sat there");
    assert_eq!(locked.executor.state, ExecutorState::Working, "the executor keeps its key");
    let session = sign_in(practice, &vault, "Clara", CHOSEN)?;
    assert_eq!(session.user.roles, [Role::Approver], "she has her own roles");
    assert_eq!(session.executor.state, ExecutorState::Working, "it goes on");
    let refused = practice.app.secrets().reveal(world.deploy, &RevealRequest::default());
    assert!(matches!(refused, Err(AppError::Forbidden)), "the executor's key is not hers");
    Ok(())
}

#[test]
fn without_keep_rotating_the_executor_rests_until_an_operator_unlocks() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    add(practice, "Clara", &[Role::Approver])?;
    set(practice, Parameter::RotateWhileLocked, Value::Switch(false))?;
    let locked = practice.app.sessions().lock(LockReason::Person).context("it locks")?;
    assert_eq!(locked.executor.state, ExecutorState::RestingWhileLocked, "its key is gone");
    let session = sign_in(practice, &vault, "Clara", CHOSEN)?;
    assert_eq!(session.executor.state, ExecutorState::WaitingForOperator, "she has no key to give");
    practice.sign_in_at(&vault)?;
    let executor = practice.app.sessions().executor()?;
    assert_eq!(executor.state, ExecutorState::Working, "an operator has");
    Ok(())
}

#[test]
fn after_a_start_by_an_approver_due_operations_wait_for_an_operator() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    add(practice, "Clara", &[Role::Approver])?;
    practice.app.sessions().sign_out()?;
    let session = sign_in(practice, &vault, "Clara", CHOSEN)?;
    assert_eq!(session.executor.state, ExecutorState::WaitingForOperator, "and the window says so");
    Ok(())
}

#[test]
fn signing_out_closes_the_vault_for_everybody() -> Result<()> {
    let world = World::new()?;
    let vault = world.practice.vault_folder()?;
    world.practice.app.sessions().sign_out()?;
    assert!(world.practice.app.sessions().get().is_none(), "nobody sits there");
    assert!(world.practice.app.sessions().locked().is_none(), "it is not locked but closed");
    let second = Practice::unlock(&vault, Setup::default());
    assert!(second.is_ok(), "another program can open it now: {:?}", second.err());
    Ok(())
}

#[test]
fn the_window_locks_by_itself_after_the_idle_time_of_the_parameter() -> Result<()> {
    let world = World::new()?;
    let sessions = world.practice.app.sessions();
    set(&world.practice, Parameter::LockAfter, Value::Integer(3))?;
    sessions.touch();
    let (now, wall) = (Instant::now(), Utc::now());
    for second in (0..178).step_by(5) {
        sessions.look_at(now + Duration::from_secs(second), wall + TimeDelta::seconds(second as i64));
    }
    assert!(sessions.get().is_some(), "not yet");
    sessions.look_at(now + Duration::from_secs(181), wall + TimeDelta::seconds(181));
    assert_eq!(sessions.locked().map(|locked| locked.reason), Some(LockReason::Idle), "after three minutes");
    Ok(())
}

#[test]
fn a_sleep_of_the_machine_locks_unless_the_parameter_says_otherwise() -> Result<()> {
    for (on, locks) in [(true, true), (false, false)] {
        let world = World::new()?;
        set(&world.practice, Parameter::LockOnSleep, Value::Switch(on))?;
        world.practice.app.sessions().sleep();
        assert_eq!(world.practice.app.sessions().get().is_none(), locks, "the parameter is {on}");
    }
    Ok(())
}

#[test]
fn a_locked_screen_locks_the_window_unless_the_parameter_says_otherwise() -> Result<()> {
    for (on, locks) in [(true, true), (false, false)] {
        let world = World::new()?;
        set(&world.practice, Parameter::LockWithScreen, Value::Switch(on))?;
        let sessions = world.practice.app.sessions();
        sessions.screen_locked();
        assert_eq!(sessions.get().is_none(), locks, "the parameter is {on}");
        assert_eq!(sessions.locked().map(|locked| locked.reason), locks.then_some(LockReason::Screen), "and why");
        assert_eq!(sessions.executor()?.state, ExecutorState::Working, "the executor works on");
    }
    Ok(())
}

#[test]
fn a_screen_that_is_locked_later_does_not_change_why_the_window_is_locked() -> Result<()> {
    let world = World::new()?;
    let sessions = world.practice.app.sessions();
    sessions.lock(LockReason::Person);
    sessions.screen_locked();
    assert_eq!(sessions.locked().map(|locked| locked.reason), Some(LockReason::Person), "the person did it");
    Ok(())
}

#[test]
fn failed_sign_ins_are_written_down_at_the_next_success_and_make_the_next_one_rest() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    practice.app.sessions().lock(LockReason::Person);
    for _ in 0..3 {
        assert!(sign_in(practice, &vault, USER_NAME, "wrong password").is_err(), "it is wrong");
    }
    let rests = sign_in(practice, &vault, USER_NAME, PASSWORD).err().context("it rests")?.downcast::<AppError>()?;
    assert!(matches!(rests, AppError::SignInRests { seconds: 1 }), "{rests:?}");
    std::thread::sleep(Duration::from_millis(1_100));
    practice.sign_in_at(&vault)?;
    let query = AuditQuery { actions: vec!["session.refused".to_owned()], limit: 10, ..AuditQuery::default() };
    let refused = practice.app.audit().list(&query)?;
    assert_eq!(refused.rows.len(), 1, "one entry for all of them");
    assert_eq!(refused.rows[0].detail["failures"], 3, "and how many there were");
    Ok(())
}

/// A clock that a test moves.
struct Moved(Mutex<DateTime<Utc>>);

impl Clock for Moved {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Moved {
    fn forward(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += by;
    }
}

fn with_clock() -> Result<(Practice, Arc<Moved>, tempfile::TempDir)> {
    let (folder, clock) = (tempfile::tempdir()?, Arc::new(Moved(Mutex::new(Utc::now()))));
    let setup = Setup { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..Setup::default() };
    Ok((Practice::create(folder.path(), "Clock", setup)?, clock, folder))
}

#[test]
fn a_one_time_password_runs_out() -> Result<()> {
    let (practice, clock, _folder) = with_clock()?;
    let vault = practice.vault_folder()?;
    let added = practice.app.users().add("Bruno", &[Role::Operator])?;
    clock.forward(TimeDelta::hours(73));
    // EXPOSE: the test hands it over.
    let late = sign_in(&practice, &vault, "Bruno", added.password.expose()).err().context("too late")?;
    assert!(matches!(late.downcast::<AppError>()?, AppError::OneTimePasswordExpired), "72 hours and no more");
    Ok(())
}

#[test]
fn a_key_file_is_needed_beside_the_password_once_it_is_set() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    let file = KeyFile::from_content(b"something that only she has");
    practice.app.account().set_key_file(&confirm(), Some(&file))?;
    practice.app.sessions().lock(LockReason::Person);
    assert!(sign_in(practice, &vault, USER_NAME, PASSWORD).is_err(), "the password alone opens nothing");
    practice.app.sessions().unlock(&UnlockVault {
        folder: vault,
        user_name: USER_NAME.to_owned(),
        password: Secret::new(PASSWORD),
        key_file: Some(file),
    })?;
    assert!(practice.app.account().get()?.key_file, "and the account says so");
    Ok(())
}

/// A desktop with a key store, in memory.
#[derive(Default)]
pub struct Remembering {
    key: Mutex<Option<DesktopKey>>,
    head: Mutex<Option<AuditHead>>,
}

impl Desktop for Remembering {
    fn has_key_store(&self) -> bool {
        true
    }

    fn is_said_to_hold_key(&self, _: KeyOwner<'_>) -> bool {
        self.key.lock().is_ok_and(|key| key.is_some())
    }

    fn key(&self, _: KeyOwner<'_>) -> Result<DesktopKey, KeyStoreError> {
        let key = self.key.lock().map_err(|_| KeyStoreError::Missing)?;
        let key = key.as_ref().ok_or(KeyStoreError::NoSuchKey)?;
        Ok(DesktopKey { id: key.id, key: key.key.duplicate() })
    }

    fn keep_key(&self, _: KeyOwner<'_>, key: &DesktopKey) -> Result<(), KeyStoreError> {
        *self.key.lock().map_err(|_| KeyStoreError::Missing)? =
            Some(DesktopKey { id: key.id, key: key.key.duplicate() });
        Ok(())
    }

    fn forget_key(&self, _: KeyOwner<'_>) -> Result<(), KeyStoreError> {
        *self.key.lock().map_err(|_| KeyStoreError::Missing)? = None;
        Ok(())
    }

    fn seen_head(&self, _: VaultId) -> Option<AuditHead> {
        self.head.lock().ok().and_then(|head| *head)
    }

    fn see_head(&self, _: VaultId, head: &AuditHead) {
        if let Ok(mut seen) = self.head.lock() {
            *seen = Some(*head);
        }
    }

    fn is_dismissed(&self, _: VaultId, _: WarningKind) -> bool {
        false
    }

    fn dismiss(&self, _: VaultId, _: WarningKind) {}
}

fn with_desktop() -> Result<(Practice, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    let setup = Setup { desktop: Some(Arc::new(Remembering::default())), ..Setup::default() };
    Ok((Practice::create(folder.path(), "Desk", setup)?, folder))
}

#[test]
fn a_trusted_desktop_unlocks_without_the_password_until_it_is_forgotten() -> Result<()> {
    let (practice, _folder) = with_desktop()?;
    let vault = practice.vault_folder()?;
    practice.app.account().enable_desktop(&confirm())?;
    practice.app.sessions().lock(LockReason::Person);
    practice.app.sessions().unlock_with_desktop(&vault, USER_NAME)?;
    practice.app.account().forget_desktop()?;
    practice.app.sessions().lock(LockReason::Person);
    let refused = practice.app.sessions().unlock_with_desktop(&vault, USER_NAME);
    assert!(matches!(refused, Err(AppError::DesktopKeyMissing)), "{refused:?}");
    Ok(())
}

#[test]
fn without_a_key_store_the_desktop_says_so() -> Result<()> {
    let world = World::new()?;
    let refused = world.practice.app.account().enable_desktop(&confirm());
    assert!(matches!(refused, Err(AppError::KeyStoreMissing)), "{refused:?}");
    Ok(())
}

#[test]
fn a_vault_that_was_set_back_opens_with_a_warning_that_names_both_states() -> Result<()> {
    let (practice, folder) = with_desktop()?;
    let vault = practice.vault_folder()?;
    practice.app.vaults().release();
    let copy = folder.path().join("earlier");
    copy_folder(&vault, &copy)?;
    practice.sign_in_at(&vault)?;
    practice.enter_device("srv-01", "10.0.0.1", 22)?;
    practice.app.sessions().sign_out()?;
    std::fs::remove_dir_all(&vault)?;
    copy_folder(&copy, &vault)?;
    practice.sign_in_at(&vault)?;
    let warnings = practice.app.sessions().get().context("it opens")?.warnings;
    let Some(app::Warning::RolledBack { seen, found }) = warnings.first() else {
        anyhow::bail!("a warning was expected: {warnings:?}");
    };
    assert!(seen.count > found.count, "seen {} entries, found {}", seen.count, found.count);
    practice.app.vaults().release();
    practice.sign_in_at(&vault)?;
    let warned = practice.app.sessions().get().context("it opens")?.warnings;
    assert!(!warned.is_empty(), "it is warned of again until somebody says that they know");
    practice.app.sessions().dismiss(warned[0].kind(), Some("restored after the fire"))?;
    practice.app.vaults().release();
    practice.sign_in_at(&vault)?;
    assert!(practice.app.sessions().get().context("it opens")?.warnings.is_empty(), "then it is the newest state");
    Ok(())
}

#[test]
fn nobody_but_an_administrator_says_that_a_set_back_vault_is_known_and_not_without_a_reason() -> Result<()> {
    let (practice, folder) = with_desktop()?;
    let vault = practice.vault_folder()?;
    for (name, role) in [("Otto", Role::Operator), ("Clara", Role::Auditor), ("Davi", Role::Approver)] {
        add(&practice, name, &[role])?;
    }
    practice.app.vaults().release();
    let copy = folder.path().join("earlier");
    copy_folder(&vault, &copy)?;
    practice.sign_in_at(&vault)?;
    practice.enter_device("srv-01", "10.0.0.1", 22)?;
    practice.app.sessions().sign_out()?;
    std::fs::remove_dir_all(&vault)?;
    copy_folder(&copy, &vault)?;
    practice.sign_in_at(&vault)?;
    let dismiss = |reason: Option<&str>| practice.app.sessions().dismiss(WarningKind::RolledBack, reason);
    for name in ["Otto", "Clara", "Davi"] {
        let session = sign_in(&practice, &vault, name, CHOSEN)?;
        assert!(!session.warnings.is_empty(), "{name} is warned");
        assert!(matches!(dismiss(Some("I know")), Err(AppError::Forbidden)), "{name} does not say that it is known");
    }
    practice.sign_in_at(&vault)?;
    for reason in [None, Some(""), Some("  ")] {
        assert!(matches!(dismiss(reason), Err(AppError::Invalid { .. })), "{reason:?} is no reason");
    }
    assert!(!practice.app.sessions().get().context("she sits there")?.warnings.is_empty(), "the warning stands");
    assert!(dismiss(Some("restored after the fire"))?.warnings.is_empty(), "now it is known");
    let query = AuditQuery { actions: vec!["vault.warningAccepted".to_owned()], limit: 10, ..AuditQuery::default() };
    let entries = practice.app.audit().list(&query)?.rows;
    assert_eq!(entries.len(), 1, "one entry");
    assert_eq!(entries[0].detail["reason"], "restored after the fire", "with the reason");
    Ok(())
}

pub fn copy_folder(from: &std::path::Path, to: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[test]
fn the_recovery_kit_opens_the_vault_when_nobody_knows_a_password() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    let recovery = practice.app.recovery();
    let kit = recovery.make(None)?;
    let words = kit.words.duplicate();
    // EXPOSE: the test types two of them back, as from paper.
    let word = |place: u32| Secret::new(words.expose().split(' ').nth(place as usize - 1).unwrap_or_default());
    let wrong = recovery.check(&[(kit.asked[0], word(kit.asked[0])), (kit.asked[1], Secret::new("zebra zebra"))]);
    assert!(matches!(wrong, Err(AppError::RecoveryWordWrong { position }) if position == kit.asked[1]), "{wrong:?}");
    recovery.check(&[(kit.asked[0], word(kit.asked[0])), (kit.asked[1], word(kit.asked[1]))])?;
    practice.app.sessions().sign_out()?;
    let typo = recovery.open(&vault, &Secret::new("abandn abandon"));
    assert!(matches!(typo, Err(AppError::RecoveryWordUnknown { position: 1 })), "{typo:?}");
    let opened = recovery.open(&vault, &words)?;
    assert!(practice.app.sessions().get().is_none(), "nobody is seated by it");
    assert!(
        matches!(practice.app.secrets().reveal(world.deploy, &RevealRequest::default()), Err(AppError::Locked)),
        "nor let in"
    );
    recovery.set_password(opened.administrators[0].0, &Secret::new(CHOSEN))?;
    assert_eq!(practice.password(world.deploy)?, "Start-pw-1", "the administrator is back");
    practice.app.sessions().lock(LockReason::Person);
    let old = sign_in(practice, &vault, USER_NAME, PASSWORD).err().context("the old one")?.downcast::<AppError>()?;
    assert!(matches!(old, AppError::Opening(VaultError::WrongPassword)), "opens nothing: {old:?}");
    Ok(())
}

#[test]
fn a_replaced_kit_opens_nothing() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    let first = practice.app.recovery().make(None)?;
    let refused = practice.app.recovery().make(None);
    assert!(matches!(refused, Err(AppError::WrongPassword)), "replacing it needs the password");
    practice.app.recovery().make(Some(&confirm()))?;
    assert_eq!(practice.password(world.deploy)?, "Start-pw-1", "the session goes on with new keys");
    let refused = practice.app.recovery().open(&vault, &first.words);
    assert!(matches!(refused, Err(AppError::WrongRecoveryWords)), "{refused:?}");
    Ok(())
}
