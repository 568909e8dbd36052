//! Password changes, verification, reconciliation, chains, and the policies that schedule them.

pub mod bounds;
pub mod chains;
pub mod honest_state;
pub mod identifying;
pub mod noticing;
pub mod policies;
pub mod reconciling;
pub mod rotating;
pub mod verifying;
