//! Tables of policies, of the schedules that follow from them, and of password strengths.

pub(crate) mod rules;
pub(crate) mod schedules;
pub(crate) mod strengths;
