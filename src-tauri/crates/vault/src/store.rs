//! SQL, one file a table: columns, row, reader, writer. Long lists and the queue have a file of their own.

pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod chain;
pub(crate) mod credential_list;
pub(crate) mod credentials;
pub(crate) mod device_list;
pub(crate) mod devices;
mod list;
pub(crate) mod milestones;
pub(crate) mod operation_list;
pub(crate) mod operations;
pub(crate) mod parameters;
pub(crate) mod pauses;
pub(crate) mod queue;
mod search;
pub(crate) mod secret_changes;
pub(crate) mod secret_history;
pub(crate) mod secrets;
pub(crate) mod users;
pub(crate) mod value;
pub(crate) mod watch;
mod words;
