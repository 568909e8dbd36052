//! What only the tests of attacks need: edits behind the program's back, and every key that an open vault and a person
//! have, as bytes, to look for them where they must not be. It is compiled for the tests alone.

use std::{fs, path::Path};

use crypto::AssociatedData;
use secret::{KEY_LENGTH, Key, Secret};

use crate::{
    Session, SignIn, VaultError, connection,
    error::{Stored, from_file},
    folder::Folder,
    keyslots::Parsed,
};

/// A key, by what it is for.
pub type NamedKey = (&'static str, [u8; KEY_LENGTH]);

/// Runs SQL behind the program's back on a vault that nobody has open, with every guard of the database taken off, as
/// somebody can who knows a password.
///
/// # Errors
/// As signing in; [`VaultError::Storage`] and its like.
pub fn execute(folder: &Path, user_name: &str, password: &Secret, sql: &str) -> Result<(), VaultError> {
    let folder = Folder::existing(folder)?;
    let content = fs::read(folder.keyslots()).map_err(from_file)?;
    let unlocked = Parsed::of(&content)?.unlock(&SignIn::password(user_name, password))?;
    let folder = folder.with_database(unlocked.slots.generation())?;
    let connection = connection::writing(&folder, &unlocked.database_key, false)?;
    let guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE%'";
    let mut statement = connection.prepare(guards).stored()?;
    let names = statement.query_map([], |row| row.get::<_, String>(0)).stored()?;
    let names = names.collect::<rusqlite::Result<Vec<_>>>().stored()?;
    drop(statement);
    for name in names {
        connection.execute_batch(&format!("DROP TRIGGER {name}")).stored()?;
    }
    connection.execute_batch(sql).stored()
}

/// Takes a person's authenticator out of the key slots and makes their checksum fit, as anybody can who can write the file.
///
/// # Errors
/// [`VaultError::NotFound`] for a person who has none; [`VaultError::File`] and its like.
pub fn remove_authenticator(folder: &Path, user: domain::UserId) -> Result<(), VaultError> {
    let folder = Folder::existing(folder)?;
    let content = fs::read(folder.keyslots()).map_err(from_file)?;
    let Parsed::Present(mut slots) = Parsed::of(&content)? else { return Err(VaultError::NotFound) };
    slots.take_totp_out(user)?;
    folder.write_keyslots(&slots.render()?)
}

/// Every key that somebody has who signs in with a password: derived from it, opened by it, and derived from those.
///
/// # Errors
/// As signing in.
pub fn keys(folder: &Path, user_name: &str, password: &Secret) -> Result<Vec<NamedKey>, VaultError> {
    let content = fs::read(folder.join("keyslots.json")).map_err(from_file)?;
    let unlocked = Parsed::of(&content)?.unlock(&SignIn::password(user_name, password))?;
    let (session, slots) = (&unlocked.session, &unlocked.slots);
    // EXPOSE: the tests look for these bytes where they must not be, here and below.
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

/// The two private keys, by way of sealing them under a key that is known.
fn private_keys(session: &Session) -> Result<[NamedKey; 2], VaultError> {
    let (key, bound) = (Key::from_bytes(&[7; KEY_LENGTH]), AssociatedData::new("attack"));
    let both = crypto::open(&key, &bound, &session.identity.seal(&key, &bound)?)?;
    let half = |place: usize| {
        let bytes = both.get(place * KEY_LENGTH..(place + 1) * KEY_LENGTH).ok_or(VaultError::CannotBeOpened)?;
        bytes.try_into().map_err(|_| VaultError::CannotBeOpened)
    };
    Ok([("the key to receive keys", half(0)?), ("the key to sign", half(1)?)])
}
