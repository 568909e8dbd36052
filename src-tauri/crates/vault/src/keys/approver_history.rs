//! The ledger of grants, as decisions are held against it: who held which roles and which key, and when.

use approval::{ApproverHistory, Standing};

use crate::{GrantRecord, PersonStatus, Roster, Vault};

impl Vault {
    /// Who held which roles and which key, and when. Every grant of it was verified from the founder's key on.
    pub fn approver_history(&self) -> ApproverHistory {
        of_roster(&self.roster())
    }
}

/// Each entry of the ledger holds until the next one about the same person. An identity that an administrator made
/// signs for nobody, and neither does one that cannot sign in.
fn of_roster(roster: &Roster) -> ApproverHistory {
    let standing = |(place, record): (usize, &GrantRecord)| {
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
    ApproverHistory::of_verified_grants(roster.all().iter().enumerate().filter_map(standing).collect())
}
