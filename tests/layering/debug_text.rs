//! Rust's debug text (`{:?}`) is never stored: it changes with the names of the code, and the audit trail is signed.
//!
//! Production code may write debug text in the Display of an error and in a log line. Each other place is listed with
//! its reason.

use std::path::Path;

use anyhow::Result;

/// The allowed places besides errors and log lines, each with its reason.
const ALLOWED: [(&str, &str); 2] = [
    ("vault/src/file/schema/comparison.rs", "a value of another kind is compared in memory and stored nowhere"),
    ("vault/src/export/csv.rs", "the text of an error of the CSV writer"),
];

/// Returns the lines of a source that write debug text and are neither test, comment, error text nor log line.
fn debug_lines(text: &str) -> Vec<usize> {
    let production = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut lines = Vec::new();
    let mut in_log_line = false;
    for (index, line) in production.lines().enumerate() {
        let line = line.trim();
        in_log_line |= line.starts_with("tracing::");
        let exempt =
            in_log_line || line.starts_with("//") || line.starts_with("#[error(") || line.starts_with("assert");
        if line.contains(":?}") && !exempt {
            lines.push(index + 1);
        }
        in_log_line &= !line.ends_with(';');
    }
    lines
}

#[test]
fn debug_text_is_stored_nowhere() -> Result<()> {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri");
    let mut found = Vec::new();
    super::visit(Path::new(sources), &mut |path, text| {
        let place = path.to_string_lossy().replace('\\', "/");
        let own = place.split("src-tauri/").last().unwrap_or_default();
        let is_test = own.split('/').any(|part| ["tests", "examples", "xtask", "demo"].contains(&part))
            || own.ends_with("tests.rs")
            || own.ends_with("build.rs");
        let allowed = ALLOWED.iter().any(|(file, _)| own.ends_with(file));
        if !is_test && !allowed {
            found.extend(debug_lines(text).iter().map(|line| format!("{own}:{line}")));
        }
    })?;
    assert!(found.is_empty(), "debug text outside errors and log lines: {found:#?}");
    Ok(())
}

#[test]
fn debug_text_is_found_where_it_is_written() {
    let stored = "let detail = json!({ \"why\": format!(\"{what:?}\") });";
    let logged = "tracing::warn!(\n    \"{state:?} was refused\"\n);\nlet text = format!(\"{state:?}\");";
    assert_eq!(debug_lines(stored), [1]);
    assert_eq!(debug_lines(logged), [4]);
    assert_eq!(debug_lines("#[error(\"damaged ({part:?})\")]\n#[cfg(test)]\nmod tests { format!(\"{x:?}\") }"), [0; 0]);
}
