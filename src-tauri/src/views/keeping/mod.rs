//! Requests and views of the vault itself: its audit trail, settings, backups and reports.

pub mod audit;
pub mod diagnostics;
pub mod home;
pub mod parameter;
pub mod saved_filter;
pub mod vault;
