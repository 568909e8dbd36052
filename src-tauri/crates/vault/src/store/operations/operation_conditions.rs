//! Translates the criteria of the list of operations into SQL conditions.

use rusqlite::{Connection, types::Value};

use super::{
    operation_choices::each_once,
    operation_filter::{Criterion, IdColumn, NameColumn, TextColumn, TimeColumn, WordColumn},
};
use crate::{
    VaultError,
    store::{
        filter::{Condition, Filter},
        search::{Searched, condition},
    },
};

/// The beginning of a statement that selects operations' codes.
const NUMBERS: &str = "SELECT o.code FROM operations o";

/// The beginnings of statements for the devices and the credentials that carry a tag, which follows, folded.
pub(super) const CARRIERS: [&str; 2] = [
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
            // CROSS: SQLite must go from the words to the credentials to their operations, in this order.
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

static NAMES: Searched = searched!(
    "username device_name",
    "o.username || char(10) || o.device_name",
    "c.username || char(10) || c.device_name"
);
static USERNAME: Searched = searched!("username", "o.username", "c.username");
static DEVICE: Searched = searched!("device_name", "o.device_name", "c.device_name");

/// Translates the criteria of the list of operations into SQL conditions.
pub(super) fn conditions(connection: &Connection, criteria: &[Criterion]) -> Result<Filter, VaultError> {
    let mut filter = Filter::default();
    for criterion in criteria {
        add(connection, &mut filter, criterion)?;
    }
    Ok(filter)
}

fn add(connection: &Connection, filter: &mut Filter, criterion: &Criterion) -> Result<(), VaultError> {
    match criterion {
        Criterion::Code(code) => filter.indexed(NUMBERS, "o.code", vec![Value::Integer(*code)]),
        Criterion::Id(column, id) => filter.indexed(NUMBERS, column.sql(), vec![Value::Blob(id.to_vec())]),
        Criterion::OneOf(column, words) => {
            let values = words.iter().map(|word| Value::Text((*word).to_owned()));
            filter.indexed(NUMBERS, column.sql(), values.collect());
        }
        Criterion::Requester(ids) => {
            one_of(filter, "o.requester_id", ids.iter().map(|id| Value::Blob(id.to_vec())).collect());
        }
        Criterion::Between(column, bounds) => filter.between(NUMBERS, column.sql(), *bounds),
        Criterion::Name(column, word) => {
            let condition = condition(filter, word, column.searched());
            filter.push(condition);
        }
        Criterion::NameOrCode(word, code) => {
            let names = condition(filter, word, &NAMES);
            let code = filter.value(*code);
            filter.push(or_code(&code, names));
        }
        Criterion::Text(column, words) => {
            // The distinct texts are searched first, each once.
            let (name, sql) = column.name_and_sql();
            let texts = each_once(connection, name)?.into_iter().filter(|text| words.are_in(text));
            one_of(filter, sql, texts.map(Value::Text).collect());
        }
        Criterion::Tag(tag) => {
            let condition = tagged(&filter.value(tag.clone()));
            filter.push(condition);
        }
        Criterion::Late { due_before, lease_before } => {
            let condition = late(&filter.value(*due_before), &filter.value(*lease_before));
            filter.push(condition);
        }
    }
    Ok(())
}

impl IdColumn {
    fn sql(self) -> &'static str {
        match self {
            Self::Credential => "o.credential_id",
            Self::Device => "o.device_id",
        }
    }
}

impl WordColumn {
    fn sql(self) -> &'static str {
        match self {
            Self::State => "o.state",
            Self::Kind => "o.kind",
        }
    }
}

impl TimeColumn {
    fn sql(self) -> &'static str {
        match self {
            Self::Scheduled => "o.scheduled_at",
            Self::Started => "o.started_order",
        }
    }
}

impl NameColumn {
    fn searched(self) -> &'static Searched {
        match self {
            Self::Username => &USERNAME,
            Self::Device => &DEVICE,
            Self::Either => &NAMES,
        }
    }
}

impl TextColumn {
    fn name_and_sql(self) -> (&'static str, &'static str) {
        match self {
            Self::Manufacturer => ("manufacturer", "o.manufacturer"),
            Self::Model => ("model", "o.model"),
            Self::Website => ("website", "o.website"),
        }
    }
}

/// Returns the condition that the device or the credential carries the tag.
fn tagged(tag: &str) -> Condition {
    let [devices, credentials] = CARRIERS.map(|statement| format!("{statement}{tag}"));
    Condition::found_by(
        format!("(EXISTS ({devices} AND d.id = o.device_id) OR EXISTS ({credentials} AND c.id = o.credential_id))"),
        format!("{NUMBERS} WHERE o.device_id IN ({devices}) OR o.credential_id IN ({credentials})"),
    )
}

/// Returns the condition that the operation should have begun, or that its program gave no sign of life.
fn late(before: &str, lease_before: &str) -> Condition {
    let late = |plus: &str| {
        format!(
            "({plus}o.state = 'scheduled' AND o.not_before < {before} \
             OR {plus}o.state = 'running' AND o.lease_until < {lease_before})"
        )
    };
    Condition::found_by(late("+"), format!("{NUMBERS} WHERE {}", late("")))
}

/// Returns a condition for a number, which may be a code or a part of a name.
fn or_code(code: &str, names: Condition) -> Condition {
    match names.into_parts() {
        (sql, Some(narrow)) => {
            Condition::found_by(format!("(o.code = {code} OR {sql})"), format!("SELECT {code} UNION ALL {narrow}"))
        }
        (sql, None) => Condition::plain(format!("(o.code = {code} OR {sql})")),
    }
}

/// Adds "the column equals one of the values". Adds nothing when there are no values.
fn one_of(filter: &mut Filter, column: &'static str, values: Vec<Value>) {
    if values.is_empty() {
        filter.push(Condition::found_by("FALSE", format!("{NUMBERS} WHERE FALSE")));
    } else {
        filter.indexed(NUMBERS, column, values);
    }
}
