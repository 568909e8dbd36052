//! `run` and `demo`: the program as a user meets it.

use crate::{
    prerequisites::{self, Purpose},
    project::{self, built, cargo, is_set, note, program},
    ui,
};
use anyhow::{Result, ensure};

/// Builds what changed and starts the program.
pub fn run() -> Result<()> {
    prerequisites::ensure(&[Purpose::Crates, Purpose::Window])?;
    ui::build()?;
    project::run(&mut cargo(&["run", "--package", "chaveiro"]))
}

/// Sets up practice devices and a vault with entries for them. Headless, it walks through the main job and prints JSON
/// lines, which pass through here untouched; otherwise it opens the window on that vault.
pub fn demo(headless: bool) -> Result<()> {
    if headless {
        prerequisites::ensure(&[Purpose::Crates, Purpose::Lab])?;
        return project::run(&mut cargo(&["run", "--quiet", "--package", "demo", "--", "headless"]));
    }
    let display = is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") || !cfg!(target_os = "linux");
    ensure!(display, "there is no display here: use `cargo xtask demo --headless`, or start it from a desktop");
    prerequisites::ensure(&[Purpose::Crates, Purpose::Window, Purpose::Lab])?;
    ui::build()?;
    project::run(&mut cargo(&["build", "--package", "chaveiro", "--package", "demo"]))?;
    note("opening the window; closing it ends the practice devices");
    let programs = built("debug");
    project::run(program(programs.join("demo")).arg("window").arg("--program").arg(programs.join("chaveiro")))
}
