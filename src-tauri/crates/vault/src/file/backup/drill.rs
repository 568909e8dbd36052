//! The drill: it tests whether a backup would bring everything back. The backup is opened, every part of it is used
//! once, and nothing of it is kept.

use std::{fs, path::Path};

use super::{
    format,
    make::{DRILL, Unfinished, unfinished_name},
    restore::fill,
};
use crate::{
    AuditVerdict, OnProgress, SecretsKey, SigningKeys, Vault, VaultError,
    error::from_file,
    file::{connection, database_file::DatabaseFile, folder::Folder, integrity, private_file, schema},
    keys::keyslots::Parsed,
    store::{
        access::users,
        keeping::{audit::Audit, drill::open_all},
    },
};

/// The result of a drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drill {
    /// The number of pages of the database.
    pub pages: u64,
    /// The problems of the pages and of the structure. A good backup has none.
    pub findings: Vec<String>,
    /// The verification of its audit trail.
    pub audit: AuditVerdict,
    /// The number of secrets that it holds.
    pub secrets: u64,
    /// The number of secrets that open.
    pub secrets_opened: u64,
}

impl Drill {
    /// Tells whether the backup would bring everything back.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
            && matches!(self.audit, AuditVerdict::Intact { .. })
            && self.secrets == self.secrets_opened
    }
}

impl Vault {
    /// Unpacks a backup of this vault beside the backup, opens it, reads every page, walks the audit trail and opens
    /// every secret. The unpacked files are removed again.
    ///
    /// # Errors
    /// [`VaultError::OtherKey`], where the vault has had another database key since the backup: test such a backup by
    /// restoring it and signing in. [`VaultError::NotABackup`], [`VaultError::DamagedBackup`], [`VaultError::Stopped`],
    /// [`VaultError::DiskFull`].
    pub fn drill(
        &self,
        path: &Path,
        key: &SecretsKey,
        signing_keys: &SigningKeys<'_>,
        progress: &mut OnProgress<'_>,
    ) -> Result<Drill, VaultError> {
        let _permit = self.health.permit();
        let opened = format::open(path)?;
        if opened.backup.vault != self.id() {
            return Err(VaultError::OtherKey);
        }
        let pages = opened.head.database_length / crypto::PAGE_LENGTH as u64;
        let place = self.place_to_unpack(path)?;
        let folder = Folder::empty(&place.path);
        fill(&folder, opened, progress)?;
        let slots = Parsed::of(&fs::read(folder.keyslots()).map_err(from_file)?)?;
        let folder = folder.with_database(slots.generation())?;
        let drilled = self.try_out(&folder, pages, key, signing_keys, progress);
        // Damage of the backup is not damage of the vault.
        let _ = crate::error::take_damage_seen();
        drilled
    }

    fn try_out(
        &self,
        folder: &Folder,
        pages: u64,
        key: &SecretsKey,
        signing_keys: &SigningKeys<'_>,
        progress: &mut OnProgress<'_>,
    ) -> Result<Drill, VaultError> {
        let database_key = self.database_key();
        let file = DatabaseFile::open(folder)?;
        let begin = || connection::reading(folder, &database_key, true).map(|(connection, _)| connection);
        // The file fits its checksum. So if the first page does not open, it was sealed under another key.
        let connection = begin().map_err(|_| VaultError::OtherKey)?;
        users::vault_id(&connection).map_err(|_| VaultError::OtherKey)?;
        schema::believe(&connection)?;
        let findings = integrity::wholly(&file, &database_key, Some(begin()?), progress)?;
        let audit =
            Audit { connection: &connection, vault_id: self.id(), roster: None }.verify(signing_keys, progress)?;
        let (secrets, secrets_opened) =
            open_all(&connection, self.id(), key.whatever_generation(self.id())?, progress)?;
        Ok(Drill { pages, findings, audit, secrets, secrets_opened })
    }

    /// Makes the folder to unpack into: beside the backup, or in the vault's own folder of backups where nothing can be
    /// written beside it.
    fn place_to_unpack(&self, path: &Path) -> Result<Unfinished, VaultError> {
        let name = unfinished_name(self.id(), DRILL)?;
        let beside = path.parent().unwrap_or(Path::new("."));
        Unfinished::folder(beside.join(&name)).or_else(|_| {
            let own = self.backup_folder();
            private_file::create_folder(&own, true).map_err(from_file)?;
            Unfinished::folder(own.join(&name))
        })
    }
}
