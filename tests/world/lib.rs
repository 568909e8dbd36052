//! The world of the tests: a vault, a clock and a device.

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
pub use team::{Hands, found, sign_in_as};

use std::time::Duration;

use app::{Parameters, Starter, starter};

/// Finds a starter template at compile time; an unknown id does not compile.
pub const fn built_in(id: &str) -> Starter {
    let mut index = 0;
    while !same(starter::ALL[index].id, id) {
        index += 1;
    }
    starter::ALL[index]
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}

/// Returns waits that are so short that a test does not notice them.
pub fn impatient() -> Parameters {
    Parameters {
        back_off: Duration::from_millis(20),
        longest_back_off: Duration::from_millis(100),
        settle: Duration::from_millis(100),
        rest: Duration::from_millis(100),
        ..Parameters::default()
    }
}
