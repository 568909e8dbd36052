//! Text search: every word of what a person types must be found somewhere in the record's text, anywhere in a word,
//! letter case and accents ignored.
//!
//! Pieces of three letters and more come from the trigram index; shorter ones are looked for in the rows themselves.
//! What a person types is never part of a statement, and is quoted where the index has a language of its own.

use rusqlite::types::Value;

use super::filter::{Condition, Filter};

/// Where a list's text is.
pub(super) struct Searched {
    /// The number of a row.
    pub(super) number: &'static str,
    /// A statement that finds rows' numbers, with `{}` for the placeholder of a quoted index query.
    pub(super) indexed: &'static str,
    /// The same asked of one row.
    pub(super) each: &'static str,
    /// The row's text as one expression, for short words.
    pub(super) text: &'static str,
}

/// Adds one condition a word.
pub(super) fn add_words(filter: &mut Filter, typed: &str, searched: &Searched) {
    for word in words(typed) {
        let condition = condition(filter, &word, searched);
        filter.push(condition);
    }
}

/// The words of what was typed, control characters aside.
pub(super) fn words(typed: &str) -> Vec<String> {
    let visible: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().map(str::to_owned).collect()
}

/// The condition of one word.
pub(super) fn condition(filter: &mut Filter, word: &str, searched: &Searched) -> Condition {
    if word.chars().filter(|c| !is_accent(*c)).count() >= 3 {
        let quoted = format!("\"{}\"", word.replace('"', "\"\""));
        let place = filter.value(Value::Text(quoted));
        let narrow = searched.indexed.replace("{}", &place);
        let each = searched.each.replace("{}", &place);
        return Condition::found_by(format!("{} IN ({narrow})", searched.number), narrow).or_each(each);
    }
    let mut alternatives = Vec::new();
    for case in cases(word) {
        let escaped = case.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        let place = filter.value(Value::Text(format!("%{escaped}%")));
        alternatives.push(format!("{} LIKE {place} ESCAPE '\\'", searched.text));
    }
    Condition::plain(format!("({})", alternatives.join(" OR ")))
}

/// A short word in every combination of letter cases. SQLite's LIKE ignores the case of ASCII letters by itself.
fn cases(word: &str) -> Vec<String> {
    let mut cases = vec![String::new()];
    for letter in word.chars() {
        let mut forms = vec![letter.to_string()];
        if !letter.is_ascii() && !is_accent(letter) {
            forms.extend([letter.to_lowercase().collect(), letter.to_uppercase().collect()]);
            forms.sort();
            forms.dedup();
        }
        cases = forms.iter().flat_map(|form| cases.iter().map(move |begun| format!("{begun}{form}"))).collect();
    }
    cases
}

/// Combining marks: the index leaves them out, so they do not count as letters.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}
