//! The making of slots: those of a new vault, and those that replace slots of the first format.

use crypto::{AssociatedData, Identity, KdfParameters, make_key};
use domain::{Role, UserId, VaultId};
use secret::{Key, Secret};

use super::{
    PersonStatus,
    bytes::{Bytes, Exactly},
    first_format,
    format::{DAMAGED, FORMAT, Grant, Kdf, Keyslots, PublicKeys, Slot},
    ledger::{Entry, Kind, Membership},
    recipient::Recipient,
    roster::Roster,
    unlock::{PasswordProof, Unlocked},
};
use crate::VaultError;

/// The founder, the names and the cost of a new vault.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub(crate) struct First<'a> {
    pub(crate) vault: VaultId,
    pub(crate) vault_name: &'a str,
    pub(crate) user: UserId,
    pub(crate) user_name: &'a str,
    pub(crate) password: &'a Secret,
    pub(crate) kdf: KdfParameters,
    pub(crate) now: i64,
}

/// Makes the keys of a new vault and the slot of its founder, who is administrator and operator.
pub(crate) fn make_first(first: &First<'_>) -> Result<Unlocked, VaultError> {
    let identity = Identity::make()?;
    let (database_key, secrets_key) = (make_key()?, make_key()?);
    let mut slot = Slot::empty(first.user, identity.public(), identity.public().signing);
    slot.seal(first.vault, &identity, first.password, None, first.kdf)?;
    let mut slots = Keyslots::empty(first.vault, first.vault_name);
    let roles = vec![Role::Administrator, Role::Operator];
    slots.found(slot, &identity, (first.user_name, roles), first.now, (&database_key, &secrets_key))?;
    let founder = identity.public().signing;
    let roster = slots.verify(&founder)?;
    let (session, database_key) = slots.session_of(first.user, identity, &roster)?;
    Ok(Unlocked { session, database_key, roster, slots, changed: false, refused: None })
}

impl Keyslots {
    fn empty(vault: VaultId, name: &str) -> Self {
        Self {
            format: FORMAT,
            vault_id: vault,
            vault_name: name.to_owned(),
            generation: 1,
            secrets_generation: 1,
            ledger: Vec::new(),
            users: Vec::new(),
            checksum: None,
        }
    }

    /// Adds the founder: the first entry of the ledger, and the first slot.
    fn found(
        &mut self,
        mut slot: Slot,
        identity: &Identity,
        (name, roles): (&str, Vec<Role>),
        at: i64,
        (database_key, secrets_key): (&Key, &Key),
    ) -> Result<(), VaultError> {
        let (kind, status) = (Kind::Person, PersonStatus::Active);
        let membership =
            Membership { kind, name: name.to_owned(), public_keys: slot.public_keys, roles, status, one_time: false };
        let (id, vault) = (slot.id, self.vault_id);
        self.ledger.push(Entry::make(&[], vault, (id, membership), at, (id, identity)));
        let founder = identity.public().signing;
        let recipient = Roster::verify(&self.ledger, vault, &founder)?.recipient(id).ok_or(DAMAGED)?;
        slot.grant = Some(self.seal_keys(&recipient, database_key, Some(secrets_key), (id, identity))?);
        self.users.push(slot);
        Ok(())
    }

    /// Converts the slots of the first format to the present one. This needs the founder's password, because only the
    /// founder can seal their private keys again and sign the first entry of the ledger.
    pub(super) fn from_first(first: &first_format::Keyslots, proof: &PasswordProof<'_>) -> Result<Self, VaultError> {
        let opened = first.open(proof)?;
        let mut slots = Self::empty(first.vault_id, &first.vault_name);
        let mut slot = Slot::empty(opened.slot.id, opened.identity.public(), opened.slot.founder.0);
        slot.kdf = Some(Kdf {
            algorithm: opened.slot.kdf.algorithm,
            salt: opened.slot.kdf.salt,
            parameters: opened.slot.kdf.parameters,
            key_file: false,
        });
        slot.private_keys = Bytes(opened.identity.seal(&opened.user_key, &slot.associated_data(first.vault_id))?);
        let person = (opened.slot.name.as_str(), opened.slot.grant.roles.clone());
        let keys = (&opened.database_key, &opened.secrets_key);
        slots.found(slot, &opened.identity, person, made_at(first.vault_id), keys)?;
        Ok(slots)
    }

    /// Seals the keys for a person of the ledger, and signs them. The key to passwords is sealed only for those who are
    /// entitled to it.
    pub(super) fn seal_keys(
        &self,
        recipient: &Recipient,
        database_key: &Key,
        secrets_key: Option<&Key>,
        (by, identity): (UserId, &Identity),
    ) -> Result<Grant, VaultError> {
        let secrets_key = secrets_key.filter(|_| recipient.holds_secrets());
        let mut grant = Grant {
            database_key: recipient.seal(database_key)?,
            secrets_key: secrets_key.map(|key| recipient.seal(key)).transpose()?,
            granted_by: by,
            signature: Exactly([0; crypto::SIGNATURE_LENGTH]),
        };
        grant.signature = Exactly(identity.sign(&self.granted(recipient, &grant)));
        Ok(grant)
    }

    /// Returns the content that the signature of sealed keys covers. It includes the generations, so that no grant is
    /// valid after a re-keying.
    pub(super) fn granted(&self, recipient: &Recipient, grant: &Grant) -> AssociatedData {
        let (user, keys) = (recipient.id(), recipient.keys());
        let content = AssociatedData::new("chaveiro sealed keys")
            .number(u64::from(FORMAT))
            .bytes(self.vault_id.as_uuid().as_bytes())
            .number(u64::from(self.generation))
            .number(u64::from(self.secrets_generation))
            .bytes(user.as_uuid().as_bytes())
            .bytes(&keys.encryption.0)
            .bytes(&keys.signing.0)
            .bytes(grant.granted_by.as_uuid().as_bytes())
            .bytes(&grant.database_key.0);
        match &grant.secrets_key {
            Some(sealed) => content.bytes(&sealed.0),
            None => content.bytes(&[]),
        }
    }
}

impl Slot {
    /// Makes a slot that nothing opens yet.
    pub(super) fn empty(id: UserId, identity: crypto::PublicIdentity, founder: [u8; secret::KEY_LENGTH]) -> Self {
        Self {
            id,
            kdf: None,
            public_keys: PublicKeys::of(identity),
            founder: Exactly(founder),
            private_keys: Bytes(Vec::new()),
            grant: None,
            desktops: Vec::new(),
            totp: None,
        }
    }
}

/// Returns the time at which a vault was made, from its id.
fn made_at(vault: VaultId) -> i64 {
    let Some(timestamp) = vault.as_uuid().get_timestamp() else { return 0 };
    let (seconds, nanoseconds) = timestamp.to_unix();
    i64::try_from(seconds).unwrap_or(0) * 1_000_000 + i64::from(nanoseconds / 1_000)
}
