//! The records of a vault.

pub mod audit;
pub mod credentials;
pub mod devices;
pub mod operations;
pub mod paging;
pub mod queue;
pub mod secrets;
pub mod strengths;
