//! The window's own build: packages from npm and the bundle in `ui/dist`, each only when it is out of date.

use crate::project::{self, note, npm, root};
use anyhow::{Context, Result};
use std::{fs, path::Path, time::SystemTime};

/// What the bundle is made from.
const SOURCES: &[&str] = &[
    "ui/src",
    "ui/public",
    "ui/index.html",
    "ui/package-lock.json",
    "ui/vite.config.ts",
    "ui/tsconfig.json",
    "ui/postcss.config.cjs",
];

/// Installs the npm packages if `package-lock.json` differs from the one they were installed from.
pub fn install_packages() -> Result<()> {
    let lock = root().join("ui/package-lock.json");
    let stamp = root().join("ui/node_modules/.chaveiro-lock");
    let wanted = fs::read_to_string(&lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    project::run(&mut npm(&["ci", "--prefer-offline", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).with_context(|| format!("{} cannot be written", stamp.display()))
}

/// Builds `ui/dist` if anything it is made from is newer.
pub fn build() -> Result<()> {
    install_packages()?;
    let built = changed(&root().join("ui/dist/index.html"));
    let newest = SOURCES.iter().filter_map(|source| newest(&root().join(source))).max();
    if is_real() && built.is_some() && built >= newest {
        note("ui/dist is up to date");
        return Ok(());
    }
    project::run(&mut npm(&["run", "build"]))
}

/// Whether `ui/dist` holds a bundle, and not the page that the build script puts there for compiling without one.
fn is_real() -> bool {
    root().join("ui/dist/assets").is_dir()
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

/// The latest change of a file, or of anything below a folder.
fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = fs::read_dir(path) else {
        return changed(path);
    };
    entries.filter_map(|entry| newest(&entry.ok()?.path())).chain(changed(path)).max()
}
