//! A practice vault, whose devices are real servers and whose credentials log in to them.
//!
//! The demonstration and the tests build their vaults with it, through the same `app` crate that the window uses.

mod practice;

pub use practice::{Access, NewCredential, PASSWORD, Practice, Setup, USER_NAME};
