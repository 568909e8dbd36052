//! Commands about operations and their attempts.

pub mod attempt;
pub mod operation;
pub mod rotation;
