//! Requests and views of people and their sessions.

pub mod account;
pub mod session;
pub mod start;
pub mod user;
