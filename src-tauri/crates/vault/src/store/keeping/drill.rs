//! `secret_versions`, for a drill: the check that every value opens.

use domain::VaultId;
use rusqlite::Connection;
use secret::Key;

use crate::store::inventory::secrets::{COLUMNS, read_version};
use crate::{OnProgress, Phase, VaultError, error::Stored as _, file::progress::tell};

/// The number of secrets after which the progress is reported.
const TELL_EVERY: u64 = 1_000;

/// Decrypts every value, one at a time, and returns the number of values and how many could be decrypted.
pub(crate) fn open_all(
    connection: &Connection,
    vault: VaultId,
    key: &Key,
    progress: &mut OnProgress<'_>,
) -> Result<(u64, u64), VaultError> {
    let total: i64 = connection.query_row("SELECT count(*) FROM secret_versions", [], |row| row.get(0)).stored()?;
    let mut statement =
        connection.prepare(&format!("SELECT {COLUMNS} FROM secret_versions ORDER BY number")).stored()?;
    let mut rows = statement.query([]).stored()?;
    let (mut secrets, mut opened) = (0, 0);
    while let Some(row) = rows.next().stored()? {
        secrets += 1;
        // The value is wiped at once.
        opened += u64::from(read_version(row).is_ok_and(|found| found.opens(vault, key)));
        if u64::is_multiple_of(secrets, TELL_EVERY) {
            tell(progress, Phase::OpeningSecrets, secrets, total.unsigned_abs())?;
        }
    }
    Ok((secrets, opened))
}
