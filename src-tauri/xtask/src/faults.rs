//! `faults`: breaks executors, lines, servers and disks, and looks at what is left of the passwords.

use crate::{
    prerequisites::{self, Purpose},
    project::{self, built, cargo, program},
};
use anyhow::Result;
use lexopt::{Arg, Parser};

/// Builds the campaign and runs it.
pub fn main(parser: &mut Parser) -> Result<()> {
    let mut options = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("yes") => prerequisites::install_without_asking(),
            Arg::Long(name @ ("runs" | "seed" | "workers" | "fault")) => {
                let name = format!("--{name}");
                options.extend([name.into(), parser.value()?]);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    prerequisites::ensure(&[Purpose::Crates, Purpose::Lab])?;
    project::run(&mut cargo(&["build", "--release", "--package", "faults"]))?;
    project::run(program(built("release").join("faults")).args(options))
}
