//! Requests, decisions, and attacks on both.

pub mod attacks;
pub mod bulk;
pub mod edges;
pub mod four_eyes;
pub mod requesting;
pub mod steering;
