//! The keys of a vault: their holders, the ways to open them, and the rights that come with them.

pub(crate) mod account;
pub(crate) mod approver_history;
pub(crate) mod keyslots;
pub(crate) mod people;
pub(crate) mod recovery;
pub(crate) mod second_factor;
pub(crate) mod session;
