//! The first format of `keyslots.json`: one person, the founder, with their grant in their slot. It opens, and is then
//! written in the present format. Nothing here is ever changed.

use crypto::{
    AssociatedData, DIGEST_LENGTH, Identity, KdfParameters, PublicIdentity, SALT_LENGTH, SIGNATURE_LENGTH,
    derive_user_key,
};
use domain::{Role, UserId, VaultId};
use secret::{KEY_LENGTH, Key, Secret};
use serde::{Deserialize, Serialize};

use super::{
    bytes::{Bytes, Exactly},
    format::{Algorithm, DAMAGED, PublicKeys, checksum, written_by_us},
    ledger::role_name,
    password::try_forms,
    unlock::{PasswordProof, fold},
};
use crate::VaultError;

const FORMAT: u32 = 1;

/// The whole file in the first format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Keyslots {
    pub(super) format: u32,
    pub(super) vault_id: VaultId,
    pub(super) vault_name: String,
    pub(super) users: Vec<Slot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) checksum: Option<Exactly<DIGEST_LENGTH>>,
}

/// The slot of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Slot {
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) kdf: Kdf,
    pub(super) public_keys: PublicKeys,
    /// The founder's Ed25519 key: the root of every grant.
    pub(super) founder: Exactly<KEY_LENGTH>,
    /// The two private keys, sealed under the user key.
    pub(super) private_keys: Bytes,
    pub(super) grant: Grant,
}

/// The derivation of the user key from the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Kdf {
    pub(super) algorithm: Algorithm,
    pub(super) salt: Exactly<SALT_LENGTH>,
    pub(super) parameters: KdfParameters,
}

/// The roles and sealed keys that an administrator gave this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub(super) struct Grant {
    pub(super) roles: Vec<Role>,
    pub(super) database_key: Bytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secrets_key: Option<Bytes>,
    pub(super) granted_by: UserId,
    pub(super) signature: Exactly<SIGNATURE_LENGTH>,
}

/// The keys of the founder after the slot was opened.
pub(super) struct Opened<'a> {
    pub(super) slot: &'a Slot,
    pub(super) identity: Identity,
    pub(super) user_key: Key,
    pub(super) database_key: Key,
    pub(super) secrets_key: Key,
}

impl Keyslots {
    pub(super) fn parse(content: &[u8]) -> Result<Self, VaultError> {
        let keyslots: Self = serde_json::from_slice(content).map_err(|_| DAMAGED)?;
        let bare = Self { checksum: None, ..keyslots.clone() };
        if keyslots.checksum != Some(checksum(&bare)?) || !written_by_us(&keyslots, content)? {
            return Err(DAMAGED);
        }
        Ok(keyslots)
    }

    /// Opens the founder's slot. A wrong name takes as long as a wrong password and gives the same error.
    pub(super) fn open(&self, proof: &PasswordProof<'_>) -> Result<Opened<'_>, VaultError> {
        let wanted = fold(proof.user_name);
        let Some(slot) = self.users.iter().find(|slot| fold(&slot.name) == wanted) else {
            let parameters = self.users.first().ok_or(DAMAGED)?.kdf.parameters;
            // The results are discarded, because only the time matters.
            let derive = |password: &Secret| {
                let _ = derive_user_key(password, None, &[0; SALT_LENGTH], parameters)?;
                Err(VaultError::WrongPassword)
            };
            return try_forms(proof.password, derive).map(|(opened, _)| opened);
        };
        let bound = slot.associated_data(self.vault_id);
        let ((user_key, identity), _) = try_forms(proof.password, |password| {
            let user_key = derive_user_key(password, None, &slot.kdf.salt.0, slot.kdf.parameters)?;
            let opened = Identity::open(&user_key, &bound, &slot.private_keys.0);
            opened.map(|identity| (user_key, identity)).map_err(|_| VaultError::WrongPassword)
        })?;
        let theirs = identity.public() == slot.public_keys.identity();
        if !theirs || slot.grant.granted_by != slot.id || slot.founder != slot.public_keys.signing {
            return Err(DAMAGED);
        }
        let founder: PublicIdentity = identity.public();
        founder.verify(&slot.granted(self.vault_id), &slot.grant.signature.0).map_err(|_| DAMAGED)?;
        let open = |sealed: &Bytes| identity.open_key(&sealed.0).map_err(|_| DAMAGED);
        let database_key = open(&slot.grant.database_key)?;
        let secrets_key = open(slot.grant.secrets_key.as_ref().ok_or(DAMAGED)?)?;
        Ok(Opened { slot, identity, user_key, database_key, secrets_key })
    }
}

impl Slot {
    /// Returns the data that the sealed private keys are bound to: all of the person's own fields.
    pub(super) fn associated_data(&self, vault: VaultId) -> AssociatedData {
        let KdfParameters { memory_kib, iterations, parallelism } = self.kdf.parameters;
        let Algorithm::Argon2id = self.kdf.algorithm;
        AssociatedData::new("chaveiro private keys")
            .number(u64::from(FORMAT))
            .bytes(vault.as_uuid().as_bytes())
            .bytes(self.id.as_uuid().as_bytes())
            .text(&self.name)
            .text("argon2id")
            .bytes(&self.kdf.salt.0)
            .number(u64::from(memory_kib))
            .number(u64::from(iterations))
            .number(u64::from(parallelism))
            .bytes(&self.public_keys.encryption.0)
            .bytes(&self.public_keys.signing.0)
            .bytes(&self.founder.0)
    }

    /// Returns the content that the grant's signature covers.
    pub(super) fn granted(&self, vault: VaultId) -> AssociatedData {
        let grant = &self.grant;
        let mut content = AssociatedData::new("chaveiro grant")
            .number(u64::from(FORMAT))
            .bytes(vault.as_uuid().as_bytes())
            .bytes(self.id.as_uuid().as_bytes())
            .text(&self.name)
            .bytes(&self.public_keys.encryption.0)
            .bytes(&self.public_keys.signing.0)
            .bytes(grant.granted_by.as_uuid().as_bytes())
            .number(grant.roles.len() as u64);
        for role in &grant.roles {
            content = content.text(role_name(*role));
        }
        content = content.bytes(&grant.database_key.0);
        match &grant.secrets_key {
            Some(sealed) => content.bytes(&sealed.0),
            None => content.bytes(&[]),
        }
    }
}
