//! The commands that the page may call, one file for each noun. A command takes three steps: read the request, call
//! `app`, answer with a view. Each command runs off the window's thread, and none logs its arguments.

pub mod account;
pub mod approvers;
pub mod attempt;
pub mod audit;
pub mod backup;
pub mod batch;
pub mod credential;
pub mod device;
pub mod diagnostics;
pub mod expiration;
pub mod home;
pub mod operation;
pub mod parameter;
pub mod plugin;
pub mod policy;
pub mod request;
pub mod rotation;
pub mod saved_filter;
pub mod secret;
pub mod session;
pub mod start;
pub mod strength;
pub mod user;
pub mod vault;
