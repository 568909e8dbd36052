//! Approvers, bulk actions, and the requests that others must approve.

pub(crate) mod approvers;
pub(crate) mod batches;
pub(crate) mod requests;
