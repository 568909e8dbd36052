//! Tables of operations and attempts, the queue, and the lists that people filter.

pub(crate) mod attempt_list;
pub(crate) mod attempts;
pub(crate) mod chain;
pub(crate) mod column_store;
pub(crate) mod due;
pub(crate) mod milestones;
pub(crate) mod operation_choices;
mod operation_conditions;
pub(crate) mod operation_filter;
pub(crate) mod operation_list;
pub(crate) mod operation_sort;
pub(crate) mod pauses;
pub(crate) mod queue;
pub(crate) mod records;
pub(crate) mod scheduler;
