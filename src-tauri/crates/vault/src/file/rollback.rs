//! The state of a vault that a desktop remembers: the newest head of its audit trail. A file that was set back to an
//! earlier state is whole in itself. Only a desktop that has seen the later state can notice it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Audit, VaultError, keys::keyslots::Keyslots};

/// A state of the vault, identified by the last entry of its audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditHead {
    /// The number of entries.
    pub count: u64,
    /// The hash of the last entry.
    pub hash: [u8; 32],
    /// The time at which the last entry was written.
    pub at: DateTime<Utc>,
}

/// The relation of a vault to the state that was seen last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum HeadStatus {
    /// It is that state.
    Same,
    /// It continues that state.
    Newer,
    /// It is an earlier state: entries that were seen are missing at the end of the trail.
    RolledBack {
        seen: AuditHead,
        /// The head that was found; None in an empty trail.
        found: Option<AuditHead>,
    },
    /// The trail is as long or longer, but does not contain the state that was seen: two copies were continued
    /// separately.
    Forked { seen: AuditHead, found: AuditHead },
}

/// The distance of a database behind the key slots beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// The number of changes of people that the database does not contain.
    pub changes: u64,
    /// The time of the last of these changes.
    pub newest: DateTime<Utc>,
}

impl Behind {
    /// Returns the distance if an earlier database was put beside newer slots. A crash leaves at most one change to be
    /// entered, because each is entered before the next. A database that contains none of the changes has just been
    /// migrated and cannot have them yet.
    pub(crate) fn of(known: usize, slots: &Keyslots) -> Option<Self> {
        let newest = slots.ledger().last()?.at;
        let changes = slots.ledger().len().saturating_sub(known) as u64;
        let newest = DateTime::from_timestamp_micros(newest)?;
        (known > 0 && changes > 1).then_some(Self { changes, newest })
    }
}

/// Compares the state that was seen with the one that is there. `hash_of` looks up the hash of an entry in the vault.
///
/// # Errors
/// Those of `hash_of`.
pub fn compare<E>(
    seen: &AuditHead,
    now: Option<&AuditHead>,
    hash_of: impl FnOnce(u64) -> Result<Option<[u8; 32]>, E>,
) -> Result<HeadStatus, E> {
    let Some(found) = now.copied() else {
        return Ok(HeadStatus::RolledBack { seen: *seen, found: None });
    };
    if found.count < seen.count {
        return Ok(HeadStatus::RolledBack { seen: *seen, found: Some(found) });
    }
    let there = if found.count == seen.count { Some(found.hash) } else { hash_of(seen.count)? };
    Ok(match there {
        Some(hash) if hash != seen.hash => HeadStatus::Forked { seen: *seen, found },
        None => HeadStatus::Forked { seen: *seen, found },
        Some(_) if found.count == seen.count => HeadStatus::Same,
        Some(_) => HeadStatus::Newer,
    })
}

impl Audit<'_> {
    /// Compares the open vault with a state that was seen.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn head_status(&self, seen: &AuditHead) -> Result<HeadStatus, VaultError> {
        compare(seen, self.head()?.as_ref(), |number| self.hash_of(number))
    }
}

#[cfg(test)]
mod tests {
    use super::{AuditHead, HeadStatus, compare};

    fn head(count: u64, mark: u8) -> AuditHead {
        AuditHead { count, hash: [mark; 32], at: chrono::DateTime::UNIX_EPOCH }
    }

    /// The hashes of a vault whose entry `n` has the hash `n`.
    fn known(number: u64) -> Result<Option<[u8; 32]>, std::convert::Infallible> {
        Ok((number <= 9).then_some([number as u8; 32]))
    }

    #[test]
    fn every_head_status_is_found() {
        let seen = head(5, 5);
        let cases = [
            (Some(head(5, 5)), HeadStatus::Same, "the same"),
            (Some(head(9, 9)), HeadStatus::Newer, "it went on"),
            (Some(head(4, 4)), HeadStatus::RolledBack { seen, found: Some(head(4, 4)) }, "an entry is gone"),
            (None, HeadStatus::RolledBack { seen, found: None }, "all are gone"),
            (Some(head(5, 7)), HeadStatus::Forked { seen, found: head(5, 7) }, "another last entry"),
        ];
        for (now, expected, what) in cases {
            assert_eq!(compare(&seen, now.as_ref(), known), Ok(expected), "{what}");
        }
        let other = head(5, 6);
        let forked = compare(&other, Some(&head(9, 9)), known);
        assert_eq!(forked, Ok(HeadStatus::Forked { seen: other, found: head(9, 9) }), "longer, and another fifth");
        let gap = compare(&seen, Some(&head(9, 9)), |_| Ok::<_, std::convert::Infallible>(None));
        assert_eq!(gap, Ok(HeadStatus::Forked { seen, found: head(9, 9) }), "the entry that was seen is missing");
    }
}
