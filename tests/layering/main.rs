//! The allowed dependencies between crates, read from the manifests: their direction, and the crates that may use each
//! library.

mod cycles;
mod debug_text;
mod folders;
mod named_tests;
mod one_call;
mod plugin_ids;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use cargo_metadata::{DependencyKind, MetadataCommand};

/// Our crates from the lowest to the highest, each with the crates on which it may depend. A connector of one protocol
/// is named by [`A_CONNECTOR`].
const HOUSE: [(&str, &[&str]); 14] = [
    ("diagnostics", &[]),
    ("command-macro", &[]),
    ("secret", &[]),
    ("domain", &["secret"]),
    ("crypto", &["domain", "secret"]),
    ("approval", &["crypto", "domain", "secret"]),
    ("template", &["domain", "secret"]),
    ("connector", &["domain", "secret", "template"]),
    (A_CONNECTOR, &["connector", "connector-tls", "domain", "secret", "template"]),
    ("connectors", &["connector", A_CONNECTOR]),
    ("vault", &["approval", "crypto", "domain", "secret"]),
    ("rotation", &["approval", "connector", "diagnostics", "domain", "secret", "template", "vault"]),
    ("app", &["approval", "connector", "diagnostics", "domain", "rotation", "secret", "template", "vault"]),
    ("chaveiro", &["app", "command-macro", "connectors", "diagnostics"]),
];

/// The beginning of the name of every crate that implements one protocol.
const A_CONNECTOR: &str = "connector-";

/// Libraries on which exactly these crates may depend.
const WALLS: [(&str, &[&str]); 7] = [
    ("tauri", &["chaveiro"]),
    ("specta", &["chaveiro", "domain"]),
    ("rusqlite", &["vault"]),
    ("ssh2", &["connector-ssh"]),
    ("argon2", &["crypto"]),
    ("tokio", &["rotation"]),
    ("tracing-subscriber", &["diagnostics"]),
];

/// Names that say nothing.
const EMPTY_NAMES: [&str; 7] = ["common", "core", "utils", "helpers", "types", "manager", "service"];

/// Returns the dependencies of each crate of the workspace in a normal build.
fn dependencies() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec()?;
    let used = |package: &cargo_metadata::Package| {
        // An optional dependency is enabled by the crate that needs it.
        let built = |known: &&cargo_metadata::Dependency| known.kind == DependencyKind::Normal && !known.optional;
        let normal = package.dependencies.iter().filter(built);
        normal.map(|known| known.name.to_string()).collect()
    };
    Ok(metadata.packages.iter().map(|package| (package.name.to_string(), used(package))).collect())
}

/// Returns the name under which a crate is listed in the table of crates.
fn place_of(name: &str) -> &str {
    if name.starts_with(A_CONNECTOR) && name != "connector-tls" { A_CONNECTOR } else { name }
}

#[test]
fn the_house_stands_in_its_direction() -> Result<()> {
    let dependencies = dependencies()?;
    let ours: BTreeSet<&str> = HOUSE.iter().map(|(name, _)| *name).collect();
    for (name, allowed) in HOUSE {
        let crates: Vec<_> = dependencies.iter().filter(|(known, _)| place_of(known) == name).collect();
        assert!(!crates.is_empty(), "there is no crate {name}");
        for (name, known) in crates {
            for dependency in known.iter().filter(|dependency| ours.contains(place_of(dependency))) {
                assert!(allowed.contains(&place_of(dependency)), "{name} must not know {dependency}");
            }
        }
    }
    Ok(())
}

#[test]
fn each_library_is_known_behind_its_wall_only() -> Result<()> {
    let dependencies = dependencies()?;
    for (library, insiders) in WALLS {
        let places: BTreeSet<&str> = HOUSE.iter().map(|(place, _)| *place).collect();
        for (name, known) in dependencies.iter().filter(|(name, _)| places.contains(place_of(name))) {
            assert!(!known.contains(library) || insiders.contains(&name.as_str()), "{name} must not know {library}");
        }
        let used = insiders.iter().any(|insider| dependencies[*insider].contains(library));
        assert!(used, "nobody uses {library}: the wall around it can go");
    }
    Ok(())
}

#[test]
fn every_crate_that_logs_is_among_those_whose_lines_are_written() -> Result<()> {
    let levels = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri/crates/diagnostics/src/subscriber.rs");
    let levels = std::fs::read_to_string(levels)?;
    let dependencies = dependencies()?;
    let places: BTreeSet<&str> = HOUSE.iter().map(|(place, _)| *place).collect();
    let logs =
        |(name, known): &(&String, &BTreeSet<String>)| places.contains(place_of(name)) && known.contains("tracing");
    for (name, _) in dependencies.iter().filter(logs) {
        // A name in the list covers every target that begins with it: one line for all connectors.
        let target = if place_of(name) == A_CONNECTOR { "connector".to_owned() } else { name.replace('-', "_") };
        assert!(levels.contains(&format!("\"{target}\"")), "{target} is not in OURS: its lines below warn are lost");
    }
    Ok(())
}

#[test]
fn only_one_place_speaks_sql() -> Result<()> {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri");
    let mut speakers = Vec::new();
    visit(sources.as_ref(), &mut |path, text| {
        let speaks = ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"].iter().any(|word| text.contains(word));
        let place = path.to_string_lossy().replace('\\', "/");
        if speaks && !place.contains("crates/vault/") {
            speakers.push(place);
        }
    })?;
    assert!(speakers.is_empty(), "SQL outside the vault: {speakers:?}");
    Ok(())
}

#[test]
fn keys_are_sealed_for_people_in_one_place() -> Result<()> {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri");
    let mut sealers = Vec::new();
    visit(sources.as_ref(), &mut |path, text| {
        let place = path.to_string_lossy().replace('\\', "/");
        let own = place.split("src-tauri/").last().unwrap_or_default();
        let is_test = own.contains("/tests/") || own.ends_with("tests.rs");
        if text.contains(".seal_key(") && !is_test {
            sealers.push(place);
        }
    })?;
    let [sealer] = &sealers[..] else { anyhow::bail!("one place was expected: {sealers:?}") };
    assert!(sealer.ends_with("vault/src/keys/keyslots/recipient.rs"), "whose recipients the ledger names: {sealer}");
    Ok(())
}

/// Functions of the crate `approval` that turn rows into trusted values. A caller that passed invented rows could
/// approve anything.
const VERIFICATIONS: [&str; 3] =
    ["ApproverHistory::of_verified_grants(", "SettingsChain::verify(", "VerifiedRequest::verify("];

#[test]
fn only_the_vault_feeds_the_verification_of_approvals() -> Result<()> {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri");
    let mut outsiders = Vec::new();
    let mut callers = 0;
    visit(sources.as_ref(), &mut |path, text| {
        let place = path.to_string_lossy().replace('\\', "/");
        if VERIFICATIONS.iter().any(|function| text.contains(function)) {
            callers += 1;
            if !place.contains("crates/vault/src/") {
                outsiders.push(place);
            }
        }
    })?;
    assert!(callers > 0, "the vault verifies approvals by other functions than {VERIFICATIONS:?}");
    assert!(outsiders.is_empty(), "only the vault reads rows that were stored: {outsiders:?}");
    Ok(())
}

/// A command without its span would leave no trace in the log of a user who reports that it failed.
#[test]
fn every_command_is_written_with_the_attribute_that_logs_it() -> Result<()> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri/src");
    let (mut commands, mut unlogged) = (0, Vec::new());
    visit(folder.as_ref(), &mut |path, text| {
        commands += text.matches("#[crate::command]").count();
        if text.contains("tauri::command") || text.contains("#[specta::specta]") {
            unlogged.push(path.display().to_string());
        }
    })?;
    assert!(unlogged.is_empty(), "write #[crate::command] instead: {unlogged:?}");
    assert!(commands > 100, "the attribute was found {commands} times");
    Ok(())
}

#[test]
fn no_name_is_empty_of_meaning() -> Result<()> {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri");
    let mut empty = Vec::new();
    visit(sources.as_ref(), &mut |path, _| {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if EMPTY_NAMES.contains(&stem.as_str()) {
            empty.push(path.display().to_string());
        }
    })?;
    assert!(empty.is_empty(), "names that say nothing: {empty:?}");
    Ok(())
}

/// Calls `found` with every Rust source below a folder.
fn visit(folder: &std::path::Path, found: &mut impl FnMut(&std::path::Path, &str)) -> Result<()> {
    visit_with(folder, &["rs"], found)
}

/// Calls `found` with every file below a folder whose name ends in one of these ways.
fn visit_with(
    folder: &std::path::Path,
    extensions: &[&str],
    found: &mut impl FnMut(&std::path::Path, &str),
) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            visit_with(&path, extensions, found)?;
        } else if path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted)) {
            found(&path, &std::fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
