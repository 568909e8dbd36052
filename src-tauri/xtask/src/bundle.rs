//! `bundle`: the installable package of this system.

use crate::{
    prerequisites::{self, Purpose},
    project::{self, npm},
    ui,
};
use anyhow::Result;

/// Builds the Debian package; the Tauri tool builds the window and the release program for it.
pub fn main() -> Result<()> {
    prerequisites::ensure(&[Purpose::Crates, Purpose::Window, Purpose::Bundle])?;
    ui::install_packages()?;
    project::run(&mut npm(&["run", "tauri", "--", "build", "--bundles", "deb"]))
}
