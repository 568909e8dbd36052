//! Requests and views of devices, credentials, secrets, and the rules for making passwords.

pub mod credential;
pub mod device;
pub mod plugin;
pub mod secret;
pub mod strength;
