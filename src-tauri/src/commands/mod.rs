//! What the page may ask for, one file a noun. A command makes three moves: read the request, call `app`, answer with a
//! view. Each runs off the window's thread; none logs its arguments.

pub mod account;
pub mod audit;
pub mod backup;
pub mod credential;
pub mod device;
pub mod operation;
pub mod parameter;
pub mod plugin;
pub mod secret;
pub mod session;
pub mod start;
pub mod user;
pub mod vault;
