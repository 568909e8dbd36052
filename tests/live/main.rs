//! Tests on real servers: every connector against the software for which it is made.

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
