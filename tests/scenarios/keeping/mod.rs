//! The vault itself: its folder and its log.

pub mod displaced;
pub mod log;
