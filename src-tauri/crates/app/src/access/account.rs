//! The signed-in person's own password, second factor, key file and desktop. Anybody may, for themselves.

use chrono::{DateTime, Utc};
use rand::RngExt;
use secret::Secret;
use serde_json::json;
use vault::{KeyFile, Milestone, NewPassword, Session, Vault, VaultError};

use crate::{
    App, AppError, AppEvent, KeyOwner, SeatedUser,
    access::{
        seat::Seat,
        second_factor::{Authenticator, LENGTH},
    },
    keeping::vaults::password_problem,
};

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AccountDetails {
    pub user: SeatedUser,
    /// Since when their password is what it is.
    pub password_changed_at: DateTime<Utc>,
    /// Whether they have an authenticator.
    pub totp: bool,
    /// Whether they need a key file.
    pub key_file: bool,
    /// Whether this desktop unlocks for them.
    pub desktop: DesktopUnlock,
}

domain::enumeration! {
    /// Whether a desktop unlocks for a person.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum DesktopUnlock {
        /// Its key store holds their key.
        On = "on",
        Off = "off",
        /// There is no key store that answers.
        NoKeyStore = "noKeyStore",
    }
}

/// The caller's password again, with their key file if they use one.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Confirmation {
    pub password: Secret,
    pub key_file: Option<KeyFile>,
}

/// What an authenticator is told, once.
pub struct TotpSetup {
    /// The shared secret in Base32.
    pub secret: Secret,
    /// The address that a code on the screen carries.
    pub address: Secret,
}

/// A new authenticator that has not shown a code yet.
pub(crate) struct HalfDone {
    user: domain::UserId,
    authenticator: Authenticator,
}

/// The door to the signed-in person's own account.
pub struct Account<'a>(pub(crate) &'a App);

impl Account<'_> {
    /// The signed-in person.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::MustSetPassword`], [`AppError::Vault`].
    pub fn get(&self) -> Result<AccountDetails, AppError> {
        let seat = self.seat()?;
        let person = seat.vault.people().into_iter().find(|person| person.id == seat.user.id);
        let person = person.ok_or(AppError::Locked)?;
        let chosen =
            seat.vault.read(|reader| reader.milestones().get(Milestone::PasswordChosen, seat.user.id.as_uuid()))?;
        let added = seat.vault.roster().history(seat.user.id).next().map(|record| record.at);
        let desktop = &self.0.setup.desktop;
        let held = desktop.is_said_to_hold_key(owner(&seat));
        Ok(AccountDetails {
            password_changed_at: chosen.map(|chosen| chosen.at).or(added).unwrap_or(person.changed_at),
            totp: person.has_totp,
            key_file: person.has_key_file,
            desktop: match (held, desktop.has_key_store()) {
                (true, _) => DesktopUnlock::On,
                (false, true) => DesktopUnlock::Off,
                (false, false) => DesktopUnlock::NoKeyStore,
            },
            user: seat.user,
        })
    }

    /// Changes the password. Desktops that unlocked without it do so no more.
    ///
    /// # Errors
    /// As [`Account::get`], [`AppError::Invalid`], [`AppError::SamePassword`], [`AppError::WrongPassword`].
    pub fn change_password(&self, proof: &Confirmation, password: &Secret) -> Result<(), AppError> {
        let seat = self.seat()?;
        if let Some(problem) = password_problem(password, &[seat.vault.name(), &seat.user.name]) {
            return Err(AppError::Invalid { problems: vec![problem] });
        }
        if password.same_as(&proof.password) {
            return Err(AppError::SamePassword);
        }
        self.rewrap(&seat, proof, password, proof.key_file.as_ref())?;
        self.write(&seat, "account.passwordChanged", json!({ "password": "changed" }), true)
    }

    /// Makes the secret of a new authenticator. It counts only when [`Account::confirm_totp`] has seen a code. Somebody who
    /// has an authenticator replaces it with a code of it; an Administrator's reset of the password takes a lost one away.
    ///
    /// # Errors
    /// As [`Account::get`], [`AppError::WrongPassword`], [`AppError::CodeNeeded`], [`AppError::WrongCode`].
    pub fn begin_totp(&self, proof: &Confirmation, code: Option<&str>) -> Result<TotpSetup, AppError> {
        let seat = self.seat()?;
        self.check_both(&seat, proof, code)?;
        let bytes: [u8; LENGTH] = rand::rng().random();
        let made = Authenticator::from_bytes(bytes, seat.vault.name(), &seat.user.name);
        let authenticator = made.ok_or(AppError::WrongCode)?;
        let address = authenticator.address().ok_or(AppError::WrongCode)?;
        let setup = TotpSetup { secret: authenticator.secret(), address };
        *self.0.half_done() = Some(HalfDone { user: seat.user.id, authenticator });
        Ok(setup)
    }

    /// Takes the new authenticator into use, because it shows the right code.
    ///
    /// # Errors
    /// As [`Account::get`], and [`AppError::WrongCode`].
    pub fn confirm_totp(&self, code: &str) -> Result<(), AppError> {
        let seat = self.seat()?;
        let second = self.0.second();
        let (secret, step) = {
            let half_done = self.0.half_done();
            let made = half_done.as_ref().filter(|made| made.user == seat.user.id).ok_or(AppError::WrongCode)?;
            let step = made.authenticator.accept(code, second, None).ok_or(AppError::WrongCode)?;
            (made.authenticator.secret(), step)
        };
        seat.vault.set_totp(&seat.session, Some(&secret))?;
        // A later step of the authenticator before it goes on counting.
        seat.vault.accept_step(&seat.session, step, self.0.newest_step())?;
        *self.0.half_done() = None;
        self.0.note_totp(true);
        self.write(&seat, "account.authenticatorSet", json!({ "secondFactor": "changed" }), false)
    }

    /// Does without an authenticator again, with a code of it.
    ///
    /// # Errors
    /// As [`Account::begin_totp`].
    pub fn remove_totp(&self, proof: &Confirmation, code: Option<&str>) -> Result<(), AppError> {
        let seat = self.seat()?;
        self.check_both(&seat, proof, code)?;
        seat.vault.set_totp(&seat.session, None)?;
        self.0.note_totp(false);
        self.write(&seat, "account.authenticatorRemoved", json!({ "secondFactor": "changed" }), false)
    }

    /// Needs a key file from now on; None does without one again.
    ///
    /// # Errors
    /// As [`Account::get`], and [`AppError::WrongPassword`].
    pub fn set_key_file(&self, proof: &Confirmation, new: Option<&KeyFile>) -> Result<(), AppError> {
        let seat = self.seat()?;
        self.rewrap(&seat, proof, &proof.password, new)?;
        let action = if new.is_some() { "account.keyFileSet" } else { "account.keyFileRemoved" };
        self.write(&seat, action, json!({ "keyFile": "changed" }), false)
    }

    /// Lets this desktop unlock without the password from now on.
    ///
    /// # Errors
    /// As [`Account::get`], [`AppError::WrongPassword`], [`AppError::KeyStoreMissing`].
    pub fn enable_desktop(&self, proof: &Confirmation) -> Result<(), AppError> {
        let seat = self.seat()?;
        self.0.check(&seat, proof)?;
        if !self.0.setup.desktop.has_key_store() {
            return Err(AppError::KeyStoreMissing);
        }
        let key = seat.vault.make_desktop_key(&seat.session, self.0.setup.clock.now())?;
        if let Err(error) = self.0.setup.desktop.keep_key(owner(&seat), &key) {
            seat.vault.forget_desktop_key(&seat.session, Some(key.id))?;
            return Err(error.into());
        }
        self.write(&seat, "account.desktopTrusted", json!({}), false)
    }

    /// Lets no desktop unlock without the password any more.
    ///
    /// # Errors
    /// As [`Account::get`].
    pub fn forget_desktop(&self) -> Result<(), AppError> {
        let seat = self.seat()?;
        seat.vault.forget_desktop_key(&seat.session, None)?;
        // A key store that does not answer keeps a key that opens nothing any more.
        let _ = self.0.setup.desktop.forget_key(owner(&seat));
        self.write(&seat, "account.desktopForgotten", json!({}), false)
    }

    /// Asks for the password, and for a code of the authenticator that there is.
    fn check_both(&self, seat: &Seat, proof: &Confirmation, code: Option<&str>) -> Result<(), AppError> {
        self.0.check(seat, proof)?;
        match seat.vault.totp_secret(&seat.session)? {
            Some(_) => self.0.check_code(seat, code),
            None => Ok(()),
        }
    }

    fn seat(&self) -> Result<Seat, AppError> {
        self.0.seat()?.unlimited()
    }

    fn rewrap(
        &self,
        seat: &Seat,
        proof: &Confirmation,
        password: &Secret,
        new_key_file: Option<&KeyFile>,
    ) -> Result<(), AppError> {
        let new = NewPassword { password, key_file: new_key_file, kdf: self.0.kdf_of(seat) };
        let known = (&proof.password, proof.key_file.as_ref());
        seat.vault.change_password(&seat.session, known, &new).map_err(AppError::from)?;
        // The vault has forgotten the keys of all desktops.
        let _ = self.0.setup.desktop.forget_key(owner(seat));
        Ok(())
    }

    fn write(&self, seat: &Seat, action: &str, detail: serde_json::Value, password: bool) -> Result<(), AppError> {
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            if password {
                writer.milestones_mut().reach(Milestone::PasswordChosen, seat.user.id.as_uuid(), None, now)?;
            }
            self.0.append(writer, seat, action, detail)
        })?;
        (self.0.setup.listener)(AppEvent::SessionChanged);
        Ok(())
    }
}

fn owner(seat: &Seat) -> KeyOwner<'_> {
    KeyOwner { folder: seat.vault.folder(), user_name: &seat.user.name }
}

impl App {
    /// Checks the password of the person at the window again.
    pub(crate) fn check(&self, seat: &Seat, proof: &Confirmation) -> Result<(), AppError> {
        let folder = seat.vault.folder();
        let now = std::time::Instant::now();
        if let Some(left) = self.failures().rest(folder, now) {
            return Err(AppError::SignInRests { seconds: left.as_secs().max(1) as u32 });
        }
        let checked = seat.vault.check_password(&seat.session, &proof.password, proof.key_file.as_ref());
        checked.map_err(|error| {
            if matches!(error, VaultError::WrongPassword) {
                self.failures().note(folder, now, self.setup.clock.now());
            }
            AppError::from(error)
        })
    }

    /// Accepts a code of the authenticator of the person at the window, once. A wrong one is written down, and after a few
    /// of them the next try rests.
    pub(crate) fn check_code(&self, seat: &Seat, code: Option<&str>) -> Result<(), AppError> {
        let checked = self.check_code_of(&seat.vault, &seat.session, code);
        if matches!(checked, Err(AppError::WrongCode)) && !seat.vault.is_read_only() {
            seat.vault.write(|writer| self.append(writer, seat, "account.codeRefused", json!({})))?;
        }
        checked
    }

    /// Accepts a code of a person's authenticator, once, in every process. Wrong ones slow the next one down, as wrong
    /// passwords do.
    pub(crate) fn check_code_of(&self, vault: &Vault, session: &Session, code: Option<&str>) -> Result<(), AppError> {
        let code = code.map(str::trim).filter(|code| !code.is_empty()).ok_or(AppError::CodeNeeded)?;
        let (folder, now) = (vault.folder(), std::time::Instant::now());
        if let Some(left) = self.failures().rest(folder, now) {
            return Err(AppError::SignInRests { seconds: left.as_secs().max(1) as u32 });
        }
        let secret = vault.totp_secret(session)?.ok_or(AppError::CodeNeeded)?;
        let authenticator = Authenticator::open(&secret, vault.name(), &session.user().name);
        if self.accept_once(vault, session, &authenticator.ok_or(AppError::WrongCode)?, code)? {
            return Ok(());
        }
        self.failures().note(folder, now, self.setup.clock.now());
        Err(AppError::WrongCode)
    }

    /// Accepts a step, and remembers it before it lets anybody do anything. A vault that cannot be written to remembers
    /// none: there a code counts once in this process. A step that a clock which was ahead accepted keeps nobody out.
    fn accept_once(
        &self,
        vault: &Vault,
        session: &Session,
        authenticator: &Authenticator,
        code: &str,
    ) -> Result<bool, AppError> {
        let mut accepted = self.accepted_steps();
        let (user, newest) = (session.user().id, self.newest_step());
        let here = accepted.get(&user).copied().filter(|step| *step <= newest);
        let last = here.max(vault.last_step(session, newest)?);
        let Some(step) = authenticator.accept(code, self.second(), last) else { return Ok(false) };
        if !vault.is_read_only() {
            match vault.accept_step(session, step, newest) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                // It is found only now that it cannot be written to.
                Err(VaultError::DiskFull | VaultError::Displaced { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        accepted.insert(user, step);
        Ok(true)
    }

    /// The latest step of an authenticator that is not ahead of the clock: five minutes are what clocks differ by.
    fn newest_step(&self) -> u64 {
        (self.second() + 300) / 30
    }

    /// Seconds since 1970, as codes are computed from.
    fn second(&self) -> u64 {
        u64::try_from(self.setup.clock.now().timestamp()).unwrap_or(0)
    }
}
