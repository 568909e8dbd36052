//! The second factor of a person: the secret of their authenticator, sealed in their key slot for them alone, and the
//! last accepted step of it, in the database.

use secret::Secret;

use crate::{Session, Vault, VaultError, keys::keyslots::Keyslots};

impl Vault {
    /// Stores the person's secret for one-time codes, sealed for them alone; None forgets it.
    ///
    /// # Errors
    /// The same as [`Vault::make_desktop_key`].
    pub fn set_totp(&self, session: &Session, secret: Option<&Secret>) -> Result<(), VaultError> {
        let _changing = self.changing()?;
        let mut slots = Keyslots::clone(&self.slots());
        slots.set_totp(session, secret)?;
        let (id, digest) = (session.user.id, slots.totp_digest(session)?);
        let present = self.slots().totp_digest(session)?;
        // ORDER: the database knows both secrets before the file changes, so that neither counts as altered after a
        // crash.
        self.write(|writer| writer.second_factors_mut().prepare(id, &present, &digest))?;
        self.keep_slots(slots)?;
        self.write(|writer| writer.second_factors_mut().confirm(id, &digest))
    }

    /// Returns the person's secret for one-time codes.
    ///
    /// # Errors
    /// [`VaultError::SecondFactorAltered`] when it is not the one that the person set last;
    /// [`VaultError::CannotBeOpened`] when it is another person's.
    pub fn totp_secret(&self, session: &Session) -> Result<Option<Secret>, VaultError> {
        let slots = self.slots();
        let digest = slots.totp_digest(session)?;
        let known = self.read(|reader| reader.second_factors().get(session.user.id))?;
        if known.is_some_and(|known| !known.fits(&digest)) {
            return Err(VaultError::SecondFactorAltered);
        }
        slots.totp(session)
    }

    /// Returns the last accepted step of the person's authenticator. `newest` is the latest step that is not ahead of
    /// the clock. A later step counts as none, because the clock that accepted it was ahead.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn last_step(&self, session: &Session, newest: u64) -> Result<Option<u64>, VaultError> {
        let known = self.read(|reader| reader.second_factors().get(session.user.id))?;
        Ok(known.and_then(|known| known.last_step(newest)))
    }

    /// Accepts a step of the person's authenticator for good. Returns false when this step, or a later one that is not
    /// ahead of the clock, was accepted before. `newest` is the latest step that is not ahead.
    ///
    /// # Errors
    /// [`VaultError::ReadOnly`], [`VaultError::DiskFull`], [`VaultError::Displaced`].
    pub fn accept_step(&self, session: &Session, step: u64, newest: u64) -> Result<bool, VaultError> {
        let digest = self.slots().totp_digest(session)?;
        self.write(|writer| writer.second_factors_mut().accept(session.user.id, &digest, step, newest))
    }
}
