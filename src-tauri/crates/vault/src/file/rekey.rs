//! New keys for the whole vault, so that a person who lost access cannot open any later copy either.
//!
//! Everything is copied into a new database beside the old one, `vault-<generation>.db`, under the new key. The rename
//! of `keyslots.json`, which names the generation, is the moment from which the new database counts. If the process is
//! killed before it, the old vault opens; if it is killed after it, the new one opens. The next opening removes the
//! other files.
//!
//! Nobody can write meanwhile. Readers go on with the old file until they are done.

use std::{
    cell::RefCell,
    sync::{Arc, PoisonError},
};

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use secret::Key;

use crate::{
    Session, Vault, VaultError,
    error::Stored,
    file::{
        connection, database_file::DatabaseFile, folder::Folder, opening::writable_connections, pool::Pool, schema,
    },
    keys::keyslots::{Draft, Keyslots, Parsed},
    store::{
        access::people,
        inventory::secrets,
        keeping::audit::{Audit, AuditMut},
    },
    vault::Writing,
};

/// The steps of a re-keying, in their order. The crash tests end the process after each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub(crate) enum Step {
    /// The database is copied, still under the old key.
    Copied,
    /// The copy is under the new key, and has as many rows in every table.
    Sealed,
    /// The passwords in the copy are sealed under the new key to passwords, and its history records the change.
    Filled,
    /// The copy is whole and on the disk.
    Verified,
    Switched,
    /// The open vault works with the new database.
    Adopted,
    /// The old database is removed.
    Removed,
}

impl Vault {
    /// Gives the vault new keys for the database and for passwords.
    ///
    /// # Errors
    /// Those of every change of people; the old keys still count then.
    pub fn rekey(&self, by: &Session, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.change_and_rekey(by, now, true, |_| Ok(())).map(|_| ())
    }

    /// Writes a draft together with new keys.
    pub(crate) fn rekey_with(
        &self,
        mut draft: Draft<'_>,
        secrets: bool,
        at_step: &dyn Fn(Step),
    ) -> Result<(), VaultError> {
        let writer = self.writer.as_ref().ok_or(VaultError::ReadOnly)?;
        // A thread that reads every page of the old database would take its removal for damage.
        self.stop_checking();
        let resting = self.columns.rest();
        let mut writing = writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.files.check()?;
        let (old_database, old_secrets) = (draft.database_key.duplicate(), draft.secrets_key.duplicate());
        let old = self.facts.folder.at(draft.slots.generation());
        draft.renew_keys(secrets)?;
        let (slots, roster, database_key, secrets_key) = draft.finish()?;
        let new = old.at(slots.generation());
        let copy = Copy { new: &new, database_key: &database_key, slots: &slots };
        let made = copy
            .make(&writing.connection, &old_database, at_step)
            .and_then(|()| copy.fill(secrets.then_some((&old_secrets, &secrets_key))))
            .map(|()| at_step(Step::Filled))
            .and_then(|()| copy.verify())
            .and_then(|()| open_again(&new, &database_key));
        let (file, (connection, readers)) = match made {
            Ok(connections) => connections,
            Err(error) => {
                new.remove_database();
                return Err(error);
            }
        };
        at_step(Step::Verified);
        if let Err(error) = self.switch(&slots) {
            drop((connection, readers));
            drop(file);
            // If it is not certain which of the two counts, both stay until the next opening.
            if self.generation_on_disk().is_some_and(|counts| counts != slots.generation()) {
                new.remove_database();
            }
            return Err(error);
        }
        at_step(Step::Switched);
        // Nothing can fail from here on: the file on the disk counts, and this program follows it.
        let secrets_generation = slots.secrets_generation();
        let before = std::mem::replace(&mut *writing, Writing::new(connection, secrets_generation));
        resting.follow(&new, &database_key);
        let pool = Arc::new(Pool::new(readers, secrets_generation, database_key));
        *self.readers.write().unwrap_or_else(PoisonError::into_inner) = pool;
        *self.slots.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(slots);
        *self.roster.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(roster);
        // ORDER: the open files come first, because the others ask them for the paths.
        self.files.follow(Arc::clone(&file));
        let old_file = self.health.follow(file);
        at_step(Step::Adopted);
        drop(before);
        drop(old_file);
        old.remove_database();
        old.forget_first_format();
        at_step(Step::Removed);
        Ok(())
    }

    /// Writes the slots that name the new database. An error after the rename is ignored, because the written slots
    /// count. A file server may report an error although it has renamed the file.
    fn switch(&self, slots: &Keyslots) -> Result<(), VaultError> {
        let content = slots.clone().render()?;
        self.files.replace_keyslots(&content, |content| {
            let Err(error) = self.facts.folder.write_keyslots(content) else { return Ok(()) };
            if self.generation_on_disk() == Some(slots.generation()) { Ok(()) } else { Err(error) }
        })
    }

    /// Returns the generation that the key slots on the disk name; None where they cannot be read.
    fn generation_on_disk(&self) -> Option<u32> {
        let content = std::fs::read(self.facts.folder.keyslots()).ok()?;
        Parsed::of(&content).ok().map(|parsed| parsed.generation())
    }
}

/// The file of a database, the connection that writes to it, and those that read.
type Opened = (Arc<DatabaseFile>, (Connection, Vec<Connection>));

/// Opens the new database as an open vault needs it.
fn open_again(new: &Folder, key: &Key) -> Result<Opened, VaultError> {
    let file = Arc::new(DatabaseFile::open(new)?);
    let connections = writable_connections(&file, key, false)?;
    Ok((file, connections))
}

/// The new database while it is being made.
struct Copy<'a> {
    new: &'a Folder,
    database_key: &'a Key,
    slots: &'a Keyslots,
}

impl Copy<'_> {
    /// Copies the database as it is, and gives the copy its own key.
    fn make(&self, from: &Connection, old_key: &Key, at_step: &dyn Fn(Step)) -> Result<(), VaultError> {
        self.new.remove_database();
        connection::copy_whole(from, self.new)?;
        at_step(Step::Copied);
        connection::change_key(self.new, old_key, self.database_key)?;
        schema::same_rows(from, &connection::reading(self.new, self.database_key, true)?.0)?;
        at_step(Step::Sealed);
        Ok(())
    }

    /// Seals all versions of all passwords under the new key, and records in the history who lost or got access.
    fn fill(&self, secrets: Option<(&Key, &Key)>) -> Result<(), VaultError> {
        let mut connection = connection::writing(self.new, self.database_key, false)?;
        let transaction = connection.transaction().stored()?;
        if let Some((old, new)) = secrets {
            secrets::seal_anew(&transaction, self.slots.vault_id(), old, new)?;
        }
        let reader = Audit { connection: &transaction, vault_id: self.slots.vault_id(), roster: None };
        let audit = AuditMut { reader, head: &RefCell::new(None) };
        people::follow(&transaction, &audit, self.slots)?;
        transaction.commit().stored()?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).stored()?;
        connection.close().map_err(|(_, error)| error).stored()
    }

    /// Checks each page of the copy, and makes sure that the copy is on the disk.
    fn verify(&self) -> Result<(), VaultError> {
        let (copy, _) = connection::reading(self.new, self.database_key, true)?;
        schema::check(&copy)?;
        schema::check_pages(&copy)?;
        drop(copy);
        self.new.sync_database()
    }
}
