//! The ledger of grants, in the form that decisions are compared with: the roles and the key of each user, and their
//! times.

use approval::{ApproverHistory, MembershipPeriod};

use crate::{GrantRecord, PersonStatus, Roster, Vault};

impl Vault {
    /// Returns the roles and the key of each user, and their times. Every grant in it was verified from the founder's
    /// key on.
    pub fn approver_history(&self) -> ApproverHistory {
        of_roster(&self.roster())
    }
}

/// Makes the history of a roster. Each entry of the ledger is valid until the next one about the same person. An
/// identity that an administrator made signs for nobody, and neither does one that cannot sign in.
fn of_roster(roster: &Roster) -> ApproverHistory {
    let period = |(place, record): (usize, &GrantRecord)| {
        let later = roster.all().iter().skip(place + 1).find(|later| later.user == record.user);
        let active = record.status == PersonStatus::Active && !record.is_recovery && !record.one_time;
        active.then(|| MembershipPeriod {
            user: record.user,
            name: record.name.clone(),
            signing_key: record.signing_key,
            roles: record.roles.clone(),
            from: record.at,
            until: later.map(|later| later.at),
        })
    };
    ApproverHistory::of_verified_grants(roster.all().iter().enumerate().filter_map(period).collect())
}
