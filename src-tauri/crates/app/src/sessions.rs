//! Signing in, locking, signing out: who sits at the window, and what the executor holds meanwhile.
//!
//! *Lock* empties the seat, which wipes the person's keys; the executor keeps its own copy of the key to passwords
//! unless a parameter says otherwise. *Sign out* wipes that one too and closes the vault. At a locked window anybody may
//! sign in, with keys of their own and never the executor's.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::parameter::Parameter;
use secret::Secret;
use vault::{KeyFile, NewPassword, SecretsKey, Session, SignIn, Vault, VaultError};

use crate::{
    App, AppError, AppEvent, ExecutorDetails, Held, KeyOwner, KeyStoreError, LockReason, LockedDetails, SessionDetails,
    WarningKind,
    idle::LockRules,
    seat::Seat,
    standing::{executor_details, running_operations, session_details},
    vaults::password_problem,
};

/// How often a sign-out looks whether everything is at rest.
const FAREWELL_LOOK: Duration = Duration::from_millis(100);

/// A vault to be unlocked.
pub struct UnlockVault {
    /// The vault's own folder, `NAME.vault`.
    pub folder: PathBuf,
    /// Who unlocks it.
    pub user_name: String,
    /// Their password.
    pub password: Secret,
    /// Their key file, if they use one.
    pub key_file: Option<KeyFile>,
}

/// When the window was locked, and why.
#[derive(Debug, Clone)]
pub(crate) struct Locked {
    user_name: String,
    at: DateTime<Utc>,
    reason: LockReason,
}

/// The door to sessions.
pub struct Sessions<'a>(pub(crate) &'a App);

impl Sessions<'_> {
    /// Unlocks a vault. At one that is held already (locked, its executor at work) the person is only seated: the same
    /// one again, or another one with keys of their own.
    ///
    /// # Errors
    /// [`AppError::Opening`], with [`VaultError::WrongPassword`] for a wrong name, a wrong password and a wrong key file
    /// alike; [`AppError::SignInRests`]; [`AppError::OneTimePasswordExpired`].
    pub fn unlock(&self, request: &UnlockVault) -> Result<SessionDetails, AppError> {
        let mut sign_in = SignIn::password(request.user_name.trim(), &request.password).raise_to(self.0.setup.kdf);
        if let Some(key_file) = &request.key_file {
            sign_in = sign_in.key_file(key_file);
        }
        self.enter(&request.folder, &sign_in, if request.key_file.is_some() { "keyFile" } else { "password" })?;
        self.0.raise_cost(&request.password, request.key_file.as_ref());
        self.0.session_details()
    }

    /// Unlocks with the key that this desktop's key store holds.
    ///
    /// # Errors
    /// As [`Sessions::unlock`], [`AppError::KeyStoreMissing`], and [`AppError::DesktopKeyMissing`] also for a key that
    /// does not open the vault any more; it is forgotten then.
    pub fn unlock_with_desktop(&self, folder: &Path, user_name: &str) -> Result<SessionDetails, AppError> {
        let (desktop, user_name) = (&self.0.setup.desktop, user_name.trim());
        let owner = KeyOwner { folder, user_name };
        let key = desktop.key(owner).map_err(AppError::from)?;
        let entered = self.enter(folder, &SignIn::desktop(user_name, &key), "desktop");
        if let Err(AppError::Opening(VaultError::WrongPassword)) = entered {
            // A key store that refuses to forget only keeps what opens nothing.
            let _ = desktop.forget_key(owner);
            return Err(AppError::DesktopKeyMissing);
        }
        entered
    }

    fn enter(&self, folder: &Path, sign_in: &SignIn<'_>, how: &'static str) -> Result<SessionDetails, AppError> {
        if let Some(left) = self.0.failures().rest(folder, Instant::now()) {
            return Err(AppError::SignInRests { seconds: left.as_secs().max(1) as u32 });
        }
        let signed_in = match self.0.held_at(folder) {
            Some(vault) => vault.sign_in(sign_in).map(|session| (vault, session, true)),
            None => Vault::open(folder, sign_in).map(|(vault, session)| (Arc::new(vault), session, false)),
        };
        let (vault, session, held) = signed_in.map_err(|error| self.refused(folder, error))?;
        self.0.refuse_expired_one_time(&vault, &session)?;
        if held {
            self.0.reseat(&vault, session);
        } else {
            // Only now: a wrong password for another vault does not stop the work on this one.
            self.0.vaults().release();
            self.0.hold(vault, session)?;
        }
        let failed = self.0.failures().take(folder);
        self.0.write_sign_in(how, failed, !held)?;
        self.0.session_details()
    }

    fn refused(&self, folder: &Path, error: VaultError) -> AppError {
        if matches!(error, VaultError::WrongPassword) {
            self.0.failures().note(folder, Instant::now(), self.0.setup.clock.now());
        }
        AppError::Opening(error)
    }

    /// Chooses the password of who signed in with a one-time password.
    ///
    /// # Errors
    /// [`AppError::Locked`]; [`AppError::Forbidden`] for who has chosen one; [`AppError::Invalid`];
    /// [`AppError::SamePassword`].
    pub fn set_password(&self, password: &Secret) -> Result<SessionDetails, AppError> {
        let seat = self.0.seat()?;
        if seat.limit().is_none() {
            return Err(AppError::Forbidden);
        }
        let known = [seat.vault.name(), seat.user.name.as_str()];
        if let Some(problem) = password_problem(password, &known) {
            return Err(AppError::Invalid { problems: vec![problem] });
        }
        let new = NewPassword { password, key_file: None, kdf: self.0.kdf_of(&seat) };
        let session = seat.vault.choose_password(&seat.session, &new, self.0.setup.clock.now())?;
        self.0.reseat(&seat.vault, session);
        self.0.write_password_chosen()?;
        self.0.session_details()
    }

    /// Who sits at the window, if anyone does.
    pub fn get(&self) -> Option<SessionDetails> {
        self.0.session_details().ok()
    }

    /// The vault whose window is locked, if one is.
    pub fn locked(&self) -> Option<LockedDetails> {
        let held = self.0.held();
        let held = held.as_ref()?;
        self.0.locked_details(held)
    }

    /// What the executor does. Asked at a locked window too.
    ///
    /// # Errors
    /// [`AppError::Locked`] without an open vault.
    pub fn executor(&self) -> Result<ExecutorDetails, AppError> {
        let held = self.0.held();
        let held = held.as_ref().ok_or(AppError::Locked)?;
        Ok(executor_details(held, self.0.setup.clock.now()))
    }

    /// Somebody moved or typed.
    pub fn touch(&self) {
        if let Some(held) = self.0.held().as_mut() {
            held.idle.touch(Instant::now());
        }
    }

    /// Looks at the clocks, and locks when it is time. The shell calls this every few seconds.
    pub fn look(&self) {
        self.look_at(Instant::now(), self.0.setup.clock.now());
    }

    /// The same, at given times.
    pub fn look_at(&self, now: Instant, wall: DateTime<Utc>) {
        let reason = self.0.held().as_mut().and_then(|held| {
            let rules = LockRules {
                after: Some(held.parameters.duration(Parameter::LockAfter)).filter(|after| !after.is_zero()),
                on_sleep: held.parameters.is_on(Parameter::LockOnSleep),
            };
            let reason = held.idle.look(now, wall, rules);
            reason.filter(|_| held.seat.is_some())
        });
        if let Some(reason) = reason {
            self.lock(reason);
        }
    }

    /// The machine is about to sleep.
    pub fn sleep(&self) {
        let wanted = self.0.held().as_ref().is_some_and(|held| held.parameters.is_on(Parameter::LockOnSleep));
        if wanted {
            self.lock(LockReason::Sleep);
        }
    }

    /// Empties the seat. The executor works on, unless a parameter says otherwise.
    pub fn lock(&self, reason: LockReason) -> Option<LockedDetails> {
        self.0.remember_head();
        let details = {
            let mut held = self.0.held();
            let held = held.as_mut()?;
            if let Some(seat) = held.seat.take() {
                let at = self.0.setup.clock.now();
                held.locked = Some(Locked { user_name: seat.user.name.clone(), at, reason });
            }
            held.rests_while_locked = !crate::parameters::rotates_while_locked(&held.vault, &held.parameters);
            if held.rests_while_locked
                && let Some(executor) = &held.executor
            {
                executor.hold_key(None);
            }
            self.0.locked_details(held)?
        };
        self.0.forget_offers();
        self.0.forget_half_done();
        (self.0.setup.listener)(AppEvent::Locked(Box::new(details.clone())));
        Some(details)
    }

    /// Wipes every key and closes the vault. What runs is waited for, within a bound, and told meanwhile; what is still
    /// running then is found out at the next start, as after a crash.
    ///
    /// # Errors
    /// [`AppError::Vault`] when the sign-out could not be written down; it happens all the same.
    pub fn sign_out(&self) -> Result<(), AppError> {
        let written = self.0.write_sign_out();
        self.0.remember_head();
        let held = self.0.held().take();
        self.0.forget_offers();
        self.0.forget_half_done();
        if let Some(Held { vault, executor, seat, parameters, .. }) = held {
            drop(seat);
            if let Some(executor) = executor {
                let until = Instant::now() + parameters.duration(Parameter::FarewellBound);
                executor.retire();
                self.wait_for(&vault, until, || executor.is_at_rest());
                executor.hold_key(None);
            }
        }
        (self.0.setup.listener)(AppEvent::SignedOut);
        written
    }

    fn wait_for(&self, vault: &Vault, until: Instant, is_over: impl Fn() -> bool) {
        let mut told = Vec::new();
        while !is_over() && Instant::now() < until {
            if let Ok(running) = vault.read(running_operations)
                && running != told
            {
                (self.0.setup.listener)(AppEvent::SigningOut(running.clone()));
                told = running;
            }
            thread::sleep(FAREWELL_LOOK);
        }
    }

    /// Takes one warning off the session, for good: somebody knows.
    ///
    /// # Errors
    /// [`AppError::Locked`].
    pub fn dismiss(&self, kind: WarningKind) -> Result<SessionDetails, AppError> {
        let seat = self.0.seat()?.unlimited()?;
        if let Some(held) = self.0.held().as_mut() {
            held.warnings.retain(|warning| warning.kind() != kind);
        }
        match kind {
            WarningKind::RolledBack | WarningKind::Forked | WarningKind::DatabaseBehind => {
                self.0.write_dismissed(&seat, kind)?;
                self.0.remember_head();
            }
            WarningKind::SyncedFolder => self.0.setup.desktop.dismiss(seat.vault.id(), kind),
            WarningKind::Damaged | WarningKind::BackupOld => {}
        }
        self.0.session_details()
    }
}

impl App {
    pub(crate) fn failures(&self) -> std::sync::MutexGuard<'_, crate::failures::Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the window shows of the session.
    pub(crate) fn session_details(&self) -> Result<SessionDetails, AppError> {
        let held = self.held();
        let held = held.as_ref().ok_or(AppError::Locked)?;
        let seat = held.seat.as_ref().ok_or(AppError::Locked)?;
        Ok(session_details(held, seat, self.setup.clock.now()))
    }

    fn locked_details(&self, held: &Held) -> Option<LockedDetails> {
        let locked = held.locked.as_ref().filter(|_| held.seat.is_none())?;
        let owner = KeyOwner { folder: held.vault.folder(), user_name: &locked.user_name };
        Some(LockedDetails {
            vault_name: held.vault.name().to_owned(),
            vault_folder: held.vault.folder().to_owned(),
            user_name: locked.user_name.clone(),
            at: locked.at,
            reason: locked.reason,
            desktop_key: self.setup.desktop.is_said_to_hold_key(owner),
            executor: executor_details(held, self.setup.clock.now()),
        })
    }

    /// Seats a person at the vault that is held. If the executor has no key and they have one, it gets a copy.
    pub(crate) fn reseat(&self, vault: &Arc<Vault>, session: Session) {
        let seat = Seat::of(vault, session);
        if let Some(held) = self.held().as_mut() {
            if let (Some(executor), Some(key)) = (&held.executor, seat.session.secrets_key())
                && !executor.holds_key()
            {
                executor.hold_key(Some(key.duplicate()));
            }
            held.idle.touch(Instant::now());
            held.locked = None;
            held.seat = Some(seat);
        }
    }

    /// The person's roles and keys as they are now; the executor's key follows, after everything was re-keyed.
    pub(crate) fn renew(&self, seat: &Seat) -> Result<(), AppError> {
        let session = seat.vault.renew(&seat.session)?;
        let renewed = Seat::of(&seat.vault, session);
        if let Some(held) = self.held().as_mut() {
            if let Some(executor) = &held.executor
                && executor.holds_key()
            {
                executor.hold_key(renewed.session.secrets_key().map(SecretsKey::duplicate));
            }
            if held.seat.is_some() {
                held.seat = Some(renewed);
            }
        }
        (self.setup.listener)(AppEvent::SessionChanged);
        Ok(())
    }

    /// What an administrator tuned counts from now on.
    pub(crate) fn apply_parameters(&self) -> Result<(), AppError> {
        if let Some(held) = self.held().as_mut() {
            held.parameters = held.vault.read(|reader| reader.parameters().all())?;
            if let Some(executor) = &held.executor {
                executor.retune(crate::parameters::of_rotation(&held.parameters, &self.setup.parameters));
            }
        }
        (self.setup.listener)(AppEvent::SessionChanged);
        Ok(())
    }
}

impl From<KeyStoreError> for AppError {
    fn from(error: KeyStoreError) -> Self {
        match error {
            KeyStoreError::Missing => Self::KeyStoreMissing,
            KeyStoreError::NoSuchKey => Self::DesktopKeyMissing,
        }
    }
}
