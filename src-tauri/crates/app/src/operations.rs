//! Operations: requesting them, following them, and the reasons why they wait.

pub(crate) mod actions;
pub(crate) mod execution_lists;
pub(crate) mod explanation;
pub(crate) mod listed;
pub(crate) mod notices;
pub(crate) mod pauses;
pub(crate) mod reconcilable;
pub(crate) mod repair;
