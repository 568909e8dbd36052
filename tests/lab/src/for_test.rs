//! The lab for a test: a machine that cannot run it makes the test report itself as skipped, by name, and never silently.

use crate::{Error, Lab, Result};
use std::{env, io, io::Write};

/// Whether a test that cannot run must fail: under CI, or when `CHAVEIRO_NOTHING_SKIPPED` is set.
#[must_use]
pub fn nothing_may_be_skipped() -> bool {
    let is_set = |name: &str| env::var(name).is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    is_set("CI") || is_set("CHAVEIRO_NOTHING_SKIPPED")
}

/// The lab, or `None` after printing `skipped: <test>: <reason>`; the test then returns at once.
///
/// # Errors
/// Any error but [`Error::Unavailable`], and that one too when nothing may be skipped.
pub fn lab_or_skip(test: &str) -> Result<Option<Lab>> {
    match Lab::prepare() {
        Ok(lab) => Ok(Some(lab)),
        Err(reason @ Error::Unavailable { .. }) if !nothing_may_be_skipped() => {
            // Written past the test harness, which would swallow it: a skipped test must be seen.
            writeln!(io::stdout(), "\nskipped: {test}: {reason}")?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
