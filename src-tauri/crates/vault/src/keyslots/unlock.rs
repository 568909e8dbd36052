//! From what a person brings (a password, a desktop's key, the recovery key) to a [`Session`].

use crypto::{Identity, KdfParameters, SALT_LENGTH, derive_user_key, make_salt};
use domain::UserId;
use secret::{KEY_LENGTH, Key, Secret};

use super::{
    PersonStatus,
    bytes::{Bytes, Exactly},
    format::{Algorithm, DAMAGED, Grant, Kdf, Keyslots, Parsed, PublicKeys, Slot},
    ledger::{Entry, Kind, Standing},
    roster::{Roster, forged},
};
use crate::{DesktopKey, KeyFile, SecretsKey, Session, SignIn, SignedIn, VaultError, session::Who};

/// A name, a password, and a key file where one is needed.
pub(crate) struct PasswordProof<'a> {
    pub(crate) user_name: &'a str,
    pub(crate) password: &'a Secret,
    pub(crate) key_file: Option<&'a KeyFile>,
}

/// What opening a slot ends with.
pub(crate) struct Unlocked {
    pub(crate) session: Session,
    pub(crate) database_key: Key,
    pub(crate) roster: Roster,
    /// The slots as they are now, to be written where they differ from the file.
    pub(crate) slots: Keyslots,
    pub(crate) changed: bool,
}

/// A slot whose private keys are open, and nothing more is known yet.
struct Opened<'a> {
    slot: &'a Slot,
    identity: Identity,
    /// The derived key, where there was a password.
    user_key: Option<Key>,
}

impl Parsed {
    /// Signs a person in, from a file of any format.
    pub(crate) fn unlock(self, sign_in: &SignIn<'_>) -> Result<Unlocked, VaultError> {
        match (self, &sign_in.who) {
            (Self::Present(slots), _) => slots.unlock(sign_in),
            (Self::First(first), Who::Password(proof)) => {
                let slots = Keyslots::from_first(&first, proof)?;
                let unlocked = slots.unlock(sign_in)?;
                Ok(Unlocked { changed: true, ..unlocked })
            }
            (Self::First(_), Who::Desktop(..) | Who::Recovery(_)) => Err(VaultError::WrongPassword),
        }
    }
}

impl Keyslots {
    /// Signs a person in. A wrong name takes as long as a wrong password and says the same.
    pub(crate) fn unlock(&self, sign_in: &SignIn<'_>) -> Result<Unlocked, VaultError> {
        let opened = match &sign_in.who {
            Who::Password(proof) => self.open_with_password(proof)?,
            Who::Desktop(user_name, key) => self.open_with_desktop(user_name, key)?,
            Who::Recovery(key) => self.open_with_recovery(key)?,
        };
        if opened.identity.public() != opened.slot.public_identity() {
            return Err(DAMAGED);
        }
        let (founder, id) = (opened.slot.founder.0, opened.slot.id);
        let roster = Roster::verify(&self.ledger, self.vault_id, &founder)?;
        let mut slots = self.clone();
        let changed = slots.raise(&opened, sign_in)?;
        let (session, database_key) = self.session_of(id, opened.identity, &founder)?;
        Ok(Unlocked { session, database_key, roster, slots, changed })
    }

    /// What somebody with an open identity holds now, by a ledger that was verified.
    pub(crate) fn session_of(
        &self,
        id: UserId,
        identity: Identity,
        founder: &[u8; KEY_LENGTH],
    ) -> Result<(Session, Key), VaultError> {
        let slot = self.slot(id).map_err(|_| VaultError::Disabled)?;
        let standing = self.standing(id).ok_or(DAMAGED)?;
        // Another identity has taken its place: a reset, or a password that was chosen.
        if slot.public_keys != PublicKeys::of(identity.public()) {
            return Err(VaultError::Disabled);
        }
        if standing.public_keys != slot.public_keys {
            return Err(self.forged_grant(id));
        }
        if standing.status != PersonStatus::Active {
            return Err(VaultError::Disabled);
        }
        let grant = self.checked_grant(slot)?;
        let open = |sealed: &Bytes| identity.open_key(&sealed.0).map_err(|_| self.forged_grant(id));
        let database_key = open(&grant.database_key)?;
        let entitled = standing.holds_secrets() && !standing.one_time;
        let secrets_key = grant.secrets_key.as_ref().filter(|_| entitled).map(open).transpose()?;
        let session = Session {
            vault: self.vault_id,
            founder: *founder,
            user: SignedIn { id, name: standing.name.clone(), roles: standing.roles.clone() },
            secrets_key: secrets_key.map(|key| SecretsKey::new(key, self.vault_id, self.secrets_generation)),
            identity,
            one_time: standing.one_time,
            recovery: standing.kind == Kind::Recovery,
        };
        Ok((session, database_key))
    }

    fn open_with_password(&self, proof: &PasswordProof<'_>) -> Result<Opened<'_>, VaultError> {
        let file = proof.key_file.map(KeyFile::key);
        let Some((slot, kdf)) = self.named(proof.user_name).and_then(|slot| Some((slot, slot.kdf.as_ref()?))) else {
            let parameters = self.users.iter().find_map(|slot| slot.kdf.as_ref()).ok_or(DAMAGED)?.parameters;
            // The result is thrown away: only the time counts.
            let _ = derive_user_key(proof.password, file, &[0; SALT_LENGTH], parameters)?;
            return Err(VaultError::WrongPassword);
        };
        // A file that is not asked for is left out, so that it does no harm to bring one.
        let file = file.filter(|_| kdf.key_file);
        let user_key = derive_user_key(proof.password, file, &kdf.salt.0, kdf.parameters)?;
        let identity = Identity::open(&user_key, &slot.associated_data(self.vault_id), &slot.private_keys.0)
            .map_err(|_| VaultError::WrongPassword)?;
        Ok(Opened { slot, identity, user_key: Some(user_key) })
    }

    /// Tells whether a password opens the slot that it names.
    pub(super) fn open_own(&self, proof: &PasswordProof<'_>) -> Result<(), VaultError> {
        self.open_with_password(proof).map(|_| ())
    }

    fn open_with_desktop(&self, user_name: &str, key: &DesktopKey) -> Result<Opened<'_>, VaultError> {
        let slot = self.named(user_name).ok_or(VaultError::WrongPassword)?;
        let desktop = slot.desktops.iter().find(|desktop| desktop.id == key.id).ok_or(VaultError::WrongPassword)?;
        let bound = slot.desktop_data(self.vault_id, desktop.id);
        let identity =
            Identity::open(&key.key, &bound, &desktop.private_keys.0).map_err(|_| VaultError::WrongPassword)?;
        Ok(Opened { slot, identity, user_key: None })
    }

    fn open_with_recovery(&self, key: &Key) -> Result<Opened<'_>, VaultError> {
        let slot = self.users.iter().find(|slot| slot.kdf.is_none()).ok_or(VaultError::WrongPassword)?;
        let identity = Identity::open(key, &slot.associated_data(self.vault_id), &slot.private_keys.0)
            .map_err(|_| VaultError::WrongPassword)?;
        Ok(Opened { slot, identity, user_key: None })
    }

    /// Seals the slot anew where a guess has become too cheap.
    fn raise(&mut self, opened: &Opened<'_>, sign_in: &SignIn<'_>) -> Result<bool, VaultError> {
        let (Some(_), Some(raise_to), Who::Password(proof)) = (&opened.user_key, sign_in.raise_to, &sign_in.who) else {
            return Ok(false);
        };
        let Some(kdf) = &opened.slot.kdf else { return Ok(false) };
        let parameters = kdf.parameters.at_least(raise_to);
        if parameters == kdf.parameters || !parameters.are_acceptable() {
            return Ok(false);
        }
        let file = proof.key_file.filter(|_| kdf.key_file);
        let vault = self.vault_id;
        let slot = self.slot_mut(opened.slot.id)?;
        slot.seal(vault, &opened.identity, proof.password, file, parameters)?;
        Ok(true)
    }

    /// The slot of who has this name, by the ledger as it stands in the file: nothing is believed yet.
    fn named(&self, user_name: &str) -> Option<&Slot> {
        let wanted = fold(user_name);
        self.users.iter().find(|slot| {
            self.standing(slot.id).is_some_and(|standing| {
                standing.kind == Kind::Person
                    && standing.status != PersonStatus::Removed
                    && fold(&standing.name) == wanted
            })
        })
    }

    /// The newest entry about somebody.
    pub(super) fn newest(&self, id: UserId) -> Option<&Entry> {
        self.ledger.iter().rfind(|entry| entry.user == id)
    }

    pub(super) fn standing(&self, id: UserId) -> Option<&Standing> {
        self.newest(id).map(|entry| &entry.standing)
    }

    /// The keys that were sealed for a slot, if who signed them could: an administrator of today, or the person.
    pub(super) fn checked_grant<'a>(&self, slot: &'a Slot) -> Result<&'a Grant, VaultError> {
        let refused = || self.forged_grant(slot.id);
        let grant = slot.grant.as_ref().ok_or_else(refused)?;
        let signer = self.standing(grant.granted_by).ok_or_else(refused)?;
        let could = signer.status == PersonStatus::Active && (signer.is_authority() || grant.granted_by == slot.id);
        let content = self.granted(slot.id, &slot.public_keys, grant);
        let signed = signer.public_keys.identity().verify(&content, &grant.signature.0).is_ok();
        if could && signed { Ok(grant) } else { Err(refused()) }
    }

    pub(super) fn forged_grant(&self, id: UserId) -> VaultError {
        self.newest(id).map_or(DAMAGED, |entry| forged(entry, entry.number))
    }
}

impl Slot {
    /// Seals the private keys under a password, with a new salt.
    pub(super) fn seal(
        &mut self,
        vault: domain::VaultId,
        identity: &Identity,
        password: &Secret,
        key_file: Option<&KeyFile>,
        parameters: KdfParameters,
    ) -> Result<(), VaultError> {
        let salt = make_salt()?;
        let user_key = derive_user_key(password, key_file.map(KeyFile::key), &salt, parameters)?;
        self.kdf =
            Some(Kdf { algorithm: Algorithm::Argon2id, salt: Exactly(salt), parameters, key_file: key_file.is_some() });
        self.public_keys = PublicKeys::of(identity.public());
        self.private_keys = Bytes(identity.seal(&user_key, &self.associated_data(vault))?);
        Ok(())
    }
}

/// A name as names are compared by.
pub(crate) fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}
