//! Tables of requests, decisions and approver settings. Their rows are verified by the crate `approval`.

pub(crate) mod approval_settings;
pub(crate) mod batch;
pub(crate) mod checks;
pub(crate) mod conflicts;
pub(crate) mod emergencies;
pub(crate) mod request_list;
pub(crate) mod requests;
