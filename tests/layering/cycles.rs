//! No file of a crate depends on itself through other files.
//!
//! The rule: a file points to another one if a path in it (`use`, or `crate::…` and `super::…` in its code) leads to an
//! item or a module of that file. A name that a file only imports or re-exports is followed to the file that defines
//! it. `mod child;` and a re-export (`pub use`, `pub(crate) use`) do not count: a parent may gather its children. Files
//! and modules for tests alone are left out. A group of files that can all reach each other is a cycle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

/// The number of files of a crate that are still part of a cycle. The numbers may only fall; a crate that is not listed
/// has none.
const FILES_IN_CYCLES: [(&str, usize); 5] = [
    ("app", 19), // the root file defines `App`, which every room extends
    ("domain", 2),
    ("rotation", 8),
    ("shell", 11),
    ("vault", 63), // `Vault`, `Session`, `Reader` and `Writer` are extended where the tables are
];

type Module = Vec<String>;

/// The source of one module: its text without comments, and its imports.
#[derive(Default)]
struct Source {
    text: String,
    imports: Vec<Import>,
}

/// A name that a file imports, and the path that it stands for.
struct Import {
    name: String,
    path: Module,
    is_reexport: bool,
}

#[test]
fn no_more_files_of_a_crate_need_themselves_by_way_of_others() -> Result<()> {
    let mut grown = Vec::new();
    for (name, folder) in crates()? {
        let cycles = cycles(&edges(&sources(&folder)?));
        let allowed = FILES_IN_CYCLES.iter().find(|(of, _)| *of == name).map_or(0, |(_, files)| *files);
        let files: usize = cycles.iter().map(BTreeSet::len).sum();
        if files > allowed {
            grown.push(format!("{name}: {files} files in cycles, {allowed} were known: {cycles:?}"));
        }
    }
    assert!(grown.is_empty(), "import cycles:\n{}", grown.join("\n"));
    Ok(())
}

#[test]
fn a_child_that_uses_its_parents_item_is_found_where_the_parent_uses_the_child() {
    let made_up = |parent: &str, child: &str| {
        let texts = [("", "mod a;"), ("a", parent), ("a::b", child)];
        cycles(&edges(&texts.into_iter().map(|(name, text)| (module(name), source(text))).collect()))
    };
    let child = "use super::Rule;\npub struct Part(Rule);";
    assert_eq!(made_up("mod b;\nuse b::Part;\npub struct Rule;", child).len(), 1, "each needs the other");
    assert_eq!(made_up("mod b;\npub use b::Part;\npub struct Rule;", child).len(), 0, "a re-export needs nothing");
    assert_eq!(made_up("mod b;\nuse b::Part;\npub struct Rule;", "pub struct Part;").len(), 0, "one direction");
    assert_eq!(made_up("mod b;\nuse b::Part;\npub struct Rule;", "// use super::Rule;").len(), 0, "a comment");
}

#[test]
fn a_cycle_is_found_through_a_name_that_another_file_re_exports() {
    let texts = [
        ("", "mod a; mod b;\npub use a::{One, Two};"),
        ("a", "pub struct One; pub struct Two;\nfn f() { crate::b::g() }"),
        ("b", "use crate::{One as First, Two};"),
    ];
    let found = cycles(&edges(&texts.into_iter().map(|(name, text)| (module(name), source(text))).collect()));
    assert_eq!(found, [BTreeSet::from(["a".to_owned(), "b".to_owned()])]);
}

/// Returns the crates under `src-tauri`, each with the folder of its sources.
fn crates() -> Result<Vec<(String, PathBuf)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri");
    let mut crates = vec![("shell".to_owned(), root.join("src")), ("xtask".to_owned(), root.join("xtask/src"))];
    for entry in fs::read_dir(root.join("crates"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        crates.push((name, path.join("src")));
    }
    assert!(crates.len() > 10, "the crates are somewhere else");
    Ok(crates)
}

/// Reads every module of a crate except those for tests alone.
fn sources(folder: &Path) -> Result<BTreeMap<Module, Source>> {
    fn visit(folder: &Path, at: &[String], found: &mut BTreeMap<Module, Source>) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let mut module = at.to_vec();
            if path.is_dir() {
                module.push(stem);
                visit(&path, &module, found)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                if !["lib", "main", "mod"].contains(&stem.as_str()) {
                    module.push(stem);
                }
                found.insert(module, source(&fs::read_to_string(&path)?));
            }
        }
        Ok(())
    }
    let mut found = BTreeMap::new();
    visit(folder, &[], &mut found)?;
    let for_tests: Vec<Module> = found.iter().flat_map(|(at, source)| test_modules(at, &source.text)).collect();
    found.retain(|module, _| !for_tests.iter().any(|test| module.starts_with(test)));
    Ok(found)
}

/// Returns the modules that a file declares for tests alone.
fn test_modules(at: &[String], text: &str) -> Vec<Module> {
    let mut modules = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let declared = lines.peek().and_then(|next| next.trim().strip_suffix(';')?.rsplit_once("mod "));
        if let Some((_, name)) = declared.filter(|_| line.starts_with("#[cfg(") && line.contains("test")) {
            modules.push([at, &[name.to_owned()]].concat());
        }
    }
    modules
}

/// Reads one file: its code and its imports.
fn source(text: &str) -> Source {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut source = Source::default();
    let mut rest = text.as_str();
    while let Some(start) = next_use(rest) {
        let before = &rest[..start];
        let visibility = before.rsplit(['\n', ';', '}']).next().unwrap_or_default();
        let is_reexport = visibility.trim_start().starts_with("pub");
        source.text.push_str(before);
        let tree = &rest[start + 4..];
        let end = tree.find(';').unwrap_or(tree.len());
        leaves(&tree[..end], &[], &mut |path, name| source.imports.push(Import { name, path, is_reexport }));
        rest = &tree[end..];
    }
    source.text.push_str(rest);
    source
}

/// Returns the position of the next `use` of a text.
fn next_use(text: &str) -> Option<usize> {
    text.match_indices("use ").map(|(at, _)| at).find(|at| {
        let line = text[..*at].rsplit('\n').next().unwrap_or_default().trim();
        line.is_empty() || line.ends_with(';') || line.starts_with("pub")
    })
}

/// Calls `found` with each path of a `use`, and with the name that it has in the file.
fn leaves(tree: &str, before: &[String], found: &mut impl FnMut(Module, String)) {
    let tree = tree.trim();
    if let Some((head, inner)) = tree.split_once('{') {
        let path = [before, &module(head.trim().trim_end_matches("::"))].concat();
        let inner = inner.rsplit_once('}').map_or(inner, |(inner, _)| inner);
        let (mut depth, mut start) = (0_i32, 0);
        for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    leaves(&inner[start..at], &path, found);
                    start = at + 1;
                }
                _ => {}
            }
        }
    } else if !tree.is_empty() {
        let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias.trim())));
        let mut path = [before, &module(path.trim())].concat();
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = alias.map(str::to_owned).or_else(|| path.last().cloned()).unwrap_or_default();
        found(path, name);
    }
}

fn module(path: &str) -> Module {
    path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Returns the edges between files, by the names of their modules.
fn edges(sources: &BTreeMap<Module, Source>) -> BTreeMap<String, BTreeSet<String>> {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (at, source) in sources {
        let imported = source.imports.iter().filter(|import| !import.is_reexport).map(|import| import.path.clone());
        for path in imported.chain(paths_in_code(&source.text)) {
            if let Some(target) = definer(sources, at, &path, 0).filter(|target| target != at) {
                edges.entry(at.join("::")).or_default().insert(target.join("::"));
            }
        }
    }
    edges
}

/// Returns the paths that begin with `crate::` or `super::` outside `use`.
fn paths_in_code(text: &str) -> Vec<Module> {
    let word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let words = text.split(|letter| !word(letter));
    words.filter(|word| word.starts_with("crate::") || word.starts_with("super::")).map(module).collect()
}

/// Returns the module whose file defines the item of a path; none for another crate.
fn definer(sources: &BTreeMap<Module, Source>, at: &[String], path: &[String], depth: usize) -> Option<Module> {
    let absolute = absolute(sources, at, path)?;
    let known =
        (0..=absolute.len()).rev().map(|length| &absolute[..length]).find(|part| sources.contains_key(*part))?;
    let rest = &absolute[known.len()..];
    let import = rest.first().and_then(|name| sources[known].imports.iter().find(|import| import.name == *name));
    match import {
        // A path that ends where it began is a module beside the root, or a macro.
        Some(import) if depth < 8 => definer(sources, known, &[&import.path, &rest[1..]].concat(), depth + 1),
        _ => Some(known.to_vec()),
    }
}

/// Returns the path from the crate's root; none if it leads into another crate.
fn absolute(sources: &BTreeMap<Module, Source>, at: &[String], path: &[String]) -> Option<Module> {
    let first = path.first()?.as_str();
    let supers = path.iter().take_while(|part| *part == "super").count();
    match first {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some([at, &path[1..]].concat()),
        "super" => Some([&at[..at.len().saturating_sub(supers)], &path[supers..]].concat()),
        _ => Some([at, path].concat()).filter(|child| sources.contains_key(&child[..=at.len()])),
    }
}

/// Returns the groups of two or more files in which all files can reach each other.
fn cycles(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reachable = |from: &String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(next) = open.pop() {
            open.extend(edges.get(next).into_iter().flatten().filter(|target| seen.insert((*target).clone())));
        }
        seen
    };
    let reach: BTreeMap<&String, BTreeSet<String>> = edges.keys().map(|from| (from, reachable(from))).collect();
    let group = |from: &&String| -> BTreeSet<String> {
        let back = |other: &&String| reach.get(*other).is_some_and(|seen| seen.contains(*from));
        reach[*from].iter().filter(back).cloned().collect()
    };
    let groups: BTreeSet<BTreeSet<String>> = reach.keys().map(group).filter(|group| group.len() > 1).collect();
    groups.into_iter().collect()
}
