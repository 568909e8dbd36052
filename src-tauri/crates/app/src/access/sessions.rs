//! Signing in, locking and signing out: the user's keys, and the executor's key meanwhile.
//!
//! *Lock* wipes the user's keys; the executor keeps its own copy of the key to passwords unless a parameter says
//! otherwise. *Sign out* wipes that copy too and closes the vault. At a locked window anybody may sign in, with their
//! own keys and never with the executor's.

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
    Action, App, AppError, AppEvent, ExecutorDetails, KeyOwner, KeyStoreError, LockReason, LockedDetails, OpenVault,
    SessionDetails, WarningKind,
    access::{
        idle::LockRules,
        session_details::{executor_details, running_operations, session_details},
        signed_in_user::SignedInUser,
    },
    approvals::batches::checked_reason,
    keeping::vaults::password_problem,
};

/// The interval at which a sign-out checks whether the executor is at rest.
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

/// The user, the time and the reason of a lock.
#[derive(Debug, Clone)]
pub(crate) struct Locked {
    user_name: String,
    at: DateTime<Utc>,
    reason: LockReason,
}

/// The operations on sessions.
pub struct Sessions<'a>(pub(crate) &'a App);

impl Sessions<'_> {
    /// Chooses the password of a user who signed in with a one-time password.
    ///
    /// # Errors
    /// [`AppError::Locked`]; [`AppError::Forbidden`] if the user has already chosen one; [`AppError::Invalid`];
    /// [`AppError::SamePassword`].
    pub fn set_password(&self, password: &Secret) -> Result<SessionDetails, AppError> {
        let signed_in = self.0.signed_in()?;
        if signed_in.limit().is_none() {
            return Err(AppError::Forbidden);
        }
        let known = [signed_in.vault.name(), signed_in.user.name.as_str()];
        if let Some(problem) = password_problem(password, &known) {
            return Err(AppError::Invalid { problems: vec![problem] });
        }
        let new = NewPassword { password, key_file: None, kdf: self.0.kdf_of(&signed_in) };
        let session = signed_in.vault.choose_password(&signed_in.session, &new, self.0.setup.clock.now())?;
        self.0.replace_session(&signed_in.vault, session);
        self.0.write_password_chosen()?;
        self.0.session_details()
    }

    /// Returns the session of the signed-in user, if there is one.
    pub fn get(&self) -> Option<SessionDetails> {
        self.0.session_details().ok()
    }

    /// Returns the open vault if its window is locked.
    pub fn locked(&self) -> Option<LockedDetails> {
        let open_vault = self.0.open_vault();
        let open_vault = open_vault.as_ref()?;
        self.0.locked_details(open_vault)
    }

    /// Returns the session or the locked vault, for the first screen.
    pub fn at_start(&self) -> (Option<SessionDetails>, Option<LockedDetails>) {
        (self.get(), self.locked())
    }

    /// Returns the state of the executor, also at a locked window.
    ///
    /// # Errors
    /// [`AppError::Locked`] without an open vault.
    pub fn executor(&self) -> Result<ExecutorDetails, AppError> {
        let open_vault = self.0.open_vault();
        let open_vault = open_vault.as_ref().ok_or(AppError::Locked)?;
        Ok(executor_details(open_vault, self.0.setup.clock.now()))
    }

    /// Records activity of the user, which restarts the idle time.
    pub fn touch(&self) {
        let now = Instant::now();
        self.0.touch_at_the_door(now);
        if let Some(open_vault) = self.0.open_vault().as_mut() {
            open_vault.idle.touch(now);
        }
    }

    /// Reads the clocks and locks the window if it is time. The shell calls this every few seconds.
    pub fn look(&self) {
        self.look_at(Instant::now(), self.0.setup.clock.now());
    }

    /// As [`Sessions::look`], at the given times.
    pub fn look_at(&self, now: Instant, wall: DateTime<Utc>) {
        self.0.look_at_the_door(now, wall);
        let reason = self.0.open_vault().as_mut().and_then(|open_vault| {
            let reason = open_vault.idle.look(now, wall, LockRules::of(&open_vault.parameters));
            reason.filter(|_| open_vault.signed_in.is_some())
        });
        if let Some(reason) = reason {
            self.lock(reason);
        }
    }

    /// Locks the window before the machine sleeps, if the parameter says so.
    pub fn sleep(&self) {
        self.0.forget_half_done();
        let wanted =
            self.0.open_vault().as_ref().is_some_and(|open_vault| open_vault.parameters.is_on(Parameter::LockOnSleep));
        if wanted {
            self.lock(LockReason::Sleep);
        }
    }

    /// Locks the window when the desktop's screen was locked, if the parameter says so. The desktop may report this
    /// several times; the first report counts.
    pub fn screen_locked(&self) {
        self.0.forget_half_done();
        let wanted = self.0.open_vault().as_ref().is_some_and(|open_vault| {
            open_vault.signed_in.is_some() && open_vault.parameters.is_on(Parameter::LockWithScreen)
        });
        if wanted {
            self.lock(LockReason::Screen);
        }
    }

    /// Locks the window and wipes the user's keys. The executor works on, unless a parameter says otherwise.
    pub fn lock(&self, reason: LockReason) -> Option<LockedDetails> {
        self.0.forget_half_done();
        self.0.remember_head();
        let details = {
            let mut open_vault = self.0.open_vault();
            let open_vault = open_vault.as_mut()?;
            if let Some(signed_in) = open_vault.signed_in.take() {
                let at = self.0.setup.clock.now();
                open_vault.locked = Some(Locked { user_name: signed_in.user.name.clone(), at, reason });
            }
            open_vault.rests_while_locked =
                !crate::keeping::parameters::rotates_while_locked(&open_vault.vault, &open_vault.parameters);
            if open_vault.rests_while_locked
                && let Some(executor) = &open_vault.executor
            {
                executor.hold_key(None);
            }
            self.0.locked_details(open_vault)?
        };
        self.0.forget_offers();
        (self.0.setup.listener)(AppEvent::Locked(Box::new(details.clone())));
        Some(details)
    }

    /// Signs out, as [`Sessions::end`], at the user's request.
    ///
    /// # Errors
    /// As [`Sessions::end`], and [`AppError::StillWorking`] at a locked window behind which passwords are changed: a
    /// person who has not signed in cannot stop that. A user who unlocks the window may sign out.
    pub fn sign_out(&self) -> Result<(), AppError> {
        self.0.refuse_to_leave()?;
        self.end()
    }

    /// Wipes every key and closes the vault. It first waits for running operations, up to a limit, and reports them
    /// meanwhile. Operations that still run after that are resolved at the next start, as after a crash.
    ///
    /// # Errors
    /// [`AppError::Vault`] if the audit entry could not be written; the sign-out happens all the same.
    pub fn end(&self) -> Result<(), AppError> {
        let written = self.0.write_sign_out();
        self.0.remember_head();
        let open_vault = self.0.open_vault().take();
        self.0.forget_offers();
        self.0.forget_half_done();
        if let Some(OpenVault { vault, executor, signed_in, parameters, .. }) = open_vault {
            drop(signed_in);
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
        let mut reported = Vec::new();
        while !is_over() && Instant::now() < until {
            if let Ok(running) = vault.read(running_operations)
                && running != reported
            {
                (self.0.setup.listener)(AppEvent::SigningOut(running.clone()));
                reported = running;
            }
            thread::sleep(FAREWELL_LOOK);
        }
    }

    /// Dismisses one warning of the session. That a vault was set back can be accepted by an Administrator only, with a
    /// reason that stays in the audit trail.
    ///
    /// # Errors
    /// [`AppError::Locked`]; for a vault that was set back also [`AppError::Forbidden`], [`AppError::ReadOnly`] and
    /// [`AppError::Invalid`] with the field `reason`.
    pub fn dismiss(&self, kind: WarningKind, reason: Option<&str>) -> Result<SessionDetails, AppError> {
        match kind {
            WarningKind::RolledBack | WarningKind::Forked | WarningKind::DatabaseBehind => {
                let signed_in = self.0.authorize(Action::AcceptSetBack)?;
                let reason = checked_reason("reason", reason.unwrap_or_default())?;
                // ORDER: the audit entry is written first. If that fails, the warning stays.
                self.0.write_dismissed(&signed_in, kind, &reason)?;
                self.0.take_off(kind);
                self.0.remember_head();
            }
            WarningKind::SyncedFolder => {
                let signed_in = self.0.signed_in()?.unlimited()?;
                self.0.take_off(kind);
                self.0.setup.desktop.dismiss(signed_in.vault.id(), kind);
            }
            WarningKind::Displaced | WarningKind::Damaged | WarningKind::Altered | WarningKind::BackupOld => {
                self.0.signed_in()?.unlimited()?;
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
        if let Some(open_vault) = self.open_vault().as_mut() {
            open_vault.warnings.retain(|warning| warning.kind() != kind);
        }
    }

    /// Refuses to close a vault that works behind a locked window, because nobody there has proven their identity.
    pub(crate) fn refuse_to_leave(&self) -> Result<(), AppError> {
        let open_vault = self.open_vault();
        let Some(open_vault) = open_vault.as_ref().filter(|open_vault| open_vault.signed_in.is_none()) else {
            return Ok(());
        };
        let works = open_vault
            .executor
            .as_ref()
            .is_some_and(|executor| executor.holds_key() || !executor.waiting_for().is_empty());
        if works { Err(AppError::StillWorking) } else { Ok(()) }
    }

    /// Returns the view of the session for the window.
    pub(crate) fn session_details(&self) -> Result<SessionDetails, AppError> {
        let open_vault = self.open_vault();
        let open_vault = open_vault.as_ref().ok_or(AppError::Locked)?;
        let signed_in = open_vault.signed_in.as_ref().ok_or(AppError::Locked)?;
        Ok(session_details(open_vault, signed_in, self.setup.clock.now()))
    }

    fn locked_details(&self, open_vault: &OpenVault) -> Option<LockedDetails> {
        let locked = open_vault.locked.as_ref().filter(|_| open_vault.signed_in.is_none())?;
        let owner = KeyOwner { folder: open_vault.vault.folder(), user_name: &locked.user_name };
        Some(LockedDetails {
            vault_name: open_vault.vault.name().to_owned(),
            vault_folder: open_vault.vault.folder().to_owned(),
            user_name: locked.user_name.clone(),
            at: locked.at,
            reason: locked.reason,
            desktop_key: self.setup.desktop.is_said_to_hold_key(owner),
            executor: executor_details(open_vault, self.setup.clock.now()),
        })
    }

    /// Signs a person in to the open vault. If the executor has no key and the person has one, it gets a copy.
    pub(crate) fn replace_session(&self, vault: &Arc<Vault>, session: Session) {
        let signed_in = SignedInUser::of(vault, session);
        if let Some(open_vault) = self.open_vault().as_mut() {
            if let (Some(executor), Some(key)) = (&open_vault.executor, signed_in.session.secrets_key())
                && !executor.holds_key()
            {
                executor.hold_key(Some(key.duplicate()));
            }
            open_vault.idle.touch(Instant::now());
            open_vault.locked = None;
            open_vault.signed_in = Some(signed_in);
        }
    }

    /// Renews the user's roles and keys, and the executor's key after the vault was re-keyed.
    pub(crate) fn renew(&self, signed_in: &SignedInUser) -> Result<(), AppError> {
        let session = signed_in.vault.renew(&signed_in.session)?;
        let renewed = SignedInUser::of(&signed_in.vault, session);
        if let Some(open_vault) = self.open_vault().as_mut() {
            if let Some(executor) = &open_vault.executor
                && executor.holds_key()
            {
                executor.hold_key(renewed.session.secrets_key().map(SecretsKey::duplicate));
            }
            if open_vault.signed_in.is_some() {
                open_vault.signed_in = Some(renewed);
            }
        }
        (self.setup.listener)(AppEvent::SessionChanged);
        Ok(())
    }

    /// Puts the stored parameters into force.
    pub(crate) fn apply_parameters(&self) -> Result<(), AppError> {
        if let Some(open_vault) = self.open_vault().as_mut() {
            open_vault.parameters = open_vault.vault.read(|reader| reader.parameters().all())?;
            if let Some(executor) = &open_vault.executor {
                executor
                    .retune(crate::keeping::parameters::of_rotation(&open_vault.parameters, &self.setup.parameters));
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
