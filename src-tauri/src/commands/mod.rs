//! What the page may ask for, one file a noun. A command makes three moves: read the request, call `app`, answer with a
//! view. Each runs off the window's thread; none logs its arguments.

pub mod approvers;
pub mod batch;
pub mod credential;
pub mod device;
pub mod operation;
pub mod plugin;
pub mod request;
pub mod secret;
pub mod start;
pub mod vault;
