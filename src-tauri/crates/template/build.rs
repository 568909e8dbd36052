//! Makes the list of starter templates from the files in `starter/PLUGIN/EXECUTION TYPE/NAME.txt`. The plugin is the
//! first folder, the execution type the second, the id is `PLUGIN-NAME`, and the name that lists show is the comment in
//! the first line.

#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// The folders of the execution types, and the Rust name of each.
const EXECUTION_TYPES: [(&str, &str); 2] = [("own password", "Own"), ("other account", "Access")];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=starter");
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("starter");
    let mut starters = Vec::new();
    for plugin in entries(&root)? {
        for folder in entries(&plugin)? {
            let connects = connects(&folder)?;
            for file in entries(&folder)? {
                starters.push(declaration(&name(&plugin)?, connects, &file)?);
            }
        }
    }
    starters.sort();
    let list = starters.iter().fold(String::new(), |list, (_, declaration)| list + declaration);
    let path = Path::new(&env::var("OUT_DIR")?).join("starters.rs");
    fs::write(path, format!("&[\n{list}]\n"))?;
    Ok(())
}

/// Returns the id and the Rust text of one template.
fn declaration(plugin: &str, connects: &str, file: &Path) -> Result<(String, String), Box<dyn Error>> {
    let source = fs::read_to_string(file)?;
    let first = source.lines().next().and_then(|line| line.strip_prefix("# "));
    let shown = first.ok_or_else(|| format!("{}: the first line must be a comment with the name", file.display()))?;
    let id = format!("{plugin}-{}", name(file)?.trim_end_matches(".txt"));
    let mut text = String::new();
    writeln!(
        text,
        "Starter {{ id: {id:?}, name: {shown:?}, plugin: {plugin:?}, connects: Connects::{connects}, \
         source: include_str!({file:?}) }},"
    )?;
    Ok((id, text))
}

fn connects(folder: &Path) -> Result<&'static str, Box<dyn Error>> {
    let folder_name = name(folder)?;
    let known = EXECUTION_TYPES.iter().find(|(known, _)| *known == folder_name);
    Ok(known.ok_or_else(|| format!("{}: there is no such execution type", folder.display()))?.1)
}

fn name(path: &Path) -> Result<String, Box<dyn Error>> {
    let name = path.file_name().and_then(|name| name.to_str());
    Ok(name.ok_or_else(|| format!("{}: the name is no text", path.display()))?.to_owned())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    Ok(fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
}
