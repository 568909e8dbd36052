//! Lists by keyset pages, with filter and order in SQL.

use rusqlite::{Connection, Row, params_from_iter, types::Value};

use crate::{Cursor, Page, VaultError, error::Stored};

/// Conditions and their values, numbered in the order they are added.
#[derive(Default)]
pub(super) struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    /// Adds a value and answers with its placeholder.
    pub(super) fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Adds a condition.
    pub(super) fn add(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }

    /// Adds "the expression equals the value".
    pub(super) fn equals(&mut self, expression: &str, value: impl Into<Value>) {
        let place = self.value(value);
        self.add(format!("{expression} = {place}"));
    }

    /// The values so far.
    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    pub(super) fn clause(&self) -> String {
        match self.conditions.is_empty() {
            true => String::new(),
            false => format!(" WHERE {}", self.conditions.join(" AND ")),
        }
    }
}

/// One list: what is selected, from where, in which order.
pub(super) struct List<'a> {
    /// Names the list in cursors.
    pub(super) name: &'static str,
    /// The columns of a row.
    pub(super) columns: &'a str,
    /// The tables with the joins that the columns need. None of them may add or remove a row.
    pub(super) from: &'a str,
    /// The tables that the filter needs, to count.
    pub(super) counted: &'a str,
    /// What it is sorted by; never null, and the first column of an index.
    pub(super) sort: &'static str,
    /// The integer primary key, which breaks ties.
    pub(super) number: &'static str,
    pub(super) descending: bool,
}

impl List<'_> {
    /// Reads one page.
    pub(super) fn page<T>(
        &self,
        connection: &Connection,
        mut filter: Filter,
        after: Option<&Cursor>,
        limit: u32,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Page<T>, VaultError> {
        let total = self.total(connection, &filter)?;
        if let Some(cursor) = after {
            let (value, number) = cursor.place(&self.label())?;
            let (value, number) = (filter.value(value), filter.value(number));
            let beyond = if self.descending { "<" } else { ">" };
            filter.add(format!("({}, {}) {beyond} ({value}, {number})", self.sort, self.number));
        }
        // One row more than asked for tells whether another page follows.
        let one_more = filter.value(i64::from(limit) + 1);
        let sql = self.statement(&filter, &one_more);
        let mut statement = connection.prepare_cached(&sql).stored()?;
        let mut found = statement.query(params_from_iter(&filter.values)).stored()?;
        let mut rows = Vec::with_capacity(limit.min(1_000) as usize);
        let (mut last, mut next) = (None, None);
        while let Some(row) = found.next().stored()? {
            if rows.len() == limit as usize {
                next = last;
                break;
            }
            rows.push(read(row).stored()?);
            last = Some(self.cursor(row)?);
        }
        Ok(Page { rows, next, total })
    }

    /// Calls back with every row, in the order of the list, until the callback fails.
    pub(super) fn each<T, E: From<VaultError>>(
        &self,
        connection: &Connection,
        filter: &Filter,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        mut found: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = self.statement(filter, "-1");
        let mut statement = connection.prepare(&sql).stored()?;
        let mut rows = statement.query(params_from_iter(filter.values())).stored()?;
        while let Some(row) = rows.next().stored()? {
            found(read(row).stored()?)?;
        }
        Ok(())
    }

    pub(super) fn statement(&self, filter: &Filter, limit: &str) -> String {
        let direction = if self.descending { "DESC" } else { "ASC" };
        format!(
            "SELECT {columns}, {sort} AS cursor_value, {number} AS cursor_number FROM {from}{clause} \
             ORDER BY {sort} {direction}, {number} {direction} LIMIT {limit}",
            columns = self.columns,
            sort = self.sort,
            number = self.number,
            from = self.from,
            clause = filter.clause(),
        )
    }

    fn total(&self, connection: &Connection, filter: &Filter) -> Result<u64, VaultError> {
        let sql = format!("SELECT count(*) FROM {}{}", self.counted, filter.clause());
        let mut statement = connection.prepare_cached(&sql).stored()?;
        let total: i64 = statement.query_row(params_from_iter(&filter.values), |row| row.get(0)).stored()?;
        Ok(total.unsigned_abs())
    }

    fn cursor(&self, row: &Row<'_>) -> Result<Cursor, VaultError> {
        let value: Value = row.get("cursor_value").stored()?;
        let number: i64 = row.get("cursor_number").stored()?;
        Cursor::after(&self.label(), value, number)
    }

    /// A cursor of one order means nothing in another.
    fn label(&self) -> String {
        format!("{} {} {}", self.name, self.sort, if self.descending { "down" } else { "up" })
    }
}

/// Reads one column of all rows that a filter lets through.
pub(super) fn column<T>(
    connection: &Connection,
    select: &str,
    filter: &Filter,
    order: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, VaultError> {
    let sql = format!("{select}{} ORDER BY {order}", filter.clause());
    let mut statement = connection.prepare_cached(&sql).stored()?;
    let rows = statement.query_map(params_from_iter(&filter.values), |row| read(row)).stored()?;
    rows.collect::<rusqlite::Result<_>>().stored()
}
