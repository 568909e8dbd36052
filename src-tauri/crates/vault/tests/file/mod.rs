//! The files of a vault: opening, damage, crashes, backups, and vaults of earlier versions.

pub mod backups;
pub mod clear_text;
pub mod crash;
pub mod damage;
pub mod displaced;
pub mod file_system;
pub mod fixture;
pub mod fixture_schema_7;
pub mod integrity;
#[cfg(unix)]
pub mod modes;
pub mod opening;
pub mod rekey;
pub mod transactions;
