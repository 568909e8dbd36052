//! Requests and views of approvals and bulk actions.

pub mod approvers;
pub mod batch;
pub mod batch_draft;
pub mod request;
pub mod request_details;
pub mod task;
