//! Text search: every word of what a person types must be found somewhere in the record's text, anywhere in a word,
//! letter case and accents ignored.
//!
//! Pieces of three letters and more come from the trigram index; shorter ones are looked for in the rows themselves.
//! What a person types is never part of a statement, and is quoted where the index has a language of its own.

use rusqlite::{Connection, params, types::Value};
use uuid::Uuid;

use super::filter::{Condition, Filter};
use crate::{VaultError, error::Stored};

/// What brings the index of one table's words up to what the table says, for the rows that changed.
struct Rewrite {
    any: &'static str,
    statements: [&'static str; 3],
}

const REWRITES: [Rewrite; 2] = [
    Rewrite {
        any: "SELECT EXISTS (SELECT 1 FROM devices_to_index)",
        statements: [
            "DELETE FROM device_search WHERE rowid IN (SELECT number FROM devices_to_index)",
            "INSERT INTO device_search (rowid, name, address, kind, manufacturer, model, website, site, domain, tags) \
             SELECT number, name, address, kind, manufacturer, model, website, site, domain, tags \
             FROM devices WHERE number IN (SELECT number FROM devices_to_index)",
            "DELETE FROM devices_to_index",
        ],
    },
    Rewrite {
        any: "SELECT EXISTS (SELECT 1 FROM credentials_to_index)",
        statements: [
            "DELETE FROM credential_search WHERE rowid IN (SELECT number FROM credentials_to_index)",
            "INSERT INTO credential_search (rowid, username, device_name, domain, additional_information, tags) \
             SELECT number, username, device_name, domain, additional_information, tags \
             FROM credentials WHERE number IN (SELECT number FROM credentials_to_index)",
            "DELETE FROM credentials_to_index",
        ],
    },
];
/// The entries of the audit trail that are new.
const NEW_ENTRIES: &str = "SELECT number, action, object_label, detail FROM audit \
    WHERE number > (SELECT coalesce(max(id), 0) FROM audit_search_docsize)";
const INDEX_ENTRY: &str = "INSERT INTO audit_search (rowid, action, object_label, detail) VALUES (?1, ?2, ?3, ?4)";

/// Where a list's text is.
pub(super) struct Searched {
    /// What tells on a row itself whether a word is in it: an expression, and a statement that finds its values, with
    /// `{}` for the placeholder of a quoted index query.
    pub(super) row: (&'static str, &'static str),
    /// A statement that finds rows' numbers, with `{}` likewise.
    pub(super) indexed: &'static str,
    /// The same asked of one row, where that may be cheaper.
    pub(super) each: Option<&'static str>,
    /// The row's text as one expression, for short words.
    pub(super) text: &'static str,
}

impl Searched {
    /// For a list whose index of words knows its rows' own numbers.
    pub(super) const fn by_number(number: &'static str, indexed: &'static str, text: &'static str) -> Self {
        Self { row: (number, indexed), indexed, each: None, text }
    }

    /// The same, with a form that is asked of one row.
    pub(super) const fn or_each(self, each: &'static str) -> Self {
        Self { each: Some(each), ..self }
    }
}

/// Ends a transaction that wrote: what it wrote can be found by its words.
pub(crate) fn write_indexes(connection: &Connection) -> Result<(), VaultError> {
    for rewrite in &REWRITES {
        let any: bool = connection.prepare_cached(rewrite.any).stored()?.query_row([], |row| row.get(0)).stored()?;
        for statement in rewrite.statements.iter().filter(|_| any) {
            connection.prepare_cached(statement).stored()?.execute([]).stored()?;
        }
    }
    let mut new = connection.prepare_cached(NEW_ENTRIES).stored()?;
    let mut index = connection.prepare_cached(INDEX_ENTRY).stored()?;
    let mut entries = new.query([]).stored()?;
    while let Some(entry) = entries.next().stored()? {
        let (number, action): (i64, String) = (entry.get(0).stored()?, entry.get(1).stored()?);
        let (label, detail): (Option<String>, String) = (entry.get(2).stored()?, entry.get(3).stored()?);
        let mut values = Vec::new();
        // What is no JSON was written by other hands; it is found as it is.
        let detail = serde_json::from_str(&detail).unwrap_or(serde_json::Value::String(detail));
        add_values(&detail, &mut values);
        index.execute(params![number, action, label, values.join("\n")]).stored()?;
    }
    Ok(())
}

/// Adds every text and number of a detail, once; ids are nothing that people type.
fn add_values(detail: &serde_json::Value, values: &mut Vec<String>) {
    use serde_json::Value as Json;
    match detail {
        Json::Null | Json::Bool(_) => {}
        Json::Number(number) => values.push(number.to_string()),
        Json::String(text) if values.contains(text) || Uuid::try_parse(text).is_ok() => {}
        Json::String(text) => values.push(text.clone()),
        Json::Array(parts) => parts.iter().for_each(|part| add_values(part, values)),
        Json::Object(parts) => parts.values().for_each(|part| add_values(part, values)),
    }
}

/// Adds the words as conditions: all that the index knows are one, so that the index itself finds the rows that have
/// every one of them. Two words that most rows have, one at a time, would be asked of each row again and again.
pub(super) fn add_words(filter: &mut Filter, typed: &str, searched: &Searched) {
    let (indexed, short): (Vec<String>, Vec<String>) = words(typed).into_iter().partition(|word| is_indexed(word));
    if !indexed.is_empty() {
        let condition = indexed_condition(filter, &indexed, searched);
        filter.push(condition);
    }
    for word in short {
        let condition = short_condition(filter, &word, searched);
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
    if is_indexed(word) {
        indexed_condition(filter, &[word.to_owned()], searched)
    } else {
        short_condition(filter, word, searched)
    }
}

/// Whether the index knows pieces of this length.
fn is_indexed(word: &str) -> bool {
    word.chars().filter(|c| !is_accent(*c)).count() >= 3
}

/// The condition that a row has all of these words.
fn indexed_condition(filter: &mut Filter, words: &[String], searched: &Searched) -> Condition {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
    // Beside each other, phrases must all be in the row (FTS5, "implicit AND").
    let place = filter.value(Value::Text(quoted.join(" ")));
    let (expression, values) = searched.row;
    let on_row = format!("{expression} IN ({})", values.replace("{}", &place));
    let found = Condition::found_by(on_row, searched.indexed.replace("{}", &place));
    match searched.each {
        Some(each) => found.or_each(each.replace("{}", &place)),
        None => found,
    }
}

fn short_condition(filter: &mut Filter, word: &str, searched: &Searched) -> Condition {
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
