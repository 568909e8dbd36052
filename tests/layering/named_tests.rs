//! The list of ways in which passwords get lost names the test that covers each way. A test that was renamed or removed
//! must not stay in the list.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The number of ways in the list.
const WAYS: usize = 46;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, text: &mut String) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, text)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path)?);
        }
    }
    Ok(())
}

/// Returns the names in backticks in a row's last column.
fn names(row: &str) -> impl Iterator<Item = &str> {
    row.split('`').skip(1).step_by(2).filter(|name| name.contains('_'))
}

#[test]
fn every_test_that_the_list_of_lost_passwords_names_exists() -> Result<()> {
    let list = fs::read_to_string(root().join("src-tauri/docs/failure-modes.md"))?;
    let mut text = String::new();
    for folder in ["src-tauri", "tests"] {
        sources(&root().join(folder), &mut text)?;
    }
    let rows: Vec<&str> = list.lines().filter(|line| line.starts_with('|')).skip(2).collect();
    assert_eq!(rows.len(), WAYS, "every way has its row");
    for row in rows {
        let covered = row.rsplit('|').nth(1).context("a row without columns")?;
        let waits = covered.contains("not exist yet");
        assert!(waits || names(covered).count() > 0, "no test covers {row}");
        for name in names(covered) {
            let exists = text.contains(&format!("fn {name}(")) || text.contains(&format!("{name}: "));
            assert!(exists, "there is no test {name}");
        }
    }
    Ok(())
}
