//! A separate home folder for the program, with its preferences and a vault that its unlock screen offers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result};
use demo::{Practice, Setup, USER_NAME};
use serde_json::json;

use crate::say;

/// The program's identifier, as in `tauri.conf.json`.
const IDENTIFIER: &str = "app.chaveiro.desktop";

/// Makes a vault in a home folder and adds it to the vaults that the unlock screen offers.
pub fn prepare(home: &Path) -> Result<()> {
    fs::create_dir_all(home)?;
    let practice = Practice::create(home, "Benchmark", Setup::default())?;
    let vault = practice.vault_folder()?;
    practice.app.vaults().release();
    remember(home, &vault)
}

/// Unlocks the vault of [`prepare`] several times and prints the median.
pub fn time_unlock(home: &Path, times: u32) -> Result<()> {
    let vault = home.join("Benchmark.vault");
    let mut milliseconds = Vec::new();
    for _ in 0..times.max(1) {
        let practice = Practice::without_vault(Setup::default());
        let began = Instant::now();
        practice.sign_in_at(&vault)?;
        milliseconds.push(began.elapsed().as_millis());
        practice.app.vaults().release();
    }
    milliseconds.sort_unstable();
    say(&json!({ "unlock_ms": milliseconds[milliseconds.len() / 2] }))
}

/// Adds a vault to the recent vaults in the preferences, as if it had been opened before.
pub fn remember(home: &Path, vault: &Path) -> Result<()> {
    let name = vault.file_stem().context("the vault has no name")?.to_string_lossy().into_owned();
    let preferences = json!({
        "recentVaults": [{ "name": name, "path": vault.to_string_lossy(), "userName": USER_NAME }],
    });
    let folder = data(home).join(IDENTIFIER);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join("preferences.json"), preferences.to_string())?)
}

/// Sets the environment variables that make a program use the home folder.
pub fn desktop(mut program: Command, home: &Path) -> Command {
    program
        .env("XDG_DATA_HOME", data(home))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"));
    program
}

fn data(home: &Path) -> PathBuf {
    home.join("data")
}
