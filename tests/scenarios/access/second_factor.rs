//! The authenticator's code at the sign-in: asked before anything is shown or done, and each code works once.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use app::{
    AppError, AuditQuery, Clock, Confirmation, Connectors, ExecutorState, LockReason, OperationQuery, RevealRequest,
    Secret, SessionDetails, UnlockVault,
    domain::{
        Role,
        parameter::{Parameter, Value},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use tests::{PASSWORD, Practice, PretendedDevice, Setup, USER_NAME};

use crate::{
    access::people::{CHOSEN, add, sign_in},
    access::sessions::Remembering,
    operations::rotating::World,
};

/// A clock that stands still until a test moves it, for the program and for the authenticator.
pub struct HeldClock(Mutex<DateTime<Utc>>);

impl Clock for HeldClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HeldClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Utc::now())))
    }

    pub fn move_by(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

/// A vault whose founder has an authenticator.
struct Guarded {
    world: World,
    clock: Arc<HeldClock>,
    secret: Secret,
    folder: PathBuf,
}

impl Guarded {
    fn new() -> Result<Self> {
        let clock = HeldClock::new();
        let desktop = Some(Arc::new(Remembering::default()) as Arc<dyn app::Desktop>);
        let world = World::with(Setup { clock: Arc::clone(&clock) as Arc<dyn Clock>, desktop, ..Setup::default() })?;
        let folder = world.practice.vault_folder()?;
        let setup = world.practice.app.account().begin_totp(&confirm(), None)?;
        let guarded = Self { secret: setup.secret, world, clock, folder };
        guarded.world.practice.app.account().confirm_totp(&guarded.code()?)?;
        guarded.next_code();
        Ok(guarded)
    }

    /// Returns the code that the authenticator shows now.
    fn code(&self) -> Result<String> {
        // EXPOSE: the test is the authenticator.
        let secret = totp_rs::Secret::try_from_base32(self.secret.expose()).context("a shared secret")?;
        let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("test".to_owned()).build();
        let second = u64::try_from(self.clock.now().timestamp())?;
        Ok(totp.context("an authenticator")?.generate(second).to_string())
    }

    /// Moves the clock until it shows another code.
    fn next_code(&self) {
        self.clock.move_by(TimeDelta::seconds(30));
    }

    fn app(&self) -> &app::App {
        &self.world.practice.app
    }

    /// Enters the password and checks that a code is asked for.
    fn password(&self) -> Result<()> {
        let refused = self.unlock().err().context("the password alone lets in")?;
        assert!(matches!(refused, AppError::CodeNeeded), "{refused:?}");
        Ok(())
    }

    fn unlock(&self) -> Result<SessionDetails, AppError> {
        self.app().sessions().unlock(&UnlockVault {
            folder: self.folder.clone(),
            user_name: USER_NAME.to_owned(),
            password: Secret::new(PASSWORD),
            key_file: None,
        })
    }

    fn count(&self, action: &str) -> Result<usize> {
        let query = AuditQuery { actions: vec![action.to_owned()], limit: 100, ..AuditQuery::default() };
        Ok(self.app().audit().list(&query)?.rows.len())
    }
}

fn confirm() -> Confirmation {
    Confirmation { password: Secret::new(PASSWORD), key_file: None }
}

#[test]
fn a_password_alone_opens_nothing_where_an_authenticator_is_set() -> Result<()> {
    let guarded = Guarded::new()?;
    let app = guarded.app();
    app.sessions().sign_out()?;
    guarded.password()?;
    assert!(app.sessions().get().is_none(), "nobody sits there");
    assert!(matches!(app.operations().list(&OperationQuery::default()), Err(AppError::Locked)), "no list");
    assert!(
        matches!(app.secrets().reveal(guarded.world.deploy, &RevealRequest::default()), Err(AppError::Locked)),
        "no password"
    );
    assert!(matches!(app.account().get(), Err(AppError::Locked)), "not even the own account");
    assert!(matches!(app.sessions().executor(), Err(AppError::Locked)), "no executor works with their key");
    let session = app.sessions().enter_code(&guarded.code()?)?;
    assert_eq!(session.user.name, USER_NAME, "the code seats them");
    assert_eq!(session.executor.state, ExecutorState::Working, "and gives the executor its key");
    Ok(())
}

#[test]
fn at_a_locked_window_the_code_is_asked_for_too_with_the_desktops_key_as_with_the_password() -> Result<()> {
    let guarded = Guarded::new()?;
    let app = guarded.app();
    app.account().enable_desktop(&confirm())?;
    app.parameters().save(Parameter::RotateWhileLocked, Value::Switch(false))?;
    for by_desktop in [false, true] {
        app.sessions().lock(LockReason::Person);
        if by_desktop {
            let refused = app.sessions().unlock_with_desktop(&guarded.folder, USER_NAME);
            assert!(matches!(refused, Err(AppError::CodeNeeded)), "{refused:?}");
        } else {
            guarded.password()?;
        }
        assert_eq!(app.sessions().executor()?.state, ExecutorState::RestingWhileLocked, "its key is not there yet");
        let session = app.sessions().enter_code(&guarded.code()?)?;
        assert_eq!(session.executor.state, ExecutorState::Working, "now it is");
        guarded.next_code();
    }
    Ok(())
}

#[test]
fn a_code_works_once_also_after_the_program_was_started_again() -> Result<()> {
    let guarded = Guarded::new()?;
    let code = guarded.code()?;
    guarded.app().sessions().sign_out()?;
    guarded.password()?;
    guarded.app().sessions().enter_code(&code)?;
    guarded.app().sessions().sign_out()?;
    // This is another process: it remembers only the steps that are stored in the vault.
    let device: Arc<dyn app::Connector> = Arc::new(PretendedDevice::with_account("root", "Root-pw-1"));
    let again = Practice::without_vault(Setup {
        clock: Arc::clone(&guarded.clock) as Arc<dyn Clock>,
        connectors: Some(Connectors::new([device])),
        kdf: app::KdfParameters::FLOOR,
        ..Setup::default()
    });
    let refused = again.sign_in_at(&guarded.folder).err().context("a code is asked for")?.downcast::<AppError>()?;
    assert!(matches!(refused, AppError::CodeNeeded), "{refused:?}");
    let replayed = again.app.sessions().enter_code(&code);
    assert!(matches!(replayed, Err(AppError::WrongCode)), "it was used: {replayed:?}");
    guarded.next_code();
    again.app.sessions().enter_code(&guarded.code()?)?;
    Ok(())
}

#[test]
fn a_code_that_was_accepted_by_a_clock_that_was_ahead_locks_nobody_out() -> Result<()> {
    let guarded = Guarded::new()?;
    guarded.clock.move_by(TimeDelta::days(1));
    guarded.app().sessions().lock(LockReason::Person);
    guarded.password()?;
    guarded.app().sessions().enter_code(&guarded.code()?)?;
    guarded.clock.move_by(TimeDelta::days(-1));
    guarded.app().sessions().lock(LockReason::Person);
    guarded.password()?;
    let code = guarded.code()?;
    guarded.app().sessions().enter_code(&code)?;
    guarded.app().sessions().lock(LockReason::Person);
    guarded.password()?;
    let replayed = guarded.app().sessions().enter_code(&code);
    assert!(matches!(replayed, Err(AppError::WrongCode)), "it works once all the same: {replayed:?}");
    Ok(())
}

#[test]
fn a_code_lets_in_to_save_a_copy_of_a_vault_whose_folder_is_gone() -> Result<()> {
    let guarded = Guarded::new()?;
    guarded.app().sessions().lock(LockReason::Person);
    guarded.password()?;
    // No check of the files has run since.
    std::fs::remove_dir_all(&guarded.folder)?;
    let code = guarded.code()?;
    guarded.app().sessions().enter_code(&code)?;
    guarded.app().sessions().lock(LockReason::Person);
    guarded.password()?;
    let replayed = guarded.app().sessions().enter_code(&code);
    assert!(matches!(replayed, Err(AppError::WrongCode)), "and works once in this process: {replayed:?}");
    Ok(())
}

#[test]
fn wrong_codes_are_written_down_without_an_author_and_slow_the_next_one_down() -> Result<()> {
    let guarded = Guarded::new()?;
    let app = guarded.app();
    app.sessions().lock(LockReason::Person);
    guarded.password()?;
    for _ in 0..3 {
        let refused = app.sessions().enter_code("abcdef");
        assert!(matches!(refused, Err(AppError::WrongCode)), "{refused:?}");
    }
    let rests = app.sessions().enter_code(&guarded.code()?);
    assert!(matches!(rests, Err(AppError::SignInRests { seconds: 1 })), "{rests:?}");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    app.sessions().enter_code(&guarded.code()?)?;
    let query = AuditQuery { actions: vec!["session.codeRefused".to_owned()], limit: 10, ..AuditQuery::default() };
    let entries = app.audit().list(&query)?.rows;
    assert_eq!(entries.len(), 3, "each of them");
    assert!(entries.iter().all(|entry| entry.who.is_none()), "by nobody who had proven who they are");
    Ok(())
}

#[test]
fn nobody_owes_a_code_after_they_left_or_the_window_was_locked_again() -> Result<()> {
    let guarded = Guarded::new()?;
    let app = guarded.app();
    app.sessions().lock(LockReason::Person);
    let leave: [fn(&app::App); 4] = [
        |app| app.sessions().leave_code(),
        |app| drop(app.sessions().lock(LockReason::Person)),
        |app| app.sessions().sleep(),
        |app| app.sessions().screen_locked(),
    ];
    for leave in leave {
        guarded.password()?;
        leave(app);
        let refused = app.sessions().enter_code(&guarded.code()?);
        assert!(matches!(refused, Err(AppError::Locked)), "{refused:?}");
    }
    Ok(())
}

#[test]
fn who_was_kept_out_while_they_owed_a_code_stays_out() -> Result<()> {
    let guarded = Guarded::new()?;
    let (practice, app) = (&guarded.world.practice, guarded.app());
    app.parameters().save(Parameter::CodeAtSignIn, Value::Switch(false))?;
    let bruno = add(practice, "Bruno", &[Role::Operator])?;
    sign_in(practice, &guarded.folder, "Bruno", CHOSEN)?;
    let own = Confirmation { password: Secret::new(CHOSEN), key_file: None };
    let setup = app.account().begin_totp(&own, None)?;
    let brunos = Guarded { secret: setup.secret, ..guarded };
    let app = brunos.app();
    app.account().confirm_totp(&brunos.code()?)?;
    brunos.next_code();
    brunos.unlock()?;
    app.parameters().save(Parameter::CodeAtSignIn, Value::Switch(true))?;
    let refused = sign_in(&brunos.world.practice, &brunos.folder, "Bruno", CHOSEN).err().context("a code")?;
    assert!(matches!(refused.downcast::<AppError>()?, AppError::CodeNeeded), "he owes one");
    app.users().disable(bruno)?;
    let refused = app.sessions().enter_code(&brunos.code()?);
    assert!(matches!(refused, Err(AppError::Opening(app::VaultError::Disabled))), "{refused:?}");
    assert_eq!(app.sessions().get().map(|session| session.user.name), Some(USER_NAME.to_owned()), "who sat there sits");
    Ok(())
}

#[test]
fn where_a_parameter_says_so_the_password_is_enough() -> Result<()> {
    let guarded = Guarded::new()?;
    guarded.app().parameters().save(Parameter::CodeAtSignIn, Value::Switch(false))?;
    guarded.app().sessions().lock(LockReason::Person);
    guarded.unlock()?;
    Ok(())
}

#[test]
fn an_authenticator_is_not_replaced_or_removed_without_a_code_of_it() -> Result<()> {
    let guarded = Guarded::new()?;
    let app = guarded.app();
    let refused = app.account().begin_totp(&confirm(), None).err().context("another is set up")?;
    assert!(matches!(refused, AppError::CodeNeeded), "{refused:?}");
    let refused = app.account().remove_totp(&confirm(), None);
    assert!(matches!(refused, Err(AppError::CodeNeeded)), "{refused:?}");
    let refused = app.account().remove_totp(&confirm(), Some("abcdef"));
    assert!(matches!(refused, Err(AppError::WrongCode)), "{refused:?}");
    assert!(app.account().get()?.totp, "it is still there");
    app.account().remove_totp(&confirm(), Some(&guarded.code()?))?;
    assert!(!app.account().get()?.totp, "with a code it goes");
    app.sessions().lock(LockReason::Person);
    guarded.unlock()?;
    Ok(())
}

#[test]
fn an_authenticator_that_was_taken_out_of_the_file_lets_nobody_in_and_is_audited() -> Result<()> {
    let guarded = Guarded::new()?;
    let ada = guarded.app().sessions().get().context("she sits there")?.user.id;
    guarded.app().sessions().sign_out()?;
    let (slots, whole) = (guarded.folder.join("keyslots.json"), std::fs::read(guarded.folder.join("keyslots.json"))?);
    vault::attack::remove_authenticator(&guarded.folder, ada)?;
    let refused = guarded.unlock();
    assert!(matches!(refused, Err(AppError::SecondFactorAltered)), "{refused:?}");
    assert!(guarded.app().sessions().get().is_none(), "nobody sits there");
    std::fs::write(&slots, whole)?;
    guarded.password()?;
    guarded.app().sessions().enter_code(&guarded.code()?)?;
    assert_eq!(guarded.count("session.authenticatorAltered")?, 1, "it stays in the trail");
    Ok(())
}
