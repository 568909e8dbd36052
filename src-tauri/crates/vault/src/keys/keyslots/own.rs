//! The changes of a person to their own slot. Nobody signs them, because only the person can seal the slot.

use crypto::{AssociatedData, derive_digest, make_key};
use domain::UserId;
use secret::Secret;
use uuid::Uuid;

use super::{
    NewSlot, PersonStatus,
    bytes::Bytes,
    format::{Desktop, Keyslots, PublicKeys, Slot},
    unlock::PasswordProof,
};
use crate::{DesktopKey, Session, VaultError};

/// The purpose of the personal key that seals the secret for one-time codes.
const TOTP: &str = "totp";

impl Keyslots {
    /// Seals the own slot under another password, if the present one is right. Desktops must be allowed again, because
    /// somebody who knew the old password may have allowed one.
    pub(crate) fn change_password(
        &mut self,
        session: &Session,
        current: &PasswordProof<'_>,
        new: &NewSlot<'_>,
    ) -> Result<(), VaultError> {
        let vault = self.vault_id;
        self.check_password(session, current)?;
        let slot = self.own_mut(session)?;
        slot.seal(vault, &session.identity, new.password, new.key_file, new.kdf)?;
        slot.desktops.clear();
        Ok(())
    }

    /// Seals the own slot under the same password at another cost.
    pub(crate) fn raise_own(
        &mut self,
        session: &Session,
        current: &PasswordProof<'_>,
        new: &NewSlot<'_>,
    ) -> Result<(), VaultError> {
        let vault = self.vault_id;
        self.check_password(session, current)?;
        let slot = self.own_mut(session)?;
        // A key file that the slot does not need is ignored, as at a sign-in.
        let key_file = new.key_file.filter(|_| slot.kdf.as_ref().is_some_and(|kdf| kdf.key_file));
        slot.seal(vault, &session.identity, new.password, key_file, new.kdf)
    }

    /// Checks that the password is that of the signed-in user.
    pub(crate) fn check_password(&self, session: &Session, proof: &PasswordProof<'_>) -> Result<(), VaultError> {
        let proof = PasswordProof { user_name: self.name_of(session)?, ..*proof };
        self.open_own(&proof)
    }

    /// Allows a desktop to open the own slot with a key that it keeps.
    pub(crate) fn add_desktop(&mut self, session: &Session, id: Uuid) -> Result<DesktopKey, VaultError> {
        let vault = self.vault_id;
        let slot = self.own_mut(session)?;
        let key = make_key()?;
        let private_keys = Bytes(session.identity.seal(&key, &slot.desktop_data(vault, id))?);
        slot.desktops.push(Desktop { id, private_keys });
        Ok(DesktopKey { id, key })
    }

    /// Forgets the key of one desktop, or those of all.
    pub(crate) fn forget_desktop(&mut self, session: &Session, id: Option<Uuid>) -> Result<(), VaultError> {
        let slot = self.own_mut(session)?;
        slot.desktops.retain(|desktop| id.is_some_and(|id| desktop.id != id));
        Ok(())
    }

    /// Stores the person's secret for one-time codes, or forgets it.
    pub(crate) fn set_totp(&mut self, session: &Session, secret: Option<&Secret>) -> Result<(), VaultError> {
        let vault = self.vault_id;
        let slot = self.own_mut(session)?;
        let key = session.identity.derive_personal_key(TOTP);
        let bound = slot.totp_data(vault);
        slot.totp = secret.map(|secret| crypto::seal_secret(&key, &bound, secret)).transpose()?.map(Bytes);
        Ok(())
    }

    /// Returns the person's secret for one-time codes.
    pub(crate) fn totp(&self, session: &Session) -> Result<Option<Secret>, VaultError> {
        let slot = self.own(session)?;
        let key = session.identity.derive_personal_key(TOTP);
        let bound = slot.totp_data(self.vault_id);
        Ok(slot.totp.as_ref().map(|sealed| crypto::open_secret(&key, &bound, &sealed.0)).transpose()?)
    }

    /// Returns a digest of the sealed secret for one-time codes in the person's slot; empty where there is none.
    pub(crate) fn totp_digest(&self, session: &Session) -> Result<Vec<u8>, VaultError> {
        Ok(digest_of(self.own(session)?).unwrap_or_default())
    }

    /// Returns the same digest for everybody who has an authenticator.
    pub(crate) fn totp_digests(&self) -> impl Iterator<Item = (UserId, Vec<u8>)> {
        self.users.iter().filter_map(|slot| Some((slot.id, digest_of(slot)?)))
    }

    /// Removes a person's secret for one-time codes without any check.
    #[cfg(feature = "attack")]
    pub(crate) fn take_totp_out(&mut self, user: UserId) -> Result<(), VaultError> {
        self.slot_mut(user)?.totp.take().map(drop).ok_or(VaultError::NotFound)
    }

    fn name_of(&self, session: &Session) -> Result<&str, VaultError> {
        self.own(session)?;
        Ok(self.membership(session.user.id).map_or("", |membership| &membership.name))
    }

    /// Returns the slot of the signed-in user, if it is still theirs.
    fn own(&self, session: &Session) -> Result<&Slot, VaultError> {
        let membership = self.membership(session.user.id).ok_or(VaultError::Disabled)?;
        let theirs = membership.public_keys == PublicKeys::of(session.identity.public());
        if !theirs || membership.status != PersonStatus::Active {
            return Err(VaultError::Disabled);
        }
        self.slot(session.user.id)
    }

    /// Returns the same slot for a change. The other slots are compared with the ledger as well, because they are
    /// written together with it.
    fn own_mut(&mut self, session: &Session) -> Result<&mut Slot, VaultError> {
        self.own(session)?;
        self.verify(&session.founder)?;
        if session.one_time || session.recovery {
            return Err(VaultError::NotAllowed);
        }
        self.slot_mut(session.user.id)
    }
}

fn digest_of(slot: &Slot) -> Option<Vec<u8>> {
    let sealed = slot.totp.as_ref()?;
    Some(derive_digest(&AssociatedData::new("chaveiro totp digest").bytes(&sealed.0)).to_vec())
}
