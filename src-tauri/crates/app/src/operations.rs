//! Operations: asking for them, following them, and what stops or explains them.

pub(crate) mod actions;
pub(crate) mod execution_lists;
pub(crate) mod explanation;
pub(crate) mod listed;
pub(crate) mod notices;
pub(crate) mod pauses;
pub(crate) mod reconcilable;
pub(crate) mod repair;
