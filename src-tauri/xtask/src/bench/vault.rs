//! `bench vault`: pages of a long list against the same database without encryption, showing a password, and unlocking a
//! small and a large vault. The program that measures is `tests/bench/vault`.

use crate::{
    prerequisites::{self, Purpose},
    project::{self, built, cargo, program, read, say},
};
use anyhow::Result;

/// Builds the program, runs it and prints its line.
pub fn main() -> Result<()> {
    prerequisites::ensure(&[Purpose::Crates])?;
    let build = ["build", "--release", "--package", "vault", "--features", "bench", "--example", "vault_bench"];
    project::run(&mut cargo(&build))?;
    say(read(&mut program(built("release").join("examples/vault_bench")))?.trim_end())
}
