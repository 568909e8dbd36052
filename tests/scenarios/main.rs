//! What a user does, through the `app` crate, over a device that is pretended. The same things over real servers are
//! under `tests/live`.

mod bulk;
mod entering;
mod four_eyes;
mod requesting;
mod rotating;
mod sitting;
