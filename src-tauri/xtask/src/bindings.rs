//! `bindings`: the TypeScript side of commands and events, written from the Rust side.

use crate::{
    prerequisites::{self, Purpose},
    project::{self, cargo, note, root, say},
};
use anyhow::{Context, Result, bail};
use std::{env, fs, path::Path, process};

const BINDINGS: &str = "ui/src/ipc/bindings.ts";

/// Writes the bindings, or with `check` only compares them.
pub fn main(check: bool) -> Result<()> {
    prerequisites::ensure(&[Purpose::Crates, Purpose::Window])?;
    if check { compare() } else { export(&root().join(BINDINGS)) }
}

fn export(to: &Path) -> Result<()> {
    project::run(cargo(&["run", "--quiet", "--package", "chaveiro", "--", "--export-bindings"]).arg(to))
}

/// Fails with the first lines that differ if the bindings in the tree are not what the Rust side says.
pub fn compare() -> Result<()> {
    let fresh = env::temp_dir().join(format!("chaveiro-bindings-{}.ts", process::id()));
    export(&fresh)?;
    let wanted = fs::read_to_string(&fresh).with_context(|| format!("{} was not written", fresh.display()))?;
    fs::remove_file(&fresh).with_context(|| format!("{} cannot be removed", fresh.display()))?;
    let found = fs::read_to_string(root().join(BINDINGS)).unwrap_or_default();
    if found == wanted {
        note(&format!("{BINDINGS} is up to date"));
        return Ok(());
    }
    for line in differences(&found, &wanted) {
        say(&line)?;
    }
    bail!("{BINDINGS} is not what the Rust side says: run `cargo xtask bindings`")
}

/// The lines between the common beginning and the common end, ten of each side.
fn differences(found: &str, wanted: &str) -> Vec<String> {
    let (found, wanted): (Vec<&str>, Vec<&str>) = (found.lines().collect(), wanted.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(a, b)| a == b).count();
    let start = same(&mut found.iter().zip(&wanted));
    let rest = found.len().min(wanted.len()) - start;
    let end = same(&mut found.iter().rev().zip(wanted.iter().rev())).min(rest);
    let side = |sign: char, lines: &[&str]| -> Vec<String> {
        let middle = lines.get(start..lines.len() - end).unwrap_or_default();
        middle.iter().take(10).map(|line| format!("{sign}{line}")).collect()
    };
    let mut all = vec![format!("@@ line {} of {BINDINGS}", start + 1)];
    all.extend(side('-', &found));
    all.extend(side('+', &wanted));
    all
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn shows_only_the_lines_that_differ() {
        let shown = differences("a\nb\nc\n", "a\nx\ny\nc\n");
        assert_eq!(shown[1..], ["-b", "+x", "+y"]);
    }

    #[test]
    fn shows_an_addition_at_the_end() {
        assert_eq!(differences("a\n", "a\na\n")[1..], ["+a"]);
    }
}
