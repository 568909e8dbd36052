//! Support for the tests of attacks. It edits files without the program's checks. It also returns every key of an open
//! vault and of a person as bytes, so that a test can search for them where they must not be. It is compiled for the
//! tests alone.

use std::{
    fs, io,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use crypto::{AssociatedData, Identity};
use domain::UserId;
use rusqlite::{Connection, config::DbConfig};
use secret::{KEY_LENGTH, Key, Secret};

use crate::{
    Session, SignIn, VaultError,
    error::{Stored, from_file},
    file::{connection, folder::Folder},
    keys::keyslots::Parsed,
};

/// True when the system should answer like a file server that has forgotten the files.
static STALE: AtomicBool = AtomicBool::new(false);

/// Makes every later look at a path of an open vault end with "stale file handle". The error is injected: no file
/// server is involved.
pub fn go_stale() {
    STALE.store(true, Ordering::SeqCst);
}

/// Fails after [`go_stale`] was called.
pub(crate) fn stale() -> io::Result<()> {
    if STALE.load(Ordering::SeqCst) { Err(io::ErrorKind::StaleNetworkFileHandle.into()) } else { Ok(()) }
}

/// Failures that the tests of this crate inject. They affect only the thread that asked for them, and leave the disk
/// whole.
#[cfg(test)]
pub(crate) mod faults;

/// A key and its purpose.
pub type NamedKey = (&'static str, [u8; KEY_LENGTH]);

/// Runs SQL on a closed vault without the program's checks and without every guard of the database, as somebody can who
/// knows a password.
///
/// # Errors
/// Those of signing in; [`VaultError::Storage`] and other errors of the database.
pub fn execute(folder: &Path, user_name: &str, password: &Secret, sql: &str) -> Result<(), VaultError> {
    let folder = Folder::existing(folder)?;
    let content = fs::read(folder.keyslots()).map_err(from_file)?;
    let unlocked = Parsed::of(&content)?.unlock(&SignIn::password(user_name, password))?;
    let folder = folder.with_database(unlocked.slots.generation())?;
    let connection = unguarded(&folder, &unlocked.database_key)?;
    without_guards(&connection, || connection.execute_batch(sql).stored())
}

/// Opens a connection as any SQLCipher client does: it trusts the schema in the file, and lets the schema be edited.
pub(crate) fn unguarded(folder: &Folder, key: &secret::Key) -> Result<Connection, VaultError> {
    let connection = connection::writing(folder, key, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).stored()?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, true).stored()?;
    Ok(connection)
}

/// Edits without the triggers that guard history, and restores them, so that the schema is unchanged afterwards.
pub(crate) fn without_guards<T>(
    connection: &Connection,
    edit: impl FnOnce() -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE%'";
    let mut statement = connection.prepare(guards).stored()?;
    let guards = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).stored()?;
    let guards = guards.collect::<rusqlite::Result<Vec<_>>>().stored()?;
    drop(statement);
    for (name, _) in &guards {
        connection.execute_batch(&format!("DROP TRIGGER {name}")).stored()?;
    }
    let edited = edit()?;
    for (_, sql) in &guards {
        connection.execute_batch(sql).stored()?;
    }
    Ok(edited)
}

/// Somebody who can write the files of a vault, and has no account in it.
pub struct Stranger(Identity);

impl Stranger {
    /// Makes a key pair of their own.
    ///
    /// # Errors
    /// When the system has no random bytes to give.
    pub fn make() -> Result<Self, VaultError> {
        Ok(Self(Identity::make()?))
    }

    /// Puts the stranger's public keys into a person's slot, or into a second slot with the same id, and corrects the
    /// checksum.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if there is no such person; errors of reading and writing.
    pub fn plant(&self, folder: &Path, user: UserId, beside: bool) -> Result<(), VaultError> {
        let folder = Folder::existing(folder)?;
        let Parsed::Present(mut slots) = Parsed::of(&fs::read(folder.keyslots()).map_err(from_file)?)? else {
            return Err(VaultError::NotFound);
        };
        slots.plant(user, self.0.public(), beside)?;
        fs::write(folder.keyslots(), slots.render()?).map_err(from_file)
    }

    /// Returns the number of sealed keys in the file that the stranger can open.
    ///
    /// # Errors
    /// Errors of reading the file.
    pub fn opens(&self, folder: &Path) -> Result<usize, VaultError> {
        let content = fs::read(folder.join("keyslots.json")).map_err(from_file)?;
        let Parsed::Present(slots) = Parsed::of(&content)? else { return Ok(0) };
        Ok(slots.sealed_keys().filter(|sealed| self.0.open_key(sealed).is_ok()).count())
    }
}

/// Removes a person's authenticator from the key slots and corrects the checksum, as anybody can who can write the
/// file.
///
/// # Errors
/// [`VaultError::NotFound`] for a person who has none; [`VaultError::File`] and other errors of the file.
pub fn remove_authenticator(folder: &Path, user: domain::UserId) -> Result<(), VaultError> {
    let folder = Folder::existing(folder)?;
    let content = fs::read(folder.keyslots()).map_err(from_file)?;
    let Parsed::Present(mut slots) = Parsed::of(&content)? else { return Err(VaultError::NotFound) };
    slots.take_totp_out(user)?;
    folder.write_keyslots(&slots.render()?)
}

/// Returns every key of a person who signs in with a password: the keys derived from it, the keys that those open, and
/// the keys derived from these.
///
/// # Errors
/// Those of signing in.
pub fn keys(folder: &Path, user_name: &str, password: &Secret) -> Result<Vec<NamedKey>, VaultError> {
    let content = fs::read(folder.join("keyslots.json")).map_err(from_file)?;
    let unlocked = Parsed::of(&content)?.unlock(&SignIn::password(user_name, password))?;
    let (session, slots) = (&unlocked.session, &unlocked.slots);
    // EXPOSE: the tests search for these bytes where they must not be, here and below.
    let mut keys = vec![("the key of the database", *unlocked.database_key.expose())];
    if let Some(user_key) = slots.derive_key_of(session.user.id, password)? {
        keys.push(("the key of the password", *user_key.expose()));
    }
    if let Some(key) = session.secrets_key() {
        keys.push(("the key to passwords", *key.whatever_generation(slots.vault_id())?.expose()));
    }
    keys.push(("the key of the person's own secret", *session.identity.derive_personal_key("totp").expose()));
    keys.extend(private_keys(session)?);
    Ok(keys)
}

/// Returns the two private keys. It gets them by sealing them under a known key and opening the result.
fn private_keys(session: &Session) -> Result<[NamedKey; 2], VaultError> {
    let (key, bound) = (Key::from_bytes(&[7; KEY_LENGTH]), AssociatedData::new("attack"));
    let both = crypto::open(&key, &bound, &session.identity.seal(&key, &bound)?)?;
    let half = |place: usize| {
        let bytes = both.get(place * KEY_LENGTH..(place + 1) * KEY_LENGTH).ok_or(VaultError::CannotBeOpened)?;
        bytes.try_into().map_err(|_| VaultError::CannotBeOpened)
    };
    Ok([("the key to receive keys", half(0)?), ("the key to sign", half(1)?)])
}
