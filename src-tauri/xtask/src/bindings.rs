//! `bindings`: the TypeScript side of commands and events, written from the Rust side.

use crate::{
    prerequisites::{self, Purpose},
    project::{self, cargo, note, root, say},
};
use anyhow::{Context, Result, bail};
use std::{env, fs, path::Path, process};

const FOLDER: &str = "ui/src/ipc";
const FILES: [&str; 2] = ["bindings.ts", "lists.ts"];

/// Writes the bindings, or with `check` only compares them.
pub fn main(check: bool) -> Result<()> {
    prerequisites::ensure(&[Purpose::Crates, Purpose::Window])?;
    if check { compare() } else { export(&root().join(FOLDER)) }
}

fn export(folder: &Path) -> Result<()> {
    project::run(cargo(&["run", "--quiet", "--package", "chaveiro", "--", "--export-bindings"]).arg(folder))
}

/// Fails with the first lines that differ if the bindings in the tree are not what the Rust side says.
pub fn compare() -> Result<()> {
    let fresh = env::temp_dir().join(format!("chaveiro-bindings-{}", process::id()));
    fs::create_dir(&fresh).with_context(|| format!("{} cannot be made", fresh.display()))?;
    let compared = export(&fresh).and_then(|()| FILES.iter().try_for_each(|name| compare_file(&fresh, name)));
    fs::remove_dir_all(&fresh).with_context(|| format!("{} cannot be removed", fresh.display()))?;
    compared
}

fn compare_file(fresh: &Path, name: &str) -> Result<()> {
    let wanted = fs::read_to_string(fresh.join(name)).with_context(|| format!("{name} was not written"))?;
    let found = fs::read_to_string(root().join(FOLDER).join(name)).unwrap_or_default();
    if found == wanted {
        note(&format!("{FOLDER}/{name} is up to date"));
        return Ok(());
    }
    for line in differences(name, &found, &wanted) {
        say(&line)?;
    }
    bail!("{FOLDER}/{name} is not what the Rust side says: run `cargo xtask bindings`")
}

/// The lines between the common beginning and the common end, ten of each side.
fn differences(name: &str, found: &str, wanted: &str) -> Vec<String> {
    let (found, wanted): (Vec<&str>, Vec<&str>) = (found.lines().collect(), wanted.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(a, b)| a == b).count();
    let start = same(&mut found.iter().zip(&wanted));
    let rest = found.len().min(wanted.len()) - start;
    let end = same(&mut found.iter().rev().zip(wanted.iter().rev())).min(rest);
    let side = |sign: char, lines: &[&str]| -> Vec<String> {
        let middle = lines.get(start..lines.len() - end).unwrap_or_default();
        middle.iter().take(10).map(|line| format!("{sign}{line}")).collect()
    };
    let mut all = vec![format!("@@ line {} of {name}", start + 1)];
    all.extend(side('-', &found));
    all.extend(side('+', &wanted));
    all
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn shows_only_the_lines_that_differ() {
        let shown = differences("x.ts", "a\nb\nc\n", "a\nx\ny\nc\n");
        assert_eq!(shown[1..], ["-b", "+x", "+y"]);
    }

    #[test]
    fn shows_an_addition_at_the_end() {
        assert_eq!(differences("x.ts", "a\n", "a\na\n")[1..], ["+a"]);
    }
}
