//! What a desktop remembers of a vault: the newest head of its audit trail. A file that was set back to an earlier state
//! is whole in itself; only who has seen the later one can tell.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Audit, VaultError, keys::keyslots::Keyslots};

/// A state of the vault, by the last entry of its audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditHead {
    /// How many entries there are.
    pub count: u64,
    /// The last one's hash.
    pub hash: [u8; 32],
    /// When the last one was written.
    pub at: DateTime<Utc>,
}

/// How a vault stands to the state that was seen last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum HeadStanding {
    /// It is that state.
    Same,
    /// It goes on from that state.
    Newer,
    /// It is an earlier state: entries that were seen are missing at the end.
    RolledBack {
        seen: AuditHead,
        /// What is there; none in an empty trail.
        found: Option<AuditHead>,
    },
    /// It is as long or longer, but what was seen is not part of it: the trail went two ways.
    Forked { seen: AuditHead, found: AuditHead },
}

/// How far a database is behind the key slots beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// So many changes of people it does not know.
    pub changes: u64,
    /// When the last of them was made.
    pub newest: DateTime<Utc>,
}

impl Behind {
    /// A crash leaves one change to be entered, since each is entered before the next. More than that, and an earlier
    /// database was put beside newer slots. One that knows nothing at all has just been migrated to know it.
    pub(crate) fn of(known: usize, slots: &Keyslots) -> Option<Self> {
        let newest = slots.ledger().last()?.at;
        let changes = slots.ledger().len().saturating_sub(known) as u64;
        let newest = DateTime::from_timestamp_micros(newest)?;
        (known > 0 && changes > 1).then_some(Self { changes, newest })
    }
}

/// Compares the state that was seen with the one that is there. `hash_of` looks an entry's hash up in the vault.
///
/// # Errors
/// What looking up says.
pub fn compare<E>(
    seen: &AuditHead,
    now: Option<&AuditHead>,
    hash_of: impl FnOnce(u64) -> Result<Option<[u8; 32]>, E>,
) -> Result<HeadStanding, E> {
    let Some(found) = now.copied() else {
        return Ok(HeadStanding::RolledBack { seen: *seen, found: None });
    };
    if found.count < seen.count {
        return Ok(HeadStanding::RolledBack { seen: *seen, found: Some(found) });
    }
    let there = if found.count == seen.count { Some(found.hash) } else { hash_of(seen.count)? };
    Ok(match there {
        Some(hash) if hash != seen.hash => HeadStanding::Forked { seen: *seen, found },
        None => HeadStanding::Forked { seen: *seen, found },
        Some(_) if found.count == seen.count => HeadStanding::Same,
        Some(_) => HeadStanding::Newer,
    })
}

impl Audit<'_> {
    /// How the open vault stands to a state that was seen.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn standing(&self, seen: &AuditHead) -> Result<HeadStanding, VaultError> {
        compare(seen, self.head()?.as_ref(), |number| self.hash_of(number))
    }
}

#[cfg(test)]
mod tests {
    use super::{AuditHead, HeadStanding, compare};

    fn head(count: u64, mark: u8) -> AuditHead {
        AuditHead { count, hash: [mark; 32], at: chrono::DateTime::UNIX_EPOCH }
    }

    /// The hashes of a vault whose entry `n` has the hash `n`.
    fn known(number: u64) -> Result<Option<[u8; 32]>, std::convert::Infallible> {
        Ok((number <= 9).then_some([number as u8; 32]))
    }

    #[test]
    fn every_standing_is_told() {
        let seen = head(5, 5);
        let cases = [
            (Some(head(5, 5)), HeadStanding::Same, "the same"),
            (Some(head(9, 9)), HeadStanding::Newer, "it went on"),
            (Some(head(4, 4)), HeadStanding::RolledBack { seen, found: Some(head(4, 4)) }, "an entry is gone"),
            (None, HeadStanding::RolledBack { seen, found: None }, "all are gone"),
            (Some(head(5, 7)), HeadStanding::Forked { seen, found: head(5, 7) }, "another last entry"),
        ];
        for (now, expected, what) in cases {
            assert_eq!(compare(&seen, now.as_ref(), known), Ok(expected), "{what}");
        }
        let other = head(5, 6);
        let forked = compare(&other, Some(&head(9, 9)), known);
        assert_eq!(forked, Ok(HeadStanding::Forked { seen: other, found: head(9, 9) }), "longer, and another fifth");
        let gap = compare(&seen, Some(&head(9, 9)), |_| Ok::<_, std::convert::Infallible>(None));
        assert_eq!(gap, Ok(HeadStanding::Forked { seen, found: head(9, 9) }), "the entry that was seen is missing");
    }
}
