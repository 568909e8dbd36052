//! The verification of the audit trail: a walk over all entries, with one entry in memory at a time.

use chrono::{DateTime, Utc};

use super::{
    audit::{Audit, COLUMNS, Entry, origin, read_entry},
    audit_heads::{SignedHead, SigningKeys},
};
use crate::{OnProgress, Phase, VaultError, error::Stored, file::progress::tell};

/// The number of entries after which the progress is reported.
const TELL_EVERY: u64 = 2_000;

/// The result of verifying the audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum AuditVerdict {
    /// Every entry is as it was written, and every signed head fits.
    Intact {
        entries: u64,
        /// The number of signed heads.
        heads: u64,
        /// The newest signed head.
        newest: Option<SignedHead>,
    },
    /// The trail differs from the one that was written.
    Broken {
        /// The first entry that differs. If the trail was rewritten as a whole, the first entry that may differ.
        entry: u64,
        what: AuditBreak,
        /// The time of the entry before it.
        before: Option<DateTime<Utc>>,
    },
}

domain::enumeration! {
    /// The way in which an audit trail is broken.
    pub enum AuditBreak {
        /// The entry is not the one that was written.
        Changed = "changed",
        /// The entry is missing in the middle.
        Missing = "missing",
        /// The trail ends before it, although a signed head covers more entries.
        CutTail = "cutTail",
        /// All hashes fit, except the one that a person signed: somebody rewrote the trail.
        Rewritten = "rewritten",
        /// A signed head was edited or removed, or its signer was not allowed to sign it.
        HeadSignature = "headSignature",
    }
}

/// The state of the walk: the expected next entry, and the heads that are still to come.
struct Walk<'a> {
    heads: &'a [SignedHead],
    /// The hash of the entry before.
    previous: [u8; 32],
    /// The number of correct entries.
    entries: u64,
    /// The first entry that no head has vouched for yet.
    unvouched: u64,
    before_unvouched: Option<DateTime<Utc>>,
    at: Option<DateTime<Utc>>,
}

impl Walk<'_> {
    /// Takes the next entry and returns the fault in it, if any.
    fn entry(&mut self, found: &Entry, hash: [u8; 32]) -> Option<AuditBreak> {
        let expected = self.entries + 1;
        if u64::try_from(found.number) != Ok(expected) {
            return Some(AuditBreak::Missing);
        }
        if found.previous != self.previous || found.hash != hash {
            return Some(AuditBreak::Changed);
        }
        self.previous = hash;
        self.entries = expected;
        self.at = DateTime::from_timestamp_micros(found.at);
        None
    }

    /// Compares the heads that were signed at this length. Returns false where one was signed over another trail.
    fn heads_fit(&mut self) -> bool {
        while let Some((head, rest)) = self.heads.split_first().filter(|(head, _)| head.count == self.entries) {
            if head.hash != self.previous {
                return false;
            }
            self.heads = rest;
            self.unvouched = self.entries + 1;
            self.before_unvouched = self.at;
        }
        true
    }

    fn broken(&self, what: AuditBreak) -> AuditVerdict {
        AuditVerdict::Broken { entry: self.entries + 1, what, before: self.at }
    }

    fn rewritten(&self) -> AuditVerdict {
        AuditVerdict::Broken { entry: self.unvouched, what: AuditBreak::Rewritten, before: self.before_unvouched }
    }
}

impl Audit<'_> {
    /// Walks along the chain from the first entry and compares every signed head with it.
    ///
    /// # Errors
    /// [`VaultError::Stopped`], [`VaultError::Storage`] and other errors of the database. A broken trail is a verdict,
    /// not an error.
    pub fn verify(&self, keys: &SigningKeys<'_>, progress: &mut OnProgress<'_>) -> Result<AuditVerdict, VaultError> {
        let (heads, stray) = self.good_heads(keys)?;
        let total = self.head()?.map_or(0, |head| head.count);
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM audit ORDER BY number")).stored()?;
        let mut rows = statement.query([]).stored()?;
        let mut walk = Walk {
            heads: &heads,
            previous: origin(self.vault_id),
            entries: 0,
            unvouched: 1,
            before_unvouched: None,
            at: None,
        };
        while let Some(row) = rows.next().stored()? {
            // A row that cannot even be read was not written by the program.
            let Ok(found) = read_entry(row) else { return Ok(walk.broken(AuditBreak::Changed)) };
            let hash = found.derive_hash(self.vault_id);
            if let Some(what) = walk.entry(&found, hash) {
                return Ok(walk.broken(what));
            }
            if !walk.heads_fit() {
                return Ok(walk.rewritten());
            }
            if walk.entries.is_multiple_of(TELL_EVERY) {
                tell(progress, Phase::WalkingTrail, walk.entries, total)?;
            }
        }
        if !walk.heads.is_empty() {
            return Ok(walk.broken(AuditBreak::CutTail));
        }
        // A broken entry is reported first, because it says more than a head that does not fit.
        if let Some(entry) = stray {
            return Ok(AuditVerdict::Broken { entry, what: AuditBreak::HeadSignature, before: None });
        }
        tell(progress, Phase::WalkingTrail, walk.entries, total)?;
        Ok(AuditVerdict::Intact { entries: walk.entries, heads: heads.len() as u64, newest: heads.last().copied() })
    }

    /// Returns the heads with a valid signature, and the entry of the first invalid head: edited, missing, out of
    /// order, or signed by a person who was not allowed to.
    fn good_heads(&self, keys: &SigningKeys<'_>) -> Result<(Vec<SignedHead>, Option<u64>), VaultError> {
        let (mut good, mut stray) = (Vec::new(), None);
        for (place, head) in (1_u64..).zip(self.signed_heads()?) {
            let before = good.last().map_or(1, |head: &SignedHead| head.count);
            match head {
                Some(head) if head.is_signed(self.vault_id, keys) && head.count >= before => {
                    if head.number != place {
                        stray = stray.or(Some(before));
                    }
                    good.push(head);
                }
                _ => stray = stray.or(Some(before)),
            }
        }
        Ok((good, stray))
    }
}
