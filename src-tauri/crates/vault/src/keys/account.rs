//! The changes that a person makes to their own sign-in: password, key file and desktop keys.

use chrono::{DateTime, Utc};
use secret::Secret;
use uuid::Uuid;

use crate::{
    DesktopKey, KdfParameters, KeyFile, Session, Vault, VaultError,
    keys::keyslots::{Keyslots, NewSlot, PasswordProof},
};

/// A new password that a person chose.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NewPassword<'a> {
    pub password: &'a Secret,
    /// The key file that is needed together with the password from now on, if any.
    pub key_file: Option<&'a KeyFile>,
    /// The cost of a guess.
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
    /// Completes the sign-in of a person who came with a one-time password. They get a new identity, endorsed by the
    /// one-time one. Nobody else has ever held its keys.
    ///
    /// # Errors
    /// [`VaultError::NotAllowed`] for a person who has a password of their own; [`VaultError::WeakKdf`];
    /// [`VaultError::ReadOnly`].
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

    /// Seals the person's own slot under another password. No other slot is touched, and no key changes.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`] when the present password is wrong; else the same as [`Vault::choose_password`].
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

    /// Seals the person's own slot under the same password with a higher key-derivation cost. The desktops that open it
    /// still do.
    ///
    /// # Errors
    /// The same as [`Vault::change_password`].
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

    /// Checks the password of the signed-in user again.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`] if it is wrong.
    pub fn check_password(
        &self,
        session: &Session,
        password: &Secret,
        key_file: Option<&KeyFile>,
    ) -> Result<(), VaultError> {
        self.slots().check_password(session, &PasswordProof { user_name: "", password, key_file })
    }

    /// Returns the session with the person's present roles and the vault's present keys.
    ///
    /// # Errors
    /// [`VaultError::Disabled`] for a person who cannot sign in any more.
    pub fn renew(&self, session: &Session) -> Result<Session, VaultError> {
        let identity = session.identity.duplicate();
        self.slots().renewed(session.user.id, identity, &session.founder)
    }

    /// Makes a key with which this desktop opens the vault for the person. The system's key store keeps it.
    ///
    /// # Errors
    /// [`VaultError::NotAllowed`] before a password was chosen; [`VaultError::ReadOnly`].
    pub fn make_desktop_key(&self, session: &Session, now: DateTime<Utc>) -> Result<DesktopKey, VaultError> {
        let id = crate::store::value::make_uuid(now)?;
        self.change_own(|slots| slots.add_desktop(session, id))
    }

    /// Makes the key of one of the person's desktops useless, or the keys of all.
    ///
    /// # Errors
    /// The same as [`Vault::make_desktop_key`].
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
