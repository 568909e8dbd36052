//! The check of comments: few of their sentences may begin with a question word in place of a subject.
//!
//! A sentence such as "Which rows are wanted." has no subject and no verb of its own. A reader whose first language is
//! another one stumbles over it. A few are the best way to say a thing, so that the check counts them.

use std::{fs, path::Path};

use anyhow::{Result, bail};

use crate::project::{self, say};

/// The share of all comment sentences above which the check fails, in percent.
const MOST_PERCENT: usize = 3;
/// The sentences that a failed check prints.
const PRINTED: usize = 40;
const OPENINGS: [&str; 6] = ["What", "Who", "Whoever", "One that", "Whether", "Which"];
const FOLDERS: [&str; 3] = ["src-tauri", "tests", "ui"];
const LEFT_OUT: [&str; 5] = ["node_modules", "target", "dist", "output", "gen"];
const ENDINGS: [&str; 5] = ["rs", "ts", "tsx", "mjs", "css"];
/// These files repeat comments of the Rust code.
const GENERATED: [&str; 2] = ["bindings.ts", "lists.ts"];

/// Counts the sentences of all comments of the project.
pub fn check() -> Result<()> {
    let (mut sentences, mut found) = (0, Vec::new());
    for folder in FOLDERS {
        visit(&project::root().join(folder), &mut |path| {
            let text = fs::read_to_string(path)?;
            for sentence in comments(&text).iter().flat_map(|comment| split(comment)) {
                sentences += 1;
                if is_without_subject(sentence) {
                    found.push(format!("{}: {sentence}", path.display()));
                }
            }
            Ok(())
        })?;
    }
    say(&format!("{} of {sentences} sentences of comments begin without a subject", found.len()))?;
    if found.len() * 100 > sentences * MOST_PERCENT {
        found.truncate(PRINTED);
        bail!("more than {MOST_PERCENT} % of them do, among them\n{}", found.join("\n"));
    }
    Ok(())
}

fn visit(folder: &Path, read: &mut dyn FnMut(&Path) -> Result<()>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if kind.is_dir() && !LEFT_OUT.iter().any(|left_out| name.starts_with(left_out)) {
            visit(&path, read)?;
        } else if kind.is_file() && is_source(&name) {
            read(&path)?;
        }
    }
    Ok(())
}

fn is_source(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| ENDINGS.contains(&ending)) && !GENERATED.contains(&name)
}

/// The comments of a source, each as one line. Comments at the end of a line of code are left out.
fn comments(source: &str) -> Vec<String> {
    let mut comments = vec![String::new()];
    let mut in_block = false;
    for line in source.lines().map(str::trim) {
        let (text, block) = comment_text(line, in_block);
        in_block = block;
        match text {
            Some(text) => comments.last_mut().into_iter().for_each(|comment| *comment += &format!(" {text}")),
            None => comments.push(String::new()),
        }
    }
    comments.retain(|comment| !comment.trim().is_empty());
    comments
}

/// The text of a line that is a comment, and whether a block goes on after it.
fn comment_text(line: &str, in_block: bool) -> (Option<&str>, bool) {
    let opened = line.strip_prefix("/*").map(|text| text.trim_start_matches('*'));
    match opened.or_else(|| in_block.then(|| line.trim_start_matches('*'))) {
        Some(text) => match text.split_once("*/") {
            Some((text, _)) => (Some(text.trim()), false),
            None => (Some(text.trim()), true),
        },
        None => (line.strip_prefix("//").map(|text| text.trim_start_matches(['/', '!']).trim()), false),
    }
}

/// The sentences and clauses of a comment: each begins with a capital letter, a code span or a link.
fn split(comment: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let (mut from, bytes) = (0, comment.as_bytes());
    for at in 1..bytes.len().saturating_sub(1) {
        let begins = bytes[at + 1].is_ascii_uppercase() || matches!(bytes[at + 1], b'`' | b'[');
        if bytes[at] == b' ' && matches!(bytes[at - 1], b'.' | b'!' | b'?' | b':' | b';') && begins {
            sentences.push(comment[from..at].trim());
            from = at + 1;
        }
    }
    sentences.push(comment[from..].trim());
    sentences.retain(|sentence| sentence.len() > 1);
    sentences
}

fn is_without_subject(sentence: &str) -> bool {
    OPENINGS
        .iter()
        .filter_map(|opening| sentence.strip_prefix(opening))
        .any(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::{comments, is_without_subject, split};

    #[test]
    fn sentences_without_a_subject_are_found_in_every_kind_of_comment() {
        let source = "//! A list. Which rows\n//! are wanted.\nlet a = 1; // What is left.\n/** Who may; Whether. */\n/* One\n * that is gone. */\n/// Whatever.";
        let comments = comments(source);
        let found: Vec<_> =
            comments.iter().flat_map(|comment| split(comment)).filter(|text| is_without_subject(text)).collect();
        assert_eq!(found, ["Which rows are wanted.", "Who may;", "Whether.", "One that is gone."]);
    }
}
