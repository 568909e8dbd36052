//! What a user does, through the `app` crate, over a device that is pretended. The same things over real servers are
//! under `tests/live`.

mod entering;
#[cfg(target_os = "linux")]
mod memory;
mod people;
mod requesting;
mod rotating;
mod sessions;
mod sitting;
