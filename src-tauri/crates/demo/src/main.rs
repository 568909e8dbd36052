//! `demo headless | window --program FILE | vault --home DIR | unlock --home DIR --times N`
//!
//! - `headless` runs the main workflow on a practice device and prints one JSON line for each step;
//! - `window` opens the program on a demonstration vault whose credentials live on practice devices;
//! - `vault` and `unlock` prepare and time an unlock for the benchmark of the window.

mod headless;
mod home;
mod window;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    match act() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be closed; the exit code reports the failure in any case.
            let _ = writeln!(io::stderr(), "demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act() -> Result<()> {
    let mut arguments = lexopt::Parser::from_env();
    let (mut verb, mut program, mut home, mut times) = (None, None, None, 5_u32);
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(word) if verb.is_none() => verb = Some(word.string()?),
            Long("program") => program = Some(PathBuf::from(arguments.value()?)),
            Long("home") => home = Some(PathBuf::from(arguments.value()?)),
            Long("times") => times = arguments.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    match verb.as_deref() {
        Some("headless") => headless::walk(),
        Some("window") => window::open(&program.context("--program is missing")?),
        Some("vault") => home::prepare(&home.context("--home is missing")?),
        Some("unlock") => home::time_unlock(&home.context("--home is missing")?, times),
        _ => bail!("say what: headless, window, vault or unlock"),
    }
}

/// Prints one JSON line on standard output.
fn say(line: &serde_json::Value) -> Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    Ok(output.flush()?)
}
