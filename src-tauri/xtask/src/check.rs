//! `check`: everything besides the tests that must be right. The build server runs exactly this.

use crate::{
    advisories, bindings, budgets, plain_comments,
    prerequisites::{self, Purpose},
    project::{self, cargo, note, npm, say},
    ui,
};
use anyhow::{Result, bail};
use std::time::Instant;

const DENY: &[&str] = &["deny", "--config", ".config/deny.toml"];

/// A check and the name under which it is reported.
type Check = (&'static str, fn() -> Result<()>);

/// Runs every check to its end and then fails with the names of those that failed.
pub fn main() -> Result<()> {
    prerequisites::ensure(&[Purpose::Crates, Purpose::Window, Purpose::Check])?;
    ui::install_packages()?;
    let checks: &[Check] = &[
        ("format", || project::run(&mut cargo(&["fmt", "--all", "--check"]))),
        ("plain comments", plain_comments::check),
        ("clippy", clippy),
        ("documentation", documentation),
        ("types of the window", || project::run(&mut npm(&["run", "typecheck"]))),
        ("lint of the window", || project::run(&mut npm(&["run", "lint"]))),
        ("texts in every language", || project::run(&mut npm(&["run", "i18n"]))),
        ("bindings", bindings::compare),
        ("dependencies", dependencies),
        ("advisories", advisories::check),
    ];
    let (mut failed, begun) = (Vec::new(), Instant::now());
    for (name, check) in checks {
        note(&format!("== {name}"));
        let started = Instant::now();
        if let Err(error) = check() {
            note(&format!("{error:#}"));
            failed.push(*name);
        }
        note(&format!("{name}: {}", budgets::formatted(name, started.elapsed())));
    }
    let time = begun.elapsed();
    say(&format!("check: {}", budgets::formatted("check", time)))?;
    if failed.is_empty() {
        budgets::enforce("check", time)?;
        return say(&format!("check: all {} passed", checks.len()));
    }
    bail!("check: failed: {}", failed.join(", "))
}

fn clippy() -> Result<()> {
    project::run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

/// Builds the documentation of the crates and of the shell; a link that leads nowhere fails it.
fn documentation() -> Result<()> {
    project::run(cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"))
}

fn dependencies() -> Result<()> {
    project::run(cargo(DENY).args(["check", "bans", "licenses", "sources"]))
}
