//! Prepares what the shell embeds: the built window, the capabilities, the linker's export list.

use std::{env, error::Error, fs, path::Path};

const PLACEHOLDER: &str =
    "<!doctype html><title>Chaveiro</title><p>The window is not built yet: run `cargo xtask run`.</p>";

fn main() -> Result<(), Box<dyn Error>> {
    // The context macro refuses to compile without ui/dist. Checks and tests get a placeholder; a release never does.
    let index = Path::new("ui/dist/index.html");
    println!("cargo:rerun-if-changed={}", index.display());
    if !index.exists() {
        if env::var("PROFILE").as_deref() == Ok("release") {
            return Err("ui/dist/index.html is missing: run `npm ci && npm run build` in ui/ first".into());
        }
        fs::create_dir_all("ui/dist")?;
        fs::write(index, PLACEHOLDER)?;
    }

    // The web view loads the system's SQLite; without this its calls would bind to our SQLCipher.
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    }

    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*.json");
    tauri_build::try_build(attributes)?;
    Ok(())
}
