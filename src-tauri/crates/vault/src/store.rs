//! All SQL: one file for each table, with its columns, row, reader and writer. Long lists and the queue have files of
//! their own.

pub(crate) mod access;
pub(crate) mod approvals;
mod filter;
pub(crate) mod inventory;
pub(crate) mod keeping;
mod list;
pub(crate) mod operations;
pub(crate) mod policies;
pub(crate) mod search;
pub(crate) mod value;
