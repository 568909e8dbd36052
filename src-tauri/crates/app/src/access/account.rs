//! The signed-in user's own password, second factor, key file and desktop key. Every role may change these for itself.

use chrono::{DateTime, Utc};
use rand::RngExt;
use secret::Secret;
use serde_json::json;
use vault::{KeyFile, Milestone, NewPassword, Session, Vault, VaultError};

use crate::{
    App, AppError, AppEvent, KeyOwner, SessionUser,
    access::{
        second_factor::{Authenticator, LENGTH},
        signed_in_user::SignedInUser,
    },
    keeping::vaults::password_problem,
};

/// The signed-in user's account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AccountDetails {
    pub user: SessionUser,
    /// The time of the last change of their password.
    pub password_changed_at: DateTime<Utc>,
    /// True if they have an authenticator.
    pub totp: bool,
    /// True if they need a key file to sign in.
    pub key_file: bool,
    /// Says if this desktop's key store unlocks the vault for them.
    pub desktop: DesktopUnlock,
}

domain::enumeration! {
    /// The state of unlocking with a desktop's key store.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum DesktopUnlock {
        /// Its key store holds their key.
        On = "on",
        Off = "off",
        /// There is no key store that answers.
        NoKeyStore = "noKeyStore",
    }
}

/// The user's password once more as a confirmation, with their key file if they use one.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Confirmation {
    pub password: Secret,
    pub key_file: Option<KeyFile>,
}

/// The data with which an authenticator is set up, shown once.
pub struct TotpSetup {
    /// The shared secret in Base32.
    pub secret: Secret,
    /// The address that the code on the screen contains.
    pub address: Secret,
}

/// A new authenticator that is not yet confirmed by a code.
pub(crate) struct HalfDone {
    user: domain::UserId,
    authenticator: Authenticator,
}

/// The operations on the signed-in user's own account.
pub struct Account<'a>(pub(crate) &'a App);

impl Account<'_> {
    /// Returns the signed-in user's account.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::MustSetPassword`], [`AppError::Vault`].
    pub fn get(&self) -> Result<AccountDetails, AppError> {
        let signed_in = self.signed_in()?;
        let person = signed_in.vault.people().into_iter().find(|person| person.id == signed_in.user.id);
        let person = person.ok_or(AppError::Locked)?;
        let chosen = signed_in
            .vault
            .read(|reader| reader.milestones().get(Milestone::PasswordChosen, signed_in.user.id.as_uuid()))?;
        let added = signed_in.vault.roster().history(signed_in.user.id).next().map(|record| record.at);
        let desktop = &self.0.setup.desktop;
        let holds_key = desktop.is_said_to_hold_key(owner(&signed_in));
        Ok(AccountDetails {
            password_changed_at: chosen.map(|chosen| chosen.at).or(added).unwrap_or(person.changed_at),
            totp: person.has_totp,
            key_file: person.has_key_file,
            desktop: match (holds_key, desktop.has_key_store()) {
                (true, _) => DesktopUnlock::On,
                (false, true) => DesktopUnlock::Off,
                (false, false) => DesktopUnlock::NoKeyStore,
            },
            user: signed_in.user,
        })
    }

    /// Changes the password. Desktops that could unlock without it no longer can.
    ///
    /// # Errors
    /// As [`Account::get`], [`AppError::Invalid`], [`AppError::SamePassword`], [`AppError::WrongPassword`].
    pub fn change_password(&self, proof: &Confirmation, password: &Secret) -> Result<(), AppError> {
        let signed_in = self.signed_in()?;
        if let Some(problem) = password_problem(password, &[signed_in.vault.name(), &signed_in.user.name]) {
            return Err(AppError::Invalid { problems: vec![problem] });
        }
        if password.same_as(&proof.password) {
            return Err(AppError::SamePassword);
        }
        self.rewrap(&signed_in, proof, password, proof.key_file.as_ref())?;
        self.write(&signed_in, "account.passwordChanged", json!({ "password": "changed" }), true)
    }

    /// Makes the secret of a new authenticator. It takes effect only after [`Account::confirm_totp`] has accepted a
    /// code. A user who already has an authenticator needs a code of it. If it is lost, an Administrator's reset of the
    /// password removes it.
    ///
    /// # Errors
    /// As [`Account::get`], [`AppError::WrongPassword`], [`AppError::CodeNeeded`], [`AppError::WrongCode`].
    pub fn begin_totp(&self, proof: &Confirmation, code: Option<&str>) -> Result<TotpSetup, AppError> {
        let signed_in = self.signed_in()?;
        self.check_both(&signed_in, proof, code)?;
        let bytes: [u8; LENGTH] = rand::rng().random();
        let made = Authenticator::from_bytes(bytes, signed_in.vault.name(), &signed_in.user.name);
        let authenticator = made.ok_or(AppError::WrongCode)?;
        let address = authenticator.address().ok_or(AppError::WrongCode)?;
        let setup = TotpSetup { secret: authenticator.secret(), address };
        *self.0.half_done() = Some(HalfDone { user: signed_in.user.id, authenticator });
        Ok(setup)
    }

    /// Takes the new authenticator into use after it has shown the right code.
    ///
    /// # Errors
    /// As [`Account::get`], and [`AppError::WrongCode`].
    pub fn confirm_totp(&self, code: &str) -> Result<(), AppError> {
        let signed_in = self.signed_in()?;
        let second = self.0.second();
        let (secret, step) = {
            let half_done = self.0.half_done();
            let made = half_done.as_ref().filter(|made| made.user == signed_in.user.id).ok_or(AppError::WrongCode)?;
            let step = made.authenticator.accept(code, second, None).ok_or(AppError::WrongCode)?;
            (made.authenticator.secret(), step)
        };
        signed_in.vault.set_totp(&signed_in.session, Some(&secret))?;
        // If the previous authenticator had a later accepted step, that step still counts.
        signed_in.vault.accept_step(&signed_in.session, step, self.0.newest_step())?;
        *self.0.half_done() = None;
        self.0.note_totp(true);
        self.write(&signed_in, "account.authenticatorSet", json!({ "secondFactor": "changed" }), false)
    }

    /// Removes the authenticator, with a code of it.
    ///
    /// # Errors
    /// As [`Account::begin_totp`].
    pub fn remove_totp(&self, proof: &Confirmation, code: Option<&str>) -> Result<(), AppError> {
        let signed_in = self.signed_in()?;
        self.check_both(&signed_in, proof, code)?;
        signed_in.vault.set_totp(&signed_in.session, None)?;
        self.0.note_totp(false);
        self.write(&signed_in, "account.authenticatorRemoved", json!({ "secondFactor": "changed" }), false)
    }

    /// Requires a key file from now on; None: no longer requires one.
    ///
    /// # Errors
    /// As [`Account::get`], and [`AppError::WrongPassword`].
    pub fn set_key_file(&self, proof: &Confirmation, new: Option<&KeyFile>) -> Result<(), AppError> {
        let signed_in = self.signed_in()?;
        self.rewrap(&signed_in, proof, &proof.password, new)?;
        let action = if new.is_some() { "account.keyFileSet" } else { "account.keyFileRemoved" };
        self.write(&signed_in, action, json!({ "keyFile": "changed" }), false)
    }

    /// Allows this desktop to unlock without the password from now on.
    ///
    /// # Errors
    /// As [`Account::get`], [`AppError::WrongPassword`], [`AppError::KeyStoreMissing`].
    pub fn enable_desktop(&self, proof: &Confirmation) -> Result<(), AppError> {
        let signed_in = self.signed_in()?;
        self.0.check(&signed_in, proof)?;
        if !self.0.setup.desktop.has_key_store() {
            return Err(AppError::KeyStoreMissing);
        }
        let key = signed_in.vault.make_desktop_key(&signed_in.session, self.0.setup.clock.now())?;
        if let Err(error) = self.0.setup.desktop.keep_key(owner(&signed_in), &key) {
            signed_in.vault.forget_desktop_key(&signed_in.session, Some(key.id))?;
            return Err(error.into());
        }
        self.write(&signed_in, "account.desktopTrusted", json!({}), false)
    }

    /// Forbids all desktops to unlock without the password.
    ///
    /// # Errors
    /// As [`Account::get`].
    pub fn forget_desktop(&self) -> Result<(), AppError> {
        let signed_in = self.signed_in()?;
        signed_in.vault.forget_desktop_key(&signed_in.session, None)?;
        // If the key store does not answer, it keeps a key that no longer opens anything.
        let _ = self.0.setup.desktop.forget_key(owner(&signed_in));
        self.write(&signed_in, "account.desktopForgotten", json!({}), false)
    }

    /// Checks the password, and a code if the user has an authenticator.
    fn check_both(&self, signed_in: &SignedInUser, proof: &Confirmation, code: Option<&str>) -> Result<(), AppError> {
        self.0.check(signed_in, proof)?;
        match signed_in.vault.totp_secret(&signed_in.session)? {
            Some(_) => self.0.check_code(signed_in, code),
            None => Ok(()),
        }
    }

    fn signed_in(&self) -> Result<SignedInUser, AppError> {
        self.0.signed_in()?.unlimited()
    }

    fn rewrap(
        &self,
        signed_in: &SignedInUser,
        proof: &Confirmation,
        password: &Secret,
        new_key_file: Option<&KeyFile>,
    ) -> Result<(), AppError> {
        let new = NewPassword { password, key_file: new_key_file, kdf: self.0.kdf_of(signed_in) };
        let known = (&proof.password, proof.key_file.as_ref());
        signed_in.vault.change_password(&signed_in.session, known, &new).map_err(AppError::from)?;
        // The vault has forgotten the keys of all desktops.
        let _ = self.0.setup.desktop.forget_key(owner(signed_in));
        Ok(())
    }

    fn write(
        &self,
        signed_in: &SignedInUser,
        action: &str,
        detail: serde_json::Value,
        password: bool,
    ) -> Result<(), AppError> {
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            if password {
                writer.milestones_mut().reach(Milestone::PasswordChosen, signed_in.user.id.as_uuid(), None, now)?;
            }
            self.0.append(writer, signed_in, action, detail)
        })?;
        (self.0.setup.listener)(AppEvent::SessionChanged);
        Ok(())
    }
}

fn owner(signed_in: &SignedInUser) -> KeyOwner<'_> {
    KeyOwner { folder: signed_in.vault.folder(), user_name: &signed_in.user.name }
}

impl App {
    /// Checks the signed-in user's password again.
    pub(crate) fn check(&self, signed_in: &SignedInUser, proof: &Confirmation) -> Result<(), AppError> {
        let folder = signed_in.vault.folder();
        let now = std::time::Instant::now();
        if let Some(left) = self.failures().rest(folder, now) {
            return Err(AppError::SignInRests { seconds: left.as_secs().max(1) as u32 });
        }
        let checked = signed_in.vault.check_password(&signed_in.session, &proof.password, proof.key_file.as_ref());
        checked.map_err(|error| {
            if matches!(error, VaultError::WrongPassword) {
                self.failures().note(folder, now, self.setup.clock.now());
            }
            AppError::from(error)
        })
    }

    /// Accepts a code of the signed-in user's authenticator, once. A wrong code is written to the audit trail, and
    /// after a few of them the next attempt is delayed.
    pub(crate) fn check_code(&self, signed_in: &SignedInUser, code: Option<&str>) -> Result<(), AppError> {
        let checked = self.check_code_of(&signed_in.vault, &signed_in.session, code);
        if matches!(checked, Err(AppError::WrongCode)) && !signed_in.vault.is_read_only() {
            signed_in.vault.write(|writer| self.append(writer, signed_in, "account.codeRefused", json!({})))?;
        }
        checked
    }

    /// Accepts a code of a person's authenticator once, across all processes. Wrong codes delay the next attempt, as
    /// wrong passwords do.
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

    /// Accepts a code and stores its step before anything is allowed. A vault that cannot be written stores no step;
    /// there, a code counts once in this process. A step that was accepted while a clock was ahead does not block later
    /// codes.
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
                // Only this write shows that the vault cannot be written.
                Err(VaultError::DiskFull | VaultError::Displaced { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        accepted.insert(user, step);
        Ok(true)
    }

    /// Returns the latest step that is not ahead of the clock. Clocks may differ by five minutes.
    fn newest_step(&self) -> u64 {
        (self.second() + 300) / 30
    }

    /// Returns the seconds since 1970, from which codes are computed.
    fn second(&self) -> u64 {
        u64::try_from(self.setup.clock.now().timestamp()).unwrap_or(0)
    }
}
