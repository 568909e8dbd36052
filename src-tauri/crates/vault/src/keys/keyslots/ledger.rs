//! The ledger: who may do what since when, each entry signed, from the founder's first one on.
//!
//! It stands in `keyslots.json`, since it says whose grants count before anything can be opened, and again in the table
//! `people`, so that a ledger that was cut back is noticed. Every entry holds the hash of the one before. Who may sign
//! the next one follows from those before it:
//! - an active administrator who chose their own password: anything, but a new identity of another person is always a
//!   one-time identity, which can sign nothing except its own successor;
//! - a one-time identity: its successor, and nothing else about the person;
//! - the recovery key: a new identity of an active administrator.

use chrono::DateTime;
use crypto::{AssociatedData, DIGEST_LENGTH, Identity, PublicIdentity, SIGNATURE_LENGTH, derive_digest};
use domain::is_ahead;
use domain::{Role, UserId, VaultId};
use serde::{Deserialize, Serialize};

use super::{
    bytes::Exactly,
    format::{FORMAT, PublicKeys},
};

/// What somebody may do from an entry on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Standing {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) public_keys: PublicKeys,
    pub(super) roles: Vec<Role>,
    pub(super) status: PersonStatus,
    /// Somebody else made the identity, and knew its password.
    pub(super) one_time: bool,
}

/// Whose keys they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub(super) enum Kind {
    Person,
    /// Those of the printed recovery key.
    Recovery,
}

/// Whether a person can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum PersonStatus {
    Active,
    Disabled,
    /// Never again; their name stays in the history.
    Removed,
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) user: UserId,
    pub(super) standing: Standing,
    /// Microseconds since 1970, by the clock of whoever made it. The place in the ledger counts, see [`super::times`].
    pub(crate) at: i64,
    pub(crate) by: UserId,
    pub(super) previous: Exactly<DIGEST_LENGTH>,
    pub(super) signature: Exactly<SIGNATURE_LENGTH>,
}

/// The time of an entry after another one. A clock that goes back a little must not make the history run backwards. One that
/// says much less was wrong then or is now: the entry says what it says, so that not all later ones have the wrong time too.
fn time_after(last: i64, now: i64) -> i64 {
    let times = DateTime::from_timestamp_micros(last).zip(DateTime::from_timestamp_micros(now));
    if times.is_some_and(|(last, now)| is_ahead(last, now)) { now } else { last.max(now) }
}

impl Entry {
    /// Makes and signs the entry that follows the last one.
    pub(super) fn make(
        ledger: &[Self],
        vault: VaultId,
        (user, standing): (UserId, Standing),
        at: i64,
        (by, identity): (UserId, &Identity),
    ) -> Self {
        let last = ledger.last();
        let mut entry = Self {
            number: ledger.len() as u64 + 1,
            user,
            standing,
            at: last.map_or(at, |last| time_after(last.at, at)),
            by,
            previous: Exactly(last.map_or_else(|| origin(vault), |last| last.hash(vault))),
            signature: Exactly([0; SIGNATURE_LENGTH]),
        };
        entry.signature = Exactly(identity.sign(&entry.content(vault)));
        entry
    }

    /// What the signature is over.
    fn content(&self, vault: VaultId) -> AssociatedData {
        let standing = &self.standing;
        let mut content = AssociatedData::new("chaveiro ledger entry")
            .number(u64::from(FORMAT))
            .bytes(vault.as_uuid().as_bytes())
            .number(self.number)
            .bytes(self.user.as_uuid().as_bytes())
            .text(match standing.kind {
                Kind::Person => "person",
                Kind::Recovery => "recovery",
            })
            .text(&standing.name)
            .bytes(&standing.public_keys.encryption.0)
            .bytes(&standing.public_keys.signing.0)
            .number(standing.roles.len() as u64);
        for role in &standing.roles {
            content = content.text(role_name(*role));
        }
        content
            .text(match standing.status {
                PersonStatus::Active => "active",
                PersonStatus::Disabled => "disabled",
                PersonStatus::Removed => "removed",
            })
            .number(u64::from(standing.one_time))
            .bytes(&self.at.to_le_bytes())
            .bytes(self.by.as_uuid().as_bytes())
            .bytes(&self.previous.0)
    }

    /// What the next entry holds of this one.
    fn hash(&self, vault: VaultId) -> [u8; DIGEST_LENGTH] {
        let content = self.content(vault);
        derive_digest(&AssociatedData::new("chaveiro ledger hash").bytes(content.as_bytes()).bytes(&self.signature.0))
    }

    fn is_signed_by(&self, signer: &PublicIdentity, vault: VaultId) -> bool {
        signer.verify(&self.content(vault), &self.signature.0).is_ok()
    }
}

impl Standing {
    /// Tells whether these keys may sign for others.
    pub(super) fn is_authority(&self) -> bool {
        self.status == PersonStatus::Active && self.roles.contains(&Role::Administrator) && !self.one_time
    }

    /// Tells whether these roles hold the key to passwords.
    pub(super) fn holds_secrets(&self) -> bool {
        self.roles.iter().any(|role| matches!(role, Role::Administrator | Role::Operator))
    }

    fn same_person_and_rights(&self, other: &Self) -> bool {
        (self.kind, &self.name, &self.roles, self.status) == (other.kind, &other.name, &other.roles, other.status)
    }
}

/// Tells whether an entry may follow: numbered, chained, and signed by someone who could.
pub(super) fn follows<'a>(
    before: &'a [Entry],
    entry: &Entry,
    vault: VaultId,
    founder: &[u8; secret::KEY_LENGTH],
    latest: impl Fn(UserId) -> Option<&'a Standing>,
) -> bool {
    let Some(last) = before.last() else {
        return is_first(entry, vault, founder);
    };
    let chained = entry.number == last.number + 1 && entry.previous.0 == last.hash(vault);
    let (known, new) = (latest(entry.user), &entry.standing);
    let signer = latest(entry.by);
    let signed = signer.is_some_and(|signer| entry.is_signed_by(&signer.public_keys.identity(), vault));
    let keys_are_theirs = before.iter().all(|other| {
        other.user == entry.user || other.standing.public_keys.signing != entry.standing.public_keys.signing
    });
    let allowed = signer.is_some_and(|signer| {
        let new_keys = known.is_none_or(|known| known.public_keys != new.public_keys);
        match signer.kind {
            _ if known.is_some_and(|known| known.status == PersonStatus::Removed || known.kind != new.kind) => false,
            // Its own successor, and nothing else.
            Kind::Person if signer.one_time => {
                entry.by == entry.user
                    && signer.status == PersonStatus::Active
                    && known.is_some_and(|known| known.same_person_and_rights(new))
                    && new_keys
                    && !new.one_time
            }
            Kind::Person => {
                let foreign = new_keys && new.kind == Kind::Person && entry.by != entry.user;
                let one_time = known.is_some_and(|known| known.one_time) && !new_keys;
                signer.is_authority() && new.one_time == (foreign || one_time)
            }
            Kind::Recovery => {
                signer.is_authority()
                    && new_keys
                    && !new.one_time
                    && known.is_some_and(|known| known.is_recoverable() && known.same_person_and_rights(new))
            }
        }
    });
    chained && signed && keys_are_theirs && allowed
}

impl Standing {
    /// Tells whether the recovery key may give this person a new identity.
    pub(super) fn is_recoverable(&self) -> bool {
        self.kind == Kind::Person && self.status == PersonStatus::Active && self.roles.contains(&Role::Administrator)
    }
}

/// The founder's own entry, under the key that every slot pins.
fn is_first(entry: &Entry, vault: VaultId, founder: &[u8; secret::KEY_LENGTH]) -> bool {
    entry.number == 1
        && entry.by == entry.user
        && entry.previous.0 == origin(vault)
        && entry.standing.kind == Kind::Person
        && entry.standing.is_authority()
        && entry.standing.public_keys.signing.0 == *founder
        && entry.is_signed_by(&entry.standing.public_keys.identity(), vault)
}

/// What stands before the first entry.
fn origin(vault: VaultId) -> [u8; DIGEST_LENGTH] {
    derive_digest(&AssociatedData::new("chaveiro ledger origin").bytes(vault.as_uuid().as_bytes()))
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Operator => "operator",
        Role::Approver => "approver",
        Role::Auditor => "auditor",
    }
}
