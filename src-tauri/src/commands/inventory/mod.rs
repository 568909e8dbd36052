//! Commands about devices, credentials, secrets, templates, and password strengths.

pub mod credential;
pub mod device;
pub mod plugin;
pub mod secret;
pub mod strength;
