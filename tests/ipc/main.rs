//! The commands and values that cross between the page and Rust.

mod access;

use anyhow::{Context, Result};

/// The bindings that the page is built with.
const BINDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/ipc/bindings.ts");

fn fresh_bindings() -> Result<String> {
    let folder = tempfile::tempdir()?;
    chaveiro_shell::export_bindings(folder.path()).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(std::fs::read_to_string(folder.path().join("bindings.ts"))?)
}

#[test]
fn the_bindings_are_those_of_the_commands() -> Result<()> {
    let kept = std::fs::read_to_string(BINDINGS).context("ui/src/ipc/bindings.ts")?;
    assert!(kept == fresh_bindings()?, "they are not current: run `cargo xtask bindings`");
    Ok(())
}

#[test]
fn only_what_shows_a_secret_to_a_person_answers_with_one() -> Result<()> {
    let bindings = fresh_bindings()?;
    let types: Vec<&str> = bindings.split("export type ").skip(1).collect();
    for declaration in types {
        let name = declaration.split([' ', '=']).next().unwrap_or_default();
        let body = declaration.split(';').next().unwrap_or_default();
        let answers = name.ends_with("View") || name.ends_with("Page");
        let carries = ["password:", "privateKey:", "secret: string", "words:"].iter().any(|field| body.contains(field));
        let shows_one_once = ["SecretView", "OneTimePasswordView", "TotpSetupView", "RecoveryKitView"].contains(&name);
        assert!(!answers || !carries || shows_one_once, "{name} must not carry a secret");
    }
    Ok(())
}

#[test]
fn a_malformed_request_does_not_repeat_the_password_it_carried() -> Result<()> {
    // Tauri would return this text of serde's error to the page if the arguments do not fit.
    let request = serde_json::json!({ "path": "/v", "userName": "Ada", "password": 4711_2222 });
    let error = serde_json::from_value::<chaveiro_shell::VaultUnlockRequest>(request).err().context("it must fail")?;
    assert!(!error.to_string().contains("47112222"), "the error repeats the value: {error}");
    Ok(())
}
