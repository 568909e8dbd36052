//! Tables of devices and credentials, and of the sealed secrets that belong to them.

pub(crate) mod credential_list;
pub(crate) mod credentials;
pub(crate) mod device_list;
pub(crate) mod devices;
pub(crate) mod expirations;
pub(crate) mod overview;
pub(crate) mod secret_changes;
pub(crate) mod secret_history;
pub(crate) mod secrets;
pub(crate) mod watch;
