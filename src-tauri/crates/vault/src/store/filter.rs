//! The conditions of a list and their values.

use rusqlite::{ParamsFromIter, params_from_iter, types::Value};

/// Conditions and their values, numbered in the order they are added.
#[derive(Default)]
pub(super) struct Filter {
    conditions: Vec<Condition>,
    values: Vec<Value>,
}

/// One condition, in the forms that the ways to a page need.
pub(super) struct Condition {
    /// The column it compares, where it compares one.
    column: Option<&'static str>,
    /// The condition on a row.
    sql: String,
    /// A statement that finds the numbers of the rows on an index.
    narrow: Option<String>,
    /// The condition asked of one row after the other, where that is cheaper than to find all rows: when most have it.
    each: Option<String>,
}

impl Condition {
    /// A condition that no index knows.
    pub(super) fn plain(sql: impl Into<String>) -> Self {
        Self { column: None, sql: sql.into(), narrow: None, each: None }
    }

    /// A condition for which a statement finds the rows' numbers on an index.
    pub(super) fn found_by(sql: impl Into<String>, narrow: impl Into<String>) -> Self {
        Self { column: None, sql: sql.into(), narrow: Some(narrow.into()), each: None }
    }

    /// The same, with a form for rows that are looked at one by one.
    pub(super) fn or_each(self, each: impl Into<String>) -> Self {
        Self { each: Some(each.into()), ..self }
    }

    /// Both forms, to build another condition from them.
    pub(super) fn into_parts(self) -> (String, Option<String>) {
        (self.sql, self.narrow)
    }
}

impl Filter {
    /// Adds a value and answers with its placeholder.
    pub(super) fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Adds a condition that no index knows.
    pub(super) fn add(&mut self, sql: impl Into<String>) {
        self.push(Condition::plain(sql));
    }

    /// Adds a condition.
    pub(super) fn push(&mut self, condition: Condition) {
        self.conditions.push(condition);
    }

    /// Adds "the column equals the value", where no index begins with the column.
    #[allow(dead_code, reason = "for columns without an index, which a list may grow")]
    pub(super) fn equals(&mut self, column: &'static str, value: impl Into<Value>) {
        let place = self.value(value);
        self.push(Condition { column: Some(column), sql: format!("{column} = {place}"), narrow: None, each: None });
    }

    /// Adds "the column equals one of the values", where an index begins with the column; `numbers` is the beginning of
    /// a statement that selects rows' numbers. Nothing where there are no values.
    pub(super) fn indexed(&mut self, numbers: &str, column: &'static str, values: Vec<Value>) {
        if values.is_empty() {
            return;
        }
        let places: Vec<String> = values.into_iter().map(|value| self.value(value)).collect();
        let sql = match &places[..] {
            [one] => format!("{column} = {one}"),
            several => format!("{column} IN ({})", several.join(", ")),
        };
        let narrow = Some(format!("{numbers} WHERE {sql}"));
        self.push(Condition { column: Some(column), sql, narrow, each: None });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    pub(super) fn parameters(&self) -> ParamsFromIter<&Vec<Value>> {
        params_from_iter(&self.values)
    }

    /// The statements that find rows on an index, each with its condition's place.
    pub(super) fn narrow(&self) -> impl Iterator<Item = (usize, &str)> {
        self.conditions.iter().enumerate().filter_map(|(place, condition)| Some((place, condition.narrow.as_deref()?)))
    }

    /// Looks at rows one by one for a condition that most of them have.
    pub(super) fn look_at_each(&mut self, place: usize) {
        if let Some(condition) = self.conditions.get_mut(place)
            && let Some(each) = condition.each.take()
        {
            condition.sql = each;
        }
    }

    /// Which conditions can be looked at row by row.
    pub(super) fn has_each(&self, place: usize) -> bool {
        self.conditions.get(place).is_some_and(|condition| condition.each.is_some())
    }

    /// The one condition's statement, where there is only one condition and an index knows it.
    pub(super) fn only_narrow(&self) -> Option<&str> {
        match &self.conditions[..] {
            [only] => only.narrow.as_deref(),
            _ => None,
        }
    }

    /// For a walk along the order: no other index may tempt the database away from it.
    pub(super) fn walked(&self, sort: &str) -> String {
        clause(self.conditions.iter().map(|condition| condition.walked(sort)))
    }

    /// The rows that one condition finds, and of them those that the others let through.
    pub(super) fn driven(&self, place: usize, number: &str) -> String {
        clause(self.conditions.iter().enumerate().map(|(index, condition)| match &condition.narrow {
            Some(narrow) if index == place => format!("{number} IN ({narrow})"),
            _ => condition.walked(""),
        }))
    }

    /// As the database likes it best.
    pub(super) fn plain(&self, number: &str) -> String {
        clause(self.conditions.iter().map(|condition| match (&condition.column, &condition.narrow) {
            (None, Some(narrow)) => format!("{number} IN ({narrow})"),
            _ => condition.sql.clone(),
        }))
    }
}

impl Condition {
    fn walked(&self, sort: &str) -> String {
        match self.column {
            // A plus before a column keeps its index from being used.
            Some(column) if column != sort => format!("+{}", self.sql),
            _ => self.sql.clone(),
        }
    }
}

fn clause(conditions: impl Iterator<Item = String>) -> String {
    let conditions: Vec<String> = conditions.collect();
    match conditions.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", conditions.join(" AND ")),
    }
}
