//! A change of the key slots. First, entries are added to the ledger. Then each grant is made again that the change
//! affects: a new person or identity, other rights, new keys, or a signer who may not sign it any more.
//!
//! ORDER: everything is verified before the change, so that a grant that is invalid then is an attack and is refused.
//! The entries follow, and then [`Draft::finish`]. It leaves no slot with keys that the new ledger does not allow, and
//! verifies everything as a reader would before anything is written.

use chrono::{DateTime, Utc};
use crypto::{Identity, KdfParameters, make_key};
use domain::{Role, UserId};
use secret::{Key, Secret};

use super::{
    PersonStatus,
    format::{Grant, Keyslots, PublicKeys, Slot},
    ledger::{Entry, Kind, Membership},
    recipient::Recipient,
    roster::Roster,
    unlock::fold,
};
use crate::{KeyFile, Session, VaultError};

/// Key slots that an authorised person is changing.
pub(crate) struct Draft<'a> {
    pub(crate) slots: Keyslots,
    pub(crate) database_key: Key,
    pub(crate) secrets_key: Key,
    /// The ledger before the change.
    before: Roster,
    /// True when the vault gets new keys.
    renewed: bool,
    by: &'a Session,
    at: i64,
}

/// The password, key file and cost under which a new identity is sealed.
pub(crate) struct NewSlot<'a> {
    pub(crate) password: &'a Secret,
    pub(crate) key_file: Option<&'a KeyFile>,
    pub(crate) kdf: KdfParameters,
}

impl<'a> Draft<'a> {
    /// Begins a change, if the ledger allows these keys to sign for others.
    pub(crate) fn begin(slots: &Keyslots, by: &'a Session, now: DateTime<Utc>) -> Result<Self, VaultError> {
        let before = slots.verify(&by.founder)?;
        let (today, database_key) = slots.session_of(by.user.id, by.identity.duplicate(), &before)?;
        let authority = before.membership(by.user.id).is_some_and(Membership::is_authority);
        let secrets_key = today.secrets_key.filter(|_| authority).ok_or(VaultError::NotAllowed)?;
        let secrets_key = secrets_key.of(slots.vault_id, slots.secrets_generation)?.duplicate();
        let (slots, at) = (slots.clone(), now.timestamp_micros());
        Ok(Self { slots, database_key, secrets_key, before, renewed: false, by, at })
    }

    /// Gives a new person a one-time identity under a one-time password.
    pub(crate) fn add_person(
        &mut self,
        id: UserId,
        name: &str,
        roles: &[Role],
        password: &Secret,
    ) -> Result<(), VaultError> {
        self.free_name(name, None)?;
        let new = NewSlot { password, key_file: None, kdf: self.own_kdf() };
        let (slot, _) = self.make_slot(id, &new)?;
        let membership = Membership {
            kind: Kind::Person,
            name: name.to_owned(),
            public_keys: slot.public_keys,
            roles: roles.to_vec(),
            status: PersonStatus::Active,
            one_time: true,
        };
        self.enter(id, membership);
        self.slots.users.push(slot);
        Ok(())
    }

    /// Replaces a person's identity by a one-time one.
    pub(crate) fn reset(&mut self, id: UserId, password: &Secret) -> Result<(), VaultError> {
        let new = NewSlot { password, key_file: None, kdf: self.own_kdf() };
        let (slot, _) = self.make_slot(id, &new)?;
        self.replace(id, slot, true)
    }

    /// Replaces an administrator's identity by a new one that they make with the recovery key.
    pub(crate) fn recover(&mut self, id: UserId, new: &NewSlot<'_>) -> Result<Identity, VaultError> {
        if !self.slots.membership(id).is_some_and(Membership::is_recoverable) {
            return Err(VaultError::NotAllowed);
        }
        let (slot, identity) = self.make_slot(id, new)?;
        self.replace(id, slot, false)?;
        Ok(identity)
    }

    fn replace(&mut self, id: UserId, slot: Slot, one_time: bool) -> Result<(), VaultError> {
        let keys = slot.public_keys;
        *self.slots.slot_mut(id)? = slot;
        self.change(id, |membership| (membership.public_keys, membership.one_time) = (keys, one_time))
    }

    /// Adds the recovery key to the ledger and the slots.
    pub(crate) fn add_recovery(&mut self, id: UserId, key: &Key) -> Result<(), VaultError> {
        let identity = Identity::make()?;
        let mut slot = Slot::empty(id, identity.public(), self.by.founder);
        slot.private_keys = super::bytes::Bytes(identity.seal(key, &slot.associated_data(self.slots.vault_id))?);
        let membership = Membership {
            kind: Kind::Recovery,
            name: "recovery key".to_owned(),
            public_keys: slot.public_keys,
            roles: vec![Role::Administrator],
            status: PersonStatus::Active,
            one_time: false,
        };
        self.enter(id, membership);
        self.slots.users.push(slot);
        Ok(())
    }

    /// Changes a person's rights, status or name.
    pub(crate) fn change(&mut self, id: UserId, edit: impl FnOnce(&mut Membership)) -> Result<(), VaultError> {
        let mut membership = self.slots.membership(id).ok_or(VaultError::NotFound)?.clone();
        if membership.status == PersonStatus::Removed {
            return Err(VaultError::NotFound);
        }
        edit(&mut membership);
        self.enter(id, membership);
        Ok(())
    }

    /// Changes the roles of a person.
    pub(crate) fn set_roles(&mut self, id: UserId, roles: &[Role]) -> Result<(), VaultError> {
        self.change(id, |membership| membership.roles = roles.to_vec())
    }

    /// Changes whether somebody can sign in.
    pub(crate) fn set_status(&mut self, id: UserId, status: PersonStatus) -> Result<(), VaultError> {
        self.change(id, |membership| membership.status = status)
    }

    /// Changes the name of a person.
    pub(crate) fn rename(&mut self, id: UserId, name: &str) -> Result<(), VaultError> {
        self.free_name(name, Some(id))?;
        self.change(id, |membership| membership.name = name.to_owned())
    }

    /// Replaces the database's key, and also the key to passwords if somebody lost access to it.
    pub(crate) fn renew_keys(&mut self, secrets: bool) -> Result<(), VaultError> {
        self.database_key = make_key()?;
        self.slots.generation += 1;
        self.renewed = true;
        if secrets {
            self.secrets_key = make_key()?;
            self.slots.secrets_generation += 1;
        }
        Ok(())
    }

    /// Makes the grants again that the change affects, and verifies everything.
    pub(crate) fn finish(mut self) -> Result<(Keyslots, Roster, Key, Key), VaultError> {
        self.slots.forget_removed();
        let after = Roster::verify(&self.slots.ledger, self.slots.vault_id, &self.by.founder)?;
        let grants: Result<Vec<_>, _> = self.slots.users.iter().map(|slot| self.grant_for(slot, &after)).collect();
        for (slot, grant) in self.slots.users.iter_mut().zip(grants?) {
            slot.grant = grant;
        }
        self.slots.check_slots(&after)?;
        Ok((self.slots, after, self.database_key, self.secrets_key))
    }

    /// Returns the present grant of a slot, or a new one where the change is a reason for it; None for a person who is
    /// not active.
    fn grant_for(&self, slot: &Slot, after: &Roster) -> Result<Option<Grant>, VaultError> {
        let Some(recipient) = after.recipient(slot.id) else { return Ok(None) };
        if !self.is_reason(slot, &recipient, after) {
            return Ok(slot.grant.clone());
        }
        let signer = (self.by.user.id, &self.by.identity);
        self.slots.seal_keys(&recipient, &self.database_key, Some(&self.secrets_key), signer).map(Some)
    }

    /// Tells whether this change is a reason to seal keys for somebody again. An invalid grant alone is not a reason.
    fn is_reason(&self, slot: &Slot, recipient: &Recipient, after: &Roster) -> bool {
        // The person is new or enabled again, has a new identity, or has other rights to the key to passwords.
        let is_other = self.before.recipient(slot.id).as_ref() != Some(recipient);
        let lost_signer = slot.grant.as_ref().is_some_and(|grant| {
            let keys = |roster: &Roster| roster.membership(grant.granted_by).map(|signer| signer.public_keys);
            let may = after.membership(grant.granted_by).is_some_and(|now| now.may_seal(grant.granted_by, slot.id));
            !may || keys(&self.before) != keys(after)
        });
        self.renewed || is_other || lost_signer
    }

    fn make_slot(&self, id: UserId, new: &NewSlot<'_>) -> Result<(Slot, Identity), VaultError> {
        let identity = Identity::make()?;
        let mut slot = Slot::empty(id, identity.public(), self.by.founder);
        slot.seal(self.slots.vault_id, &identity, new.password, new.key_file, new.kdf)?;
        Ok((slot, identity))
    }

    fn enter(&mut self, user: UserId, membership: Membership) {
        let signer = (self.by.user.id, &self.by.identity);
        let entry = Entry::make(&self.slots.ledger, self.slots.vault_id, (user, membership), self.at, signer);
        self.slots.ledger.push(entry);
    }

    /// Returns the cost of the administrator's own slot. A one-time password costs as much to guess.
    fn own_kdf(&self) -> KdfParameters {
        let own = self.slots.slot(self.by.user.id).ok().and_then(|slot| slot.kdf.as_ref());
        own.map_or_else(KdfParameters::default, |kdf| kdf.parameters)
    }

    fn free_name(&self, name: &str, except: Option<UserId>) -> Result<(), VaultError> {
        let wanted = fold(name);
        let taken = self.slots.users.iter().filter(|slot| Some(slot.id) != except).any(|slot| {
            self.slots
                .membership(slot.id)
                .is_some_and(|known| known.kind == Kind::Person && fold(&known.name) == wanted)
        });
        if taken { Err(VaultError::Taken) } else { Ok(()) }
    }
}

impl Keyslots {
    /// Replaces a person's one-time identity by the one that they made themselves. The new identity signs its own
    /// grant, because only this person could make it.
    pub(crate) fn succeed(
        &mut self,
        session: &Session,
        new: &NewSlot<'_>,
        now: DateTime<Utc>,
    ) -> Result<(Roster, Session), VaultError> {
        let id = session.user.id;
        let before = self.verify(&session.founder)?;
        let (_, database_key) = self.session_of(id, session.identity.duplicate(), &before)?;
        let sealed = self.checked_grant(self.slot(id)?, &before)?.secrets_key.clone();
        let secrets_key = sealed.map(|sealed| session.identity.open_key(&sealed.0)).transpose()?;
        let identity = Identity::make()?;
        let mut slot = Slot::empty(id, identity.public(), session.founder);
        slot.seal(self.vault_id, &identity, new.password, new.key_file, new.kdf)?;
        let mut membership = before.membership(id).ok_or(VaultError::NotFound)?.clone();
        (membership.public_keys, membership.one_time) = (PublicKeys::of(identity.public()), false);
        let signer = (id, &session.identity);
        self.ledger.push(Entry::make(&self.ledger, self.vault_id, (id, membership), now.timestamp_micros(), signer));
        let after = Roster::verify(&self.ledger, self.vault_id, &session.founder)?;
        let recipient = after.recipient(id).ok_or(VaultError::Disabled)?;
        slot.grant = Some(self.seal_keys(&recipient, &database_key, secrets_key.as_ref(), (id, &identity))?);
        *self.slot_mut(id)? = slot;
        self.check_slots(&after)?;
        let (session, _) = self.session_of(id, identity, &after)?;
        Ok((after, session))
    }

    fn forget_removed(&mut self) {
        let removed: Vec<UserId> = self
            .users
            .iter()
            .map(|slot| slot.id)
            .filter(|id| self.membership(*id).is_none_or(|membership| membership.status == PersonStatus::Removed))
            .collect();
        self.users.retain(|slot| !removed.contains(&slot.id));
    }
}
