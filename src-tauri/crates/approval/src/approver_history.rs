//! The history of roles and keys, by person and period. Decisions are verified against it.

use chrono::{DateTime, Utc};
use crypto::{AssociatedData, PublicIdentity, SIGNATURE_LENGTH};
use domain::{Role, UserId};
use secret::KEY_LENGTH;

/// The roles and the key of a person during one period. It is made from a grant whose signature was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct MembershipPeriod {
    pub user: UserId,
    pub name: String,
    pub signing_key: [u8; 32],
    /// Their roles; empty for a person who may not sign in.
    pub roles: Vec<Role>,
    pub from: DateTime<Utc>,
    /// The end of the period; none while it lasts.
    pub until: Option<DateTime<Utc>>,
}

/// All present and past periods of the people of a vault.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApproverHistory(Vec<MembershipPeriod>);

impl ApproverHistory {
    /// Collects periods whose grants the caller has verified. A caller that invented one could approve anything: the
    /// vault alone calls this function, and `tests/layering` checks that.
    pub fn of_verified_grants(periods: Vec<MembershipPeriod>) -> Self {
        Self(periods)
    }

    /// Returns the roles that a person had at a given time.
    pub fn roles_at(&self, user: UserId, at: DateTime<Utc>) -> &[Role] {
        self.at(user, at).map_or(&[], |period| &period.roles)
    }

    /// Returns the signing key that a person had at a given time.
    pub fn signing_key_at(&self, user: UserId, at: DateTime<Utc>) -> Option<[u8; 32]> {
        self.at(user, at).map(|period| period.signing_key)
    }

    /// Tells whether a person ever had this signing key.
    pub fn ever_held(&self, user: UserId, key: &[u8; 32]) -> bool {
        self.0.iter().any(|period| period.user == user && period.signing_key == *key)
    }

    /// Returns the last name of a person.
    pub fn name_of(&self, user: UserId) -> Option<&str> {
        self.0.iter().rev().find(|period| period.user == user).map(|period| period.name.as_str())
    }

    /// Returns the periods of everybody who held a role at a given time, sorted by name.
    pub fn holding(&self, role: Role, at: DateTime<Utc>) -> Vec<&MembershipPeriod> {
        let mut holding: Vec<_> =
            self.0.iter().filter(|period| period.covers(at) && period.roles.contains(&role)).collect();
        holding.sort_by_key(|period| period.name.to_lowercase());
        holding
    }

    /// Verifies a signature with the key that its author had at the given time.
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

    fn at(&self, user: UserId, at: DateTime<Utc>) -> Option<&MembershipPeriod> {
        // The last one that covers the time: on the border between two periods the newer one holds.
        self.0.iter().rev().find(|period| period.user == user && period.covers(at))
    }
}

impl MembershipPeriod {
    fn covers(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}
