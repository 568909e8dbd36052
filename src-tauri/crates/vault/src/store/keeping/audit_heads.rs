//! `audit_heads`: the audit trail's length and hash, signed by a person at a point in time.
//!
//! The chain alone reveals a change in the middle only when the attacker did not recompute all hashes after it. A
//! signed head also reveals recomputed hashes: without the signer's private key, no other trail of this length fits.
//! Entries after the newest head are protected only by the chain and by the head that a desktop remembers.

use chrono::{DateTime, Utc};
use crypto::{AssociatedData, DIGEST_LENGTH, SIGNATURE_LENGTH};
use domain::{UserId, VaultId};
use rusqlite::{OptionalExtension, Row, params};

use super::audit::{Audit, AuditMut};
use crate::store::value::{Columns, micros, must_be_kept};
use crate::{Signature, VaultError, error::Stored};

const COLUMNS: &str = "number, count, hash, at, signer_id, signature";

/// A head of the audit trail that a person signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SignedHead {
    /// The number of the head, counted from 1.
    pub number: u64,
    /// The number of entries at that time.
    pub count: u64,
    /// The hash of the last entry.
    pub hash: [u8; DIGEST_LENGTH],
    /// When it was signed.
    pub at: DateTime<Utc>,
    pub signer: UserId,
    signature: Signature,
}

/// A function that returns the Ed25519 public key that a person held at a time, if they held one.
pub type SigningKeys<'a> = dyn Fn(UserId, DateTime<Utc>) -> Option<[u8; 32]> + 'a;

/// A function that signs content as a person: [`Session::sign`](crate::Session::sign).
pub type Sign<'a> = dyn Fn(&[u8]) -> Signature + 'a;

fn read_head(row: &Row<'_>) -> rusqlite::Result<SignedHead> {
    Ok(SignedHead {
        number: row.get::<_, i64>("number")?.unsigned_abs(),
        count: row.get::<_, i64>("count")?.unsigned_abs(),
        hash: row.get("hash")?,
        at: row.time("at")?,
        signer: UserId::from_uuid(row.uuid("signer_id")?),
        signature: Signature(row.get("signature")?),
    })
}

impl SignedHead {
    /// Returns the signed content.
    fn content(&self, vault: VaultId) -> AssociatedData {
        AssociatedData::new("chaveiro audit head")
            .bytes(vault.as_uuid().as_bytes())
            .number(self.number)
            .number(self.count)
            .bytes(&self.hash)
            .bytes(&micros(self.at).to_le_bytes())
            .bytes(self.signer.as_uuid().as_bytes())
    }

    /// Tells whether its signer signed it.
    pub(in crate::store) fn is_signed(&self, vault: VaultId, keys: &SigningKeys<'_>) -> bool {
        keys(self.signer, self.at).is_some_and(|key| self.signature.is_of(&key, self.content(vault).as_bytes()))
    }
}

impl Audit<'_> {
    /// Returns the newest signed head.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn signed_head(&self) -> Result<Option<SignedHead>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM audit_heads ORDER BY number DESC LIMIT 1"))
            .stored()?
            .query_row([], read_head)
            .optional()
            .stored()
    }

    /// Returns every head in the order in which they were signed; `None` for a head that cannot be read.
    pub(in crate::store) fn signed_heads(&self) -> Result<Vec<Option<SignedHead>>, VaultError> {
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM audit_heads ORDER BY number")).stored()?;
        let mut rows = statement.query([]).stored()?;
        let mut heads = Vec::new();
        while let Some(row) = rows.next().stored()? {
            heads.push(read_head(row).ok());
        }
        Ok(heads)
    }
}

impl AuditMut<'_> {
    /// Signs the present head of the trail and stores the signature. Called at sign-in, at sign-out and before an
    /// export, after the entry about it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] in an empty trail.
    pub fn sign_head(&self, signer: UserId, now: DateTime<Utc>, sign: &Sign<'_>) -> Result<SignedHead, VaultError> {
        let head = self.head()?.ok_or(VaultError::NotFound)?;
        let number = self.signed_head()?.map_or(0, |head| head.number) + 1;
        // The time is truncated first, so that the signed time equals the time that is read back.
        let at = DateTime::from_timestamp_micros(micros(now)).unwrap_or(now);
        let mut signed = SignedHead {
            number,
            count: head.count,
            hash: head.hash,
            at,
            signer,
            signature: Signature([0; SIGNATURE_LENGTH]),
        };
        signed.signature = sign(signed.content(self.vault_id).as_bytes());
        let kept = self
            .connection
            .prepare_cached(&format!("INSERT INTO audit_heads ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"))
            .stored()?
            .execute(params![
                i64::try_from(number).unwrap_or(i64::MAX),
                i64::try_from(signed.count).unwrap_or(i64::MAX),
                signed.hash,
                micros(at),
                signer.as_uuid().as_bytes(),
                signed.signature.0,
            ])
            .stored()?;
        must_be_kept(kept)?;
        Ok(signed)
    }
}
