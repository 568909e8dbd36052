//! What an operation must be like to be in a list.
//!
//! A page is either walked in its order until enough rows fit, or gathered from an index and sorted. Walking is right
//! for what is common, gathering for what is rare. Which of the two a condition is cannot be seen from it: so it is
//! tried, up to a bound, and the list is gathered from the first condition that stays below it.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    list::Filter,
    search::{Searched, condition, words},
    value::{fold, micros},
    words::Word,
};
use crate::{OperationQuery, Range, VaultError, error::Stored};

/// Up to so many rows are gathered and sorted.
const GATHERED: u32 = 2_000;

const NAMES: Searched = Searched {
    indexed: "o.credential_id IN (SELECT c.id FROM credential_search s JOIN credentials c ON c.number = s.rowid \
              WHERE s.credential_search MATCH '{username device_name} : ' || {})",
    text: "o.username || char(10) || o.device_name",
};
const USERNAME: Searched = Searched {
    indexed: "o.credential_id IN (SELECT c.id FROM credential_search s JOIN credentials c ON c.number = s.rowid \
              WHERE s.credential_search MATCH '{username} : ' || {})",
    text: "o.username",
};
const DEVICE: Searched = Searched {
    indexed: "o.credential_id IN (SELECT c.id FROM credential_search s JOIN credentials c ON c.number = s.rowid \
              WHERE s.credential_search MATCH '{device_name} : ' || {})",
    text: "o.device_name",
};

/// Conditions, and those of them that an index answers.
#[derive(Default)]
struct Conditions {
    filter: Filter,
    /// Each with how many values there were when it was added: the placeholders in it are not above that number.
    indexed: Vec<(String, usize)>,
}

impl Conditions {
    fn add(&mut self, condition: String) {
        self.filter.add(condition);
    }

    fn add_indexed(&mut self, condition: String) {
        self.indexed.push((condition.clone(), self.filter.values().len()));
        self.filter.add(condition);
    }

    fn range(&mut self, expression: &str, range: Range) {
        let from = range.from.map(|at| format!("{expression} >= {}", self.filter.value(micros(at))));
        let to = range.to.map(|at| format!("{expression} < {}", self.filter.value(micros(at))));
        let bounds: Vec<String> = from.into_iter().chain(to).collect();
        if !bounds.is_empty() {
            self.add_indexed(bounds.join(" AND "));
        }
    }

    fn any_of<T: Word>(&mut self, expression: &str, choices: &[T]) {
        if !choices.is_empty() {
            let places: Vec<String> =
                choices.iter().map(|choice| self.filter.value(choice.word().to_owned())).collect();
            self.add_indexed(format!("{expression} IN ({})", places.join(", ")));
        }
    }
}

/// The conditions of a query, and the one to gather the list from, if one of them is rare.
pub(super) fn narrowed(
    connection: &Connection,
    query: &OperationQuery,
) -> Result<(Filter, Option<String>), VaultError> {
    let mut conditions = conditions(connection, query)?;
    conditions.range("o.started_order", query.executed);
    rarest(connection, conditions)
}

/// As [`narrowed`], without the time of the execution, which the list of attempts has of its own.
pub(super) fn narrowed_for_attempts(
    connection: &Connection,
    query: &OperationQuery,
) -> Result<(Filter, Option<String>), VaultError> {
    rarest(connection, conditions(connection, query)?)
}

fn rarest(connection: &Connection, conditions: Conditions) -> Result<(Filter, Option<String>), VaultError> {
    for (condition, values) in conditions.indexed {
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM operations o WHERE {condition} LIMIT {})", GATHERED + 1);
        let used = &conditions.filter.values()[..values];
        // Statements of one shape differ in their numbers only; not keeping them leaves room for the lists themselves.
        let mut statement = connection.prepare(&sql).stored()?;
        let wanted = statement.parameter_count();
        let count: u32 = statement.query_row(params_from_iter(&used[..wanted]), |row| row.get(0)).stored()?;
        if count <= GATHERED {
            return Ok((conditions.filter, Some(condition)));
        }
    }
    Ok((conditions.filter, None))
}

fn conditions(connection: &Connection, query: &OperationQuery) -> Result<Conditions, VaultError> {
    let mut conditions = Conditions::default();
    if let Some(code) = query.code {
        let place = conditions.filter.value(code);
        conditions.add_indexed(format!("o.code = {place}"));
    }
    if let Some(credential) = query.credential {
        let place = conditions.filter.value(credential.as_uuid().into_bytes().to_vec());
        conditions.add_indexed(format!("o.credential_id = {place}"));
    }
    if let Some(device) = query.device {
        let place = conditions.filter.value(device.as_uuid().into_bytes().to_vec());
        conditions.add_indexed(format!("o.device_id = {place}"));
    }
    for (column, typed) in [("manufacturer", &query.manufacturer), ("model", &query.model), ("website", &query.website)]
    {
        device_words(connection, &mut conditions, column, typed)?;
    }
    requester_words(connection, &mut conditions, &query.requester)?;
    conditions.any_of("o.state", &query.states);
    conditions.any_of("o.kind", &query.kinds);
    conditions.range("o.scheduled_at", query.scheduled);
    for tag in &query.tags {
        let place = conditions.filter.value(fold(tag));
        conditions.add_indexed(format!(
            "(o.device_id IN (SELECT d.id FROM device_tags t JOIN devices d ON d.number = t.device \
             WHERE t.tag_folded = {place}) OR o.credential_id IN (SELECT c.id FROM credential_tags t \
             JOIN credentials c ON c.number = t.credential WHERE t.tag_folded = {place}))"
        ));
    }
    if let Some((before, lease_before)) = query.late {
        let (before, lease) = (conditions.filter.value(micros(before)), conditions.filter.value(micros(lease_before)));
        conditions.add_indexed(format!(
            "(o.state = 'scheduled' AND o.not_before < {before} OR o.state = 'running' AND o.lease_until < {lease})"
        ));
    }
    names(&mut conditions, query);
    Ok(conditions)
}

fn names(conditions: &mut Conditions, query: &OperationQuery) {
    for (typed, searched) in [(&query.username, &USERNAME), (&query.device_name, &DEVICE)] {
        for word in words(typed) {
            let condition = condition(&mut conditions.filter, &word, searched);
            conditions.add_indexed(condition);
        }
    }
    for word in words(&query.text) {
        let names = condition(&mut conditions.filter, &word, &NAMES);
        match word.trim_start_matches('#').parse::<i64>() {
            Ok(code) => {
                let place = conditions.filter.value(code);
                conditions.add(format!("(o.code = {place} OR {names})"));
            }
            Err(_) => conditions.add_indexed(names),
        }
    }
}

/// Words in a text that few devices differ in: the texts are looked through first, each once.
fn device_words(
    connection: &Connection,
    conditions: &mut Conditions,
    column: &str,
    typed: &str,
) -> Result<(), VaultError> {
    let words: Vec<String> = words(typed).iter().map(|word| word.to_lowercase()).collect();
    if words.is_empty() {
        return Ok(());
    }
    let texts = each_once(connection, column)?;
    let fits = |text: &&String| words.iter().all(|word| text.to_lowercase().contains(word.as_str()));
    let places: Vec<String> = texts.iter().filter(fits).map(|text| conditions.filter.value(text.clone())).collect();
    conditions.add_indexed(format!("o.{column} IN ({})", places.join(", ")));
    Ok(())
}

/// Words in the name of a person or of a policy.
fn requester_words(connection: &Connection, conditions: &mut Conditions, typed: &str) -> Result<(), VaultError> {
    let words: Vec<String> = words(typed).iter().map(|word| word.to_lowercase()).collect();
    if words.is_empty() {
        return Ok(());
    }
    let mut statement =
        connection.prepare_cached("SELECT id, name FROM users UNION ALL SELECT id, name FROM policy_names").stored()?;
    let named = statement
        .query_map([], |row| Ok((row.get::<_, Vec<u8>>("id")?, row.get::<_, String>("name")?)))
        .stored()?
        .collect::<rusqlite::Result<Vec<_>>>()
        .stored()?;
    let fits = |name: &str| words.iter().all(|word| name.to_lowercase().contains(word.as_str()));
    let places: Vec<String> = named
        .into_iter()
        .filter(|(_, name)| fits(name))
        .map(|(id, _)| conditions.filter.value(Value::Blob(id)))
        .collect();
    conditions.add_indexed(format!("o.requester_id IN ({})", places.join(", ")));
    Ok(())
}

/// The different texts of a column of operations, by leaps over its index; at most 1,000.
pub(super) fn each_once(connection: &Connection, column: &str) -> Result<Vec<String>, VaultError> {
    connection
        .prepare_cached(&format!(
            "WITH RECURSIVE each (text) AS ( \
             SELECT min({column}) FROM operations WHERE {column} > '' \
             UNION ALL SELECT (SELECT min({column}) FROM operations WHERE {column} > each.text) FROM each \
             WHERE each.text IS NOT NULL LIMIT 1000) SELECT text FROM each WHERE text IS NOT NULL"
        ))
        .stored()?
        .query_map([], |row| row.get("text"))
        .stored()?
        .collect::<rusqlite::Result<_>>()
        .stored()
}
