//! Commands about policies and the expiration report.

pub mod expiration;
pub mod policy;
