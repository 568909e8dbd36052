//! `second_factors`: which authenticator of a person stands in the key slots, and the last step of it that was accepted.
//!
//! `keyslots.json` holds the sealed secret, and anybody who can write that file can take it out. The row here knows that
//! there is one. It is written before the file changes, with both digests while it does, so that a crash between the two
//! leaves neither of them wrong.

use std::ops::Deref;

use domain::UserId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::value::must_be_kept;
use crate::{VaultError, error::Stored, keys::keyslots::Keyslots};

const COLUMNS: &str = "digest, becomes, last_step";

/// What the database remembers of a person's authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecondFactor {
    digest: Vec<u8>,
    becomes: Option<Vec<u8>>,
    last_step: Option<u64>,
}

impl SecondFactor {
    /// Tells whether a slot may hold what has this digest.
    pub(crate) fn fits(&self, digest: &[u8]) -> bool {
        self.digest == digest || self.becomes.as_deref() == Some(digest)
    }

    /// Tells whether a change to what has this digest did not come to its end.
    fn is_unsettled(&self, digest: &[u8]) -> bool {
        self.digest != digest && self.becomes.as_deref() == Some(digest)
    }

    /// The last step that was accepted. One that is later than the newest that can be was accepted by a clock that was
    /// ahead, and is none.
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

/// Reads what is remembered of authenticators.
pub struct SecondFactors<'a> {
    pub(crate) connection: &'a Connection,
}

impl SecondFactors<'_> {
    /// What is remembered of a person's; none where they never had one.
    pub(crate) fn get(&self, user: UserId) -> Result<Option<SecondFactor>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM second_factors WHERE user_id = ?1"))
            .stored()?
            .query_row([user.as_uuid().as_bytes()], read_factor)
            .optional()
            .stored()
    }
}

/// Writes what is remembered of authenticators.
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
    /// The slot is about to hold what has this digest, in the place of what has the present one. Where the present one is
    /// what an earlier change that did not come to its end was about to bring, it counts from here on.
    pub(crate) fn prepare(&self, user: UserId, present: &[u8], digest: &[u8]) -> Result<(), VaultError> {
        if self.get(user)?.is_some_and(|known| known.is_unsettled(present)) {
            self.settle(user, present)?;
        }
        self.execute(
            "INSERT INTO second_factors (user_id, digest, becomes) VALUES (?1, x'', ?2)
             ON CONFLICT (user_id) DO UPDATE SET becomes = excluded.becomes",
            user,
            digest,
        )
    }

    /// The slot holds what has this digest.
    pub(crate) fn settle(&self, user: UserId, digest: &[u8]) -> Result<(), VaultError> {
        self.execute("UPDATE second_factors SET digest = ?2, becomes = NULL WHERE user_id = ?1", user, digest)
    }

    /// Accepts a step, and answers with whether it is later than every step that was accepted before, as far as none is
    /// later than the newest that can be.
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

/// Remembers every authenticator that stands in the key slots and is not known yet: those of a vault that was migrated, and
/// those of a change that did not come to its end.
pub(crate) fn adopt(connection: &Connection, slots: &Keyslots) -> Result<(), VaultError> {
    let mut statement = connection
        .prepare_cached("INSERT INTO second_factors (user_id, digest) VALUES (?1, ?2) ON CONFLICT (user_id) DO NOTHING")
        .stored()?;
    for (user, digest) in slots.totp_digests() {
        statement.execute(params![user.as_uuid().as_bytes(), digest]).stored()?;
        let factors = SecondFactorsMut { reader: SecondFactors { connection } };
        if factors.get(user)?.is_some_and(|known| known.is_unsettled(&digest)) {
            factors.settle(user, &digest)?;
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

/// Forgets a person's: their identity was replaced, and the authenticator with it.
pub(crate) fn forget(connection: &Connection, user: UserId) -> Result<(), VaultError> {
    connection
        .prepare_cached("DELETE FROM second_factors WHERE user_id = ?1")
        .stored()?
        .execute([user.as_uuid().as_bytes()])
        .stored()?;
    Ok(())
}
