//! Signing in, locking, signing out: who sits at the window, and what the executor holds meanwhile.
//!
//! *Lock* empties the seat, which wipes the person's keys; the executor keeps its own copy of the key to passwords
//! unless a parameter says otherwise. *Sign out* wipes that one too and closes the vault. At a locked window anybody may
//! sign in, with keys of their own and never the executor's.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError},
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::parameter::Parameter;
use secret::Secret;
use vault::{KeyFile, NewPassword, SecretsKey, Session, Vault};

use crate::{
    Action, App, AppError, AppEvent, ExecutorDetails, Held, KeyOwner, KeyStoreError, LockReason, LockedDetails,
    SessionDetails, WarningKind,
    access::{
        idle::LockRules,
        seat::Seat,
        standing::{executor_details, running_operations, session_details},
    },
    approvals::batches::checked_reason,
    keeping::vaults::password_problem,
};

/// How often a sign-out looks whether everything is at rest.
const FAREWELL_LOOK: Duration = Duration::from_millis(100);

/// A vault to be unlocked.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct UnlockVault {
    /// The vault's own folder, `NAME.vault`.
    pub folder: PathBuf,
    pub user_name: String,
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

    /// Who sits here, or else which vault is locked: what the first screen begins with.
    pub fn at_start(&self) -> (Option<SessionDetails>, Option<LockedDetails>) {
        (self.get(), self.locked())
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
        let now = Instant::now();
        self.0.touch_at_the_door(now);
        if let Some(held) = self.0.held().as_mut() {
            held.idle.touch(now);
        }
    }

    /// Looks at the clocks, and locks when it is time. The shell calls this every few seconds.
    pub fn look(&self) {
        self.look_at(Instant::now(), self.0.setup.clock.now());
    }

    /// The same, at given times.
    pub fn look_at(&self, now: Instant, wall: DateTime<Utc>) {
        self.0.look_at_the_door(now, wall);
        let reason = self.0.held().as_mut().and_then(|held| {
            let reason = held.idle.look(now, wall, LockRules::of(&held.parameters));
            reason.filter(|_| held.seat.is_some())
        });
        if let Some(reason) = reason {
            self.lock(reason);
        }
    }

    /// The machine is about to sleep.
    pub fn sleep(&self) {
        self.0.forget_half_done();
        let wanted = self.0.held().as_ref().is_some_and(|held| held.parameters.is_on(Parameter::LockOnSleep));
        if wanted {
            self.lock(LockReason::Sleep);
        }
    }

    /// The desktop's own screen was locked. The desktop may say so several times, and the first one counts.
    pub fn screen_locked(&self) {
        self.0.forget_half_done();
        let wanted = self
            .0
            .held()
            .as_ref()
            .is_some_and(|held| held.seat.is_some() && held.parameters.is_on(Parameter::LockWithScreen));
        if wanted {
            self.lock(LockReason::Screen);
        }
    }

    /// Empties the seat. The executor works on, unless a parameter says otherwise.
    pub fn lock(&self, reason: LockReason) -> Option<LockedDetails> {
        self.0.forget_half_done();
        self.0.remember_head();
        let details = {
            let mut held = self.0.held();
            let held = held.as_mut()?;
            if let Some(seat) = held.seat.take() {
                let at = self.0.setup.clock.now();
                held.locked = Some(Locked { user_name: seat.user.name.clone(), at, reason });
            }
            held.rests_while_locked = !crate::keeping::parameters::rotates_while_locked(&held.vault, &held.parameters);
            if held.rests_while_locked
                && let Some(executor) = &held.executor
            {
                executor.hold_key(None);
            }
            self.0.locked_details(held)?
        };
        self.0.forget_offers();
        (self.0.setup.listener)(AppEvent::Locked(Box::new(details.clone())));
        Some(details)
    }

    /// Signs out: as [`Sessions::end`], asked for by somebody at the window.
    ///
    /// # Errors
    /// As [`Sessions::end`], and [`AppError::StillWorking`] at a locked window behind which passwords are changed:
    /// somebody who has proven nothing does not stop that. Whoever unlocks it may sign out.
    pub fn sign_out(&self) -> Result<(), AppError> {
        self.0.refuse_to_leave()?;
        self.end()
    }

    /// Wipes every key and closes the vault. What runs is waited for, within a bound, and told meanwhile; what is still
    /// running then is found out at the next start, as after a crash.
    ///
    /// # Errors
    /// [`AppError::Vault`] when the sign-out could not be written down; it happens all the same.
    pub fn end(&self) -> Result<(), AppError> {
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

    /// Takes one warning off the session, for good: somebody knows. That the vault was set back, an Administrator alone can
    /// say to be known, with a reason that stays in the audit trail.
    ///
    /// # Errors
    /// [`AppError::Locked`]; for a vault that was set back also [`AppError::Forbidden`], [`AppError::ReadOnly`] and
    /// [`AppError::Invalid`] with the field `reason`.
    pub fn dismiss(&self, kind: WarningKind, reason: Option<&str>) -> Result<SessionDetails, AppError> {
        match kind {
            WarningKind::RolledBack | WarningKind::Forked | WarningKind::DatabaseBehind => {
                let seat = self.0.seated(Action::AcceptSetBack)?;
                let reason = checked_reason("reason", reason.unwrap_or_default())?;
                // ORDER: what cannot be written down stays a warning.
                self.0.write_dismissed(&seat, kind, &reason)?;
                self.0.take_off(kind);
                self.0.remember_head();
            }
            WarningKind::SyncedFolder => {
                let seat = self.0.seat()?.unlimited()?;
                self.0.take_off(kind);
                self.0.setup.desktop.dismiss(seat.vault.id(), kind);
            }
            WarningKind::Displaced | WarningKind::Damaged | WarningKind::Altered | WarningKind::BackupOld => {
                self.0.seat()?.unlimited()?;
                self.0.take_off(kind);
            }
        }
        self.0.session_details()
    }
}

impl App {
    pub(crate) fn failures(&self) -> std::sync::MutexGuard<'_, crate::access::failures::Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_off(&self, kind: WarningKind) {
        if let Some(held) = self.held().as_mut() {
            held.warnings.retain(|warning| warning.kind() != kind);
        }
    }

    /// Refuses to close a vault that works behind a locked window: nobody there has proven who they are.
    pub(crate) fn refuse_to_leave(&self) -> Result<(), AppError> {
        let held = self.held();
        let Some(held) = held.as_ref().filter(|held| held.seat.is_none()) else { return Ok(()) };
        let works =
            held.executor.as_ref().is_some_and(|executor| executor.holds_key() || !executor.waiting_for().is_empty());
        if works { Err(AppError::StillWorking) } else { Ok(()) }
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
                executor.retune(crate::keeping::parameters::of_rotation(&held.parameters, &self.setup.parameters));
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
