//! The making and opening of a vault, step by step. Nothing is written before everything is known to be whole.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

use chrono::Utc;
use domain::{UserId, VaultId};
use rusqlite::Connection;
use secret::Key;

use crate::{
    BackupReason, NewVault, Part, ReadOnly, Session, SignIn, Vault, VaultError,
    error::{Stored, from_file, take_damage_seen},
    failures::Failures,
    file::{
        backup::{self, Source},
        connection,
        database_file::DatabaseFile,
        folder::{Folder, Lock},
        integrity::{self, Checker, Health},
        open_files::OpenFiles,
        pool::Pool,
        rollback::Behind,
        schema::{self, SchemaStatus},
    },
    keys::keyslots::{First, Keyslots, Parsed, Unlocked, make_first},
    store::{
        access::{people, second_factors, users},
        operations::column_store::ColumnStore,
        value::{make_uuid, micros},
    },
    unheard,
    vault::{Facts, Writing, is_name},
};

/// The number of connections that read beside the one that writes.
const READERS: usize = 2;

impl Vault {
    /// Makes a new vault, `NAME.vault` in the parent folder, opens it, and signs its founder in.
    ///
    /// # Errors
    /// [`VaultError::Exists`], [`VaultError::InvalidName`], [`VaultError::Missing`] for the parent folder,
    /// [`VaultError::FolderReadOnly`], [`VaultError::DiskFull`], [`VaultError::WeakKdf`]. After any of them, nothing of
    /// the vault is left.
    pub fn create(parent: &Path, new: &NewVault<'_>) -> Result<(Self, Session), VaultError> {
        if !is_name(new.user_name.trim()) {
            return Err(VaultError::InvalidName);
        }
        if !new.kdf.are_acceptable() {
            return Err(VaultError::WeakKdf);
        }
        let folder = Folder::for_new(parent, new.name)?;
        let vault = VaultId::from_uuid(make_uuid(new.now)?);
        let unfinished = folder.make_unfinished(&vault.to_string())?;
        let built = build(&unfinished, vault, new).and_then(|unlocked| {
            unfinished.clone().finish(&folder)?;
            Ok(unlocked)
        });
        match built {
            Ok(unlocked) => start(folder.clone(), folder.lock()?, unlocked, None),
            Err(error) => {
                unfinished.discard();
                Err(error)
            }
        }
    }

    /// Opens a vault and signs a person in. A vault that is damaged, newer or in a folder that cannot be written to is
    /// left as it is, byte for byte.
    ///
    /// # Errors
    /// [`VaultError::Missing`], [`VaultError::NotAVault`], [`VaultError::Damaged`], [`VaultError::FromTheFuture`],
    /// [`VaultError::InUse`], [`VaultError::WrongPassword`]. [`VaultError::FolderReadOnly`] where the last program that
    /// had the vault open did not end properly, so that something must be written before it can be read.
    pub fn open(folder: &Path, sign_in: &SignIn<'_>) -> Result<(Self, Session), VaultError> {
        let folder = Folder::existing(folder)?;
        let content = fs::read(folder.keyslots()).map_err(from_file)?;
        Parsed::of(&content)?;
        let lock = folder.lock()?;
        if lock.writable {
            folder.tidy();
        }
        // The slots are read again, now that no other process can change them.
        let content = fs::read(folder.keyslots()).map_err(from_file)?;
        let parsed = Parsed::of(&content)?;
        let folder = folder.with_database(parsed.generation())?;
        schema::prepare();
        let first_format = matches!(parsed, Parsed::First(_)).then_some(content);
        let unlocked = Failures::of(folder.path()).count(|| parsed.unlock(sign_in))?;
        start(folder, lock, unlocked, first_format)
    }

    /// Signs a person in to the open vault: the same person again at a locked window, or another one. The session gets
    /// its own keys. The keys of the executor are not touched.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`], for a wrong name as for a wrong password; [`VaultError::Disabled`];
    /// [`VaultError::ForgedGrant`].
    pub fn sign_in(&self, sign_in: &SignIn<'_>) -> Result<Session, VaultError> {
        let before = self.slots();
        let unlocked = self.failures.count(|| self.noting(before.unlock(sign_in)))?;
        if unlocked.session.founder != self.facts.founder {
            return Err(VaultError::Damaged { part: Part::Keyslots });
        }
        if unlocked.changed {
            self.keep_raised(&before, unlocked.slots)?;
        }
        Ok(unlocked.session)
    }

    /// Stores a slot that was sealed again, unless the slots were changed meanwhile. In that case the next sign-in
    /// seals it again.
    fn keep_raised(&self, before: &Keyslots, slots: Keyslots) -> Result<(), VaultError> {
        match self.changing() {
            Ok(_changing) if *self.slots() == *before => self.keep_if_possible(slots),
            _ => Ok(()),
        }
    }

    /// Stores a slot that was sealed again, if it can be written. If not, the sign-in goes on: the present slot still
    /// opens, and somebody must be able to sign in to save a copy or to free space.
    fn keep_if_possible(&self, slots: Keyslots) -> Result<(), VaultError> {
        match self.keep_slots(slots) {
            Err(
                error @ (VaultError::Displaced { .. }
                | VaultError::DiskFull
                | VaultError::FolderReadOnly
                | VaultError::File { .. }),
            ) => {
                tracing::warn!(%error, "a key slot could not be sealed anew");
                Ok(())
            }
            kept => kept,
        }
    }

    /// Returns the result unchanged. A forged grant is noted in the audit trail first.
    pub(crate) fn noting<T>(&self, result: Result<T, VaultError>) -> Result<T, VaultError> {
        self.noting_for(None, result)
    }

    /// Does the same, and names the person who found it.
    pub(crate) fn noting_for<T>(&self, user: Option<UserId>, result: Result<T, VaultError>) -> Result<T, VaultError> {
        if let Err(error @ VaultError::ForgedGrant { .. }) = &result
            && !self.is_read_only()
        {
            // The grant is refused even where it cannot be noted, on a full disk for example.
            let _ = self.write(|writer| people::note_forged(&writer.audit_mut(), user, error, Utc::now()));
        }
        result
    }

    /// Compares the ledger with its rows, and writes the rows that a newer format or a crash left out. If a row or a
    /// slot is not in the ledger, this ends the opening, and the audit trail names the person who found it.
    fn settle_people(
        &self,
        user: UserId,
        changed: bool,
        refused: Option<VaultError>,
        first_format: Option<&[u8]>,
    ) -> Result<(), VaultError> {
        let slots = self.slots();
        let compare = || self.read(|reader| people::compare(reader.connection, &slots));
        let known = self.noting_for(Some(user), refused.map_or_else(compare, Err))?;
        if let Some(behind) = Behind::of(known, &slots) {
            // This is set only once, because a vault is opened once.
            let _ = self.behind.set(behind);
        }
        if self.is_read_only() {
            return Ok(());
        }
        if known < slots.ledger().len() {
            self.write(|writer| people::follow(writer.connection, &writer.audit_mut(), &slots))?;
        }
        let roster = self.roster();
        if !self.read(|reader| people::names_hold(reader.connection, &roster))? {
            self.write(|writer| people::restore_names(writer.connection, &writer.audit_mut(), &roster, Utc::now()))?;
        }
        if !self.read(|reader| second_factors::are_known(reader.connection, &slots))? {
            self.write(|writer| second_factors::adopt(writer.connection, &slots))?;
        }
        // ORDER: the copy of the first format is on the disk before the present format takes its place.
        first_format.map_or(Ok(()), |content| self.facts.folder.keep_first_format(content))?;
        if changed {
            self.keep_if_possible(Keyslots::clone(&slots))?;
        }
        self.facts.folder.remove_other_databases();
        Ok(())
    }
}

/// Writes the files of a new vault.
fn build(folder: &Folder, vault: VaultId, new: &NewVault<'_>) -> Result<Unlocked, VaultError> {
    let user = UserId::from_uuid(make_uuid(new.now)?);
    let first = First {
        vault,
        vault_name: new.name,
        user,
        user_name: new.user_name.trim(),
        password: new.password,
        kdf: new.kdf,
        now: micros(new.now),
    };
    let mut unlocked = make_first(&first)?;
    drop(folder.lock()?);
    let mut connection = connection::writing(folder, &unlocked.database_key, true)?;
    schema::migrate(&mut connection)?;
    users::insert_first(&connection, vault, unlocked.session.user(), new.now)?;
    // ORDER: the database is closed, so that it is one whole file, before the slots make it a vault.
    connection.close().map_err(|(_, error)| error).stored()?;
    folder.write_keyslots(&unlocked.slots.render()?)?;
    Ok(unlocked)
}

/// Makes an open vault of the keys. Damage that this thread found in another vault, or in one that did not open, is not
/// counted for the next vault.
fn start(
    folder: Folder,
    lock: Lock,
    unlocked: Unlocked,
    first_format: Option<Vec<u8>>,
) -> Result<(Vault, Session), VaultError> {
    let _ = take_damage_seen();
    start_heeding_damage(folder, lock, unlocked, first_format).inspect_err(|_| {
        let _ = take_damage_seen();
    })
}

fn start_heeding_damage(
    folder: Folder,
    lock: Lock,
    unlocked: Unlocked,
    first_format: Option<Vec<u8>>,
) -> Result<(Vault, Session), VaultError> {
    let (key, slots) = (&unlocked.database_key, &unlocked.slots);
    // ORDER: the file is opened before SQLite opens it, and closed after it.
    let file = Arc::new(DatabaseFile::open(&folder)?);
    let (checked, several) = connection::reading(&folder, key, lock.writable)?;
    // ORDER: the schema is compared first, because a planted trigger, view or index would act in the very next
    // statement.
    schema::believe(&checked)?;
    let health = Arc::new(Health::new(&file, lock.writable));
    let wholly = integrity::comes_first(&folder);
    let checked = if wholly { look_at_all(&file, key, checked, lock.writable)? } else { checked };
    integrity::quickly(&folder, &checked)?;
    let status = schema::status(&checked)?;
    if users::vault_id(&checked)? != slots.vault_id() {
        return Err(VaultError::Damaged { part: Part::Database });
    }
    let read_only = match status {
        SchemaStatus::Newer { version } => Some(ReadOnly::NewerVersion { version }),
        SchemaStatus::Same | SchemaStatus::Older if lock.writable => None,
        SchemaStatus::Same => Some(ReadOnly::Folder),
        SchemaStatus::Older => return Err(VaultError::FolderReadOnly),
    };
    let (read_only, writer, readers) = if read_only.is_some() {
        (read_only, None, read_only_connections(&folder, key, checked, several, lock.writable)?)
    } else {
        drop(checked);
        match writable_connections(&file, key, wholly) {
            Ok((writer, readers)) => (None, Some(writer), readers),
            // On a full disk, people must still be able to read passwords.
            Err(VaultError::DiskFull) if status == SchemaStatus::Same => {
                let (first, several) = connection::reading(&folder, key, lock.writable)?;
                let readers = read_only_connections(&folder, key, first, several, lock.writable)?;
                (Some(ReadOnly::DiskFull), None, readers)
            }
            Err(error) => return Err(error),
        }
    };
    let secrets_generation = slots.secrets_generation();
    let writer = writer.map(|connection| Mutex::new(Writing::new(connection, secrets_generation)));
    let files = Arc::new(OpenFiles::remember(file)?);
    health.opened(Arc::clone(&files));
    let vault = Vault {
        checker: Mutex::new(None),
        columns: ColumnStore::new(folder.clone(), key.duplicate(), writer.is_some()),
        readers: RwLock::new(Arc::new(Pool::new(readers, secrets_generation, key.duplicate()))),
        writer,
        failures: Failures::of(folder.path()),
        facts: Facts {
            id: slots.vault_id(),
            name: slots.vault_name().to_owned(),
            folder,
            read_only,
            founder: unlocked.session.founder,
        },
        slots: RwLock::new(Arc::new(unlocked.slots)),
        roster: RwLock::new(Arc::new(unlocked.roster)),
        changing: Mutex::new(()),
        health: Arc::clone(&health),
        files,
        listeners: RwLock::new(Vec::new()),
        on_displaced: Mutex::default(),
        writing: Mutex::new(None),
        behind: OnceLock::new(),
        _lock: lock,
    };
    let (user, changed) = (unlocked.session.user.id, unlocked.changed);
    match vault.settle_people(user, changed, unlocked.refused, first_format.as_deref()) {
        // The missing rows are written when there is room again.
        Ok(()) | Err(VaultError::DiskFull) => {}
        Err(error) => return Err(error),
    }
    if wholly {
        health.was_sound();
    } else {
        let checker = Checker::begin(&health, unlocked.database_key.duplicate(), vault.writer.is_some());
        *vault.checker.lock().unwrap_or_else(PoisonError::into_inner) = Some(checker);
    }
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

/// Reads everything before anything is written, and returns a connection of the same kind as the given one.
fn look_at_all(
    file: &DatabaseFile,
    key: &Key,
    connection: Connection,
    writable: bool,
) -> Result<Connection, VaultError> {
    let findings = integrity::wholly(file, key, Some(connection), &mut unheard)?;
    if !findings.is_empty() {
        return Err(VaultError::Damaged { part: Part::Database });
    }
    Ok(connection::reading(file.folder(), key, writable)?.0)
}

pub(crate) fn writable_connections(
    file: &DatabaseFile,
    key: &Key,
    was_looked_at: bool,
) -> Result<(Connection, Vec<Connection>), VaultError> {
    let folder = file.folder();
    let had_log = folder.has_log();
    let mut writer = connection::writing(folder, key, false)?;
    // The schema is compared again, because somebody may have changed it since it was opened for reading.
    schema::believe(&writer)?;
    if had_log {
        // ORDER: where the vault was read wholly, the log was read and found whole before it is moved into the file.
        // Only after that must every page of the file be whole.
        match writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).stored() {
            Ok(()) if was_looked_at => must_be_whole(file, key, None)?,
            Ok(()) => {}
            // The log stays, and is read in the same way as for the check.
            Err(VaultError::DiskFull) => {}
            Err(error) => return Err(error),
        }
    }
    if schema::version(&writer)? < schema::VERSION {
        before_migration(file, key, was_looked_at)?;
    }
    schema::migrate(&mut writer)?;
    schema::believe(&writer)?;
    let mut readers = Vec::with_capacity(READERS);
    while readers.len() < READERS {
        let reader = connection::writing(folder, key, false)?;
        reader.execute_batch("PRAGMA query_only = ON;").stored()?;
        readers.push(reader);
    }
    Ok((writer, readers))
}

/// Reads the whole vault and makes a backup before a migration, because a migration changes everything.
fn before_migration(file: &DatabaseFile, key: &Key, was_looked_at: bool) -> Result<(), VaultError> {
    let folder = file.folder();
    if !was_looked_at {
        must_be_whole(file, key, Some(connection::beside(folder, key)?))?;
    }
    let source = Source { folder: folder.clone(), key: key.duplicate(), connection: connection::beside(folder, key)? };
    let target = backup::of_vault(folder.path());
    // The system clock is read here, because opening gets no time from a caller, and the time is only part of a name.
    backup::make(&source, &target, BackupReason::BeforeMigration, Utc::now(), &mut unheard)?;
    Ok(())
}

fn must_be_whole(file: &DatabaseFile, key: &Key, connection: Option<Connection>) -> Result<(), VaultError> {
    let findings = integrity::wholly(file, key, connection, &mut unheard)?;
    if findings.is_empty() { Ok(()) } else { Err(VaultError::Damaged { part: Part::Database }) }
}
