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

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Keyslots {
    pub(super) format: u32,
    pub(super) vault_id: VaultId,
    pub(super) vault_name: String,
    /// Which database: `vault.db` is the first, `vault-2.db` the second. Named in every grant.
    pub(super) generation: u32,
    /// Which key to passwords. Named in every grant.
    pub(super) secrets_generation: u32,
    /// Who may do what, from the first entry on. It only grows.
    pub(super) ledger: Vec<Entry>,
    pub(super) users: Vec<Slot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) checksum: Option<Exactly<DIGEST_LENGTH>>,
}

/// What opens the vault for one person, or for the recovery key. Name, roles and status stand in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Slot {
    pub(super) id: UserId,
    /// How the user key comes from the password; none for the recovery key, which is a key already.
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
    /// A secret of the person's own, sealed under their personal key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) totp: Option<Bytes>,
}

/// How the user key is derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Kdf {
    pub(super) algorithm: Algorithm,
    pub(super) salt: Exactly<SALT_LENGTH>,
    pub(super) parameters: KdfParameters,
    /// Whether a key file is needed beside the password.
    pub(super) key_file: bool,
}

/// The one derivation that there is.
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

/// The keys that were sealed for this person, and who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Grant {
    pub(super) database_key: Bytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secrets_key: Option<Bytes>,
    /// Who signed: an administrator of today, or the person.
    pub(super) granted_by: UserId,
    pub(super) signature: Exactly<SIGNATURE_LENGTH>,
}

/// A desktop that opens the slot with a key that its system keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Desktop {
    pub(super) id: Uuid,
    /// The two private keys, sealed under the desktop's key.
    pub(super) private_keys: Bytes,
}

/// What a file holds, whatever its format.
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub(crate) enum Parsed {
    Present(Keyslots),
    /// The first format: it opens, and is written anew in the present one.
    First(first_format::Keyslots),
}

impl Parsed {
    /// Reads the file's content.
    pub(crate) fn of(content: &[u8]) -> Result<Self, VaultError> {
        // Only the format is read at first: a newer one may have any other fields.
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

    /// The vault's id.
    pub(crate) fn vault_id(&self) -> VaultId {
        match self {
            Self::Present(slots) => slots.vault_id,
            Self::First(slots) => slots.vault_id,
        }
    }

    /// The vault's name.
    pub(crate) fn vault_name(&self) -> &str {
        match self {
            Self::Present(slots) => &slots.vault_name,
            Self::First(slots) => &slots.vault_name,
        }
    }

    /// Which database file it names.
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

    /// Which database file it names.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// Which key seals the passwords.
    pub(crate) fn secrets_generation(&self) -> u32 {
        self.secrets_generation
    }

    /// The ledger, as it stands in the file.
    pub(crate) fn ledger(&self) -> &[Entry] {
        &self.ledger
    }

    pub(super) fn slot(&self, id: UserId) -> Result<&Slot, VaultError> {
        self.users.iter().find(|slot| slot.id == id).ok_or(VaultError::NotFound)
    }

    pub(super) fn slot_mut(&mut self, id: UserId) -> Result<&mut Slot, VaultError> {
        self.users.iter_mut().find(|slot| slot.id == id).ok_or(VaultError::NotFound)
    }

    /// Over the compact JSON without the checksum, so that line ends and indentation do not count.
    fn derive_checksum(&self) -> Result<Exactly<DIGEST_LENGTH>, VaultError> {
        checksum(&Self { checksum: None, ..self.clone() })
    }
}

/// The checksum of a content that holds none.
pub(super) fn checksum(bare: &impl Serialize) -> Result<Exactly<DIGEST_LENGTH>, VaultError> {
    let content = serde_json::to_vec(bare).map_err(|_| DAMAGED)?;
    Ok(Exactly(derive_digest(&AssociatedData::new("chaveiro keyslots checksum").bytes(&content))))
}

/// Tells whether the content is what this program would write: what means the same but is written in another way was
/// written by no program of ours.
pub(super) fn written_by_us(parsed: &impl Serialize, content: &[u8]) -> Result<bool, VaultError> {
    let rendered = serde_json::to_vec(parsed).map_err(|_| DAMAGED)?;
    let solid = |content: &[u8]| content.iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect::<Vec<_>>();
    Ok(solid(&rendered) == solid(content))
}

impl Slot {
    /// What the sealed private keys are bound to: everything that is the person's own.
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

    /// What the private keys that a desktop opens are bound to.
    pub(super) fn desktop_data(&self, vault: VaultId, desktop: Uuid) -> AssociatedData {
        let content = AssociatedData::new("chaveiro desktop")
            .number(u64::from(FORMAT))
            .bytes(vault.as_uuid().as_bytes())
            .bytes(self.id.as_uuid().as_bytes())
            .bytes(desktop.as_bytes());
        self.bind_identity(content)
    }

    /// What the person's own secret for one-time codes is bound to.
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
