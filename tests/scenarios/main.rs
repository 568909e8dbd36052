//! The actions of a user, through the `app` crate, on a simulated device. The same actions on real servers are under
//! `tests/live`.
mod access;
mod approvals;
mod keeping;
mod operations;
