//! From a password, a desktop's key or a code to a seat.

use std::{path::Path, sync::Arc, time::Instant};

use domain::parameter::Parameter;
use secret::Secret;
use serde_json::json;
use vault::{KeyFile, NewEntry, Object, Session, SignIn, Vault, VaultError};

use crate::{
    App, AppError, KeyOwner, SessionDetails, UnlockVault,
    access::{
        doorstep::{Awaited, Doorstep},
        sessions::Sessions,
    },
};

/// The password and key file of a person, kept until they sit: a guess of them may have become too cheap.
type Proof<'a> = Option<(&'a Secret, Option<&'a KeyFile>)>;

impl Sessions<'_> {
    /// Unlocks a vault. At one that is held already (locked, its executor at work) the person is only seated: the same
    /// one again, or another one with keys of their own.
    ///
    /// # Errors
    /// [`AppError::CodeNeeded`] for who has an authenticator: [`Sessions::enter_code`] is the next step.
    /// [`AppError::Opening`], with [`VaultError::WrongPassword`] for a wrong name, a wrong password and a wrong key file
    /// alike; [`AppError::SignInRests`]; [`AppError::OneTimePasswordExpired`]; [`AppError::SecondFactorAltered`];
    /// [`AppError::StillWorking`] where another vault works behind a locked window.
    pub fn unlock(&self, request: &UnlockVault) -> Result<SessionDetails, AppError> {
        let UnlockVault { folder, user_name, password, key_file } = request;
        let mut sign_in = SignIn::password(user_name.trim(), password).raise_to(self.0.setup.kdf);
        if let Some(key_file) = key_file {
            sign_in = sign_in.key_file(key_file);
        }
        let how = if key_file.is_some() { "keyFile" } else { "password" };
        let (vault, session, held) = self.come_in(folder, &sign_in)?;
        self.ask_or_seat(vault, session, (how, held), Some((password, key_file.as_ref())))
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
        match self.come_in(folder, &SignIn::desktop(user_name, &key)) {
            Ok((vault, session, held)) => self.ask_or_seat(vault, session, ("desktop", held), None),
            Err(AppError::Opening(VaultError::WrongPassword)) => {
                // A key store that refuses to forget only keeps what opens nothing.
                let _ = desktop.forget_key(owner);
                Err(AppError::DesktopKeyMissing)
            }
            Err(error) => Err(error),
        }
    }

    /// Seats who owed the code of their authenticator.
    ///
    /// # Errors
    /// [`AppError::WrongCode`], [`AppError::CodeNeeded`] for no code at all, [`AppError::SignInRests`];
    /// [`AppError::Locked`] where nobody owes one: the sign-in begins anew.
    pub fn enter_code(&self, code: &str) -> Result<SessionDetails, AppError> {
        let Awaited { doorstep: Doorstep { vault, session, .. }, how, held, proof } = {
            let mut awaited = self.0.awaited();
            let Awaited { doorstep, .. } = awaited.as_mut().ok_or(AppError::Locked)?;
            // Meanwhile an Administrator may have changed what they may do, or kept them out.
            doorstep.session = doorstep.vault.renew(&doorstep.session).map_err(AppError::Opening)?;
            self.0.check_code_at_the_door(&doorstep.vault, &doorstep.session, code)?;
            awaited.take().ok_or(AppError::Locked)?
        };
        let proof = proof.as_ref().map(|(password, file)| (password, file.as_ref()));
        self.seat_down(vault, session, (how, held), proof)
    }

    /// Lets go of who owed a code.
    pub fn leave_code(&self) {
        *self.0.awaited() = None;
    }

    /// Opens the vault, or the one that is held already, with a person's keys.
    fn come_in(&self, folder: &Path, sign_in: &SignIn<'_>) -> Result<(Arc<Vault>, Session, bool), AppError> {
        if let Some(left) = self.0.failures().rest(folder, Instant::now()) {
            return Err(AppError::SignInRests { seconds: left.as_secs().max(1) as u32 });
        }
        let held = self.0.held_at(folder);
        if held.is_none() {
            self.0.refuse_to_leave()?;
        }
        // An unfinished sign-in, by code or recovery kit, ends here: the vault that was open for it opens again.
        self.leave_code();
        self.0.recovery().leave();
        let signed_in = match held {
            Some(vault) => vault.sign_in(sign_in).map(|session| (vault, session, true)),
            None => Vault::open(folder, sign_in).map(|(vault, session)| (Arc::new(vault), session, false)),
        };
        let (vault, session, held) = signed_in.map_err(|error| self.refused(folder, error))?;
        self.0.refuse_expired_one_time(&vault, &session)?;
        Ok((vault, session, held))
    }

    fn refused(&self, folder: &Path, error: VaultError) -> AppError {
        if matches!(error, VaultError::WrongPassword) {
            self.0.failures().note(folder, Instant::now(), self.0.setup.clock.now());
        }
        AppError::Opening(error)
    }

    /// Seats a person, unless they have an authenticator whose code is to come first.
    fn ask_or_seat(
        &self,
        vault: Arc<Vault>,
        session: Session,
        (how, held): (&'static str, bool),
        proof: Proof<'_>,
    ) -> Result<SessionDetails, AppError> {
        let parameters = vault.read(|reader| reader.parameters().all())?;
        let has_authenticator = self.0.has_authenticator(&vault, &session)?;
        if has_authenticator && parameters.is_on(Parameter::CodeAtSignIn) {
            let proof = proof.map(|(password, file)| (password.duplicate(), file.map(KeyFile::duplicate)));
            let doorstep = Doorstep::new(vault, session, &parameters, self.0.setup.clock.now());
            *self.0.awaited() = Some(Awaited { doorstep, how, held, proof });
            return Err(AppError::CodeNeeded);
        }
        self.seat_down(vault, session, (how, held), proof)
    }

    fn seat_down(
        &self,
        vault: Arc<Vault>,
        session: Session,
        (how, held): (&'static str, bool),
        proof: Proof<'_>,
    ) -> Result<SessionDetails, AppError> {
        let folder = vault.folder().to_owned();
        // The vault that was held may have been closed while a code was typed.
        let held = held && self.0.held_at(&folder).is_some();
        if held {
            self.0.reseat(&vault, session);
        } else {
            // Only now: a wrong password for another vault does not stop the work on this one.
            self.0.refuse_to_leave()?;
            self.0.vaults().release();
            self.0.hold(vault, session)?;
        }
        let failed = self.0.failures().take(&folder);
        self.0.write_sign_in(how, failed, !held)?;
        if let Some((password, key_file)) = proof {
            self.0.raise_cost(password, key_file);
        }
        self.0.session_details()
    }
}

impl App {
    /// Tells whether a person has an authenticator. One that other hands took out of the file lets nobody in, and stays in
    /// the audit trail.
    fn has_authenticator(&self, vault: &Vault, session: &Session) -> Result<bool, AppError> {
        match vault.totp_secret(session) {
            Ok(secret) => Ok(secret.is_some()),
            Err(VaultError::SecondFactorAltered | VaultError::CannotBeOpened) => {
                self.write_at_the_door(vault, session, "session.authenticatorAltered")?;
                Err(AppError::SecondFactorAltered)
            }
            Err(error) => Err(AppError::Opening(error)),
        }
    }

    /// Accepts a code of who owes one, once. A wrong one is written down and slows the next one, as a wrong password does.
    fn check_code_at_the_door(&self, vault: &Vault, session: &Session, code: &str) -> Result<(), AppError> {
        let checked = self.check_code_of(vault, session, Some(code));
        if let Err(AppError::WrongCode) = checked {
            self.write_at_the_door(vault, session, "session.codeRefused")?;
        }
        checked
    }

    /// Writes down what happened before anybody sat down. It has no author: nobody has proven yet who they are.
    fn write_at_the_door(&self, vault: &Vault, session: &Session, action: &str) -> Result<(), AppError> {
        if vault.is_read_only() {
            return Ok(());
        }
        let user = session.user();
        let object = Some(Object { noun: "user", id: user.id.as_uuid(), label: &user.name });
        let entry = NewEntry { who: None, action, object, detail: json!({}), at: self.setup.clock.now() };
        vault.write(|writer| writer.audit_mut().append(&entry))?;
        Ok(())
    }
}
