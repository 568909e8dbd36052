//! Requests and views of operations and their attempts.

pub mod attempt;
pub mod change;
pub mod operation;
pub mod rotation;
