//! The drill: would this backup bring everything back? It is opened and every part of it is used once, and nothing of it
//! is kept.

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

/// What a drill found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drill {
    /// How many pages the database has.
    pub pages: u64,
    /// What is wrong with them and with the structure; nothing in a good backup.
    pub findings: Vec<String>,
    /// Whether its audit trail is as it was written.
    pub audit: AuditVerdict,
    /// How many secrets it holds.
    pub secrets: u64,
    /// How many of them open.
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
    /// Unpacks a backup of this vault beside itself, opens it, reads every page, walks the audit trail and opens every
    /// secret. What was unpacked is removed again.
    ///
    /// # Errors
    /// [`VaultError::OtherKey`], where the vault has had another database key since: such a backup is tried by restoring
    /// it and signing in. [`VaultError::NotABackup`], [`VaultError::DamagedBackup`], [`VaultError::Stopped`],
    /// [`VaultError::DiskFull`].
    pub fn drill(
        &self,
        path: &Path,
        key: &SecretsKey,
        signing_keys: &SigningKeys<'_>,
        progress: &mut OnProgress<'_>,
    ) -> Result<Drill, VaultError> {
        let _turn = self.health.turn();
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
        // The backup's damage is not the vault's.
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
        // The file was what its checksum says, so a first page that does not open was sealed under another key.
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

    /// Beside the backup, or, where nothing can be written there, in the vault's own folder of backups.
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
