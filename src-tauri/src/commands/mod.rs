//! The commands that the page may call, one file for each noun. A command takes three steps: read the request, call
//! `app`, answer with a view. Each command runs off the window's thread, and none logs its arguments.

pub mod access;
pub mod approvals;
pub mod inventory;
pub mod keeping;
pub mod operations;
pub mod policies;
