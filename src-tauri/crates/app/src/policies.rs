//! Policies and strengths: which credentials are rotated automatically and when, and how passwords are generated.

pub(crate) mod rules;
pub(crate) mod strength_meter;
pub(crate) mod strengths;
