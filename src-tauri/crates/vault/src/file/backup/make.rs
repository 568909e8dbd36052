//! The making of a backup. The steps, in this order: copy the pages of one moment, open the copy and read all of it,
//! put it into one file with the key slots, read that file back, give it its name.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::VaultId;
use rusqlite::{
    Connection,
    backup::{Backup as Copy, StepResult},
};
use secret::Key;

use super::{
    Backup, BackupReason, EXTENSION, check,
    format::{self, Head},
};
use crate::{
    OnProgress, Part, Phase, Vault, VaultError,
    error::{Stored, from_file},
    file::{
        connection,
        database_file::DatabaseFile,
        folder::{Folder, sync_folder},
        integrity, private_file,
        progress::tell,
        schema,
    },
    keys::keyslots::Parsed,
    store::{access::users, value::make_uuid},
};

/// The number of pages that are copied between two checks whether to continue.
const PAGES_AT_ONCE: i32 = 1_024;
/// The number of tries to read the key slots while somebody replaces them.
const TRIES: u32 = 5;

/// The names of the parts of an unfinished backup, after a dot and the vault's id.
const COPY: &str = ".copy";
const UNFINISHED: &str = ".unfinished";
pub(super) const DRILL: &str = ".drill";

/// The source of a backup: an open vault's folder, its key and a connection.
pub(crate) struct Source {
    pub(crate) folder: Folder,
    pub(crate) key: Key,
    /// A connection of its own, so that nobody waits for the copy.
    pub(crate) connection: Connection,
}

impl Vault {
    pub(super) fn backup_source(&self) -> Result<Source, VaultError> {
        let key = self.database_key();
        let folder = self.facts.folder.at(self.slots().generation());
        let connection = if self.writer.is_some() {
            connection::beside(&folder, &key)?
        } else {
            connection::reading(&folder, &key, !folder.has_log())?.0
        };
        Ok(Source { folder, key, connection })
    }
}

/// Makes a backup in the folder, and the folder itself if it does not exist.
pub(crate) fn make(
    source: &Source,
    target: &Path,
    reason: BackupReason,
    now: DateTime<Utc>,
    progress: &mut OnProgress<'_>,
) -> Result<Backup, VaultError> {
    private_file::create_folder(target, true).map_err(from_file)?;
    let vault = users::vault_id(&source.connection)?;
    remove_left_over(target, vault)?;
    let mark = now.format("%Y-%m-%d %H.%M.%S");
    let copy = Unfinished::folder(target.join(unfinished_name(vault, COPY)?))?;
    let (slots, head) = copy_out(source, &copy.path, reason, now, progress)?;
    let (unfinished, mut out) = Unfinished::file(target.join(unfinished_name(vault, UNFINISHED)?))?;
    let mut database = File::open(copy.path.join(&head.database_name)).map_err(from_file)?;
    format::write(&mut out, &head, &slots, &mut database, progress)?;
    drop(out);
    // The bytes that the disk returns count, not those that were written to it.
    check(&unfinished.path, progress)?;
    let path = free_name(target, &head.vault_name, &mark.to_string())?;
    // ORDER: the whole file is on the disk before it gets its name, and the name is on the disk before the caller
    // learns it.
    fs::rename(&unfinished.path, &path).map_err(from_file)?;
    sync_folder(target)?;
    format::open(&path).map(|opened| opened.backup)
}

/// Returns the name of an unfinished file or folder: a dot, the vault's id, a random part, and its kind.
pub(super) fn unfinished_name(vault: VaultId, ending: &str) -> Result<String, VaultError> {
    Ok(format!(".{vault}.{}{ending}", make_uuid(Utc::now())?))
}

/// Removes the unfinished files that a killed process left of a backup of this vault. Other vaults may be writing to
/// the folder.
fn remove_left_over(target: &Path, vault: VaultId) -> Result<(), VaultError> {
    let mark = format!(".{vault}");
    for entry in fs::read_dir(target).map_err(from_file)? {
        let entry = entry.map_err(from_file)?;
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(&mark)).unwrap_or_default();
        if ![COPY, UNFINISHED, DRILL].iter().any(|ending| rest.ends_with(ending)) {
            continue;
        }
        // Neither function follows a link.
        let is_folder = entry.file_type().map_err(from_file)?.is_dir();
        if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }.map_err(from_file)?;
    }
    Ok(())
}

/// Copies the database of one moment, with the key slots that open it, and reads the copy wholly.
fn copy_out(
    source: &Source,
    place: &Path,
    reason: BackupReason,
    now: DateTime<Utc>,
    progress: &mut OnProgress<'_>,
) -> Result<(Vec<u8>, Head), VaultError> {
    let (snapshot, slots) = steady(
        || fs::read(source.folder.keyslots()).map_err(from_file),
        || {
            let snapshot = source.connection.unchecked_transaction().stored()?;
            // The first statement takes the snapshot.
            users::vault_id(&snapshot).map(|_| snapshot)
        },
    )?;
    let keyslots = Parsed::of(&slots)?;
    // A re-keying happened in between: these slots do not open the copy.
    if source.folder != source.folder.at(keyslots.generation()) {
        return Err(VaultError::InUse);
    }
    let name = source.folder.database().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let database = place.join(&name);
    let mut copy = connection::copy(&database, &source.key)?;
    copy_pages(&snapshot, &mut copy, progress)?;
    drop(snapshot);
    copy.close().map_err(|(_, error)| error).stored()?;
    private_file::create_new(&place.join("keyslots.json"))
        .and_then(|mut file| file.write_all(&slots))
        .map_err(from_file)?;
    let copied = Folder::existing(place)?.at(keyslots.generation());
    let file = DatabaseFile::open(&copied)?;
    let (connection, _) = connection::reading(&copied, &source.key, true)?;
    // A backup that would not open must not replace one that does.
    schema::believe(&connection)?;
    let vault = users::vault_id(&connection)?;
    let damaged = VaultError::Damaged { part: Part::Database };
    if vault != keyslots.vault_id() {
        return Err(damaged);
    }
    let schema = schema::version(&connection)?;
    let audit_entries = audit_entries(&connection)?;
    if !integrity::wholly(&file, &source.key, Some(connection), progress)?.is_empty() {
        return Err(damaged);
    }
    let head = Head {
        vault_id: vault,
        vault_name: keyslots.vault_name().to_owned(),
        made_at: now,
        reason,
        schema,
        audit_entries,
        database_name: name,
        slots_length: slots.len() as u64,
        database_length: fs::metadata(&database).map_err(from_file)?.len(),
    };
    Ok((slots, head))
}

/// Takes a snapshot and the key slots that fit it. Changes of people write both, one after the other, and a re-keying
/// replaces them together. Where the slots changed meanwhile, both are taken again.
fn steady<T>(
    slots: impl Fn() -> Result<Vec<u8>, VaultError>,
    snapshot: impl Fn() -> Result<T, VaultError>,
) -> Result<(T, Vec<u8>), VaultError> {
    for _ in 0..TRIES {
        let before = slots()?;
        let taken = snapshot()?;
        if slots()? == before {
            return Ok((taken, before));
        }
    }
    Err(VaultError::InUse)
}

pub(crate) fn copy_pages(
    from: &Connection,
    to: &mut Connection,
    progress: &mut OnProgress<'_>,
) -> Result<(), VaultError> {
    let copy = Copy::new(from, to).stored()?;
    loop {
        match copy.step(PAGES_AT_ONCE).stored()? {
            StepResult::Done => return Ok(()),
            StepResult::Busy | StepResult::Locked => thread::sleep(Duration::from_millis(5)),
            _ => {
                let now = copy.progress();
                let (left, total) = (now.remaining.unsigned_abs(), now.pagecount.unsigned_abs());
                tell(progress, Phase::Copying, u64::from(total.saturating_sub(left)), u64::from(total))?;
            }
        }
    }
}

fn audit_entries(connection: &Connection) -> Result<u64, VaultError> {
    let entries: i64 =
        connection.query_row("SELECT coalesce(max(number), 0) FROM audit", [], |row| row.get(0)).stored()?;
    Ok(entries.unsigned_abs())
}

/// Returns a path that is free. Several backups may be made in one second.
fn free_name(folder: &Path, vault_name: &str, mark: &str) -> Result<PathBuf, VaultError> {
    let plain: String = vault_name.chars().map(|c| if r#"/\:*?"<>|"#.contains(c) { '_' } else { c }).collect();
    let candidates = (1..1_000).map(|count| match count {
        1 => format!("{plain} {mark}.{EXTENSION}"),
        _ => format!("{plain} {mark} ({count}).{EXTENSION}"),
    });
    for name in candidates {
        let path = folder.join(name);
        if !path.exists() {
            return Ok(path);
        }
    }
    Err(VaultError::Exists)
}

/// A file or folder that is removed when dropped, unless it was given another name.
pub(super) struct Unfinished {
    pub(super) path: PathBuf,
}

impl Unfinished {
    /// Makes an empty folder.
    pub(super) fn folder(path: PathBuf) -> Result<Self, VaultError> {
        private_file::create_folder(&path, false).map_err(from_file)?;
        Ok(Self { path })
    }

    fn file(path: PathBuf) -> Result<(Self, File), VaultError> {
        let file = private_file::create_new(&path).map_err(from_file)?;
        Ok((Self { path }, file))
    }

    fn remove(&self) {
        // If it cannot be removed, it keeps a name that marks it as unfinished.
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.remove();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::steady;
    use crate::VaultError;

    #[test]
    fn the_snapshot_is_taken_anew_where_the_key_slots_changed_meanwhile() -> anyhow::Result<()> {
        let (reads, snapshots) = (Cell::new(0_u8), Cell::new(0_u8));
        // The slots are replaced while the first snapshot is taken.
        let slots = || {
            reads.set(reads.get() + 1);
            Ok::<_, VaultError>(vec![reads.get().min(2)])
        };
        let snapshot = || {
            snapshots.set(snapshots.get() + 1);
            Ok::<_, VaultError>(snapshots.get())
        };
        assert_eq!(steady(slots, snapshot)?, (2, vec![2]), "the second snapshot goes with the second slots");
        Ok(())
    }
}
