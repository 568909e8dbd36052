//! The project's own tool: `cargo xtask run | demo | test | lab | bench | faults | check | bindings | bundle`.
//!
//! Everything a developer or the build server does with this repository is one of these commands. Each first makes sure
//! that the machine has what it takes. What a command is asked for goes to standard output; what it tells about its own
//! progress goes to standard error.

mod advisories;
mod bench;
mod bindings;
mod budgets;
mod bundle;
mod check;
mod demo;
mod devices;
mod faults;
mod plain_comments;
mod prerequisites;
mod project;
mod test;
mod ui;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use project::{note, say};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command> [--yes]

  run                      build the window if its sources changed, then start the program
  demo                     practice devices, a vault with entries, and the window on it (needs root)
  demo --headless          the same main job without a window; results as JSON lines
  test [part …] [--all]    every test, or these parts: ui browser rust crates ipc lab scenarios layering live faults app
  check                    everything the build server checks besides the tests
  bindings [--check]       write the TypeScript side of the commands, or only compare it
  lab up [--hosts N] [--accounts NAME,…] [--password P] [--server openssh|openssh10|dropbear]
  lab list | down | sh N -- command …
  bench vault              pages of a long list, showing a password, unlocking a small and a large vault
  bench window             time to the first paint, memory, time to unlock, against an empty window
  bench queue              taking the next operation of a short and a long queue, pages of the list of operations
  bench rotation [--hosts N] [--rounds N] [--peer ansible]
                           changed and proven passwords a second, beside a minimal SSH program and beside Ansible
  bench bulk               reviewing and applying a bulk action on 10,000 credentials
  faults [--runs N] [--seed S] [--workers N]
                           breaks executors, lines, servers and disks; exits with an error if a password is lost
  bundle                   the installable package

  --yes                    install what is missing without asking
";

fn main() -> ExitCode {
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            note(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<()> {
    let mut parser = Parser::from_env();
    let command = match parser.next()? {
        Some(Arg::Value(command)) => command.string()?,
        None | Some(Arg::Long("help") | Arg::Short('h')) => return say(HELP.trim_end()),
        Some(other) => bail!("{}; `cargo xtask --help` lists the commands", other.unexpected()),
    };
    match command.as_str() {
        "run" => {
            no_more(&mut parser)?;
            demo::run()
        }
        "demo" => demo::demo(flag(&mut parser, "headless")?),
        "test" => test::main(&mut parser),
        "check" => {
            no_more(&mut parser)?;
            check::main()
        }
        "bindings" => bindings::main(flag(&mut parser, "check")?),
        "lab" => devices::main(&mut parser),
        "faults" => faults::main(&mut parser),
        "bench" => bench::main(&mut parser),
        "bundle" => {
            no_more(&mut parser)?;
            bundle::main()
        }
        "help" => say(HELP.trim_end()),
        other => bail!("there is no command `{other}`; `cargo xtask --help` lists them"),
    }
}

/// Reads the rest of a command line that may hold one flag.
fn flag(parser: &mut Parser, name: &str) -> Result<bool> {
    let mut found = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("yes") => prerequisites::install_without_asking(),
            Arg::Long(long) if long == name => found = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(found)
}

fn no_more(parser: &mut Parser) -> Result<()> {
    flag(parser, "").map(|_| ())
}
