//! The file of a backup, byte for byte as `docs/vault-format.md` describes it.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use chrono::{DateTime, Utc};
use crypto::{DIGEST_LENGTH, StreamDigest};
use domain::VaultId;
use serde::{Deserialize, Serialize};

use super::{Backup, BackupReason};
use crate::{OnProgress, Phase, VaultError, error::from_file, file::progress::tell};

const MAGIC: &[u8; 16] = b"chaveiro backup\n";
const FORMAT: u32 = 1;
/// The longest head, in bytes. A file that states a longer one is not a backup.
const LONGEST_HEAD: u32 = 64 * 1024;
/// The most bytes of key slots. A file that states more is not a backup.
const LONGEST_SLOTS: u64 = 64 * 1024 * 1024;
const PIECE: usize = 1024 * 1024;

/// The head of a backup's file, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    pub(super) vault_id: VaultId,
    pub(super) vault_name: String,
    pub(super) made_at: DateTime<Utc>,
    pub(super) reason: BackupReason,
    pub(super) schema: u32,
    pub(super) audit_entries: u64,
    /// The name of the database's file in the vault's folder.
    pub(super) database_name: String,
    pub(super) slots_length: u64,
    pub(super) database_length: u64,
}

/// A backup whose head was read.
pub(super) struct Opened {
    pub(super) backup: Backup,
    pub(super) head: Head,
    file: File,
    digest: StreamDigest,
}

/// Reads the head of a file.
pub(super) fn open(path: &Path) -> Result<Opened, VaultError> {
    let mut file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => VaultError::Missing,
        _ => from_file(error),
    })?;
    let bytes = file.metadata().map_err(from_file)?.len();
    let mut digest = StreamDigest::default();
    let mut begin = [0; 24];
    file.read_exact(&mut begin).map_err(|_| VaultError::NotABackup)?;
    digest.update(&begin);
    if begin[..16] != MAGIC[..] {
        return Err(VaultError::NotABackup);
    }
    let number =
        |place: usize| u32::from_le_bytes([begin[place], begin[place + 1], begin[place + 2], begin[place + 3]]);
    let (format, length) = (number(16), number(20));
    if format > FORMAT {
        return Err(VaultError::FromTheFuture { version: format });
    }
    if length > LONGEST_HEAD {
        return Err(VaultError::DamagedBackup);
    }
    let mut content = vec![0; length as usize];
    file.read_exact(&mut content).map_err(|_| VaultError::DamagedBackup)?;
    digest.update(&content);
    let head: Head = serde_json::from_slice(&content).map_err(|_| VaultError::DamagedBackup)?;
    let expected = [head.slots_length, head.database_length, DIGEST_LENGTH as u64]
        .iter()
        .try_fold(24 + u64::from(length), |sum, part| sum.checked_add(*part));
    if expected != Some(bytes) || head.slots_length > LONGEST_SLOTS || !is_plain_name(&head.database_name) {
        return Err(VaultError::DamagedBackup);
    }
    let backup = Backup {
        path: path.to_owned(),
        vault: head.vault_id,
        vault_name: head.vault_name.clone(),
        made_at: head.made_at,
        reason: head.reason,
        bytes,
        audit_entries: head.audit_entries,
        schema: head.schema,
    };
    Ok(Opened { backup, head, file, digest })
}

/// Tells whether a name is a plain file name, which cannot lead out of its folder.
fn is_plain_name(name: &str) -> bool {
    name.ends_with(".db")
        && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
        && !name.starts_with('.')
}

impl Opened {
    /// Reads the whole file and compares it with the checksum.
    pub(super) fn read_through(&mut self, progress: &mut OnProgress<'_>) -> Result<(), VaultError> {
        self.take_out(&mut io::sink(), progress).map(|_| ())
    }

    /// Writes the database to its target and returns the key slots. If the checksum does not fit, the error comes after
    /// the database was written. The caller must then discard it.
    pub(super) fn take_out(
        &mut self,
        database: &mut dyn Write,
        progress: &mut OnProgress<'_>,
    ) -> Result<Vec<u8>, VaultError> {
        let mut slots = vec![0; usize::try_from(self.head.slots_length).map_err(|_| VaultError::DamagedBackup)?];
        self.file.read_exact(&mut slots).map_err(cut_short)?;
        self.digest.update(&slots);
        let total = self.head.database_length;
        let mut piece = vec![0; PIECE];
        let mut done = 0;
        while done < total {
            let length = usize::try_from(total - done).unwrap_or(PIECE).min(PIECE);
            self.file.read_exact(&mut piece[..length]).map_err(cut_short)?;
            self.digest.update(&piece[..length]);
            database.write_all(&piece[..length]).map_err(from_file)?;
            done += length as u64;
            tell(progress, Phase::Writing, done, total)?;
        }
        let mut stored = [0; DIGEST_LENGTH];
        self.file.read_exact(&mut stored).map_err(cut_short)?;
        if std::mem::take(&mut self.digest).finish() == stored { Ok(slots) } else { Err(VaultError::DamagedBackup) }
    }
}

fn cut_short(error: io::Error) -> VaultError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => VaultError::DamagedBackup,
        _ => from_file(error),
    }
}

/// Writes a whole file, and returns when it is on the disk.
pub(super) fn write(
    out: &mut File,
    head: &Head,
    slots: &[u8],
    database: &mut File,
    progress: &mut OnProgress<'_>,
) -> Result<(), VaultError> {
    let content = serde_json::to_vec(head).map_err(|error| VaultError::Storage { source: Box::new(error) })?;
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut digest = StreamDigest::default();
    let mut put = |bytes: &[u8]| {
        digest.update(bytes);
        out.write_all(bytes).map_err(from_file)
    };
    for part in [&MAGIC[..], &FORMAT.to_le_bytes(), &length.to_le_bytes(), &content, slots] {
        put(part)?;
    }
    let mut piece = vec![0; PIECE];
    let mut done = 0;
    loop {
        let length = database.read(&mut piece).map_err(from_file)?;
        if length == 0 {
            break;
        }
        put(&piece[..length])?;
        done += length as u64;
        tell(progress, Phase::Writing, done, head.database_length)?;
    }
    out.write_all(&digest.finish()).and_then(|()| out.sync_all()).map_err(from_file)
}
