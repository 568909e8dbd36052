//! The opening of a slot with a password, a desktop's key or the recovery key. It ends in a [`Session`].

use crypto::{Identity, KdfParameters, SALT_LENGTH, derive_user_key, make_salt};
use domain::UserId;
use secret::{KEY_LENGTH, Key, Secret};

use super::{
    PersonStatus,
    bytes::{Bytes, Exactly},
    format::{Algorithm, DAMAGED, Kdf, Keyslots, Parsed, PublicKeys, Slot},
    ledger::{Entry, Kind, Membership},
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

/// The result of opening a slot.
pub(crate) struct Unlocked {
    pub(crate) session: Session,
    pub(crate) database_key: Key,
    pub(crate) roster: Roster,
    /// The slots as they are now, to be written where they differ from the file.
    pub(crate) slots: Keyslots,
    pub(crate) changed: bool,
    /// The reason why nobody may sign in, where the slot of somebody else differs from the ledger. The person's own
    /// keys are valid: they open the database, in which the refusal is noted.
    pub(crate) refused: Option<VaultError>,
}

/// A slot whose private keys are open, before anything else was verified.
struct Opened<'a> {
    slot: &'a Slot,
    identity: Identity,
    /// The form of the password that opened it, where there was a password.
    form: Option<Form>,
}

impl Parsed {
    /// Signs a person in, from a file of any format. The caller must handle [`Unlocked::refused`].
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
    /// Signs a person in. A wrong name takes as long as a wrong password and gives the same error.
    pub(crate) fn unlock(&self, sign_in: &SignIn<'_>) -> Result<Unlocked, VaultError> {
        let mut unlocked = self.unlock_or_tell(sign_in)?;
        unlocked.refused.take().map_or(Ok(unlocked), Err)
    }

    /// Signs a person in, even if another slot differs from the ledger. The caller then notes that and refuses.
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

    /// Returns the present session of a person with an open identity, after verifying everything.
    pub(crate) fn renewed(
        &self,
        id: UserId,
        identity: Identity,
        founder: &[u8; KEY_LENGTH],
    ) -> Result<Session, VaultError> {
        let roster = self.verify(founder)?;
        self.session_of(id, identity, &roster).map(|(session, _)| session)
    }

    /// Returns the present session of a person with an open identity, and the database key, by a verified ledger.
    pub(crate) fn session_of(
        &self,
        id: UserId,
        identity: Identity,
        roster: &Roster,
    ) -> Result<(Session, Key), VaultError> {
        let slot = self.slot(id).map_err(|_| VaultError::Disabled)?;
        let membership = roster.membership(id).ok_or(DAMAGED)?;
        // Another identity has replaced this one: after a reset, or after the person chose a password.
        if slot.public_keys != PublicKeys::of(identity.public()) {
            return Err(VaultError::Disabled);
        }
        if membership.public_keys != slot.public_keys {
            return Err(self.forged_grant(id));
        }
        if membership.status != PersonStatus::Active {
            return Err(VaultError::Disabled);
        }
        let grant = self.checked_grant(slot, roster)?;
        let open = |sealed: &Bytes| identity.open_key(&sealed.0).map_err(|_| self.forged_grant(id));
        let database_key = open(&grant.database_key)?;
        let entitled = membership.holds_secrets() && !membership.one_time;
        let secrets_key = grant.secrets_key.as_ref().filter(|_| entitled).map(open).transpose()?;
        let session = Session {
            vault: self.vault_id,
            founder: *roster.founder(),
            user: SignedIn { id, name: membership.name.clone(), roles: membership.roles.clone() },
            secrets_key: secrets_key.map(|key| SecretsKey::new(key, self.vault_id, self.secrets_generation)),
            identity,
            one_time: membership.one_time,
            recovery: membership.kind == Kind::Recovery,
        };
        Ok((session, database_key))
    }

    fn open_with_password(&self, proof: &PasswordProof<'_>) -> Result<Opened<'_>, VaultError> {
        let file = proof.key_file.map(KeyFile::key);
        let Some((slot, kdf)) = self.named(proof.user_name).and_then(|slot| Some((slot, slot.kdf.as_ref()?))) else {
            let parameters = self.users.iter().find_map(|slot| slot.kdf.as_ref()).ok_or(DAMAGED)?.parameters;
            // The results are discarded, because only the time matters.
            let derive = |password: &Secret| {
                let _ = derive_user_key(password, file, &[0; SALT_LENGTH], parameters)?;
                Err(VaultError::WrongPassword)
            };
            return try_forms(proof.password, derive).map(|(opened, _)| opened);
        };
        // A key file that the slot does not need is ignored, so that it does no harm to give one.
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

    /// Seals the slot again where a guess has become too cheap, or the password is not in the composed form yet.
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

    /// Returns the slot of the person with this name, by the ledger in the file, which is not verified yet.
    fn named(&self, user_name: &str) -> Option<&Slot> {
        let wanted = fold(user_name);
        self.users.iter().find(|slot| {
            self.membership(slot.id).is_some_and(|membership| {
                membership.kind == Kind::Person
                    && membership.status != PersonStatus::Removed
                    && fold(&membership.name) == wanted
            })
        })
    }

    /// Returns the newest entry about a person.
    pub(super) fn newest(&self, id: UserId) -> Option<&Entry> {
        self.ledger.iter().rfind(|entry| entry.user == id)
    }

    pub(super) fn membership(&self, id: UserId) -> Option<&Membership> {
        self.newest(id).map(|entry| &entry.membership)
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

/// Returns a name in the form in which names are compared.
pub(crate) fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}
