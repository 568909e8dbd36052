//! Backups: one encrypted file each, made while the vault is open. A backup opens with the same passwords as the vault.
//!
//! A backup holds the key slots and the database of one moment, as `docs/vault-format.md` describes. It is made under a
//! name that marks it as unfinished, opened and read wholly, and only then gets its own name. So every file with the
//! extension of a backup was whole when it was made. A backup shows nothing in clear that `keyslots.json` does not
//! show.

mod drill;
mod format;
mod make;
mod restore;
mod retention;

pub use drill::Drill;
pub use restore::restore;
pub use retention::BackupsKept;

pub(crate) use make::{Source, copy_pages, make};

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use domain::VaultId;

use crate::{OnProgress, Vault, VaultError, error::from_file, unheard};

/// The file name extension of backups.
pub(crate) const EXTENSION: &str = "chaveiro-backup";
/// The folder of a vault's own backups.
const FOLDER: &str = "backups";

domain::enumeration! {
    /// The reason why a backup was made.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum BackupReason {
        Daily = "daily",
        /// A person asked for it. The program never removes it.
        ByHand = "byHand",
        /// A newer version of the program is about to change the schema.
        BeforeMigration = "beforeMigration",
        /// The vault is about to get new keys.
        BeforeRekey = "beforeRekey",
        /// Something is about to change many records at once.
        BeforeRisk = "beforeRisk",
    }
}

/// A backup, as described by the head of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Backup {
    pub path: PathBuf,
    pub vault: VaultId,
    /// The name of that vault when the backup was made.
    pub vault_name: String,
    pub made_at: DateTime<Utc>,
    pub reason: BackupReason,
    /// The length of the file, in bytes.
    pub bytes: u64,
    /// The number of entries of its audit trail. It shows how recent the backup is.
    pub audit_entries: u64,
    /// The version of its schema.
    pub schema: u32,
}

/// Returns the folder in which a vault keeps its own backups.
pub fn of_vault(vault_folder: &Path) -> PathBuf {
    vault_folder.join(FOLDER)
}

/// Returns the backups in a folder, the newest first. It reads only the heads of the files and leaves out files that
/// are not backups. A folder that does not exist holds none.
///
/// # Errors
/// [`VaultError::File`], where the folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Backup>, VaultError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(from_file(error)),
    };
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let named = paths.filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION));
    let mut backups: Vec<Backup> =
        named.filter_map(|path| format::open(&path).ok().map(|opened| opened.backup)).collect();
    backups.sort_by(|one, other| (other.made_at, &other.path).cmp(&(one.made_at, &one.path)));
    Ok(backups)
}

/// Reads the whole file and compares it with its checksum.
///
/// # Errors
/// [`VaultError::Missing`], [`VaultError::NotABackup`], [`VaultError::DamagedBackup`], [`VaultError::Stopped`].
pub fn check(path: &Path, progress: &mut OnProgress<'_>) -> Result<Backup, VaultError> {
    let mut opened = format::open(path)?;
    opened.read_through(progress)?;
    Ok(opened.backup)
}

/// Returns the newest backup of a folder that is whole. The vault itself need not open.
///
/// # Errors
/// [`VaultError::File`], where the folder cannot be read.
pub fn newest_good(folder: &Path) -> Result<Option<Backup>, VaultError> {
    Ok(list(folder)?.into_iter().find(|backup| check(&backup.path, &mut unheard).is_ok()))
}

impl Vault {
    /// Returns the folder in which this vault keeps its own backups.
    pub fn backup_folder(&self) -> PathBuf {
        of_vault(self.folder())
    }

    /// Makes a backup, in the vault's own folder of backups or in another one. Others can go on working. The backup
    /// does not contain what they write after it began.
    ///
    /// # Errors
    /// [`VaultError::Displaced`], [`VaultError::Stopped`], [`VaultError::DiskFull`], [`VaultError::FolderReadOnly`];
    /// [`VaultError::Damaged`], where the vault itself turns out to be damaged. After any of them, nothing of the
    /// backup is left.
    pub fn make_backup(
        &self,
        folder: Option<&Path>,
        reason: BackupReason,
        now: DateTime<Utc>,
        progress: &mut OnProgress<'_>,
    ) -> Result<Backup, VaultError> {
        // ORDER: the files are checked before anything is written. Otherwise the backup could make a deleted folder
        // again, or lie among the backups of another vault.
        self.look()?;
        let _permit = self.health.permit();
        let own = self.backup_folder();
        let made = make(&self.backup_source()?, folder.unwrap_or(&own), reason, now, progress);
        if matches!(made, Err(VaultError::Damaged { .. })) {
            self.health.damaged(vec!["a backup of it was not whole".to_owned()]);
        }
        // The answer above already contains any damage that a statement found.
        let _ = crate::error::take_damage_seen();
        made
    }

    /// Makes the daily backup, unless there is one, and removes those that need not be kept any longer. Days are days
    /// of UTC.
    ///
    /// # Errors
    /// The same as [`Vault::make_backup`].
    pub fn make_daily_backup(
        &self,
        folder: Option<&Path>,
        keep: &BackupsKept,
        now: DateTime<Utc>,
        progress: &mut OnProgress<'_>,
    ) -> Result<Option<Backup>, VaultError> {
        let own = self.backup_folder();
        let folder = folder.unwrap_or(&own);
        let of_today = |backup: &Backup| {
            backup.vault == self.id()
                && backup.reason == BackupReason::Daily
                && backup.made_at.date_naive() == now.date_naive()
        };
        if list(folder)?.iter().any(of_today) {
            return Ok(None);
        }
        let made = self.make_backup(Some(folder), BackupReason::Daily, now, progress)?;
        // ORDER: an older backup is removed only after the new one is on the disk.
        self.thin_out_backups(folder, keep)?;
        Ok(Some(made))
    }

    /// Removes the vault's backups that need not be kept any longer, and returns their paths. Backups of other vaults
    /// in the same folder stay, and so do those that a person asked for.
    ///
    /// # Errors
    /// [`VaultError::Displaced`]; [`VaultError::File`] and other errors of the files.
    pub fn thin_out_backups(&self, folder: &Path, keep: &BackupsKept) -> Result<Vec<PathBuf>, VaultError> {
        self.look()?;
        let mut backups = list(folder)?;
        backups.retain(|backup| backup.vault == self.id());
        let superfluous = retention::superfluous(&backups, keep);
        for path in &superfluous {
            fs::remove_file(path).map_err(from_file)?;
        }
        Ok(superfluous)
    }
}
