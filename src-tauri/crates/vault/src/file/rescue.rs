//! The rescue copy: a whole vault, written from an open one whose files are not at their place any more.
//!
//! The pages come from the connection that writes: it still has the file open, and has the last written pages in its
//! memory. The key slots come from memory. Passwords that the executor holds are added where the copy lacks them. The
//! copy is opened and read wholly before it gets its name, so that every folder with the name is a whole vault.
//!
//! Where the file was overwritten, its pages may belong to two states that do not fit together. Where somebody else
//! wrote to it, something may be planted in them. Then the file is copied as it is, without the log: an earlier state,
//! but a whole one. The versions of secrets that can still be read from the open connection, and the passwords that the
//! executor holds, are added to it.

use std::{
    path::{Path, PathBuf},
    sync::PoisonError,
};

use chrono::{DateTime, Utc};
use domain::{CredentialId, OperationId, SecretKind, SecretVersionId, SyncState, UserId};
use rusqlite::Connection;
use secret::{Key, Secret};
use serde_json::json;

use crate::{
    NewEntry, Object, OnProgress, Part, Reader, SecretsKey, Vault, VaultError, Writer,
    error::{Stored, take_damage_seen},
    file::{
        backup, connection,
        database_file::DatabaseFile,
        folder::{Folder, sync_folder},
        integrity, schema,
    },
    store::{keeping::carry_over::carry_over, search::write_indexes, value::make_uuid},
};

/// A password that the executor holds while an operation runs.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct KeptPassword {
    pub credential: CredentialId,
    /// The operation that works with it.
    pub operation: OperationId,
    pub secret: Secret,
    /// True when the device may have it, or may still get it.
    pub sent: bool,
}

/// The request to save a copy: the person, and the passwords to add.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct CopyRequest<'a> {
    pub by: UserId,
    /// The key to passwords. Without it nothing can be added.
    pub key: Option<&'a SecretsKey>,
    /// The passwords that the executor holds, the oldest of each credential first.
    pub kept: &'a [KeptPassword],
    pub now: DateTime<Utc>,
}

/// The longest part of a vault's name in that of its copy, in characters.
const LONGEST: usize = 50;

impl Vault {
    /// Writes a whole vault from the open files into a folder, as `NAME (copy DATE).vault`. The same passwords open it.
    ///
    /// # Errors
    /// [`VaultError::InvalidName`] for a folder inside the vault's own; [`VaultError::Missing`],
    /// [`VaultError::DiskFull`], [`VaultError::FolderReadOnly`], [`VaultError::Stopped`]; [`VaultError::Damaged`] and
    /// [`VaultError::SchemaAltered`], where no whole vault can be made of the open files. After any of them, nothing of
    /// the copy is left.
    pub fn save_copy(
        &self,
        parent: &Path,
        request: &CopyRequest<'_>,
        progress: &mut OnProgress<'_>,
    ) -> Result<PathBuf, VaultError> {
        self.refuse_inside_write()?;
        if parent.starts_with(self.folder()) {
            return Err(VaultError::InvalidName);
        }
        // While this is held, nobody replaces the key slots or the keys.
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = free_folder(parent, self.name(), request.now)?;
        let unfinished = folder.make_unfinished(&make_uuid(request.now)?.to_string())?;
        let copy = Copy { vault: self, folder: unfinished.at(self.slots().generation()), request };
        match copy.make(progress).and_then(|()| unfinished.clone().finish(&folder)) {
            Ok(()) => Ok(folder.path().to_owned()),
            Err(error) => {
                // Damage of the copy must not count for the vault that this thread reads next.
                let _ = take_damage_seen();
                unfinished.discard();
                Err(error)
            }
        }
    }

    /// Runs a function on a connection that has the pages as this program knows them.
    fn with_pages<T>(&self, work: impl FnOnce(&Connection) -> Result<T, VaultError>) -> Result<T, VaultError> {
        match &self.writer {
            Some(writer) => work(&writer.lock().unwrap_or_else(PoisonError::into_inner).connection),
            None => {
                let readers = self.readers.read().unwrap_or_else(PoisonError::into_inner).clone();
                let reading = readers.take().ok_or(VaultError::Missing)?;
                work(&reading.connection)
            }
        }
    }
}

/// A rescue copy while it is being made.
struct Copy<'a> {
    vault: &'a Vault,
    folder: Folder,
    request: &'a CopyRequest<'a>,
}

impl Copy<'_> {
    fn make(&self, progress: &mut OnProgress<'_>) -> Result<(), VaultError> {
        let key = self.vault.database_key();
        let made = self.vault.with_pages(|from| self.copy_pages(from, &key, progress)).and_then(|()| self.check(&key));
        let is_earlier = match made {
            Err(VaultError::Damaged { .. } | VaultError::SchemaAltered { .. }) => {
                self.copy_as_it_stands(&key, progress)?;
                true
            }
            made => made.map(|()| false)?,
        };
        // Damage found here belongs to the overwritten file, which is reported already.
        let _ = take_damage_seen();
        self.add(&key, is_earlier)?;
        self.verify(&key, progress)?;
        // ORDER: the slots come last, because they make the folder a vault.
        let mut slots = crate::keys::keyslots::Keyslots::clone(&self.vault.slots());
        self.folder.write_keyslots(&slots.render()?)
    }

    /// Copies the file as it is, without its log.
    fn copy_as_it_stands(&self, key: &Key, progress: &mut OnProgress<'_>) -> Result<(), VaultError> {
        self.folder.remove_database();
        let from = connection::as_it_stands(&self.vault.facts.folder.at(self.vault.slots().generation()), key)?;
        self.copy_pages(&from, key, progress)?;
        // ORDER: the schema is compared before something is added, because a planted object would act then.
        schema::believe(&connection::reading(&self.folder, key, true)?.0)
    }

    fn copy_pages(&self, from: &Connection, key: &Key, progress: &mut OnProgress<'_>) -> Result<(), VaultError> {
        let mut copy = connection::copy(&self.folder.database(), key)?;
        backup::copy_pages(from, &mut copy, progress)?;
        copy.close().map_err(|(_, error)| error).stored()
    }

    /// Checks that the structure is the program's own, and that the tables, their indexes and their references fit
    /// together.
    fn check(&self, key: &Key) -> Result<(), VaultError> {
        let (copy, _) = connection::reading(&self.folder, key, true)?;
        schema::believe(&copy)?;
        schema::check_closely(&copy)
    }

    /// Adds the secrets that the copy lacks, and records in its history where it comes from.
    fn add(&self, key: &Key, is_earlier: bool) -> Result<(), VaultError> {
        let mut connection = connection::writing(&self.folder, key, false)?;
        let transaction = connection.transaction().stored()?;
        let carried = match is_earlier {
            true => self.vault.with_pages(|open| carry_over(open, &transaction))?,
            false => 0,
        };
        let secrets_generation = self.vault.slots().secrets_generation();
        let writer = Writer::new(Reader::new(&transaction, self.vault.id(), secrets_generation));
        let mut added = 0_u32;
        if let Some(secrets_key) = self.request.key {
            for kept in self.request.kept {
                added += u32::from(add_password(&writer, secrets_key, kept, self.request.now)?);
            }
        }
        let object = Some(Object { noun: "vault", id: self.vault.id().as_uuid(), label: self.vault.name() });
        let detail = json!({ "passwordsAdded": added, "credentialsCarriedOver": carried });
        let (who, at) = (Some(self.request.by), self.request.now);
        writer.audit_mut().append(&NewEntry { who, action: "vault.copySaved", object, detail, at })?;
        write_indexes(&transaction)?;
        drop(writer);
        transaction.commit().stored()?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).stored()?;
        connection.close().map_err(|(_, error)| error).stored()
    }

    /// Opens the copy, reads all of it, and makes sure that it is on the disk.
    fn verify(&self, key: &Key, progress: &mut OnProgress<'_>) -> Result<(), VaultError> {
        let file = DatabaseFile::open(&self.folder)?;
        let (copy, _) = connection::reading(&self.folder, key, true)?;
        schema::believe(&copy)?;
        if !integrity::wholly(&file, key, Some(copy), progress)?.is_empty() {
            return Err(VaultError::Damaged { part: Part::Database });
        }
        drop(file);
        self.folder.sync_database()?;
        sync_folder(self.folder.path())
    }
}

/// Adds a password as a candidate, unless the copy has it. Returns true if it was added.
fn add_password(
    writer: &Writer<'_>,
    key: &SecretsKey,
    kept: &KeptPassword,
    now: DateTime<Utc>,
) -> Result<bool, VaultError> {
    if writer.credentials().get(kept.credential)?.is_none() {
        return Ok(false);
    }
    let known = find(writer, key, kept)?;
    let version = match known {
        Some(version) => version,
        None => writer.secrets_mut().store_candidate_for(key, kept.credential, kept.operation, &kept.secret, now)?,
    };
    let is_candidate = writer.secrets().candidate_facts(kept.credential)?.is_some_and(|facts| facts.version == version);
    if kept.sent && is_candidate {
        writer.secrets_mut().mark_sent(version, now)?;
    }
    if known.is_none() {
        writer.credentials_mut().set_sync(kept.credential, SyncState::OutOfSync, now)?;
    }
    Ok(known.is_none())
}

/// Finds the version of a credential's password that equals the given one.
fn find(reader: &Reader<'_>, key: &SecretsKey, kept: &KeptPassword) -> Result<Option<SecretVersionId>, VaultError> {
    let secrets = reader.secrets();
    for facts in secrets.history(kept.credential)?.iter().filter(|facts| facts.kind == SecretKind::Password) {
        // A version that does not open is not the given password.
        let Ok(Some((_, secret))) = secrets.version(key, kept.credential, facts.id) else { continue };
        // EXPOSE: the two passwords are compared; nothing of them is kept.
        if secret.expose() == kept.secret.expose() {
            return Ok(Some(facts.id));
        }
    }
    Ok(None)
}

/// Returns the folder of a copy, under a name that is free.
fn free_folder(parent: &Path, name: &str, now: DateTime<Utc>) -> Result<Folder, VaultError> {
    let name: String = name.chars().take(LONGEST).collect();
    let mark = format!("copy {}", now.format("%Y-%m-%d %H.%M.%S"));
    for count in 1..1_000 {
        let name = match count {
            1 => format!("{} ({mark})", name.trim()),
            _ => format!("{} ({mark} {count})", name.trim()),
        };
        match Folder::for_new(parent, &name) {
            Err(VaultError::Exists) => {}
            folder => return folder,
        }
    }
    Err(VaultError::Exists)
}
