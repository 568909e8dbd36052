//! Requests and views of policies, their triggers, and the expiration report.

pub mod expiration;
pub mod policy;
pub mod trigger;
