//! Commands about approvals and bulk actions.

pub mod approvers;
pub mod batch;
pub mod request;
