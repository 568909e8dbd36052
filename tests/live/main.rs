//! Real servers: every connector against the software it is made for.

mod autorun;
mod broken_lines;
mod connector_ssh;
#[cfg(unix)]
mod crashes;
mod failure_modes;
mod hosts;
mod proving;
mod redis;
mod rotation;
mod templates;
