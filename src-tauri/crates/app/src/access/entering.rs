//! Signing in with a password, a desktop's key or a code.

use std::{path::Path, sync::Arc, time::Instant};

use domain::parameter::Parameter;
use secret::Secret;
use serde_json::json;
use vault::{KeyFile, NewEntry, Object, Session, SignIn, Vault, VaultError};

use crate::{
    App, AppError, KeyOwner, SessionDetails, UnlockVault,
    access::{
        pending_sign_in::{PendingSession, PendingSignIn},
        sessions::Sessions,
    },
};

/// The password and key file of a person, kept until they are signed in: the cost of their key derivation may have to
/// be raised then.
type Proof<'a> = Option<(&'a Secret, Option<&'a KeyFile>)>;

impl Sessions<'_> {
    /// Unlocks a vault. If the vault is already open (locked, with its executor at work), the person is only signed in
    /// to it: the same person again, or another one with their own keys.
    ///
    /// # Errors
    /// [`AppError::CodeNeeded`] if the person has an authenticator: [`Sessions::enter_code`] is the next step.
    /// [`AppError::Opening`], with [`VaultError::WrongPassword`] for a wrong name, a wrong password and a wrong key
    /// file alike; [`AppError::SignInRests`]; [`AppError::OneTimePasswordExpired`]; [`AppError::SecondFactorAltered`];
    /// [`AppError::StillWorking`] if another vault works behind a locked window.
    pub fn unlock(&self, request: &UnlockVault) -> Result<SessionDetails, AppError> {
        let UnlockVault { folder, user_name, password, key_file } = request;
        let mut sign_in = SignIn::password(user_name.trim(), password).raise_to(self.0.setup.kdf);
        if let Some(key_file) = key_file {
            sign_in = sign_in.key_file(key_file);
        }
        let how = if key_file.is_some() { "keyFile" } else { "password" };
        let (vault, session, already_open) = self.come_in(folder, &sign_in)?;
        self.begin_or_ask(vault, session, (how, already_open), Some((password, key_file.as_ref())))
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
            Ok((vault, session, already_open)) => self.begin_or_ask(vault, session, ("desktop", already_open), None),
            Err(AppError::Opening(VaultError::WrongPassword)) => {
                // If the key store fails to remove the key, it only keeps a key that opens nothing.
                let _ = desktop.forget_key(owner);
                Err(AppError::DesktopKeyMissing)
            }
            Err(error) => Err(error),
        }
    }

    /// Completes a sign-in with the code of the person's authenticator.
    ///
    /// # Errors
    /// [`AppError::WrongCode`], [`AppError::CodeNeeded`] for an empty code, [`AppError::SignInRests`];
    /// [`AppError::Locked`] if no sign-in waits for a code: it must start again.
    pub fn enter_code(&self, code: &str) -> Result<SessionDetails, AppError> {
        let PendingSignIn { pending: PendingSession { vault, session, .. }, how, already_open, proof } = {
            let mut pending_sign_in = self.0.pending_sign_in();
            let PendingSignIn { pending, .. } = pending_sign_in.as_mut().ok_or(AppError::Locked)?;
            // Meanwhile an Administrator may have changed the person's roles or disabled them.
            pending.session = pending.vault.renew(&pending.session).map_err(AppError::Opening)?;
            self.0.check_sign_in_code(&pending.vault, &pending.session, code)?;
            pending_sign_in.take().ok_or(AppError::Locked)?
        };
        let proof = proof.as_ref().map(|(password, file)| (password, file.as_ref()));
        self.begin_session(vault, session, (how, already_open), proof)
    }

    /// Ends a sign-in that waits for a code.
    pub fn leave_code(&self) {
        *self.0.pending_sign_in() = None;
    }

    /// Opens the vault with a person's keys, or signs in to it if it is already open.
    fn come_in(&self, folder: &Path, sign_in: &SignIn<'_>) -> Result<(Arc<Vault>, Session, bool), AppError> {
        if let Some(left) = self.0.failures().rest(folder, Instant::now()) {
            return Err(AppError::SignInRests { seconds: left.as_secs().max(1) as u32 });
        }
        let already_open = self.0.held_at(folder);
        if already_open.is_none() {
            self.0.refuse_to_leave()?;
        }
        // An unfinished sign-in, by code or recovery kit, ends here. The vault that was open for it can then be opened
        // again.
        self.leave_code();
        self.0.recovery().leave();
        let entered = match already_open {
            Some(vault) => vault.sign_in(sign_in).map(|session| (vault, session, true)),
            None => Vault::open(folder, sign_in).map(|(vault, session)| (Arc::new(vault), session, false)),
        };
        let (vault, session, already_open) = entered.map_err(|error| self.refused(folder, error))?;
        self.0.refuse_expired_one_time(&vault, &session)?;
        Ok((vault, session, already_open))
    }

    fn refused(&self, folder: &Path, error: VaultError) -> AppError {
        if matches!(error, VaultError::WrongPassword) {
            self.0.failures().note(folder, Instant::now(), self.0.setup.clock.now());
        }
        AppError::Opening(error)
    }

    /// Signs a person in, unless they have an authenticator whose code must come first.
    fn begin_or_ask(
        &self,
        vault: Arc<Vault>,
        session: Session,
        (how, already_open): (&'static str, bool),
        proof: Proof<'_>,
    ) -> Result<SessionDetails, AppError> {
        let parameters = vault.read(|reader| reader.parameters().all())?;
        let has_authenticator = self.0.has_authenticator(&vault, &session)?;
        if has_authenticator && parameters.is_on(Parameter::CodeAtSignIn) {
            let proof = proof.map(|(password, file)| (password.duplicate(), file.map(KeyFile::duplicate)));
            let pending = PendingSession::new(vault, session, &parameters, self.0.setup.clock.now());
            *self.0.pending_sign_in() = Some(PendingSignIn { pending, how, already_open, proof });
            return Err(AppError::CodeNeeded);
        }
        self.begin_session(vault, session, (how, already_open), proof)
    }

    fn begin_session(
        &self,
        vault: Arc<Vault>,
        session: Session,
        (how, already_open): (&'static str, bool),
        proof: Proof<'_>,
    ) -> Result<SessionDetails, AppError> {
        let folder = vault.folder().to_owned();
        // The open vault may have been closed while the code was typed.
        let already_open = already_open && self.0.held_at(&folder).is_some();
        if already_open {
            self.0.replace_session(&vault, session);
        } else {
            // The old vault is closed only now, so that a wrong password for another vault does not stop the work on
            // it.
            self.0.refuse_to_leave()?;
            self.0.vaults().release();
            self.0.hold(vault, session)?;
        }
        let failed = self.0.failures().take(&folder);
        self.0.write_sign_in(how, failed, !already_open)?;
        if let Some((password, key_file)) = proof {
            self.0.raise_cost(password, key_file);
        }
        self.0.session_details()
    }
}

impl App {
    /// Tells whether a person has an authenticator. If it was removed from the file from outside, the person cannot
    /// sign in, and an audit entry is written.
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

    /// Accepts the code of an unfinished sign-in, once. A wrong code is written to the audit trail and delays the next
    /// attempt, as a wrong password does.
    fn check_sign_in_code(&self, vault: &Vault, session: &Session, code: &str) -> Result<(), AppError> {
        let checked = self.check_code_of(vault, session, Some(code));
        if let Err(AppError::WrongCode) = checked {
            self.write_at_the_door(vault, session, "session.codeRefused")?;
        }
        checked
    }

    /// Writes an audit entry for an event before a sign-in is complete. It has no author, because nobody has proven
    /// their identity yet.
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
