//! `second_factors`: the authenticator of each person in the key slots, and its last accepted time step.
//!
//! `keyslots.json` holds the sealed secret, and anybody who can write that file can remove it. The row here records
//! that the person has one. It is written before the file changes, and holds the old and the new digest until the file
//! has changed, so that the row is right after a crash at any point.

use std::ops::Deref;

use domain::UserId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::value::must_be_kept;
use crate::{VaultError, error::Stored, keys::keyslots::Keyslots};

const COLUMNS: &str = "digest, becomes, last_step";

/// The database's record of a person's authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecondFactor {
    digest: Vec<u8>,
    becomes: Option<Vec<u8>>,
    last_step: Option<u64>,
}

impl SecondFactor {
    /// Tells whether a slot may hold the authenticator with this digest.
    pub(crate) fn fits(&self, digest: &[u8]) -> bool {
        self.digest == digest || self.becomes.as_deref() == Some(digest)
    }

    /// Tells whether a change to the authenticator with this digest was not finished.
    fn is_unsettled(&self, digest: &[u8]) -> bool {
        self.digest != digest && self.becomes.as_deref() == Some(digest)
    }

    /// Returns the last accepted time step. A step later than `newest` was accepted while the clock ran ahead; it is
    /// ignored.
    pub(crate) fn last_step(&self, newest: u64) -> Option<u64> {
        self.last_step.filter(|step| *step <= newest)
    }
}

fn read_factor(row: &Row<'_>) -> rusqlite::Result<SecondFactor> {
    Ok(SecondFactor {
        digest: row.get("digest")?,
        becomes: row.get("becomes")?,
        last_step: row.get::<_, Option<i64>>("last_step")?.map(i64::unsigned_abs),
    })
}

/// Reads the records of authenticators.
pub struct SecondFactors<'a> {
    pub(crate) connection: &'a Connection,
}

impl SecondFactors<'_> {
    /// Returns the record of a person's authenticator; `None` when they never had one.
    pub(crate) fn get(&self, user: UserId) -> Result<Option<SecondFactor>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM second_factors WHERE user_id = ?1"))
            .stored()?
            .query_row([user.as_uuid().as_bytes()], read_factor)
            .optional()
            .stored()
    }
}

/// Writes the records of authenticators.
pub struct SecondFactorsMut<'a> {
    pub(crate) reader: SecondFactors<'a>,
}

impl<'a> Deref for SecondFactorsMut<'a> {
    type Target = SecondFactors<'a>;

    fn deref(&self) -> &SecondFactors<'a> {
        &self.reader
    }
}

impl SecondFactorsMut<'_> {
    /// Records that the slot is about to hold the authenticator with this digest instead of the present one. When the
    /// present one comes from an earlier change that was not finished, that change counts as finished from here on.
    pub(crate) fn prepare(&self, user: UserId, present: &[u8], digest: &[u8]) -> Result<(), VaultError> {
        if self.get(user)?.is_some_and(|known| known.is_unsettled(present)) {
            self.confirm(user, present)?;
        }
        self.execute(
            "INSERT INTO second_factors (user_id, digest, becomes) VALUES (?1, x'', ?2)
             ON CONFLICT (user_id) DO UPDATE SET becomes = excluded.becomes",
            user,
            digest,
        )
    }

    /// Records that the slot now holds the authenticator with this digest.
    pub(crate) fn confirm(&self, user: UserId, digest: &[u8]) -> Result<(), VaultError> {
        self.execute("UPDATE second_factors SET digest = ?2, becomes = NULL WHERE user_id = ?1", user, digest)
    }

    /// Accepts a time step and returns whether it is later than every step accepted before. Accepted steps that are
    /// later than the newest possible one are ignored.
    pub(crate) fn accept(&self, user: UserId, digest: &[u8], step: u64, newest: u64) -> Result<bool, VaultError> {
        let number = |step: u64| i64::try_from(step).unwrap_or(i64::MAX);
        let changed = self
            .connection
            .prepare_cached(
                "INSERT INTO second_factors (user_id, digest, last_step) VALUES (?1, ?2, ?3)
                 ON CONFLICT (user_id) DO UPDATE SET last_step = excluded.last_step
                 WHERE last_step IS NULL OR last_step < excluded.last_step OR last_step > ?4",
            )
            .stored()?
            .execute(params![user.as_uuid().as_bytes(), digest, number(step), number(newest)])
            .stored()?;
        Ok(changed == 1)
    }

    fn execute(&self, sql: &str, user: UserId, digest: &[u8]) -> Result<(), VaultError> {
        let changed = self
            .connection
            .prepare_cached(sql)
            .stored()?
            .execute(params![user.as_uuid().as_bytes(), digest])
            .stored()?;
        must_be_kept(changed)
    }
}

/// Records every authenticator that is in the key slots and not recorded yet: those of a migrated vault, and those of a
/// change that was not finished.
pub(crate) fn adopt(connection: &Connection, slots: &Keyslots) -> Result<(), VaultError> {
    let mut statement = connection
        .prepare_cached("INSERT INTO second_factors (user_id, digest) VALUES (?1, ?2) ON CONFLICT (user_id) DO NOTHING")
        .stored()?;
    for (user, digest) in slots.totp_digests() {
        statement.execute(params![user.as_uuid().as_bytes(), digest]).stored()?;
        let factors = SecondFactorsMut { reader: SecondFactors { connection } };
        if factors.get(user)?.is_some_and(|known| known.is_unsettled(&digest)) {
            factors.confirm(user, &digest)?;
        }
    }
    Ok(())
}

/// Tells whether [`adopt`] would write something.
pub(crate) fn are_known(connection: &Connection, slots: &Keyslots) -> Result<bool, VaultError> {
    let factors = SecondFactors { connection };
    for (user, digest) in slots.totp_digests() {
        if factors.get(user)?.is_none_or(|known| known.is_unsettled(&digest)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Deletes a person's record: their identity was replaced, and the authenticator with it.
pub(crate) fn forget(connection: &Connection, user: UserId) -> Result<(), VaultError> {
    connection
        .prepare_cached("DELETE FROM second_factors WHERE user_id = ?1")
        .stored()?
        .execute([user.as_uuid().as_bytes()])
        .stored()?;
    Ok(())
}
