//! A vault to practise on: devices that are real servers, credentials that really log in to them.
//!
//! The demonstration and the tests build their worlds with it, through the same `app` crate that the window uses.

mod practice;

pub use practice::{Access, NewCredential, PASSWORD, Practice, Setup, USER_NAME};
