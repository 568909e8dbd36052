//! No folder of sources holds too many files. The lint of the window checks its own folders.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

/// The most files of a folder. Its sub-folders count for themselves.
const MOST: usize = 20;

/// Folders that hold more, and the most that each may hold.
const FULLER: [(&str, usize); 1] = [
    ("src-tauri/docs/adr", usize::MAX), // numbered decisions, read by their number
];

/// Folders of third-party files, of build results, and of files that tests read.
const NOT_SOURCES: [&str; 5] = ["target", "node_modules", "dist", "fixtures", "output"];

#[test]
fn no_folder_of_sources_is_too_full() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = BTreeMap::new();
    for folder in ["src-tauri", "tests"] {
        count(&root, Path::new(folder).to_owned(), &mut files)?;
    }
    assert!(files.len() > 50, "the sources are somewhere else");
    assert_eq!(too_full(&files), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_folder_of_one_file_too_many_is_found() {
    let files = [("full", MOST), ("fuller", MOST + 1), ("src-tauri/docs/adr", 100)];
    let files = files.into_iter().map(|(folder, count)| (folder.to_owned(), count)).collect();
    assert_eq!(too_full(&files), ["fuller: 21 files, at most 20"]);
}

fn too_full(files: &BTreeMap<String, usize>) -> Vec<String> {
    let most = |folder: &str| FULLER.iter().find(|(fuller, _)| *fuller == folder).map_or(MOST, |(_, most)| *most);
    let full = files.iter().filter(|(folder, count)| **count > most(folder));
    full.map(|(folder, count)| format!("{folder}: {count} files, at most {}", most(folder))).collect()
}

fn count(root: &Path, folder: PathBuf, files: &mut BTreeMap<String, usize>) -> Result<()> {
    for entry in fs::read_dir(root.join(&folder))? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            *files.entry(folder.to_string_lossy().replace('\\', "/")).or_default() += 1;
        } else if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            count(root, folder.join(entry.file_name()), files)?;
        }
    }
    Ok(())
}
