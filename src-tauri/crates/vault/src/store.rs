//! SQL, one file a table: columns, row, reader, writer. Long lists and the queue have a file of their own.

pub(crate) mod attempt_list;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod chain;
pub(crate) mod credential_list;
pub(crate) mod credentials;
pub(crate) mod device_list;
pub(crate) mod devices;
pub(crate) mod expirations;
mod list;
mod operation_filter;
pub(crate) mod operation_list;
pub(crate) mod operations;
pub(crate) mod pauses;
pub(crate) mod policies;
pub(crate) mod queue;
pub(crate) mod saved_filters;
pub(crate) mod schedules;
mod search;
pub(crate) mod secret_changes;
pub(crate) mod secrets;
pub(crate) mod strengths;
pub(crate) mod users;
pub(crate) mod value;
pub(crate) mod watch;
mod words;
