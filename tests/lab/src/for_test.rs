//! The lab for a test. If the machine cannot run it, the test reports itself as skipped, by name, and never silently.

use crate::{Error, Lab, Result};
use std::{env, io, io::Write};

/// Tells whether a test that cannot run must fail: under CI, or when `CHAVEIRO_NOTHING_SKIPPED` is set.
#[must_use]
pub fn nothing_may_be_skipped() -> bool {
    let is_set = |name: &str| env::var(name).is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    is_set("CI") || is_set("CHAVEIRO_NOTHING_SKIPPED")
}

/// Returns the lab, or `None` after printing `skipped: <test>: <reason>`; the test then returns at once.
///
/// # Errors
/// Any error except [`Error::Unavailable`], and that one too if no test may be skipped.
pub fn lab_or_skip(test: &str) -> Result<Option<Lab>> {
    match Lab::prepare() {
        Ok(lab) => Ok(Some(lab)),
        Err(reason @ Error::Unavailable { .. }) if !nothing_may_be_skipped() => {
            // Written directly to standard output, because the test harness would hide it: a skipped test must be
            // visible.
            writeln!(io::stdout(), "\nskipped: {test}: {reason}")?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
