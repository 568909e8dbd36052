//! People: signing in, permissions, accounts, and the list of users.

pub(crate) mod account;
pub(crate) mod desktop;
pub(crate) mod entering;
pub(crate) mod failures;
pub(crate) mod idle;
pub(crate) mod pending_sign_in;
pub(crate) mod permission;
pub(crate) mod recovery;
pub(crate) mod second_factor;
pub(crate) mod session_details;
pub(crate) mod session_trail;
pub(crate) mod sessions;
pub(crate) mod signed_in_user;
pub(crate) mod users;
