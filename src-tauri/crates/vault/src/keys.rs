//! The keys of a vault: who holds which one, how a person opens theirs, and what they may do with it.

pub(crate) mod approver_history;
pub(crate) mod keyslots;
pub(crate) mod own_slot;
pub(crate) mod people;
pub(crate) mod recovery;
pub(crate) mod second_factor;
pub(crate) mod session;
