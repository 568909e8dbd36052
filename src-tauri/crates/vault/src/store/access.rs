//! Tables of the people who may sign in.

pub(crate) mod people;
pub(crate) mod second_factors;
pub(crate) mod users;
