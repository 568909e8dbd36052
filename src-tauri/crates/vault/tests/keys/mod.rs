//! People, their passwords, and the recovery kit.

pub mod account;
pub mod people;
pub mod recovery;
