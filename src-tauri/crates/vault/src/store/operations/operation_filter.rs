//! What an operation must be like to be in a list: in that of operations, or, with its attempts, in theirs.

use rusqlite::{Connection, types::Value};

use super::operation_choices::each_once;
use crate::store::{
    filter::{Condition, Filter},
    search::{Searched, condition, words},
    value::{fold, micros, text},
};
use crate::{OperationQuery, Range, VaultError, error::Stored};

/// The beginning of a statement that selects operations' codes.
const NUMBERS: &str = "SELECT o.code FROM operations o";

/// The beginnings of statements for the devices and the credentials that carry a tag, which follows, folded.
pub(in crate::store) const CARRIERS: [&str; 2] = [
    "SELECT d.id FROM device_tags t JOIN devices d ON d.number = t.device WHERE t.tag_folded = ",
    "SELECT c.id FROM credential_tags t JOIN credentials c ON c.number = t.credential WHERE t.tag_folded = ",
];

macro_rules! searched {
    ($columns:literal, $text:literal, $credential_text:literal) => {
        Searched {
            // The plus keeps a walk away from the index of credentials.
            row: (
                "+o.credential_id",
                concat!(
                    "SELECT c.id FROM credential_search s CROSS JOIN credentials c ON c.number = s.rowid \
                     WHERE s.credential_search MATCH '{",
                    $columns,
                    "} : ' || {}"
                ),
            ),
            // CROSS: from the words to the credentials to their operations, in this order.
            indexed: concat!(
                "SELECT w.code FROM credential_search s CROSS JOIN credentials c ON c.number = s.rowid \
                 CROSS JOIN operations w ON w.credential_id = c.id WHERE s.credential_search MATCH '{",
                $columns,
                "} : ' || {}"
            ),
            each: Some(concat!(
                "EXISTS (SELECT 1 FROM credentials c CROSS JOIN credential_search s ON s.rowid = c.number \
                 WHERE c.id = o.credential_id AND s.credential_search MATCH '{",
                $columns,
                "} : ' || {})"
            )),
            text: $text,
            exact: true,
            short: Some((
                $credential_text,
                "SELECT w.code FROM credentials c CROSS JOIN operations w ON w.credential_id = c.id WHERE {}",
            )),
        }
    };
}

const NAMES: Searched = searched!(
    "username device_name",
    "o.username || char(10) || o.device_name",
    "c.username || char(10) || c.device_name"
);
const USERNAME: Searched = searched!("username", "o.username", "c.username");
const DEVICE: Searched = searched!("device_name", "o.device_name", "c.device_name");

/// The conditions of the list of operations.
pub(in crate::store) fn filter(connection: &Connection, query: &OperationQuery) -> Result<Filter, VaultError> {
    let mut filter = conditions(connection, query)?;
    filter.between(NUMBERS, "o.started_order", bounds(query.executed));
    Ok(filter)
}

/// The same without the time of the execution, which the list of attempts has of its own.
pub(in crate::store) fn conditions(connection: &Connection, query: &OperationQuery) -> Result<Filter, VaultError> {
    let mut filter = Filter::default();
    let id = |id: uuid::Uuid| Value::Blob(id.into_bytes().to_vec());
    filter.indexed(NUMBERS, "o.code", Vec::from_iter(query.code.map(Value::Integer)));
    filter.indexed(NUMBERS, "o.credential_id", Vec::from_iter(query.credential.map(|one| id(one.as_uuid()))));
    filter.indexed(NUMBERS, "o.device_id", Vec::from_iter(query.device.map(|one| id(one.as_uuid()))));
    filter.indexed(NUMBERS, "o.state", query.states.iter().copied().map(text).collect());
    filter.indexed(NUMBERS, "o.kind", query.kinds.iter().copied().map(text).collect());
    filter.between(NUMBERS, "o.scheduled_at", bounds(query.scheduled));
    device_words(connection, &mut filter, query)?;
    requester_words(connection, &mut filter, &query.requester)?;
    for tag in &query.tags {
        let condition = tagged(&filter.value(fold(tag)));
        filter.push(condition);
    }
    if let Some((before, lease_before)) = query.late {
        let condition = late(&filter.value(micros(before)), &filter.value(micros(lease_before)));
        filter.push(condition);
    }
    names(&mut filter, query);
    Ok(filter)
}

/// A range as the tables have its bounds.
pub(in crate::store) fn bounds(range: Range) -> (Option<i64>, Option<i64>) {
    (range.from.map(micros), range.to.map(micros))
}

/// The device or the credential carries the tag.
fn tagged(tag: &str) -> Condition {
    let [devices, credentials] = CARRIERS.map(|statement| format!("{statement}{tag}"));
    Condition::found_by(
        format!("(EXISTS ({devices} AND d.id = o.device_id) OR EXISTS ({credentials} AND c.id = o.credential_id))"),
        format!("{NUMBERS} WHERE o.device_id IN ({devices}) OR o.credential_id IN ({credentials})"),
    )
}

/// It should have begun, or the program that holds it gave no sign of life.
fn late(before: &str, lease_before: &str) -> Condition {
    let late = |plus: &str| {
        format!(
            "({plus}o.state = 'scheduled' AND o.not_before < {before} \
             OR {plus}o.state = 'running' AND o.lease_until < {lease_before})"
        )
    };
    Condition::found_by(late("+"), format!("{NUMBERS} WHERE {}", late("")))
}

fn names(filter: &mut Filter, query: &OperationQuery) {
    for (typed, searched) in [(&query.username, &USERNAME), (&query.device_name, &DEVICE)] {
        for word in words(typed) {
            let condition = condition(filter, &word, searched);
            filter.push(condition);
        }
    }
    for word in words(&query.text) {
        let names = condition(filter, &word, &NAMES);
        let code = word.trim_start_matches('#').parse::<i64>().ok().map(|code| filter.value(code));
        filter.push(match code {
            Some(code) => or_code(&code, names),
            None => names,
        });
    }
}

/// A number may be a code as well as a part of a name.
fn or_code(code: &str, names: Condition) -> Condition {
    match names.into_parts() {
        (sql, Some(narrow)) => {
            Condition::found_by(format!("(o.code = {code} OR {sql})"), format!("SELECT {code} UNION ALL {narrow}"))
        }
        (sql, None) => Condition::plain(format!("(o.code = {code} OR {sql})")),
    }
}

/// Words in a text that few devices differ in: the texts are looked through first, each once.
fn device_words(connection: &Connection, filter: &mut Filter, query: &OperationQuery) -> Result<(), VaultError> {
    for (name, column, typed) in [
        ("manufacturer", "o.manufacturer", &query.manufacturer),
        ("model", "o.model", &query.model),
        ("website", "o.website", &query.website),
    ] {
        if let Some(words) = Words::of(typed) {
            let texts = each_once(connection, name)?.into_iter().filter(|text| words.are_in(text));
            one_of(filter, column, texts.map(Value::Text).collect());
        }
    }
    Ok(())
}

/// Words in the name of a person or of a policy.
fn requester_words(connection: &Connection, filter: &mut Filter, typed: &str) -> Result<(), VaultError> {
    if let Some(ids) = requesters(connection, typed)? {
        one_of(filter, "o.requester_id", ids.into_iter().map(|id| Value::Blob(id.to_vec())).collect());
    }
    Ok(())
}

/// The ids of the people and policies whose name has the words; none where nothing was typed.
pub(in crate::store) fn requesters(connection: &Connection, typed: &str) -> Result<Option<Vec<[u8; 16]>>, VaultError> {
    let Some(words) = Words::of(typed) else { return Ok(None) };
    let named = connection
        .prepare_cached("SELECT id, name FROM users UNION ALL SELECT id, name FROM policy_names")
        .stored()?
        .query_map([], |row| Ok((row.get("id")?, row.get::<_, String>("name")?)))
        .stored()?
        .collect::<rusqlite::Result<Vec<_>>>()
        .stored()?;
    Ok(Some(named.into_iter().filter(|(_, name)| words.are_in(name)).map(|(id, _)| id).collect()))
}

/// What was typed to look for in a short list of texts.
pub(in crate::store) struct Words(Vec<String>);

impl Words {
    pub(in crate::store) fn of(typed: &str) -> Option<Self> {
        let words: Vec<String> = words(typed).iter().map(|word| word.to_lowercase()).collect();
        if words.is_empty() { None } else { Some(Self(words)) }
    }

    pub(in crate::store) fn are_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.0.iter().all(|word| text.contains(word.as_str()))
    }
}

/// Adds "the column equals one of the values", which nothing does where there are none.
fn one_of(filter: &mut Filter, column: &'static str, values: Vec<Value>) {
    if values.is_empty() {
        filter.push(Condition::found_by("FALSE", format!("{NUMBERS} WHERE FALSE")));
    } else {
        filter.indexed(NUMBERS, column, values);
    }
}
