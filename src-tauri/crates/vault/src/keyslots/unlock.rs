//! From a name and a password to the keys of a vault.

use crypto::{Identity, KdfParameters, PublicIdentity, SALT_LENGTH, derive_user_key, make_key, make_salt};
use domain::{Role, UserId, VaultId};
use secret::{Key, Secret};

use super::{
    bytes::{Bytes, Exactly},
    format::{Algorithm, FORMAT, Grant, Kdf, Keyslots, PublicKeys, Slot},
};
use crate::{Part, SecretsKey, Session, SignIn, SignedIn, VaultError};

const DAMAGED: VaultError = VaultError::Damaged { part: Part::Keyslots };

/// What a person holds once the slot is open.
pub(crate) struct Unlocked {
    pub(crate) session: Session,
    pub(crate) database_key: Key,
}

/// Who and what a new vault begins with.
pub(crate) struct First<'a> {
    pub(crate) vault: VaultId,
    pub(crate) vault_name: &'a str,
    pub(crate) user: UserId,
    pub(crate) user_name: &'a str,
    pub(crate) password: &'a Secret,
    pub(crate) kdf: KdfParameters,
}

/// Makes the keys of a new vault and the slot of its founder, who is administrator and operator.
pub(crate) fn make_first(first: &First<'_>) -> Result<(Keyslots, Unlocked), VaultError> {
    let identity = Identity::make()?;
    let public = identity.public();
    let (database_key, secrets_key) = (make_key()?, make_key()?);
    let roles = vec![Role::Administrator, Role::Operator];
    let mut slot = Slot {
        id: first.user,
        name: first.user_name.to_owned(),
        kdf: Kdf { algorithm: Algorithm::Argon2id, salt: Exactly(make_salt()?), parameters: first.kdf },
        public_keys: PublicKeys { encryption: Exactly(public.encryption), signing: Exactly(public.signing) },
        founder: Exactly(public.signing),
        private_keys: Bytes(Vec::new()),
        grant: Grant {
            roles: roles.clone(),
            database_key: Bytes(public.seal_key(&database_key)?),
            secrets_key: Some(Bytes(public.seal_key(&secrets_key)?)),
            granted_by: first.user,
            signature: Exactly([0; crypto::SIGNATURE_LENGTH]),
        },
    };
    let user_key = derive_user_key(first.password, &slot.kdf.salt.0, first.kdf)?;
    slot.private_keys = Bytes(identity.seal(&user_key, &slot.associated_data(first.vault))?);
    slot.grant.signature = Exactly(identity.sign(&slot.granted(first.vault)));
    let keyslots = Keyslots {
        format: FORMAT,
        vault_id: first.vault,
        vault_name: first.vault_name.to_owned(),
        users: vec![slot],
        checksum: None,
    };
    let user = SignedIn { id: first.user, name: first.user_name.to_owned(), roles };
    let secrets_key = Some(SecretsKey::new(secrets_key, first.vault, 1));
    Ok((keyslots, Unlocked { session: Session { vault: first.vault, user, identity, secrets_key }, database_key }))
}

impl Keyslots {
    /// Opens a person's slot. A wrong name takes as long as a wrong password and says the same.
    pub(crate) fn unlock(&self, sign_in: &SignIn<'_>) -> Result<Unlocked, VaultError> {
        let (wanted, password) = (fold(sign_in.user_name), sign_in.password);
        let Some(slot) = self.users.iter().find(|slot| fold(&slot.name) == wanted) else {
            let parameters = self.users.first().ok_or(DAMAGED)?.kdf.parameters;
            // The result is thrown away: only the time counts.
            let _ = derive_user_key(password, &[0; SALT_LENGTH], parameters)?;
            return Err(VaultError::WrongPassword);
        };
        let user_key = derive_user_key(password, &slot.kdf.salt.0, slot.kdf.parameters)?;
        let identity = Identity::open(&user_key, &slot.associated_data(self.vault_id), &slot.private_keys.0)
            .map_err(|_| VaultError::WrongPassword)?;
        if identity.public() != slot.public_identity() {
            return Err(DAMAGED);
        }
        self.check_grant(slot)?;
        let open = |sealed: &Bytes| identity.open_key(&sealed.0).map_err(|_| DAMAGED);
        let database_key = open(&slot.grant.database_key)?;
        let secrets_key = slot.grant.secrets_key.as_ref().map(open).transpose()?;
        let secrets_key = secrets_key.map(|key| SecretsKey::new(key, self.vault_id, 1));
        let user = SignedIn { id: slot.id, name: slot.name.clone(), roles: slot.grant.roles.clone() };
        Ok(Unlocked { session: Session { vault: self.vault_id, user, identity, secrets_key }, database_key })
    }

    /// Checks that the founder granted what the slot says. The founder's key itself is authenticated by the password
    /// that has just opened the slot.
    fn check_grant(&self, slot: &Slot) -> Result<(), VaultError> {
        let founder = self
            .users
            .iter()
            .find(|other| other.id == slot.grant.granted_by && other.public_keys.signing == slot.founder)
            .ok_or(DAMAGED)?;
        PublicIdentity { signing: slot.founder.0, ..founder.public_identity() }
            .verify(&slot.granted(self.vault_id), &slot.grant.signature.0)
            .map_err(|_| DAMAGED)
    }
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}
