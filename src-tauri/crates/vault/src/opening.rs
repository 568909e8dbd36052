//! How a vault is made and opened, step by step. Nothing is written before everything is known to be whole.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use domain::{UserId, VaultId};
use rusqlite::Connection;
use secret::Key;

use crate::{
    NewVault, Part, ReadOnly, Session, SignIn, Vault, VaultError, connection,
    error::{Stored, from_file},
    folder::{Folder, Lock},
    keyslots::{First, Keyslots, Unlocked, make_first},
    pool::Pool,
    schema::{self, Standing},
    store::{users, value::make_uuid},
    vault::{Facts, Writing},
};

/// How many connections read beside the one that writes.
const READERS: usize = 2;

impl Vault {
    /// Makes a new vault, `NAME.vault` in the parent folder, opens it, and signs its founder in.
    ///
    /// # Errors
    /// [`VaultError::Exists`], [`VaultError::InvalidName`], [`VaultError::Missing`] for the parent folder,
    /// [`VaultError::FolderReadOnly`], [`VaultError::DiskFull`], [`VaultError::WeakKdf`]. After any of them, nothing of
    /// the vault is left.
    pub fn create(parent: &Path, new: &NewVault<'_>) -> Result<(Self, Session), VaultError> {
        let user_name = new.user_name.trim();
        if user_name.is_empty() || user_name.chars().count() > 100 || user_name.chars().any(char::is_control) {
            return Err(VaultError::InvalidName);
        }
        if !new.kdf.are_acceptable() {
            return Err(VaultError::WeakKdf);
        }
        let folder = Folder::for_new(parent, new.name)?;
        let vault = VaultId::from_uuid(make_uuid(new.now)?);
        let unfinished = folder.make_unfinished(&vault.to_string())?;
        let built = build(&unfinished, vault, new).and_then(|(keyslots, unlocked)| {
            unfinished.clone().finish(&folder)?;
            Ok((keyslots, unlocked))
        });
        match built {
            Ok((keyslots, unlocked)) => start(folder.clone(), folder.lock()?, keyslots, unlocked),
            Err(error) => {
                unfinished.discard();
                Err(error)
            }
        }
    }

    /// Opens a vault and signs a person in. What is damaged, newer or in a folder that cannot be written to is left as it is, byte for byte.
    ///
    /// # Errors
    /// [`VaultError::Missing`], [`VaultError::NotAVault`], [`VaultError::Damaged`], [`VaultError::FromTheFuture`],
    /// [`VaultError::InUse`], [`VaultError::WrongPassword`], and [`VaultError::FolderReadOnly`] where the last program
    /// that had it open did not end well, so that something must be written before it can be read.
    pub fn open(folder: &Path, sign_in: &SignIn<'_>) -> Result<(Self, Session), VaultError> {
        let folder = Folder::existing(folder)?;
        let content = fs::read(folder.keyslots()).map_err(from_file)?;
        let keyslots = Keyslots::parse(&content)?;
        let lock = folder.lock()?;
        let unlocked = keyslots.unlock(sign_in)?;
        start(folder, lock, keyslots, unlocked)
    }

    /// Signs a person in to the open vault: the same one again at a locked window, or another one. They get keys of
    /// their own; what the executor holds is not touched.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`], for a wrong name as for a wrong password.
    pub fn sign_in(&self, sign_in: &SignIn<'_>) -> Result<Session, VaultError> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(slots.unlock(sign_in)?.session)
    }
}

/// Writes the files of a new vault.
fn build(folder: &Folder, vault: VaultId, new: &NewVault<'_>) -> Result<(Keyslots, Unlocked), VaultError> {
    let user = UserId::from_uuid(make_uuid(new.now)?);
    let first = First {
        vault,
        vault_name: new.name,
        user,
        user_name: new.user_name.trim(),
        password: new.password,
        kdf: new.kdf,
    };
    let (mut keyslots, unlocked) = make_first(&first)?;
    drop(folder.lock()?);
    let mut connection = connection::writing(folder, &unlocked.database_key, true)?;
    schema::migrate(&mut connection)?;
    users::insert_first(&connection, vault, unlocked.session.user(), new.now)?;
    // ORDER: the database is closed, so that it is one whole file, before the slots make it a vault.
    connection.close().map_err(|(_, error)| error).stored()?;
    folder.write_keyslots(&keyslots.render()?)?;
    Ok((keyslots, unlocked))
}

/// From the keys to an open vault.
fn start(folder: Folder, lock: Lock, keyslots: Keyslots, unlocked: Unlocked) -> Result<(Vault, Session), VaultError> {
    let key = &unlocked.database_key;
    let (checked, several) = connection::reading(&folder, key, lock.writable)?;
    schema::check(&checked)?;
    if !folder.has_log() {
        schema::check_pages(&checked)?;
    }
    let standing = schema::standing(&checked)?;
    if users::vault_id(&checked)? != keyslots.vault_id() {
        return Err(VaultError::Damaged { part: Part::Database });
    }
    let read_only = match standing {
        Standing::Newer { version } => Some(ReadOnly::NewerVersion { version }),
        Standing::Same | Standing::Older if lock.writable => None,
        Standing::Same => Some(ReadOnly::Folder),
        Standing::Older => return Err(VaultError::FolderReadOnly),
    };
    let (read_only, writer, readers) = if read_only.is_some() {
        (read_only, None, read_only_connections(&folder, key, checked, several, lock.writable)?)
    } else {
        drop(checked);
        match writable_connections(&folder, key) {
            Ok((writer, readers)) => (None, Some(writer), readers),
            // A full disk must not keep anyone from the passwords.
            Err(VaultError::DiskFull) => {
                let (first, several) = connection::reading(&folder, key, lock.writable)?;
                let readers = read_only_connections(&folder, key, first, several, lock.writable)?;
                (Some(ReadOnly::DiskFull), None, readers)
            }
            Err(error) => return Err(error),
        }
    };
    let secrets_generation = 1;
    let writer = writer.map(|connection| Mutex::new(Writing { connection, secrets_generation }));
    let vault = Vault {
        readers: RwLock::new(Arc::new(Pool::new(readers, secrets_generation))),
        writer,
        facts: Facts { id: keyslots.vault_id(), name: keyslots.vault_name().to_owned(), folder, read_only },
        slots: RwLock::new(keyslots),
        listeners: RwLock::new(Vec::new()),
        writing: Mutex::new(None),
        _lock: lock,
    };
    Ok((vault, unlocked.session))
}

fn read_only_connections(
    folder: &Folder,
    key: &Key,
    first: Connection,
    several: bool,
    folder_writable: bool,
) -> Result<Vec<Connection>, VaultError> {
    let mut connections = vec![first];
    while several && connections.len() < READERS {
        connections.push(connection::reading(folder, key, folder_writable)?.0);
    }
    Ok(connections)
}

fn writable_connections(folder: &Folder, key: &Key) -> Result<(Connection, Vec<Connection>), VaultError> {
    let had_log = folder.has_log();
    let mut writer = connection::writing(folder, key, false)?;
    if had_log {
        // ORDER: the log was read through and found whole before it is moved into the file; only then does every page of
        // the file have to be whole.
        match writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).stored() {
            Ok(()) => schema::check_pages(&writer)?,
            // The log stays, and is read through as it was for the check.
            Err(VaultError::DiskFull) => {}
            Err(error) => return Err(error),
        }
    }
    schema::migrate(&mut writer)?;
    let mut readers = Vec::with_capacity(READERS);
    while readers.len() < READERS {
        let reader = connection::writing(folder, key, false)?;
        reader.execute_batch("PRAGMA query_only = ON;").stored()?;
        readers.push(reader);
    }
    Ok((writer, readers))
}
