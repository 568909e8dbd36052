//! The content of `keyslots.json`, byte for byte as `docs/vault-format.md` describes it.

use crypto::{
    AssociatedData, DIGEST_LENGTH, KdfParameters, PublicIdentity, SALT_LENGTH, SIGNATURE_LENGTH, derive_digest,
};
use domain::{UserId, VaultId};
use secret::KEY_LENGTH;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    bytes::{Bytes, Exactly},
    first_format,
    ledger::Entry,
};
use crate::{Part, VaultError};

/// The format that this program writes.
pub(super) const FORMAT: u32 = 2;

pub(super) const DAMAGED: VaultError = VaultError::Damaged { part: Part::Keyslots };

/// The whole file in the present format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Keyslots {
    pub(super) format: u32,
    pub(super) vault_id: VaultId,
    pub(super) vault_name: String,
    /// The generation of the database: 1 is `vault.db`, 2 is `vault-2.db`. Every grant names it.
    pub(super) generation: u32,
    /// The generation of the key to passwords. Every grant names it.
    pub(super) secrets_generation: u32,
    /// The ledger: the rights of every person, from the first entry on. It only grows.
    pub(super) ledger: Vec<Entry>,
    pub(super) users: Vec<Slot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) checksum: Option<Exactly<DIGEST_LENGTH>>,
}

/// The data that opens the vault for one person, or for the recovery key. Name, roles and status are in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Slot {
    pub(super) id: UserId,
    /// The derivation of the user key from the password; None for the recovery key, which needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kdf: Option<Kdf>,
    pub(super) public_keys: PublicKeys,
    /// The founder's Ed25519 key: the root of the ledger.
    pub(super) founder: Exactly<KEY_LENGTH>,
    /// The two private keys, sealed under the user key.
    pub(super) private_keys: Bytes,
    /// None while the person is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) grant: Option<Grant>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) desktops: Vec<Desktop>,
    /// The person's secret for one-time codes, sealed under their personal key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) totp: Option<Bytes>,
}

/// The parameters of the derivation of the user key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Kdf {
    pub(super) algorithm: Algorithm,
    pub(super) salt: Exactly<SALT_LENGTH>,
    pub(super) parameters: KdfParameters,
    /// True when a key file is needed together with the password.
    pub(super) key_file: bool,
}

/// The algorithm of the derivation. There is only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Algorithm {
    /// Argon2id, version 1.3 (RFC 9106).
    #[serde(rename = "argon2id")]
    Argon2id,
}

/// The public half of a person's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PublicKeys {
    pub(super) encryption: Exactly<KEY_LENGTH>,
    pub(super) signing: Exactly<KEY_LENGTH>,
}

/// The keys that were sealed for this person, and the person who sealed them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Grant {
    pub(super) database_key: Bytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secrets_key: Option<Bytes>,
    /// The signer: a present administrator, or the person.
    pub(super) granted_by: UserId,
    pub(super) signature: Exactly<SIGNATURE_LENGTH>,
}

/// A desktop that opens the slot with a key in its system's key store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Desktop {
    pub(super) id: Uuid,
    /// The two private keys, sealed under the desktop's key.
    pub(super) private_keys: Bytes,
}

/// The content of a file in any known format.
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub(crate) enum Parsed {
    Present(Keyslots),
    /// The first format. It opens, and is then written in the present one.
    First(first_format::Keyslots),
}

impl Parsed {
    /// Reads the content of a file in any known format.
    pub(crate) fn of(content: &[u8]) -> Result<Self, VaultError> {
        // Only the number of the format is read first, because a newer format may have any other fields.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let Version { format } = serde_json::from_slice(content).map_err(|_| DAMAGED)?;
        match format {
            1 => first_format::Keyslots::parse(content).map(Self::First),
            FORMAT => Keyslots::parse(content).map(Self::Present),
            0 => Err(DAMAGED),
            version => Err(VaultError::FromTheFuture { version }),
        }
    }

    /// Returns the id of the vault.
    pub(crate) fn vault_id(&self) -> VaultId {
        match self {
            Self::Present(slots) => slots.vault_id,
            Self::First(slots) => slots.vault_id,
        }
    }

    /// Returns the name of the vault.
    pub(crate) fn vault_name(&self) -> &str {
        match self {
            Self::Present(slots) => &slots.vault_name,
            Self::First(slots) => &slots.vault_name,
        }
    }

    /// Returns the generation of the database that the file names.
    pub(crate) fn generation(&self) -> u32 {
        match self {
            Self::Present(slots) => slots.generation,
            Self::First(_) => 1,
        }
    }
}

impl Keyslots {
    fn parse(content: &[u8]) -> Result<Self, VaultError> {
        let keyslots: Self = serde_json::from_slice(content).map_err(|_| DAMAGED)?;
        if keyslots.checksum != Some(keyslots.derive_checksum()?) || keyslots.generation == 0 {
            return Err(DAMAGED);
        }
        if written_by_us(&keyslots, content)? { Ok(keyslots) } else { Err(DAMAGED) }
    }

    /// Returns the content of the file, with its checksum.
    pub(crate) fn render(&mut self) -> Result<Vec<u8>, VaultError> {
        self.checksum = Some(self.derive_checksum()?);
        let mut content = serde_json::to_vec_pretty(self).map_err(|_| DAMAGED)?;
        content.push(b'\n');
        Ok(content)
    }

    /// Returns the id of the vault.
    pub(crate) fn vault_id(&self) -> VaultId {
        self.vault_id
    }

    /// Returns the name of the vault.
    pub(crate) fn vault_name(&self) -> &str {
        &self.vault_name
    }

    /// Returns the generation of the database that the file names.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// Returns the generation of the key that seals the passwords.
    pub(crate) fn secrets_generation(&self) -> u32 {
        self.secrets_generation
    }

    /// Returns the ledger as it is in the file, not yet verified.
    pub(crate) fn ledger(&self) -> &[Entry] {
        &self.ledger
    }

    pub(super) fn slot(&self, id: UserId) -> Result<&Slot, VaultError> {
        self.users.iter().find(|slot| slot.id == id).ok_or(VaultError::NotFound)
    }

    pub(super) fn slot_mut(&mut self, id: UserId) -> Result<&mut Slot, VaultError> {
        self.users.iter_mut().find(|slot| slot.id == id).ok_or(VaultError::NotFound)
    }

    /// Derives the checksum of the compact JSON without the checksum itself, so that line ends and indentation do not
    /// count.
    fn derive_checksum(&self) -> Result<Exactly<DIGEST_LENGTH>, VaultError> {
        checksum(&Self { checksum: None, ..self.clone() })
    }
}

/// Derives the checksum of a content that holds none.
pub(super) fn checksum(bare: &impl Serialize) -> Result<Exactly<DIGEST_LENGTH>, VaultError> {
    let content = serde_json::to_vec(bare).map_err(|_| DAMAGED)?;
    Ok(Exactly(derive_digest(&AssociatedData::new("chaveiro keyslots checksum").bytes(&content))))
}

/// Tells whether the content is exactly what this program would write, apart from white space. A content that means the
/// same but is written in another way was not written by this program.
pub(super) fn written_by_us(parsed: &impl Serialize, content: &[u8]) -> Result<bool, VaultError> {
    let rendered = serde_json::to_vec(parsed).map_err(|_| DAMAGED)?;
    let solid = |content: &[u8]| content.iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect::<Vec<_>>();
    Ok(solid(&rendered) == solid(content))
}

impl Slot {
    /// Returns the data that the sealed private keys are bound to: all of the person's own fields.
    pub(super) fn associated_data(&self, vault: VaultId) -> AssociatedData {
        let content = AssociatedData::new("chaveiro private keys")
            .number(u64::from(FORMAT))
            .bytes(vault.as_uuid().as_bytes())
            .bytes(self.id.as_uuid().as_bytes());
        let content = match &self.kdf {
            None => content.text("recovery"),
            Some(kdf) => {
                let KdfParameters { memory_kib, iterations, parallelism } = kdf.parameters;
                let Algorithm::Argon2id = kdf.algorithm;
                content
                    .text("argon2id")
                    .bytes(&kdf.salt.0)
                    .number(u64::from(memory_kib))
                    .number(u64::from(iterations))
                    .number(u64::from(parallelism))
                    .number(u64::from(kdf.key_file))
            }
        };
        self.bind_identity(content)
    }

    /// Returns the data that the private keys for a desktop are bound to.
    pub(super) fn desktop_data(&self, vault: VaultId, desktop: Uuid) -> AssociatedData {
        let content = AssociatedData::new("chaveiro desktop")
            .number(u64::from(FORMAT))
            .bytes(vault.as_uuid().as_bytes())
            .bytes(self.id.as_uuid().as_bytes())
            .bytes(desktop.as_bytes());
        self.bind_identity(content)
    }

    /// Returns the data that the person's secret for one-time codes is bound to.
    pub(super) fn totp_data(&self, vault: VaultId) -> AssociatedData {
        AssociatedData::new("chaveiro totp").bytes(vault.as_uuid().as_bytes()).bytes(self.id.as_uuid().as_bytes())
    }

    fn bind_identity(&self, content: AssociatedData) -> AssociatedData {
        content.bytes(&self.public_keys.encryption.0).bytes(&self.public_keys.signing.0).bytes(&self.founder.0)
    }

    pub(super) fn public_identity(&self) -> PublicIdentity {
        self.public_keys.identity()
    }
}

impl PublicKeys {
    pub(super) fn of(identity: PublicIdentity) -> Self {
        Self { encryption: Exactly(identity.encryption), signing: Exactly(identity.signing) }
    }

    pub(super) fn identity(&self) -> PublicIdentity {
        PublicIdentity { encryption: self.encryption.0, signing: self.signing.0 }
    }
}
