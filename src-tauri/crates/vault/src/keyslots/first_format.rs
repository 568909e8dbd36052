//! The content of `keyslots.json`, byte for byte as `docs/vault-format.md` describes it.

use crypto::{
    AssociatedData, DIGEST_LENGTH, KdfParameters, PublicIdentity, SALT_LENGTH, SIGNATURE_LENGTH, derive_digest,
};
use domain::{Role, UserId, VaultId};
use secret::KEY_LENGTH;
use serde::{Deserialize, Serialize};

use super::bytes::{Bytes, Exactly};
use crate::{Part, VaultError};

/// The format that this program writes.
pub(super) const FORMAT: u32 = 1;

const DAMAGED: VaultError = VaultError::Damaged { part: Part::Keyslots };

/// The whole file.
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

/// One person.
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

/// How the user key is derived from the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Kdf {
    pub(super) algorithm: Algorithm,
    pub(super) salt: Exactly<SALT_LENGTH>,
    pub(super) parameters: KdfParameters,
}

/// The one derivation that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Algorithm {
    /// Argon2id, version 1.3 (RFC 9106).
    #[serde(rename = "argon2id")]
    Argon2id,
}

/// The public half of a person's keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PublicKeys {
    pub(super) encryption: Exactly<KEY_LENGTH>,
    pub(super) signing: Exactly<KEY_LENGTH>,
}

/// What an administrator gave this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Grant {
    pub(super) roles: Vec<Role>,
    pub(super) database_key: Bytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secrets_key: Option<Bytes>,
    /// Who signed.
    pub(super) granted_by: UserId,
    pub(super) signature: Exactly<SIGNATURE_LENGTH>,
}

impl Keyslots {
    /// Reads the file's content.
    pub(crate) fn parse(content: &[u8]) -> Result<Self, VaultError> {
        // Only the format is read at first: a newer one may have any other fields.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let Version { format } = serde_json::from_slice(content).map_err(|_| DAMAGED)?;
        if format > FORMAT {
            return Err(VaultError::FromTheFuture { version: format });
        }
        let keyslots: Self = serde_json::from_slice(content).map_err(|_| DAMAGED)?;
        if keyslots.checksum != Some(keyslots.derive_checksum()?) || format != FORMAT {
            return Err(DAMAGED);
        }
        // What means the same but is written in another way was written by no program of ours.
        let rendered = serde_json::to_vec(&keyslots).map_err(|_| DAMAGED)?;
        let solid =
            |content: &[u8]| content.iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect::<Vec<_>>();
        if solid(&rendered) == solid(content) { Ok(keyslots) } else { Err(DAMAGED) }
    }

    /// Writes the content, with its checksum.
    pub(crate) fn render(&mut self) -> Result<Vec<u8>, VaultError> {
        self.checksum = Some(self.derive_checksum()?);
        let mut content = serde_json::to_vec_pretty(self).map_err(|_| DAMAGED)?;
        content.push(b'\n');
        Ok(content)
    }

    /// The vault's id.
    pub(crate) fn vault_id(&self) -> VaultId {
        self.vault_id
    }

    /// The vault's name.
    pub(crate) fn vault_name(&self) -> &str {
        &self.vault_name
    }

    /// Over the compact JSON without the checksum, so that line ends and indentation do not count.
    fn derive_checksum(&self) -> Result<Exactly<DIGEST_LENGTH>, VaultError> {
        let bare = Self { checksum: None, ..self.clone() };
        let content = serde_json::to_vec(&bare).map_err(|_| DAMAGED)?;
        Ok(Exactly(derive_digest(&AssociatedData::new("chaveiro keyslots checksum").bytes(&content))))
    }
}

impl Slot {
    /// What the sealed private keys are bound to: everything that is the person's own.
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

    /// What the grant's signature is over.
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

    pub(super) fn public_identity(&self) -> PublicIdentity {
        PublicIdentity { encryption: self.public_keys.encryption.0, signing: self.public_keys.signing.0 }
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Operator => "operator",
        Role::Approver => "approver",
        Role::Auditor => "auditor",
    }
}
