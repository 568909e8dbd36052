//! Tables of the audit trail, of parameters and saved filters, and the work on whole copies.

pub(crate) mod audit;
pub(crate) mod audit_export;
pub(crate) mod audit_heads;
pub(crate) mod audit_list;
pub(crate) mod audit_verify;
pub(crate) mod carry_over;
pub(crate) mod drill;
pub(crate) mod parameters;
pub(crate) mod saved_filters;
