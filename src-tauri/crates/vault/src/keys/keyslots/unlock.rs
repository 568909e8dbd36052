//! From what a person brings (a password, a desktop's key, the recovery key) to a [`Session`].

use crypto::{Identity, KdfParameters, SALT_LENGTH, derive_user_key, make_salt};
use domain::UserId;
use secret::{KEY_LENGTH, Key, Secret};

use super::{
    PersonStatus,
    bytes::{Bytes, Exactly},
    format::{Algorithm, DAMAGED, Kdf, Keyslots, Parsed, PublicKeys, Slot},
    ledger::{Entry, Kind, Standing},
    password::{Form, composed, try_forms},
    roster::Roster,
};
use crate::{DesktopKey, KeyFile, SecretsKey, Session, SignIn, SignedIn, VaultError, keys::session::Who};

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
    /// Why nobody may be let in, where the slot of somebody else is not as the ledger has it. The own keys are sound: they
    /// open the database, in which the refusal is noted.
    pub(crate) refused: Option<VaultError>,
}

/// A slot whose private keys are open, and nothing more is known yet.
struct Opened<'a> {
    slot: &'a Slot,
    identity: Identity,
    /// Which form of the password opened it, where there was a password.
    form: Option<Form>,
}

impl Parsed {
    /// Signs a person in, from a file of any format. The caller heeds [`Unlocked::refused`].
    pub(crate) fn unlock(self, sign_in: &SignIn<'_>) -> Result<Unlocked, VaultError> {
        match (self, &sign_in.who) {
            (Self::Present(slots), _) => slots.unlock_or_tell(sign_in),
            (Self::First(first), Who::Password(proof)) => {
                let slots = Keyslots::from_first(&first, proof)?;
                let unlocked = slots.unlock_or_tell(sign_in)?;
                Ok(Unlocked { changed: true, ..unlocked })
            }
            (Self::First(_), Who::Desktop(..) | Who::Recovery(_)) => Err(VaultError::WrongPassword),
        }
    }
}

impl Keyslots {
    /// Signs a person in. A wrong name takes as long as a wrong password and says the same.
    pub(crate) fn unlock(&self, sign_in: &SignIn<'_>) -> Result<Unlocked, VaultError> {
        let mut unlocked = self.unlock_or_tell(sign_in)?;
        unlocked.refused.take().map_or(Ok(unlocked), Err)
    }

    /// Signs a person in, also where another slot is not as the ledger has it: then the caller notes that and refuses.
    fn unlock_or_tell(&self, sign_in: &SignIn<'_>) -> Result<Unlocked, VaultError> {
        let opened = match &sign_in.who {
            Who::Password(proof) => self.open_with_password(proof)?,
            Who::Desktop(user_name, key) => self.open_with_desktop(user_name, key)?,
            Who::Recovery(key) => self.open_with_recovery(key)?,
        };
        if opened.identity.public() != opened.slot.public_identity() {
            return Err(DAMAGED);
        }
        let Opened { slot, identity, form } = opened;
        let roster = Roster::verify(&self.ledger, self.vault_id, &slot.founder.0)?;
        let (session, database_key) = self.session_of(slot.id, identity, &roster)?;
        let refused = self.check_slots(&roster).err();
        let mut slots = self.clone();
        let changed = refused.is_none() && slots.raise(&session, form, sign_in)?;
        Ok(Unlocked { session, database_key, roster, slots, changed, refused })
    }

    /// What somebody with an open identity holds now, once everything was verified.
    pub(crate) fn renewed(
        &self,
        id: UserId,
        identity: Identity,
        founder: &[u8; KEY_LENGTH],
    ) -> Result<Session, VaultError> {
        let roster = self.verify(founder)?;
        self.session_of(id, identity, &roster).map(|(session, _)| session)
    }

    /// What somebody with an open identity holds now, by a ledger that was verified.
    pub(crate) fn session_of(
        &self,
        id: UserId,
        identity: Identity,
        roster: &Roster,
    ) -> Result<(Session, Key), VaultError> {
        let slot = self.slot(id).map_err(|_| VaultError::Disabled)?;
        let standing = roster.standing(id).ok_or(DAMAGED)?;
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
        let grant = self.checked_grant(slot, roster)?;
        let open = |sealed: &Bytes| identity.open_key(&sealed.0).map_err(|_| self.forged_grant(id));
        let database_key = open(&grant.database_key)?;
        let entitled = standing.holds_secrets() && !standing.one_time;
        let secrets_key = grant.secrets_key.as_ref().filter(|_| entitled).map(open).transpose()?;
        let session = Session {
            vault: self.vault_id,
            founder: *roster.founder(),
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
            // The results are thrown away: only the time counts.
            let derive = |password: &Secret| {
                let _ = derive_user_key(password, file, &[0; SALT_LENGTH], parameters)?;
                Err(VaultError::WrongPassword)
            };
            return try_forms(proof.password, derive).map(|(opened, _)| opened);
        };
        // A file that is not asked for is left out, so that it does no harm to bring one.
        let file = file.filter(|_| kdf.key_file);
        let bound = slot.associated_data(self.vault_id);
        let (identity, form) = try_forms(proof.password, |password| {
            let user_key = derive_user_key(password, file, &kdf.salt.0, kdf.parameters)?;
            Identity::open(&user_key, &bound, &slot.private_keys.0).map_err(|_| VaultError::WrongPassword)
        })?;
        Ok(Opened { slot, identity, form: Some(form) })
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
        Ok(Opened { slot, identity, form: None })
    }

    fn open_with_recovery(&self, key: &Key) -> Result<Opened<'_>, VaultError> {
        let slot = self.users.iter().find(|slot| slot.kdf.is_none()).ok_or(VaultError::WrongPassword)?;
        let identity = Identity::open(key, &slot.associated_data(self.vault_id), &slot.private_keys.0)
            .map_err(|_| VaultError::WrongPassword)?;
        Ok(Opened { slot, identity, form: None })
    }

    /// Seals the slot anew where a guess has become too cheap, or the password is not in the composed form yet.
    fn raise(&mut self, session: &Session, form: Option<Form>, sign_in: &SignIn<'_>) -> Result<bool, VaultError> {
        let Who::Password(proof) = &sign_in.who else { return Ok(false) };
        let vault = self.vault_id;
        let slot = self.slot_mut(session.user.id)?;
        let Some(kdf) = &slot.kdf else { return Ok(false) };
        let wanted = sign_in.raise_to.map_or(kdf.parameters, |raise_to| kdf.parameters.at_least(raise_to));
        let parameters = if wanted.are_acceptable() { wanted } else { kdf.parameters };
        if parameters == kdf.parameters && form != Some(Form::AsTyped) {
            return Ok(false);
        }
        let file = proof.key_file.filter(|_| kdf.key_file);
        slot.seal(vault, &session.identity, proof.password, file, parameters)?;
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
}

impl Slot {
    /// Seals the private keys under a password in its composed form, with a new salt.
    pub(super) fn seal(
        &mut self,
        vault: domain::VaultId,
        identity: &Identity,
        password: &Secret,
        key_file: Option<&KeyFile>,
        parameters: KdfParameters,
    ) -> Result<(), VaultError> {
        let salt = make_salt()?;
        let user_key = derive_user_key(&composed(password), key_file.map(KeyFile::key), &salt, parameters)?;
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
