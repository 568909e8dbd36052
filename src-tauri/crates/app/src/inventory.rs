//! Devices and credentials, their passwords, and the plugins that change them.

pub(crate) mod credentials;
pub(crate) mod devices;
pub(crate) mod label;
pub(crate) mod plugins;
pub(crate) mod secrets;
