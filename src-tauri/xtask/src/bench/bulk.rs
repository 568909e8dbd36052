//! `bench bulk`: how long a page of the review of 10,000 changes takes, and how long applying them does.

use crate::{
    prerequisites::{self, Purpose},
    project::{self, built, cargo, program, say},
};
use anyhow::{Context, Result};

/// Builds, measures and prints the result.
pub fn main() -> Result<()> {
    prerequisites::ensure(&[Purpose::Crates])?;
    project::run(&mut cargo(&["build", "--release", "--package", "tests", "--bin", "bench-bulk"]))?;
    let text = project::read(&mut program(built("release").join("bench-bulk")))?;
    let last = text.lines().last().context("bench-bulk printed nothing")?;
    let value: serde_json::Value = serde_json::from_str(last).context("bench-bulk did not print JSON")?;
    say(&value.to_string())
}
