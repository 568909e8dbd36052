//! The world of the tests: a vault, a clock and a device in a line.

mod clear_text;
#[cfg(target_os = "linux")]
mod memory;
mod pretended_device;
mod team;

pub use clear_text::{forms, in_clear};
pub use demo::{Access, NewCredential, PASSWORD, Practice, Setup, USER_NAME};
#[cfg(target_os = "linux")]
pub use memory::memory_of;
pub use pretended_device::{Behaviour, PretendedDevice};
pub use team::{Hands, found, sit};

use std::time::Duration;

use app::Parameters;

/// Waits so short that a test does not notice them.
pub fn impatient() -> Parameters {
    Parameters {
        back_off: Duration::from_millis(20),
        longest_back_off: Duration::from_millis(100),
        settle: Duration::from_millis(100),
        rest: Duration::from_millis(100),
        ..Parameters::default()
    }
}
