//! Who held which roles and which key, and when: the ledger of grants, as decisions are held against it.

use chrono::{DateTime, Utc};
use crypto::{AssociatedData, PublicIdentity, SIGNATURE_LENGTH};
use domain::{Role, UserId};
use secret::KEY_LENGTH;

/// What somebody was, from one moment to another. It is made of a grant whose signature was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Standing {
    pub user: UserId,
    pub name: String,
    pub signing_key: [u8; 32],
    /// What they may do; empty for who may not sign in.
    pub roles: Vec<Role>,
    pub from: DateTime<Utc>,
    /// Until when; none: still.
    pub until: Option<DateTime<Utc>>,
}

/// Every standing that people of the vault have or had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApproverHistory(Vec<Standing>);

impl ApproverHistory {
    /// Puts standings together whose grants the caller has verified. A caller that made one up could approve anything:
    /// the vault alone calls this function, and `tests/layering` checks that.
    pub fn of_verified_grants(standings: Vec<Standing>) -> Self {
        Self(standings)
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
        self.signing_key_at(author, at).is_some_and(|signing| {
            let author = PublicIdentity { encryption: [0; KEY_LENGTH], signing };
            author.verify(statement, signature).is_ok()
        })
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
