//! `bench`: measurements that end in one line of JSON.

mod vault;
mod window;

use crate::prerequisites;
use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

/// Runs `bench vault` or `bench window`.
pub fn main(parser: &mut Parser) -> Result<()> {
    let mut subject = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("yes") => prerequisites::install_without_asking(),
            Arg::Value(name) if subject.is_none() => subject = Some(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    match subject.as_deref() {
        Some("vault") => vault::main(),
        Some("window") => window::main(),
        _ => bail!("say what to measure: bench vault, bench window"),
    }
}
