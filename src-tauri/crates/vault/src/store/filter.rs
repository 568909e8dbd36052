//! The conditions of a list and their values.

use std::{iter::Take, slice::Iter};

use rusqlite::{ParamsFromIter, Statement, params_from_iter, types::Value};

/// Conditions and their values, numbered in the order they are added.
#[derive(Default)]
pub(super) struct Filter {
    conditions: Vec<Condition>,
    values: Vec<Value>,
}

/// One condition, in the forms that the different ways to find a page need.
pub(super) struct Condition {
    /// The column it compares, where it compares one.
    column: Option<&'static str>,
    /// The condition on a row.
    sql: String,
    /// A statement that finds the numbers of the rows on an index.
    narrow: Option<String>,
    /// Where that statement finds the rows of another table: the one that leads from them to the list's own, with `{}`
    /// for the former.
    leads_on: Option<&'static str>,
    /// The condition asked of one row after the other, where that is cheaper than to find all rows: when most have it.
    each: Option<String>,
}

impl Condition {
    /// A condition that no index knows.
    pub(super) fn plain(sql: impl Into<String>) -> Self {
        Self { column: None, sql: sql.into(), narrow: None, leads_on: None, each: None }
    }

    /// A condition for which a statement finds the rows' numbers on an index.
    pub(super) fn found_by(sql: impl Into<String>, narrow: impl Into<String>) -> Self {
        Self { column: None, sql: sql.into(), narrow: Some(narrow.into()), leads_on: None, each: None }
    }

    /// Adds a form for rows that are checked one by one.
    pub(super) fn or_each(self, each: impl Into<String>) -> Self {
        Self { each: Some(each.into()), ..self }
    }

    /// Returns both forms, to build another condition from them.
    pub(super) fn into_parts(self) -> (String, Option<String>) {
        (self.sql, self.narrow)
    }
}

impl Filter {
    /// Adds a value and returns its placeholder.
    pub(super) fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Adds a condition that no index knows.
    pub(super) fn add(&mut self, sql: impl Into<String>) {
        self.push(Condition::plain(sql));
    }

    /// Adds a condition that every row must fulfil.
    pub(super) fn push(&mut self, condition: Condition) {
        self.conditions.push(condition);
    }

    /// Adds "the column equals one of the values", where an index begins with the column; `numbers` is the beginning of
    /// a statement that selects rows' numbers. Adds nothing when there are no values.
    pub(super) fn indexed(&mut self, numbers: &str, column: &'static str, values: Vec<Value>) {
        if values.is_empty() {
            return;
        }
        let places: Vec<String> = values.into_iter().map(|value| self.value(value)).collect();
        let sql = match &places[..] {
            [one] => format!("{column} = {one}"),
            several => format!("{column} IN ({})", several.join(", ")),
        };
        self.compare(numbers, column, sql);
    }

    /// Adds "the column is in the range", as [`Filter::indexed`]; the end is exclusive. Adds nothing when the range has
    /// no bounds.
    pub(super) fn between(&mut self, numbers: &str, column: &'static str, range: (Option<i64>, Option<i64>)) {
        if range == (None, None) {
            return;
        }
        // One comparison of the column, so that one plus keeps its index from being used.
        let first = self.value(range.0.unwrap_or(i64::MIN));
        let last = self.value(range.1.map_or(i64::MAX, |end| end.saturating_sub(1)));
        self.compare(numbers, column, format!("{column} BETWEEN {first} AND {last}"));
    }

    fn compare(&mut self, numbers: &str, column: &'static str, sql: String) {
        let narrow = Some(format!("{numbers} WHERE {sql}"));
        self.push(Condition { column: Some(column), sql, narrow, leads_on: None, each: None });
    }

    /// States that the conditions so far find rows of another table; the statement leads from their numbers to the
    /// list's own.
    pub(super) fn lead_on(&mut self, statement: &'static str) {
        for condition in &mut self.conditions {
            condition.leads_on = Some(statement);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Returns the values for a statement. Values of forms that are not in the statement are left out.
    pub(super) fn parameters(&self, statement: &Statement<'_>) -> ParamsFromIter<Take<Iter<'_, Value>>> {
        params_from_iter(self.values.iter().take(statement.parameter_count()))
    }

    /// Returns the statements that find rows on an index, each with the position of its condition.
    pub(super) fn narrow(&self) -> impl Iterator<Item = (usize, &str)> {
        self.conditions.iter().enumerate().filter_map(|(place, condition)| Some((place, condition.narrow.as_deref()?)))
    }

    /// Checks rows one by one for a condition that most of them fulfil.
    pub(super) fn look_at_each(&mut self, place: usize) {
        if let Some(condition) = self.conditions.get_mut(place)
            && let Some(each) = condition.each.take()
        {
            condition.sql = each;
        }
    }

    /// Tells whether the condition at this position can be checked row by row.
    pub(super) fn has_each(&self, place: usize) -> bool {
        self.conditions.get(place).is_some_and(|condition| condition.each.is_some())
    }

    /// Returns the condition's statement when there is only one condition and an index answers it. The index must be on
    /// the list's own table, and each of its rows must be one row of the list.
    pub(super) fn only_narrow(&self) -> Option<&str> {
        match &self.conditions[..] {
            [only] if only.leads_on.is_none() => only.narrow.as_deref(),
            _ => None,
        }
    }

    /// Returns the conditions for a walk along the order. SQLite is kept from using any other index.
    pub(super) fn walked(&self, sort: &str) -> String {
        clause(self.conditions.iter().map(|condition| condition.walked(sort)))
    }

    /// Returns the conditions in the form in which one of them finds the rows by its index and the others check these
    /// rows.
    pub(super) fn driven(&self, place: usize, number: &str) -> String {
        clause(self.conditions.iter().enumerate().map(|(index, condition)| match condition.numbers() {
            Some(numbers) if index == place => format!("{number} IN ({numbers})"),
            _ => condition.walked(""),
        }))
    }

    /// Returns the conditions in the form that leaves the choice of the index to SQLite.
    pub(super) fn plain(&self, number: &str) -> String {
        clause(self.conditions.iter().map(|condition| match (condition.column, condition.numbers()) {
            (None, Some(numbers)) => format!("{number} IN ({numbers})"),
            _ => condition.sql.clone(),
        }))
    }
}

impl Condition {
    /// Returns the statement that finds the numbers of the list's own rows.
    fn numbers(&self) -> Option<String> {
        let narrow = self.narrow.as_deref()?;
        Some(self.leads_on.map_or_else(|| narrow.to_owned(), |statement| statement.replace("{}", narrow)))
    }

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
