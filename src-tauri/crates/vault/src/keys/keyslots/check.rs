//! The comparison of each slot with the verified ledger: at every opening, at every sign-in and before every change.
//!
//! Somebody who can write the file can put anything into a slot. A slot that differs from the ledger is an attack. It
//! is refused with the name of its person, and never repaired.

use std::collections::BTreeSet;

use domain::UserId;
use secret::KEY_LENGTH;

use super::{
    PersonStatus,
    format::{Grant, Keyslots, Slot},
    ledger::{Kind, Membership},
    roster::{Roster, forged},
};
use crate::VaultError;

impl Keyslots {
    /// Verifies the ledger from the founder's key on, and then each slot.
    pub(super) fn verify(&self, founder: &[u8; KEY_LENGTH]) -> Result<Roster, VaultError> {
        let roster = Roster::verify(&self.ledger, self.vault_id, founder)?;
        self.check_slots(&roster)?;
        Ok(roster)
    }

    /// Compares the slots with the ledger: everyone in it who was not removed has one slot, and nobody else has any.
    ///
    /// # Errors
    /// [`VaultError::ForgedGrant`] with the name of the first person whose slot differs from the ledger.
    pub(super) fn check_slots(&self, roster: &Roster) -> Result<(), VaultError> {
        let mut seen = BTreeSet::new();
        for slot in &self.users {
            let known = roster.membership(slot.id).filter(|membership| membership.status != PersonStatus::Removed);
            let fits = known.is_some_and(|membership| self.fits(slot, membership, roster));
            if !fits || !seen.insert(slot.id) {
                return Err(self.forged_grant(slot.id));
            }
        }
        let missing = |id: &UserId| !seen.contains(id);
        let known = roster.everyone().filter(|record| record.status != PersonStatus::Removed);
        match known.map(|record| record.user).find(missing) {
            Some(id) => Err(self.forged_grant(id)),
            None => Ok(()),
        }
    }

    /// Returns the keys that were sealed for a slot, if their signer was allowed to seal them: a present administrator,
    /// or the person.
    pub(super) fn checked_grant<'a>(&self, slot: &'a Slot, roster: &Roster) -> Result<&'a Grant, VaultError> {
        let grant = slot.grant.as_ref().filter(|grant| self.grant_holds(slot, grant, roster));
        grant.ok_or_else(|| self.forged_grant(slot.id))
    }

    /// Returns the refusal of a slot with the name in the ledger, or with its id where the ledger does not know it.
    pub(super) fn forged_grant(&self, id: UserId) -> VaultError {
        let unknown = || VaultError::ForgedGrant { user: id, name: id.to_string(), number: 0 };
        self.newest(id).map_or_else(unknown, |entry| forged(entry, entry.number))
    }

    fn fits(&self, slot: &Slot, membership: &Membership, roster: &Roster) -> bool {
        let keys = slot.public_keys == membership.public_keys && slot.founder.0 == *roster.founder();
        // The recovery key needs no derivation. A person's key is derived from a password.
        let kind = slot.kdf.is_none() == (membership.kind == Kind::Recovery);
        let grant = match (&slot.grant, membership.status) {
            (Some(grant), PersonStatus::Active) => self.grant_holds(slot, grant, roster),
            (grant, status) => grant.is_none() && status != PersonStatus::Active,
        };
        keys && kind && grant
    }

    fn grant_holds(&self, slot: &Slot, grant: &Grant, roster: &Roster) -> bool {
        let (Some(recipient), Some(signer)) = (roster.recipient(slot.id), roster.membership(grant.granted_by)) else {
            return false;
        };
        let signed = signer.public_keys.identity().verify(&self.granted(&recipient, grant), &grant.signature.0);
        signer.may_seal(grant.granted_by, slot.id)
            && grant.secrets_key.is_some() == recipient.holds_secrets()
            && signed.is_ok()
    }
}

impl Membership {
    /// Tells whether these keys may sign somebody's sealed keys. An administrator may sign for anyone, a person only
    /// for themselves.
    pub(super) fn may_seal(&self, own: UserId, recipient: UserId) -> bool {
        self.status == PersonStatus::Active && (self.is_authority() || own == recipient)
    }
}
