//! People: how they get in, what they may do, and what they see of themselves and of each other.

pub(crate) mod account;
pub(crate) mod desktop;
pub(crate) mod doorstep;
pub(crate) mod entering;
pub(crate) mod failures;
pub(crate) mod idle;
pub(crate) mod permission;
pub(crate) mod recovery;
pub(crate) mod seat;
pub(crate) mod second_factor;
pub(crate) mod session_trail;
pub(crate) mod sessions;
pub(crate) mod standing;
pub(crate) mod users;
