//! A short campaign: the same program as `cargo xtask faults`, with fewer runs.

use std::process::Command;

use anyhow::Result;

#[test]
fn a_hundred_faults_lose_no_password() -> Result<()> {
    if lab::lab_or_skip("faults::a_hundred_faults_lose_no_password")?.is_none() {
        return Ok(());
    }
    let output = Command::new(env!("CARGO_BIN_EXE_faults")).args(["--runs", "100", "--seed", "1"]).output()?;
    let (told, table) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{table}");
    let result: serde_json::Value = serde_json::from_str(told.trim())?;
    for count in ["violations", "left_running", "secrets_found"] {
        assert_eq!(result[count], 0, "{count}: {table}");
    }
    assert_eq!(result["runs"], 100, "every run was made");
    Ok(())
}
