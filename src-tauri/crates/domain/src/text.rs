//! The rules for every text that a person enters.

use crate::{Problem, Rule};

/// The longest tag, in characters.
const LONGEST_TAG: usize = 50;
/// The most tags that one record may carry.
const MOST_TAGS: usize = 50;

/// Trims the tags and drops empty and repeated ones. Tags that differ only in letter case are the same.
pub(crate) fn tidy_tags(tags: Vec<String>) -> Vec<String> {
    let mut tidy: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        let tag = tag.trim();
        if !tag.is_empty() && !tidy.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            tidy.push(tag.to_owned());
        }
    }
    tidy
}

pub(crate) fn check_name(problems: &mut Vec<Problem>, field: &'static str, text: &str, longest: usize) {
    if text.is_empty() {
        problems.push(Problem::new(field, Rule::Required));
    }
    check_length(problems, field, text, longest);
    if text.chars().any(char::is_control) {
        problems.push(Problem::new(field, Rule::InvalidCharacters));
    }
}

pub(crate) fn check_length(problems: &mut Vec<Problem>, field: &'static str, text: &str, longest: usize) {
    if text.chars().count() > longest {
        problems.push(Problem::new(field, Rule::TooLong { maximum: longest as u32 }));
    }
}

pub(crate) fn check_tags(problems: &mut Vec<Problem>, field: &'static str, tags: &[String]) {
    if tags.len() > MOST_TAGS || tags.iter().any(|tag| tag.chars().count() > LONGEST_TAG) {
        problems.push(Problem::new(field, Rule::TooLong { maximum: LONGEST_TAG as u32 }));
    }
}
