//! The roster: the verified ledger, with the rights of every person now and at any earlier time.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{Role, UserId, VaultId};
use secret::KEY_LENGTH;

use super::{
    PersonStatus,
    ledger::{Entry, Kind, Membership, follows},
    times::set_times,
};
use crate::{Person, VaultError};

/// One signed entry of the ledger: the rights of a person from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct GrantRecord {
    /// The position of the entry in the ledger, from 1.
    pub number: u64,
    /// The person that the entry is about.
    pub user: UserId,
    /// The name of the person from then on.
    pub name: String,
    pub roles: Vec<Role>,
    pub status: PersonStatus,
    /// True when an administrator made the identity. It stays so until the person chooses a password.
    pub one_time: bool,
    /// True when the entry is about the recovery key and not about a person.
    pub is_recovery: bool,
    /// The Ed25519 public key that checks the person's signatures.
    pub signing_key: [u8; KEY_LENGTH],
    pub at: DateTime<Utc>,
    pub by: UserId,
}

/// Everyone who has ever had rights. It is made only from a ledger in which every signature is valid.
#[derive(Debug, Clone)]
pub struct Roster {
    records: Vec<GrantRecord>,
    latest: BTreeMap<UserId, usize>,
    memberships: BTreeMap<UserId, Membership>,
    founder: [u8; KEY_LENGTH],
}

impl Roster {
    /// Verifies a ledger from the founder's key on.
    pub(super) fn verify(ledger: &[Entry], vault: VaultId, founder: &[u8; KEY_LENGTH]) -> Result<Self, VaultError> {
        let mut latest: BTreeMap<UserId, usize> = BTreeMap::new();
        for (place, entry) in ledger.iter().enumerate() {
            let before = ledger.get(..place).unwrap_or_default();
            let membership = |id: UserId| latest.get(&id).and_then(|at| ledger.get(*at)).map(|entry| &entry.membership);
            if !follows(before, entry, vault, founder, membership) {
                return Err(forged(entry, place as u64 + 1));
            }
            latest.insert(entry.user, place);
        }
        if ledger.is_empty() {
            return Err(super::format::DAMAGED);
        }
        let mut records: Vec<GrantRecord> = ledger.iter().map(record).collect();
        set_times(&mut records, Utc::now());
        let memberships = ledger.iter().map(|entry| (entry.user, entry.membership.clone())).collect();
        Ok(Self { records, latest, memberships, founder: *founder })
    }

    /// Returns the founder's key, in which the ledger is rooted.
    pub(super) fn founder(&self) -> &[u8; KEY_LENGTH] {
        &self.founder
    }

    /// Returns the membership in a person's newest entry.
    pub(super) fn membership(&self, user: UserId) -> Option<&Membership> {
        self.memberships.get(&user)
    }

    /// Returns a person's newest entry; None for somebody who never had rights.
    pub fn latest(&self, user: UserId) -> Option<&GrantRecord> {
        self.latest.get(&user).and_then(|place| self.records.get(*place))
    }

    /// Returns a person's roles at a time; none while they were not active.
    pub fn roles_at(&self, user: UserId, at: DateTime<Utc>) -> Vec<Role> {
        match self.at(user, at) {
            Some(record) if record.status == PersonStatus::Active && !record.is_recovery => record.roles.clone(),
            _ => Vec::new(),
        }
    }

    /// Returns the key that checks a person's signatures at a time. None while they were not active, and while an
    /// administrator knew their password.
    pub fn signing_key_at(&self, user: UserId, at: DateTime<Utc>) -> Option<[u8; KEY_LENGTH]> {
        let record = self.at(user, at)?;
        let theirs = record.status == PersonStatus::Active && !record.one_time;
        theirs.then_some(record.signing_key)
    }

    /// Returns every entry about a person, in order.
    pub fn history(&self, user: UserId) -> impl Iterator<Item = &GrantRecord> {
        self.records.iter().filter(move |record| record.user == user)
    }

    /// Returns every entry, in the order of the ledger.
    pub fn all(&self) -> &[GrantRecord] {
        &self.records
    }

    /// Returns the newest entry of everyone, including the recovery key.
    pub(crate) fn everyone(&self) -> impl Iterator<Item = &GrantRecord> {
        self.latest.values().filter_map(|place| self.records.get(*place))
    }

    /// Returns the entry about a person that was valid at a time. Of two entries with the same time, the later one
    /// counts.
    fn at(&self, user: UserId, at: DateTime<Utc>) -> Option<&GrantRecord> {
        self.history(user).take_while(|record| record.at <= at).last()
    }
}

fn record(entry: &Entry) -> GrantRecord {
    let Membership { kind, name, public_keys, roles, status, one_time } = &entry.membership;
    GrantRecord {
        number: entry.number,
        user: entry.user,
        name: name.clone(),
        roles: roles.clone(),
        status: *status,
        one_time: *one_time,
        is_recovery: *kind == Kind::Recovery,
        signing_key: public_keys.signing.0,
        at: DateTime::from_timestamp_micros(entry.at).unwrap_or_default(),
        by: entry.by,
    }
}

impl super::Keyslots {
    /// Returns the entries as records. They are trustworthy only where the ledger was verified.
    pub(crate) fn records(&self) -> Vec<GrantRecord> {
        self.ledger.iter().map(record).collect()
    }

    /// Returns a person as the list of people shows them.
    pub(crate) fn person(&self, record: &GrantRecord) -> Person {
        let slot = self.users.iter().find(|slot| slot.id == record.user);
        Person {
            id: record.user,
            name: record.name.clone(),
            roles: record.roles.clone(),
            status: record.status,
            one_time: record.one_time,
            has_key_file: slot.and_then(|slot| slot.kdf.as_ref()).is_some_and(|kdf| kdf.key_file),
            has_totp: slot.is_some_and(|slot| slot.totp.is_some()),
            desktops: slot.map_or(0, |slot| u32::try_from(slot.desktops.len()).unwrap_or(u32::MAX)),
            changed_at: record.at,
            changed_by: record.by,
        }
    }
}

/// Returns the refusal of an entry. The position counts, not the number in the entry.
pub(crate) fn forged(entry: &Entry, number: u64) -> VaultError {
    VaultError::ForgedGrant { user: entry.user, name: entry.membership.name.clone(), number }
}
