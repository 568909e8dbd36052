//! The actions of a user, through the `app` crate, on a simulated device. The same actions on real servers are under
//! `tests/live`.

mod attacks;
mod bounds;
mod bulk;
mod chains;
mod displaced;
mod doorstep;
mod edges;
mod entering;
mod four_eyes;
mod honest_state;
mod identifying;
mod keys;
mod leaving;
mod log;
#[cfg(target_os = "linux")]
mod memory;
mod noticing;
mod people;
mod policies;
mod reconciling;
mod requesting;
mod rotating;
mod second_factor;
mod sessions;
mod sitting;
mod steering;
mod verifying;
