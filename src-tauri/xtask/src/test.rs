//! `test`: every test of the project, or some parts of it.
//!
//! All parts run even when one fails, and a table at the end says which and how long each took. The Rust parts are all
//! built as one workspace: another selection would have other features and compile the large libraries twice. They then
//! run one part after the other, so that the table tells what takes the time.

use crate::{
    budgets,
    prerequisites::{self, Purpose},
    project::{self, built, cargo, is_set, note, npm, say},
    ui,
};
use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use std::{
    collections::BTreeSet,
    env,
    process::Command,
    time::{Duration, Instant},
};

/// A part of the tests, by the name used on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The window's logic, in Node.
    Ui,
    /// The window in a browser, against a fake host.
    Browser,
    Rust,
    /// Only those inside the crates.
    Crates,
    /// Only the practice devices.
    Lab,
    /// Only one of the test programs under `tests/`.
    Program(&'static str),
}

const PROGRAMS: &[&str] = &["ipc", "scenarios", "layering", "live", "faults", "app"];
const ALL: &[Part] = &[Part::Ui, Part::Browser, Part::Rust];

impl Part {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ui" => Self::Ui,
            "browser" => Self::Browser,
            "rust" => Self::Rust,
            "crates" => Self::Crates,
            "lab" => Self::Lab,
            other => Self::Program(PROGRAMS.iter().find(|program| **program == other)?),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ui => "ui",
            Self::Browser => "browser",
            Self::Rust => "rust",
            Self::Crates => "crates",
            Self::Lab => "lab",
            Self::Program(name) => name,
        }
    }

    /// Lists the purposes whose packages it cannot be compiled or started without.
    fn needs(self) -> &'static [Purpose] {
        match self {
            Self::Ui => &[Purpose::Node],
            Self::Browser => &[Purpose::Node, Purpose::Browser],
            Self::Lab => &[Purpose::Crates],
            Self::Rust | Self::Crates | Self::Program(_) => &[Purpose::Crates, Purpose::Window],
        }
    }

    /// Lists the purposes that some of its tests need; without them those tests report that they are skipped.
    fn uses(self) -> &'static [Purpose] {
        match self {
            Self::Rust => &[Purpose::Lab, Purpose::WindowTest],
            Self::Lab | Self::Program("live" | "scenarios" | "faults") => &[Purpose::Lab],
            Self::Program("app") => &[Purpose::Lab, Purpose::WindowTest],
            _ => &[],
        }
    }

    /// Runs it, in steps that have a line each in the summary.
    fn run(self, complete: bool) -> Vec<Timed> {
        let name = self.name();
        match self {
            Self::Ui => vec![timed(name, || {
                ui::build()?;
                project::run(&mut npm(&["test"]))
            })],
            Self::Browser => vec![timed(name, || {
                ui::install_packages()?;
                project::run(&mut npm(&["run", "test:ui"]))
            })],
            Self::Lab => vec![timed(name, || tests(&["--package", "lab"], complete))],
            Self::Crates => vec![timed(name, || tests(&["--workspace", "--lib", "--bins"], complete))],
            Self::Rust => rust(complete),
            Self::Program("app") => vec![timed(name, || {
                build_program()?;
                with_program(&["--workspace", "--test", "app"], complete)
            })],
            Self::Program(program) => vec![timed(name, || tests(&["--workspace", "--test", program], complete))],
        }
    }
}

/// The test programs that are parts of the summary of their own. All others are one part together, so that a new one is
/// never left out.
const LONG: &[&str] = &["vault", "scenarios", "live", "faults", "app"];

/// All Rust tests: built once, then the crates' own, each long program, the other programs, and what the documentation shows.
fn rust(complete: bool) -> Vec<Timed> {
    let mut steps = vec![timed("build", || {
        build_program()?;
        project::run(&mut cargo(&["test", "--workspace", "--no-run"]))
    })];
    steps.push(timed("crates", || with_program(&["--workspace", "--lib", "--bins"], complete)));
    for program in LONG {
        steps.push(timed(program, || with_program(&["--workspace", "--test", program], complete)));
    }
    steps.push(timed("others", || {
        let others = other_programs(&project::read(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]))?)?;
        let mut selection = vec!["--workspace"];
        selection.extend(others.iter().flat_map(|name| ["--test", name.as_str()]));
        with_program(&selection, complete)?;
        tests(&["--workspace", "--doc"], complete)
    }));
    steps
}

/// The names of all test programs of the workspace besides the long ones.
fn other_programs(metadata: &str) -> Result<BTreeSet<String>> {
    let metadata: serde_json::Value = serde_json::from_str(metadata).context("what cargo says of the workspace")?;
    let packages = metadata["packages"].as_array().context("cargo names the packages")?;
    let targets = packages.iter().filter_map(|package| package["targets"].as_array()).flatten();
    let programs =
        targets.filter(|target| target["kind"].as_array().is_some_and(|kinds| kinds.contains(&"test".into())));
    let names = programs.filter_map(|target| target["name"].as_str());
    Ok(names.filter(|name| !LONG.contains(name)).map(str::to_owned).collect())
}

/// Reads the parts asked for and runs them.
pub fn main(parser: &mut Parser) -> Result<()> {
    let mut parts = Vec::new();
    let mut complete = is_set("CI") || is_set("CHAVEIRO_NOTHING_SKIPPED");
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("all") => complete = true,
            Arg::Long("yes") => prerequisites::install_without_asking(),
            Arg::Value(name) => {
                let name = name.string()?;
                let Some(part) = Part::named(&name) else {
                    bail!("there is no part `{name}`; see `cargo xtask --help`")
                };
                parts.push(part);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if parts.is_empty() {
        parts = ALL.to_vec();
    }
    prepare(&parts, complete)?;
    let results: Vec<_> = parts.iter().flat_map(|part| part.run(complete)).collect();
    summary(&results)
}

fn prepare(parts: &[Part], complete: bool) -> Result<()> {
    let mut needed: Vec<Purpose> = parts.iter().flat_map(|part| part.needs()).copied().collect();
    let used: Vec<Purpose> = parts.iter().flat_map(|part| part.uses()).copied().collect();
    if complete {
        needed.extend(used);
        return prerequisites::ensure(&needed);
    }
    prerequisites::ensure(&needed)?;
    let missing = prerequisites::missing(&used);
    if !missing.is_empty() {
        note(&format!("missing {}: tests that need it will say that they are skipped", missing.join(", ")));
    }
    Ok(())
}

/// A line of the summary.
type Timed = (&'static str, Duration, Result<()>);

/// Runs a step; one that passes fails all the same where it took far more than its budget.
fn timed(name: &'static str, run: impl FnOnce() -> Result<()>) -> Timed {
    note(&format!("== {name}"));
    let started = Instant::now();
    let result = run();
    let time = started.elapsed();
    (name, time, result.and_then(|()| budgets::enforce(name, time)))
}

fn summary(results: &[Timed]) -> Result<()> {
    say("\ntest summary")?;
    for (name, time, result) in results {
        let outcome = if result.is_ok() { "passed" } else { "FAILED" };
        say(&format!("  {name:<10} {outcome}  {}", budgets::formatted(name, *time)))?;
    }
    let failures = results.iter().filter_map(|(name, _, result)| Some((name, result.as_ref().err()?)));
    let failed: Vec<String> = failures.map(|(name, error)| format!("{name}: {error:#}")).collect();
    if failed.is_empty() { Ok(()) } else { bail!("tests failed\n  {}", failed.join("\n  ")) }
}

fn tests(selection: &[&str], complete: bool) -> Result<()> {
    run_tests(&mut cargo_test(selection, complete))
}

/// Builds the program with its window, for the tests that start it.
fn build_program() -> Result<()> {
    ui::build()?;
    project::run(&mut cargo(&["build", "--workspace", "--bins"]))
}

/// Tells the tests of the real window where the program is.
fn with_program(selection: &[&str], complete: bool) -> Result<()> {
    let program = built("debug").join(format!("chaveiro{}", env::consts::EXE_SUFFIX));
    run_tests(cargo_test(selection, complete).env("CHAVEIRO_PROGRAM", program))
}

/// Runs tests, and says at the end once more what those that failed wrote: a thousand others come after them.
fn run_tests(command: &mut Command) -> Result<()> {
    let mut failures = Failures::default();
    let result = project::follow(command, |line| failures.see(line));
    if !failures.told.is_empty() {
        say(&format!("\nwhat the failed tests wrote\n{}", failures.told.join("\n")))?;
    }
    result
}

/// Picks the output of failed tests out of everything that is printed: from the head of each to the list of their names.
#[derive(Default)]
struct Failures {
    told: Vec<String>,
    inside: bool,
}

impl Failures {
    /// So many lines tell enough.
    const ENOUGH: usize = 200;

    fn see(&mut self, line: &str) {
        match line {
            line if line.starts_with("---- ") && line.ends_with(" ----") => self.inside = true,
            "failures:" => self.inside = false,
            _ => {}
        }
        if self.inside && self.told.len() < Self::ENOUGH {
            self.told.push(line.to_owned());
        }
    }
}

fn cargo_test(selection: &[&str], complete: bool) -> Command {
    let mut command = cargo(&["test", "--no-fail-fast"]);
    command.args(selection);
    if complete {
        command.env("CHAVEIRO_NOTHING_SKIPPED", "1");
    }
    command
}

#[cfg(test)]
mod tests {
    use super::{Failures, LONG, other_programs};
    use crate::project;

    #[test]
    fn what_failed_tests_wrote_is_picked_out() {
        let output = "test a ... ok\ntest b ... FAILED\n\nfailures:\n\n---- b stdout ----\nleft: 1\n\nfailures:\n    b\n\ntest result: FAILED";
        let mut failures = Failures::default();
        output.lines().for_each(|line| failures.see(line));
        assert_eq!(failures.told, ["---- b stdout ----", "left: 1", ""]);
    }
    #[test]
    fn every_test_program_is_in_one_part() -> anyhow::Result<()> {
        let metadata = project::read(&mut project::cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
        let others = other_programs(&metadata)?;
        for program in ["ipc", "layering", "process", "hosts", "strength"] {
            assert!(others.contains(program), "{program}: {others:?}");
        }
        let all: Vec<&str> = LONG.iter().copied().chain(others.iter().map(String::as_str)).collect();
        let named = |program: &&&str| metadata.contains(&format!("\"name\":\"{program}\""));
        assert_eq!(all.iter().filter(named).count(), all.len(), "no part names a program that is no more: {all:?}");
        Ok(())
    }
}
