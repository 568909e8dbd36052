//! No code decides by the id of a plugin: the needs of a protocol are in its connector's descriptor.

use std::path::Path;

use anyhow::Result;

/// Files and folders that may name a plugin, and the reason of each.
const EXEMPT: [(&str, &str); 5] = [
    ("src-tauri/crates/demo/", "makes practice devices, which are SSH servers"),
    ("src-tauri/crates/vault/src/bench.rs", "fills a vault for benchmarks"),
    ("src-tauri/xtask/src/prerequisites.rs", "names the program of the OpenSSH client"),
    ("ui/src/ipc/fake/", "stands for the host in browser tests"),
    ("ui/src/ipc/bindings.ts", "is generated"),
];

fn may_name(place: &str, id: &str) -> bool {
    let is_test = place.contains("/tests/") || place.ends_with("tests.rs") || place.contains(".test.");
    let is_own = place.starts_with(&format!("src-tauri/crates/connector-{id}/"));
    is_test || is_own || EXEMPT.iter().any(|(exempt, _)| place.starts_with(exempt))
}

#[test]
fn no_code_outside_a_connector_contains_the_id_of_a_plugin() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ids: Vec<String> = connectors::all().iter().map(|connector| connector.descriptor().id.to_string()).collect();
    let mut named = Vec::new();
    let mut seen = 0;
    for folder in ["src-tauri", "ui/src"] {
        super::visit_with(&root.join(folder), &["rs", "ts", "tsx"], &mut |path, text| {
            let place = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
            // Tests at the end of a file are not production code.
            let production = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            seen += 1;
            for id in ids.iter().filter(|id| !may_name(&place, id)) {
                if [format!("\"{id}\""), format!("'{id}'"), format!("`{id}`")]
                    .iter()
                    .any(|quoted| production.contains(quoted))
                {
                    named.push(format!("{place} names {id}"));
                }
            }
        })?;
    }
    assert!(seen > 300, "only {seen} files were read");
    assert!(named.is_empty(), "what a plugin needs belongs into its descriptor: {named:#?}");
    Ok(())
}

#[test]
fn nothing_is_exempt_without_a_need() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (exempt, reason) in EXEMPT {
        assert!(root.join(exempt).exists(), "{exempt} ({reason}) is gone");
    }
    Ok(())
}
