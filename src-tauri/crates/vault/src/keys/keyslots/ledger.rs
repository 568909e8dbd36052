//! The ledger: the rights of every person and their times, each entry signed, from the founder's first one on.
//!
//! It is kept in `keyslots.json`, because it decides whose grants count before anything can be opened. A copy is in the
//! table `people`, so that a ledger that was cut back is noticed. Every entry holds the hash of the one before. The
//! entries before it decide who may sign the next one:
//! - an active administrator who chose their own password may sign anything. But a new identity for another person is
//!   always a one-time identity, which can sign nothing except its own successor;
//! - a one-time identity may sign its successor, and nothing else about the person;
//! - the recovery key may sign a new identity of an active administrator.

use chrono::DateTime;
use crypto::{AssociatedData, DIGEST_LENGTH, Identity, PublicIdentity, SIGNATURE_LENGTH, derive_digest};
use domain::is_ahead;
use domain::{Role, UserId, VaultId};
use serde::{Deserialize, Serialize};

use super::{
    bytes::Exactly,
    format::{FORMAT, PublicKeys},
};

/// The membership of a person from an entry on: name, keys, roles and status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Membership {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) public_keys: PublicKeys,
    pub(super) roles: Vec<Role>,
    pub(super) status: PersonStatus,
    /// True when somebody else made the identity, and so knew its password.
    pub(super) one_time: bool,
}

/// The kind of owner of the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub(super) enum Kind {
    Person,
    /// The keys of the printed recovery key.
    Recovery,
}

/// The status of a person, which decides whether they can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum PersonStatus {
    Active,
    Disabled,
    /// The person can never sign in again. Their name stays in the history.
    Removed,
}

/// A signed entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) user: UserId,
    #[serde(rename = "standing")]
    pub(super) membership: Membership,
    /// The time in microseconds since 1970, by the clock of its author. The order is that of the ledger, see
    /// [`super::times`].
    pub(crate) at: i64,
    pub(crate) by: UserId,
    pub(super) previous: Exactly<DIGEST_LENGTH>,
    pub(super) signature: Exactly<SIGNATURE_LENGTH>,
}

/// Returns the time of an entry after another one. If the clock goes back a little, the history must not run backwards.
/// If the clock is much earlier, it was wrong then or is wrong now. The entry then gets the clock's own time, so that
/// not all later entries get a wrong time too.
fn time_after(last: i64, now: i64) -> i64 {
    let times = DateTime::from_timestamp_micros(last).zip(DateTime::from_timestamp_micros(now));
    if times.is_some_and(|(last, now)| is_ahead(last, now)) { now } else { last.max(now) }
}

impl Entry {
    /// Makes and signs the entry that follows the last one.
    pub(super) fn make(
        ledger: &[Self],
        vault: VaultId,
        (user, membership): (UserId, Membership),
        at: i64,
        (by, identity): (UserId, &Identity),
    ) -> Self {
        let last = ledger.last();
        let mut entry = Self {
            number: ledger.len() as u64 + 1,
            user,
            membership,
            at: last.map_or(at, |last| time_after(last.at, at)),
            by,
            previous: Exactly(last.map_or_else(|| origin(vault), |last| last.hash(vault))),
            signature: Exactly([0; SIGNATURE_LENGTH]),
        };
        entry.signature = Exactly(identity.sign(&entry.content(vault)));
        entry
    }

    /// Returns the content that the signature covers.
    fn content(&self, vault: VaultId) -> AssociatedData {
        let membership = &self.membership;
        let mut content = AssociatedData::new("chaveiro ledger entry")
            .number(u64::from(FORMAT))
            .bytes(vault.as_uuid().as_bytes())
            .number(self.number)
            .bytes(self.user.as_uuid().as_bytes())
            .text(match membership.kind {
                Kind::Person => "person",
                Kind::Recovery => "recovery",
            })
            .text(&membership.name)
            .bytes(&membership.public_keys.encryption.0)
            .bytes(&membership.public_keys.signing.0)
            .number(membership.roles.len() as u64);
        for role in &membership.roles {
            content = content.text(role_name(*role));
        }
        content
            .text(match membership.status {
                PersonStatus::Active => "active",
                PersonStatus::Disabled => "disabled",
                PersonStatus::Removed => "removed",
            })
            .number(u64::from(membership.one_time))
            .bytes(&self.at.to_le_bytes())
            .bytes(self.by.as_uuid().as_bytes())
            .bytes(&self.previous.0)
    }

    /// Returns the hash of this entry, which the next entry holds.
    fn hash(&self, vault: VaultId) -> [u8; DIGEST_LENGTH] {
        let content = self.content(vault);
        derive_digest(&AssociatedData::new("chaveiro ledger hash").bytes(content.as_bytes()).bytes(&self.signature.0))
    }

    fn is_signed_by(&self, signer: &PublicIdentity, vault: VaultId) -> bool {
        signer.verify(&self.content(vault), &self.signature.0).is_ok()
    }
}

impl Membership {
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

/// Tells whether an entry may follow: it must be numbered, chained, and signed by a person who was allowed to.
pub(super) fn follows<'a>(
    before: &'a [Entry],
    entry: &Entry,
    vault: VaultId,
    founder: &[u8; secret::KEY_LENGTH],
    latest: impl Fn(UserId) -> Option<&'a Membership>,
) -> bool {
    let Some(last) = before.last() else {
        return is_first(entry, vault, founder);
    };
    let chained = entry.number == last.number + 1 && entry.previous.0 == last.hash(vault);
    let (known, new) = (latest(entry.user), &entry.membership);
    let signer = latest(entry.by);
    let signed = signer.is_some_and(|signer| entry.is_signed_by(&signer.public_keys.identity(), vault));
    let keys_are_theirs = before.iter().all(|other| {
        other.user == entry.user || other.membership.public_keys.signing != entry.membership.public_keys.signing
    });
    let allowed = signer.is_some_and(|signer| {
        let new_keys = known.is_none_or(|known| known.public_keys != new.public_keys);
        match signer.kind {
            _ if known.is_some_and(|known| known.status == PersonStatus::Removed || known.kind != new.kind) => false,
            // A one-time identity may sign its own successor, and nothing else.
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

impl Membership {
    /// Tells whether the recovery key may give this person a new identity.
    pub(super) fn is_recoverable(&self) -> bool {
        self.kind == Kind::Person && self.status == PersonStatus::Active && self.roles.contains(&Role::Administrator)
    }
}

/// Tells whether this is a valid first entry: the founder's own, under the key that every slot names.
fn is_first(entry: &Entry, vault: VaultId, founder: &[u8; secret::KEY_LENGTH]) -> bool {
    entry.number == 1
        && entry.by == entry.user
        && entry.previous.0 == origin(vault)
        && entry.membership.kind == Kind::Person
        && entry.membership.is_authority()
        && entry.membership.public_keys.signing.0 == *founder
        && entry.is_signed_by(&entry.membership.public_keys.identity(), vault)
}

/// Returns the hash that the first entry holds in place of an earlier one.
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
