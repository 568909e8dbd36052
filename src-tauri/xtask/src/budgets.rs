//! How long each part of the checks and tests may take on the build server, in one table.
//!
//! A part that takes half as long again fails the run there, so that tests do not become slow unnoticed. Elsewhere the
//! times are only shown. `CHAVEIRO_TIME_SCALE` multiplies every budget, for a machine slower than two idle cores.

use crate::project::is_set;
use anyhow::{Context, Result, ensure};
use std::{env, time::Duration};

/// Minutes on two idle cores, by part. CONTRIBUTING.md has a copy; a test compares the two.
pub const BUDGETS: &[(&str, f64)] = &[
    ("check", 9.0),
    ("ui", 1.0),
    ("browser", 12.0),
    ("build", 7.0),
    ("crates", 5.0),
    ("vault", 2.5),
    ("scenarios", 4.0),
    ("live", 3.5),
    ("faults", 3.0),
    ("app", 2.0),
    ("others", 1.5),
];

/// A part fails when it takes so many times its budget.
const TOLERANCE: f64 = 1.5;

/// Formats the minutes of a part and its budget for the summary.
pub fn formatted(part: &str, time: Duration) -> String {
    let minutes = time.as_secs_f64() / 60.0;
    match budget(part) {
        Some(budget) => format!("{minutes:>5.1} min of {budget:.1}"),
        None => format!("{minutes:>5.1} min"),
    }
}

/// Fails on the build server when a part took far more than its budget.
///
/// # Errors
/// Names the part, its minutes and its budget; or says that `CHAVEIRO_TIME_SCALE` is not a positive number.
pub fn enforce(part: &str, time: Duration) -> Result<()> {
    if is_set("CI") { within(part, time, scale()?) } else { Ok(()) }
}

fn within(part: &str, time: Duration, scale: f64) -> Result<()> {
    let Some(budget) = budget(part) else { return Ok(()) };
    let (minutes, allowed) = (time.as_secs_f64() / 60.0, budget * scale);
    ensure!(
        minutes <= allowed * TOLERANCE,
        "{part} took {minutes:.1} minutes, more than {TOLERANCE} times its budget of {allowed:.1}; make it faster, raise \
         the budget in budgets.rs, or set CHAVEIRO_TIME_SCALE on a slow machine"
    );
    Ok(())
}

fn budget(part: &str) -> Option<f64> {
    BUDGETS.iter().find(|(name, _)| *name == part).map(|(_, minutes)| *minutes)
}

fn scale() -> Result<f64> {
    let Ok(text) = env::var("CHAVEIRO_TIME_SCALE") else { return Ok(1.0) };
    let scale: f64 = text.parse().context("CHAVEIRO_TIME_SCALE is not a number")?;
    ensure!(scale > 0.0 && scale.is_finite(), "CHAVEIRO_TIME_SCALE is not a positive number");
    Ok(scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_part_that_takes_half_as_long_again_is_named_with_its_minutes_and_budget() {
        let minutes = |minutes: f64| Duration::from_secs_f64(minutes * 60.0);
        let error = within("ui", minutes(1.6), 1.0).expect_err("it is too long").to_string();
        assert!(error.starts_with("ui took 1.6 minutes, more than 1.5 times its budget of 1.0"), "{error}");
        assert!(within("ui", minutes(1.4), 1.0).is_ok(), "a little more is allowed");
        assert!(within("ui", minutes(2.9), 2.0).is_ok(), "a slow machine has more time");
        assert!(within("a part without a budget", minutes(99.0), 1.0).is_ok());
    }

    #[test]
    fn the_guide_for_contributors_has_the_same_budgets() -> Result<()> {
        let guide = fs::read_to_string(crate::project::root().join("CONTRIBUTING.md"))?;
        let rows: Vec<String> = BUDGETS.iter().map(|(part, minutes)| format!("| `{part}` | {minutes:.1} |")).collect();
        let table = format!("| part | minutes |\n|---|---|\n{}\n\n", rows.join("\n"));
        assert!(guide.contains(&table), "CONTRIBUTING.md should hold\n{table}");
        Ok(())
    }
}
