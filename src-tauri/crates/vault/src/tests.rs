//! What can only be tested from inside: edited files, newer versions, and the plans of statements.

mod audit_trail;
mod future;
mod plans;
mod tampering;

use chrono::{DateTime, Utc};
use secret::Secret;
use tempfile::TempDir;

use crate::{KdfParameters, NewVault, Vault, VaultError};

const USER: &str = "Ada";
const PASSWORD: &str = "correct horse";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap_or_default()
}

fn create() -> anyhow::Result<(TempDir, Vault)> {
    let parent = TempDir::new()?;
    let password = Secret::new(PASSWORD);
    let new = NewVault { name: "Test", user_name: USER, password: &password, kdf: KdfParameters::FLOOR, now: now() };
    let vault = Vault::create(parent.path(), &new)?;
    Ok((parent, vault))
}

fn open(parent: &TempDir) -> Result<Vault, VaultError> {
    Vault::open(&parent.path().join("Test.vault"), USER, &Secret::new(PASSWORD))
}

/// Runs SQL behind the program's back.
fn execute(vault: &Vault, sql: &str) -> anyhow::Result<()> {
    vault.write(|w| w.connection.execute_batch(sql).map_err(crate::error::from_database))?;
    Ok(())
}
