//! `integrity.json`: the result of the last full check. It is kept beside the database, because a damaged database is
//! not written to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Integrity, IntegrityStatus};
use crate::{VaultError, file::folder::Folder};

const NAME: &str = "integrity.json";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    sound: bool,
    checked_at: DateTime<Utc>,
    pages: u64,
    findings: Vec<String>,
}

/// Reads the record. A record that is missing or cannot be read counts as none.
pub(super) fn read(folder: &Folder) -> Option<Integrity> {
    let content = std::fs::read(folder.path().join(NAME)).ok()?;
    let record: Record = serde_json::from_slice(&content).ok()?;
    Some(Integrity {
        status: if record.sound { IntegrityStatus::Sound } else { IntegrityStatus::Damaged },
        checked_at: Some(record.checked_at),
        pages: record.pages,
        done: record.pages,
        findings: record.findings,
    })
}

/// Removes a record that is not true any more.
pub(super) fn forget(folder: &Folder) {
    // If it cannot be removed, the next opening checks everything again. Nothing is lost.
    let _ = std::fs::remove_file(folder.path().join(NAME));
}

/// Replaces the record in the folder.
pub(super) fn write(folder: &Folder, known: &Integrity) -> Result<(), VaultError> {
    let record = Record {
        sound: known.status == IntegrityStatus::Sound,
        checked_at: known.checked_at.unwrap_or_default(),
        pages: known.pages,
        findings: known.findings.clone(),
    };
    let content =
        serde_json::to_vec_pretty(&record).map_err(|error| VaultError::Storage { source: Box::new(error) })?;
    folder.replace(NAME, &content)
}
