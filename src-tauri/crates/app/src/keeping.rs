//! Keeping a vault: its files and backups, settings, audit trail and reports.

pub(crate) mod audit;
pub(crate) mod backups;
pub(crate) mod export;
pub(crate) mod home;
pub(crate) mod parameters;
pub(crate) mod saved_filters;
pub(crate) mod tasks;
pub(crate) mod vault_figures;
pub(crate) mod vault_settings;
pub(crate) mod vaults;
