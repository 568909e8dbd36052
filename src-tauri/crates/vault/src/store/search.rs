//! Text search: every typed word must occur somewhere in the record's text, also inside a word. Letter case and accents
//! are ignored.
//!
//! Pieces of three letters and more are found by the trigram index; shorter ones are searched in the rows themselves.
//! The typed text is never part of a statement, and it is quoted where the index has a query language of its own.

use rusqlite::{Connection, params, types::Value};
use uuid::Uuid;

use super::filter::{Condition, Filter};
use crate::{VaultError, error::Stored};

/// The statements that bring the word index of one table up to date, for the rows that changed.
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

/// The places of a list's text.
pub(super) struct Searched {
    /// The check of a single row: an expression, and a statement that finds the values of the expression for the rows
    /// that contain a word. `{}` stands for the placeholder of a quoted index query.
    pub(super) row: (&'static str, &'static str),
    /// A statement that finds the numbers of rows, with `{}` for the same placeholder.
    pub(super) indexed: &'static str,
    /// The same check for one row, where that may be cheaper.
    pub(super) each: Option<&'static str>,
    /// The row's text as one expression.
    pub(super) text: &'static str,
    /// True when `text` is exactly the text that the index has of the row.
    pub(super) exact: bool,
    /// The text of fewer rows than the list has, and a statement that finds the rows of the list by a condition on it
    /// (`{}`).
    pub(super) short: Option<(&'static str, &'static str)>,
}

impl Searched {
    /// Describes a list whose word index has the numbers of the list's own rows.
    pub(super) const fn by_number(number: &'static str, indexed: &'static str, text: &'static str) -> Self {
        Self { row: (number, indexed), indexed, each: None, text, exact: true, short: None }
    }

    /// Adds a form that is checked for one row.
    pub(super) const fn or_each(self, each: &'static str) -> Self {
        Self { each: Some(each), ..self }
    }
}

/// Updates the word indexes at the end of a writing transaction, so that search finds its changes.
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
        // A detail that is not JSON was written by another program; it is indexed as plain text.
        let detail = serde_json::from_str(&detail).unwrap_or(serde_json::Value::String(detail));
        add_values(&detail, &mut values);
        index.execute(params![number, action, label, values.join("\n")]).stored()?;
    }
    Ok(())
}

/// Adds every text and number of a detail, once; ids are left out, because people do not type them.
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

/// Adds the words as conditions. All words that the index knows become one condition, so that the index itself finds
/// the rows that contain every one of them. As separate conditions, two frequent words would be checked again for each
/// row.
pub(super) fn add_words(filter: &mut Filter, typed: &str, searched: &Searched) {
    let (indexed, short): (Vec<String>, Vec<String>) = terms(typed).into_iter().partition(|word| is_indexed(word));
    if !indexed.is_empty() {
        let condition = indexed_condition(filter, &indexed, searched);
        filter.push(condition);
    }
    for word in short {
        let condition = short_condition(filter, &word, searched);
        filter.push(condition);
    }
}

/// Returns the typed words, without control characters.
pub(super) fn terms(typed: &str) -> Vec<String> {
    let visible: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().map(str::to_owned).collect()
}

/// Returns the condition of one word.
pub(super) fn condition(filter: &mut Filter, word: &str, searched: &Searched) -> Condition {
    if is_indexed(word) {
        indexed_condition(filter, &[word.to_owned()], searched)
    } else {
        short_condition(filter, word, searched)
    }
}

/// Tells whether a word is long enough for the index.
pub(super) fn is_indexed(word: &str) -> bool {
    word.chars().filter(|c| !is_accent(*c)).count() >= 3
}

/// Returns the condition that a row contains all of these words.
fn indexed_condition(filter: &mut Filter, terms: &[String], searched: &Searched) -> Condition {
    let quoted: Vec<String> = terms.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
    // In FTS5, phrases beside each other must all be in the row ("implicit AND").
    let place = filter.value(Value::Text(quoted.join(" ")));
    let (expression, values) = searched.row;
    let on_row = format!("{expression} IN ({})", values.replace("{}", &place));
    let found = Condition::found_by(on_row, searched.indexed.replace("{}", &place));
    match searched.each {
        Some(each) => found.or_each(each_row(filter, terms, searched, each.replace("{}", &place))),
        None => found,
    }
}

/// Returns the condition for checking rows one by one. Asking the index about one row takes longer the further down the
/// row is. Where both are plain ASCII, the row's text gives the same answer.
fn each_row(filter: &mut Filter, terms: &[String], searched: &Searched, indexed: String) -> String {
    let text = searched.text;
    if !searched.exact || !terms.iter().all(|word| word.is_ascii()) {
        return indexed;
    }
    let contains: Vec<String> = terms.iter().map(|word| is_like(filter, text, word)).collect();
    format!("({} OR ({text} GLOB '*[^\n -~]*' AND {indexed}))", contains.join(" AND "))
}

fn short_condition(filter: &mut Filter, word: &str, searched: &Searched) -> Condition {
    let on = |filter: &mut Filter, text: &str| {
        let alternatives: Vec<String> = cases(word).iter().map(|case| is_like(filter, text, case)).collect();
        format!("({})", alternatives.join(" OR "))
    };
    let on_row = on(filter, searched.text);
    match searched.short {
        Some((text, statement)) => Condition::found_by(on_row, statement.replace("{}", &on(filter, text))),
        None => Condition::plain(on_row),
    }
}

/// Returns the condition that a text contains a word; the case of ASCII letters is ignored.
fn is_like(filter: &mut Filter, text: &str, word: &str) -> String {
    let escaped = word.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    let place = filter.value(Value::Text(format!("%{escaped}%")));
    format!("{text} LIKE {place} ESCAPE '\\'")
}

/// Returns a short word in every combination of letter cases. SQLite's LIKE ignores the case of ASCII letters by
/// itself.
pub(super) fn cases(word: &str) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use crate::file::connection;

    use super::{Searched, add_words};
    use crate::store::filter::Filter;

    const TEXTS: Searched = Searched {
        short: Some(("t.text", "SELECT t.number FROM texts t WHERE {}")),
        ..Searched::by_number("t.number", "SELECT rowid FROM words WHERE words MATCH {}", "t.text")
    }
    .or_each("EXISTS (SELECT 1 FROM words WHERE rowid = t.number AND words MATCH {})");

    fn found(database: &Connection, filter: &Filter, clause: &str) -> rusqlite::Result<Vec<i64>> {
        let mut statement = database.prepare(&format!("SELECT t.number FROM texts t{clause} ORDER BY 1"))?;
        let values = filter.parameters(&statement);
        statement.query_map(values, |row| row.get(0))?.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn words_are_found_alike_in_the_index_in_rows_one_by_one_and_in_all_rows(
            texts in proptest::collection::vec("[aeAéÉ%\" ]{0,16}", 1..8),
            typed in "[aeé%\"]{1,4}( [aeEé]{3})?",
        ) {
            let database = connection::in_memory()?;
            database.execute_batch(
                "CREATE TABLE texts (number INTEGER PRIMARY KEY, text TEXT NOT NULL); \
                 CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, \
                     tokenize = 'trigram remove_diacritics 1');",
            )?;
            for text in &texts {
                database.execute("INSERT INTO texts (text) VALUES (?1)", [text])?;
            }
            database.execute_batch("INSERT INTO words (rowid, text) SELECT number, text FROM texts")?;
            let mut filter = Filter::default();
            add_words(&mut filter, &typed, &TEXTS);
            let indexed = found(&database, &filter, &filter.plain("t.number"))?;
            let places: Vec<usize> = filter.narrow().map(|(place, _)| place).collect();
            for place in &places {
                prop_assert_eq!(&found(&database, &filter, &filter.driven(*place, "t.number"))?, &indexed);
            }
            for place in places {
                filter.look_at_each(place);
            }
            prop_assert_eq!(&found(&database, &filter, &filter.walked("t.text"))?, &indexed, "{} in {:?}", typed, texts);
        }
    }
}
