//! The restoration of a vault from a backup.

use std::path::{Path, PathBuf};

use super::format;
use crate::{
    OnProgress, VaultError,
    error::from_file,
    file::{folder::Folder, private_file},
    keys::keyslots::Parsed,
};

/// Makes a new vault, `NAME.vault` in the parent folder, from a backup. It opens with the passwords, or with the
/// recovery kit, that were valid when the backup was made.
///
/// # Errors
/// [`VaultError::Exists`]: nothing is ever put over something; [`VaultError::InvalidName`]; [`VaultError::Missing`];
/// [`VaultError::NotABackup`]; [`VaultError::DamagedBackup`]; [`VaultError::FromTheFuture`]; [`VaultError::DiskFull`];
/// [`VaultError::FolderReadOnly`]; [`VaultError::Stopped`]. After any of them, nothing of the new vault is left.
pub fn restore(path: &Path, parent: &Path, name: &str, progress: &mut OnProgress<'_>) -> Result<PathBuf, VaultError> {
    let folder = Folder::for_new(parent, name)?;
    let opened = format::open(path)?;
    let unfinished = folder.make_unfinished(&opened.backup.vault.to_string())?;
    match fill(&unfinished, opened, progress).and_then(|()| unfinished.clone().finish(&folder)) {
        Ok(()) => Ok(folder.path().to_owned()),
        Err(error) => {
            unfinished.discard();
            Err(error)
        }
    }
}

/// Writes the files of a vault into an empty folder, all of them on the disk when this returns.
pub(super) fn fill(
    folder: &Folder,
    mut opened: format::Opened,
    progress: &mut OnProgress<'_>,
) -> Result<(), VaultError> {
    let mut database = private_file::create_new(&folder.path().join(&opened.head.database_name)).map_err(from_file)?;
    let slots = opened.take_out(&mut database, progress)?;
    database.sync_all().map_err(from_file)?;
    // The checksum is right, so if the slots do not parse, another program wrote the file.
    if Parsed::of(&slots)?.vault_id() != opened.head.vault_id {
        return Err(VaultError::DamagedBackup);
    }
    // ORDER: the slots come last, because they make the folder a vault.
    folder.write_keyslots(&slots)
}
