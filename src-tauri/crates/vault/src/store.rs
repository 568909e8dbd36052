//! SQL, one file a table: columns, row, reader, writer. Long lists and the queue have a file of their own.

pub(crate) mod attempts;
pub(crate) mod audit;
mod audit_export;
pub(crate) mod audit_heads;
pub(crate) mod audit_list;
pub(crate) mod audit_verify;
pub(crate) mod credential_list;
pub(crate) mod credentials;
pub(crate) mod device_list;
pub(crate) mod devices;
pub(crate) mod drill;
mod due;
mod filter;
mod list;
pub(crate) mod milestones;
pub(crate) mod operation_list;
pub(crate) mod operations;
pub(crate) mod parameters;
pub(crate) mod people;
pub(crate) mod queue;
mod search;
pub(crate) mod secret_changes;
pub(crate) mod secret_history;
pub(crate) mod secrets;
pub(crate) mod users;
pub(crate) mod value;
mod words;
