//! Which credentials are changed by themselves and when, and how passwords are generated.

pub(crate) mod rules;
pub(crate) mod strength_meter;
pub(crate) mod strengths;
