//! `bench`: measurements that end in one line of JSON.

mod bulk;
mod window;

use crate::{
    prerequisites::{self, Purpose},
    project::{self, built, cargo, program},
};
use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;

/// Runs `bench window | vault | queue | rotation | bulk`.
pub fn main(parser: &mut Parser) -> Result<()> {
    let Some(Arg::Value(subject)) = parser.next()? else {
        bail!("say what to measure: bench window | vault | queue | rotation | bulk")
    };
    let options = rest(parser)?;
    match subject.string()?.as_str() {
        "window" if options.is_empty() => window::main(),
        "vault" => in_vault("vault_bench", &options),
        "queue" => in_vault("queue_bench", &options),
        "rotation" => measure("bench-rotation", &[Purpose::Crates, Purpose::Lab], &options),
        "bulk" if options.is_empty() => bulk::main(),
        other => bail!("there is no `bench {other}`; there are window, vault, queue, rotation and bulk"),
    }
}

/// What follows on the command line, for the program that measures.
fn rest(parser: &mut Parser) -> Result<Vec<OsString>> {
    let options = parser.raw_args()?.filter(|option| {
        let yes = option == "--yes";
        if yes {
            prerequisites::install_without_asking();
        }
        !yes
    });
    Ok(options.collect())
}

/// Builds a program that measures, and runs it.
fn measure(package: &str, needs: &[Purpose], options: &[OsString]) -> Result<()> {
    prerequisites::ensure(needs)?;
    project::run(&mut cargo(&["build", "--release", "--package", package]))?;
    project::run(program(built("release").join(package)).args(options))
}

/// The same, for one of the vault's own measurements: they fill in a million rows, which only the vault can.
fn in_vault(example: &str, options: &[OsString]) -> Result<()> {
    prerequisites::ensure(&[Purpose::Crates])?;
    let build = ["build", "--release", "--package", "vault", "--features", "bench", "--example", example];
    project::run(&mut cargo(&build))?;
    project::run(program(built("release").join("examples").join(example)).args(options))
}
