//! People, their sessions, and the keys that a session holds.

pub mod doorstep;
pub mod entering;
pub mod keys;
pub mod leaving;
#[cfg(target_os = "linux")]
pub mod memory;
pub mod people;
pub mod second_factor;
pub mod sessions;
pub mod sitting;
