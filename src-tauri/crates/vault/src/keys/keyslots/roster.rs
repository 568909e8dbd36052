//! The ledger, verified: who may do what, and who could at any earlier moment.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{Role, UserId, VaultId};
use secret::KEY_LENGTH;

use super::{
    PersonStatus,
    ledger::{Entry, Kind, Standing, follows},
    times::settle,
};
use crate::{Person, VaultError};

/// One signed entry of the ledger: what somebody may do from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct GrantRecord {
    /// Its place in the ledger, from 1.
    pub number: u64,
    /// Who it is about.
    pub user: UserId,
    /// Their name from then on.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Whether they can sign in.
    pub status: PersonStatus,
    /// Whether the identity is one that an administrator made, until its person chooses a password.
    pub one_time: bool,
    /// Whether it is the recovery key's and no person's.
    pub is_recovery: bool,
    /// The Ed25519 public key that checks what they sign.
    pub signing_key: [u8; KEY_LENGTH],
    pub at: DateTime<Utc>,
    pub by: UserId,
}

/// Everyone who has ever been granted anything. It is only made from a ledger in which every signature holds.
#[derive(Debug, Clone)]
pub struct Roster {
    records: Vec<GrantRecord>,
    latest: BTreeMap<UserId, usize>,
    standings: BTreeMap<UserId, Standing>,
    founder: [u8; KEY_LENGTH],
}

impl Roster {
    /// Verifies a ledger from the founder's key on.
    pub(super) fn verify(ledger: &[Entry], vault: VaultId, founder: &[u8; KEY_LENGTH]) -> Result<Self, VaultError> {
        let mut latest: BTreeMap<UserId, usize> = BTreeMap::new();
        for (place, entry) in ledger.iter().enumerate() {
            let before = ledger.get(..place).unwrap_or_default();
            let standing = |id: UserId| latest.get(&id).and_then(|at| ledger.get(*at)).map(|entry| &entry.standing);
            if !follows(before, entry, vault, founder, standing) {
                return Err(forged(entry, place as u64 + 1));
            }
            latest.insert(entry.user, place);
        }
        if ledger.is_empty() {
            return Err(super::format::DAMAGED);
        }
        let mut records: Vec<GrantRecord> = ledger.iter().map(record).collect();
        settle(&mut records, Utc::now());
        let standings = ledger.iter().map(|entry| (entry.user, entry.standing.clone())).collect();
        Ok(Self { records, latest, standings, founder: *founder })
    }

    /// The key that the ledger is rooted in.
    pub(super) fn founder(&self) -> &[u8; KEY_LENGTH] {
        &self.founder
    }

    /// What somebody's newest entry says.
    pub(super) fn standing(&self, user: UserId) -> Option<&Standing> {
        self.standings.get(&user)
    }

    /// What somebody may do now; none for who was never granted anything.
    pub fn latest(&self, user: UserId) -> Option<&GrantRecord> {
        self.latest.get(&user).and_then(|place| self.records.get(*place))
    }

    /// What somebody could do at a moment: their roles, while they were active.
    pub fn roles_at(&self, user: UserId, at: DateTime<Utc>) -> Vec<Role> {
        match self.at(user, at) {
            Some(record) if record.status == PersonStatus::Active && !record.is_recovery => record.roles.clone(),
            _ => Vec::new(),
        }
    }

    /// The key that checks what somebody signed at a moment. None while they were not active, and while an
    /// administrator knew their password.
    pub fn signing_key_at(&self, user: UserId, at: DateTime<Utc>) -> Option<[u8; KEY_LENGTH]> {
        let record = self.at(user, at)?;
        let theirs = record.status == PersonStatus::Active && !record.one_time;
        theirs.then_some(record.signing_key)
    }

    /// Everything about somebody, in the order in which it was granted.
    pub fn history(&self, user: UserId) -> impl Iterator<Item = &GrantRecord> {
        self.records.iter().filter(move |record| record.user == user)
    }

    /// Every entry, in order.
    pub fn all(&self) -> &[GrantRecord] {
        &self.records
    }

    /// The newest entry of everyone, the recovery key included.
    pub(crate) fn everyone(&self) -> impl Iterator<Item = &GrantRecord> {
        self.latest.values().filter_map(|place| self.records.get(*place))
    }

    /// Of two entries of one moment, the later counts.
    fn at(&self, user: UserId, at: DateTime<Utc>) -> Option<&GrantRecord> {
        self.history(user).take_while(|record| record.at <= at).last()
    }
}

fn record(entry: &Entry) -> GrantRecord {
    let Standing { kind, name, public_keys, roles, status, one_time } = &entry.standing;
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
    /// The entries as records. They are to be believed only where the ledger was verified.
    pub(crate) fn records(&self) -> Vec<GrantRecord> {
        self.ledger.iter().map(record).collect()
    }

    /// A person, as the list of people shows them.
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

/// The refusal of an entry. The place counts, not the number that the entry gives itself.
pub(crate) fn forged(entry: &Entry, number: u64) -> VaultError {
    VaultError::ForgedGrant { user: entry.user, name: entry.standing.name.clone(), number }
}
