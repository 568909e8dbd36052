//! What a person changes about their own way in.

use chrono::{DateTime, Utc};
use secret::Secret;
use uuid::Uuid;

use crate::{
    DesktopKey, KdfParameters, KeyFile, Session, Vault, VaultError,
    keys::keyslots::{Keyslots, NewSlot, PasswordProof},
};

/// A password that somebody chose.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NewPassword<'a> {
    pub password: &'a Secret,
    /// The key file that is needed beside it from now on, if any.
    pub key_file: Option<&'a KeyFile>,
    /// How much work a guess is to be.
    pub kdf: KdfParameters,
}

impl NewPassword<'_> {
    pub(crate) fn slot(&self) -> Result<NewSlot<'_>, VaultError> {
        if !self.kdf.are_acceptable() {
            return Err(VaultError::WeakKdf);
        }
        Ok(NewSlot { password: self.password, key_file: self.key_file, kdf: self.kdf })
    }
}

impl Vault {
    /// Signs a person in for good who came with a one-time password: they get a new identity, whose keys nobody else has
    /// ever held, endorsed by the one-time one.
    ///
    /// # Errors
    /// [`VaultError::NotAllowed`] for who has a password of their own; [`VaultError::WeakKdf`]; [`VaultError::ReadOnly`].
    pub fn choose_password(
        &self,
        session: &Session,
        new: &NewPassword<'_>,
        now: DateTime<Utc>,
    ) -> Result<Session, VaultError> {
        let _changing = self.changing()?;
        if !session.one_time {
            return Err(VaultError::NotAllowed);
        }
        let mut slots = Keyslots::clone(&self.slots());
        let succeeded = slots.succeed(session, &new.slot()?, now);
        let (roster, session) = self.noting_for(Some(session.user.id), succeeded)?;
        self.keep_people(slots, roster)?;
        Ok(session)
    }

    /// Seals the own slot under another password. Nobody else's slot is touched, and no key changes.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`] when the present one is not right; else as [`Vault::choose_password`].
    pub fn change_password(
        &self,
        session: &Session,
        (password, key_file): (&Secret, Option<&KeyFile>),
        new: &NewPassword<'_>,
    ) -> Result<(), VaultError> {
        let current = PasswordProof { user_name: "", password, key_file };
        self.change_own(|slots| slots.change_password(session, &current, &new.slot()?))?;
        self.facts.folder.forget_first_format();
        Ok(())
    }

    /// Seals the own slot under the same password, so that a guess costs more. The desktops that open it still do.
    ///
    /// # Errors
    /// As [`Vault::change_password`].
    pub fn raise_cost(
        &self,
        session: &Session,
        (password, key_file): (&Secret, Option<&KeyFile>),
        cost: KdfParameters,
    ) -> Result<(), VaultError> {
        let current = PasswordProof { user_name: "", password, key_file };
        let new = NewPassword { password, key_file, kdf: cost };
        self.change_own(|slots| slots.raise_own(session, &current, &new.slot()?))
    }

    /// Asks the person at the window once more.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`].
    pub fn check_password(
        &self,
        session: &Session,
        password: &Secret,
        key_file: Option<&KeyFile>,
    ) -> Result<(), VaultError> {
        self.slots().check_password(session, &PasswordProof { user_name: "", password, key_file })
    }

    /// The session as the person's roles and the vault's keys are now.
    ///
    /// # Errors
    /// [`VaultError::Disabled`] for who cannot sign in any more.
    pub fn renew(&self, session: &Session) -> Result<Session, VaultError> {
        let identity = session.identity.duplicate();
        self.slots().renewed(session.user.id, identity, &session.founder)
    }

    /// Makes a key with which this desktop opens the vault for the person, to be kept in the system's key store.
    ///
    /// # Errors
    /// [`VaultError::NotAllowed`] before a password was chosen; [`VaultError::ReadOnly`].
    pub fn make_desktop_key(&self, session: &Session, now: DateTime<Utc>) -> Result<DesktopKey, VaultError> {
        let id = crate::store::value::make_uuid(now)?;
        self.change_own(|slots| slots.add_desktop(session, id))
    }

    /// Makes the key of one of the person's desktops worthless, or those of all.
    ///
    /// # Errors
    /// As [`Vault::make_desktop_key`].
    pub fn forget_desktop_key(&self, session: &Session, desktop: Option<Uuid>) -> Result<(), VaultError> {
        self.change_own(|slots| slots.forget_desktop(session, desktop))
    }

    fn change_own<T>(&self, edit: impl FnOnce(&mut Keyslots) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let _changing = self.changing()?;
        let mut slots = Keyslots::clone(&self.slots());
        let result = self.noting(edit(&mut slots))?;
        self.keep_slots(slots)?;
        Ok(result)
    }
}
