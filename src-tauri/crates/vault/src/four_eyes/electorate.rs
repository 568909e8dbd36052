//! Who held which roles and which key, and when: the ledger of grants, as decisions are held against it.

use chrono::{DateTime, Utc};
use crypto::{AssociatedData, SIGNATURE_LENGTH};
use domain::{Role, UserId};

use crate::{PersonStatus, Roster, Signature, Vault};

/// What somebody was, from one moment to another. It is made of a grant whose signature was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their Ed25519 key.
    pub signing_key: [u8; 32],
    /// What they may do; empty for who may not sign in.
    pub roles: Vec<Role>,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when; none: still.
    pub until: Option<DateTime<Utc>>,
}

/// Every standing that people of the vault have or had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Electorate(Vec<Standing>);

impl Vault {
    /// Who held which roles and which key, and when. Every grant of it was verified from the founder's key on.
    pub fn electorate(&self) -> Electorate {
        Electorate::of_roster(&self.roster())
    }
}

impl Electorate {
    /// Puts verified standings together. Only this crate can: whoever could make one could approve anything.
    pub(crate) fn of(standings: Vec<Standing>) -> Self {
        Self(standings)
    }

    /// Each entry of the ledger holds until the next one about the same person. An identity that an administrator made
    /// signs for nobody, and neither does one that cannot sign in.
    fn of_roster(roster: &Roster) -> Self {
        let standing = |(place, record): (usize, &crate::GrantRecord)| {
            let later = roster.all().iter().skip(place + 1).find(|later| later.user == record.user);
            let active = record.status == PersonStatus::Active && !record.is_recovery && !record.one_time;
            active.then(|| Standing {
                user: record.user,
                name: record.name.clone(),
                signing_key: record.signing_key,
                roles: record.roles.clone(),
                from: record.at,
                until: later.map(|later| later.at),
            })
        };
        Self::of(roster.all().iter().enumerate().filter_map(standing).collect())
    }

    /// What somebody might do at a moment.
    pub fn roles_at(&self, user: UserId, at: DateTime<Utc>) -> &[Role] {
        self.at(user, at).map_or(&[], |standing| &standing.roles)
    }

    /// The key that somebody signed with at a moment.
    pub fn signing_key_at(&self, user: UserId, at: DateTime<Utc>) -> Option<[u8; 32]> {
        self.at(user, at).map(|standing| standing.signing_key)
    }

    /// Tells whether somebody ever signed with a key.
    pub fn ever_held(&self, user: UserId, key: &[u8; 32]) -> bool {
        self.0.iter().any(|standing| standing.user == user && standing.signing_key == *key)
    }

    /// The name that somebody had last.
    pub fn name_of(&self, user: UserId) -> Option<&str> {
        self.0.iter().rev().find(|standing| standing.user == user).map(|standing| standing.name.as_str())
    }

    /// Everybody who holds a role at a moment, by name.
    pub fn holding(&self, role: Role, at: DateTime<Utc>) -> Vec<&Standing> {
        let mut holding: Vec<_> =
            self.0.iter().filter(|standing| standing.covers(at) && standing.roles.contains(&role)).collect();
        holding.sort_by_key(|standing| standing.name.to_lowercase());
        holding
    }

    /// Checks a signature with the key that its author had at the moment.
    pub(crate) fn holds(
        &self,
        author: UserId,
        at: DateTime<Utc>,
        statement: &AssociatedData,
        signature: &[u8; SIGNATURE_LENGTH],
    ) -> bool {
        self.signing_key_at(author, at).is_some_and(|key| Signature(*signature).is_of(&key, statement.as_bytes()))
    }

    fn at(&self, user: UserId, at: DateTime<Utc>) -> Option<&Standing> {
        // The last one that covers the moment: at the border between two, the newer one holds.
        self.0.iter().rev().find(|standing| standing.user == user && standing.covers(at))
    }
}

impl Standing {
    fn covers(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}
