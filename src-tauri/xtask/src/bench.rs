//! `bench`: measurements that end in one line of JSON.

mod window;

use crate::{
    prerequisites::{self, Purpose},
    project::{self, built, cargo, program},
};
use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;

/// Runs `bench window | rotation`.
pub fn main(parser: &mut Parser) -> Result<()> {
    let Some(Arg::Value(subject)) = parser.next()? else { bail!("say what to measure: bench window | rotation") };
    let options = rest(parser)?;
    match subject.string()?.as_str() {
        "window" if options.is_empty() => window::main(),
        "rotation" => measure("bench-rotation", &[Purpose::Crates, Purpose::Lab], &options),
        other => bail!("there is no `bench {other}`; there are window and rotation"),
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
