//! The files of a vault: the encrypted database, its connections and transactions, its schema, and its copies.

pub mod backup;
pub(crate) mod connection;
pub(crate) mod database_file;
pub(crate) mod folder;
pub(crate) mod integrity;
pub(crate) mod open_files;
pub(crate) mod opening;
pub(crate) mod pool;
pub mod private_file;
pub(crate) mod progress;
pub(crate) mod rekey;
pub(crate) mod rescue;
pub(crate) mod rollback;
pub(crate) mod schema;
pub(crate) mod synced;
pub(crate) mod transaction;
