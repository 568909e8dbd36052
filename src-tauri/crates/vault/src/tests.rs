//! Tests that need access to the inside of the crate: edited files, newer versions, and the plans of statements.

mod ahead;
mod allowing;
mod applying;
mod approval_world;
mod audit_trail;
mod columns;
mod four_eyes;
mod future;
mod grants;
mod lists;
mod migrating;
mod plans;
mod planting;
mod rekeying;
mod second_factor;
mod swallowed;
mod tampering;
mod written_slots;

use chrono::{DateTime, Utc};
use secret::Secret;
use tempfile::TempDir;

use crate::{KdfParameters, NewVault, Session, SignIn, Vault, VaultError};

const USER: &str = "Ada";
const PASSWORD: &str = "correct horse";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap_or_default()
}

fn create() -> anyhow::Result<(TempDir, Vault)> {
    create_and_enter().map(|(parent, vault, _)| (parent, vault))
}

fn create_and_enter() -> anyhow::Result<(TempDir, Vault, Session)> {
    let parent = TempDir::new()?;
    let password = Secret::new(PASSWORD);
    let new = NewVault { name: "Test", user_name: USER, password: &password, kdf: KdfParameters::FLOOR, now: now() };
    let (vault, session) = Vault::create(parent.path(), &new)?;
    Ok((parent, vault, session))
}

fn open(parent: &TempDir) -> Result<Vault, VaultError> {
    enter(parent).map(|(vault, _)| vault)
}

fn enter(parent: &TempDir) -> Result<(Vault, Session), VaultError> {
    let password = Secret::new(PASSWORD);
    Vault::open(&parent.path().join("Test.vault"), &SignIn::password(USER, &password))
}

/// Runs SQL on the open vault without the program's checks.
fn execute(vault: &Vault, sql: &str) -> anyhow::Result<()> {
    vault.write(|w| w.connection.execute_batch(sql).map_err(crate::error::from_database))?;
    Ok(())
}

/// Does the same without the triggers that guard history, as somebody can who has the key of the database.
fn edit(vault: &Vault, sql: &str) -> anyhow::Result<()> {
    vault.write(|w| {
        crate::attack::without_guards(w.connection, || {
            w.connection.execute_batch(sql).map_err(crate::error::from_database)
        })
    })?;
    Ok(())
}
