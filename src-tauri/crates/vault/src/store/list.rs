//! Lists by keyset pages, with filter and order in SQL.
//!
//! A page is found in one of two ways, so that it costs about the same whatever is asked for. Where some condition lets
//! only a few rows through, those rows are fetched and sorted. Otherwise the index of the order is walked from the
//! cursor on until the page is full; when many rows fulfil the condition, that happens soon. The choice between the two
//! is made by counting on the condition's own index, never further than [`FEW`]. Only the rows of the page itself are
//! then read with all their columns.

use rusqlite::{Connection, OptionalExtension, Row, types::Value};

use super::filter::Filter;
use crate::{Cursor, Page, VaultError, error::Stored, page::Total};

/// Up to this many rows, fetching and sorting is faster than walking an index.
const FEW: i64 = 2_000;
/// Up to this many rows, finding them by index is faster than checking rows one by one.
const MANY: i64 = 20_000;
/// The largest total that is counted exactly by an index.
const COUNTED: i64 = 10_000;
/// The number of rows that are checked for a total that no index can count.
const LOOKED_AT: i64 = 4_000;

/// One list: its columns, its tables and its order.
pub(super) struct List<'a> {
    /// Names the list in cursors.
    pub(super) name: &'static str,
    /// The columns of a row.
    pub(super) columns: &'a str,
    /// The tables with the joins that the columns need. None of them may add or remove a row.
    pub(super) from: &'static str,
    /// The table by itself, with its alias; also its name in `row_counts`.
    pub(super) table: &'static str,
    pub(super) alias: &'static str,
    /// The joins that the filter needs.
    pub(super) joins: &'static str,
    /// All of these tables in the order that a walk needs, where the walk uses the index of another table.
    pub(super) walked: Option<&'static str>,
    /// The expression that the list is sorted by. It is never null, and is the first column of an index.
    pub(super) sort: &'static str,
    /// The integer primary key, which breaks ties.
    pub(super) number: &'static str,
    pub(super) descending: bool,
}

/// The way in which the rows of a page are found.
#[derive(Clone, Copy)]
enum Way {
    /// By this condition, which few rows fulfil.
    Narrow(usize),
    /// Along the index of the order.
    Walk,
}

impl List<'_> {
    /// Reads one page of the list.
    pub(super) fn page<T>(
        &self,
        connection: &Connection,
        mut filter: Filter,
        after: Option<&Cursor>,
        limit: u32,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Page<T>, VaultError> {
        let way = self.way(connection, &mut filter)?;
        let (place, total) = match after {
            Some(cursor) => (Some(cursor.place(&self.label())?), cursor.total()),
            None => (None, self.total(connection, &filter, way)?),
        };
        let keys = self.keys(connection, &mut filter, way, place, limit)?;
        self.rows(connection, &keys, total, limit, read)
    }

    /// Reads the rows of a page, of which sort value and number are known, and of one more where another page follows.
    pub(super) fn rows<T>(
        &self,
        connection: &Connection,
        keys: &[(Value, i64)],
        total: Total,
        limit: u32,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Page<T>, VaultError> {
        let found = keys.len().min(limit as usize);
        let total = total.at_least(keys.len() as u64);
        let next = match keys.get(found.wrapping_sub(1)) {
            Some((value, number)) if keys.len() > found => {
                Some(Cursor::after(&self.label(), value.clone(), *number, total)?)
            }
            _ => None,
        };
        let sql = format!("SELECT {} FROM {} WHERE {} = ?1", self.columns, self.from, self.number);
        let mut statement = connection.prepare_cached(&sql).stored()?;
        let mut rows = Vec::with_capacity(found);
        for (_, number) in keys.iter().take(found) {
            // The number may come from outside this snapshot; its row may not be in the snapshot yet, or not any more.
            rows.extend(statement.query_row([number], &read).optional().stored()?);
        }
        Ok(Page { rows, next, total: total.count, total_is_exact: total.exact })
    }

    /// Calls back with every row, in the order of the list, until the callback fails.
    pub(super) fn each<T, E: From<VaultError>>(
        &self,
        connection: &Connection,
        mut filter: Filter,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        mut found: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let way = self.way(connection, &mut filter)?;
        let sql = self.statement(&filter, way, self.columns, self.from);
        let mut statement = connection.prepare(&sql).stored()?;
        let values = filter.parameters(&statement);
        let mut rows = statement.query(values).stored()?;
        while let Some(row) = rows.next().stored()? {
            found(read(row).stored()?)?;
        }
        Ok(())
    }

    /// Returns the statement for the rows in their order; `tables` are the tables that the columns need.
    fn statement(&self, filter: &Filter, way: Way, columns: &str, tables: &str) -> String {
        let (clause, tables) = match way {
            Way::Narrow(place) => (filter.driven(place, self.number), tables),
            Way::Walk => (filter.walked(self.sort), self.walked.unwrap_or(tables)),
        };
        let (sort, number) = self.order(way);
        let direction = if self.descending { "DESC" } else { "ASC" };
        format!("SELECT {columns} FROM {tables}{clause} ORDER BY {sort} {direction}, {number} {direction}")
    }

    /// Returns the two expressions that the rows are sorted by. When the rows are few, and only then, a unary plus
    /// keeps SQLite from using an index for the order.
    fn order(&self, way: Way) -> (String, String) {
        let plus = if matches!(way, Way::Narrow(_)) { "+" } else { "" };
        (format!("{plus}{}", self.sort), format!("{plus}{}", self.number))
    }

    /// Counts all rows that match, even if that takes long.
    pub(super) fn count(&self, connection: &Connection, mut filter: Filter) -> Result<u64, VaultError> {
        let way = self.way(connection, &mut filter)?;
        let filter = &filter;
        match way {
            Way::Walk if filter.is_empty() => self.all(connection),
            Way::Walk => count(connection, &format!("{}{}", self.counted(), filter.plain(self.number)), filter),
            Way::Narrow(place) => self.count_few(connection, filter, place),
        }
    }

    /// Decides how the rows are found, and which conditions are checked row by row.
    fn way(&self, connection: &Connection, filter: &mut Filter) -> Result<Way, VaultError> {
        let mut fewest = (FEW + 1, Way::Walk);
        let mut broad = Vec::new();
        for (place, narrow) in filter.narrow() {
            let far = if filter.has_each(place) { MANY } else { FEW };
            let rows = count(connection, &format!("(SELECT 1 FROM ({narrow}) LIMIT {})", far + 1), filter)?;
            let rows = i64::try_from(rows).unwrap_or(i64::MAX);
            if rows < fewest.0 {
                fewest = (rows, Way::Narrow(place));
            }
            if rows > MANY {
                broad.push(place);
            }
        }
        for place in broad {
            filter.look_at_each(place);
        }
        Ok(fewest.1)
    }

    /// Returns the sort value and the number of the rows of a page, and of one more, which shows that another page
    /// follows.
    fn keys(
        &self,
        connection: &Connection,
        filter: &mut Filter,
        way: Way,
        place: Option<(Value, i64)>,
        limit: u32,
    ) -> Result<Vec<(Value, i64)>, VaultError> {
        let (sort, number) = self.order(way);
        if let Some((value, last)) = place {
            let (value, last) = (filter.value(value), filter.value(last));
            let beyond = if self.descending { "<" } else { ">" };
            filter.add(format!("({sort}, {number}) {beyond} ({value}, {last})"));
        }
        let one_more = filter.value(i64::from(limit) + 1);
        let columns = format!("{}, {}", self.sort, self.number);
        let sql = format!("{} LIMIT {one_more}", self.statement(filter, way, &columns, &self.counted()));
        let mut statement = connection.prepare_cached(&sql).stored()?;
        let values = filter.parameters(&statement);
        let keys = statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?))).stored()?;
        keys.collect::<rusqlite::Result<_>>().stored()
    }

    /// Returns the total: exact where counting is cheap, otherwise a lower bound.
    fn total(&self, connection: &Connection, filter: &Filter, way: Way) -> Result<Total, VaultError> {
        if let Way::Narrow(place) = way {
            return Ok(Total::exactly(self.count_few(connection, filter, place)?));
        }
        if filter.is_empty() {
            return Ok(Total::exactly(self.all(connection)?));
        }
        if let Some(narrow) = filter.only_narrow() {
            let limited = format!("(SELECT 1 FROM ({narrow}) LIMIT {})", COUNTED + 1);
            let rows = count(connection, &limited, filter)?;
            return Ok(Total { count: rows.min(COUNTED.unsigned_abs()), exact: rows <= COUNTED.unsigned_abs() });
        }
        let from = format!("(SELECT * FROM {} LIMIT {LOOKED_AT}) {}{}", self.table, self.alias, self.joins);
        let rows = count(connection, &format!("{from}{}", filter.walked("")), filter)?;
        Ok(Total { count: rows, exact: self.all(connection)? <= LOOKED_AT.unsigned_abs() })
    }

    fn count_few(&self, connection: &Connection, filter: &Filter, place: usize) -> Result<u64, VaultError> {
        count(connection, &format!("{}{}", self.counted(), filter.driven(place, self.number)), filter)
    }

    /// Returns the number of rows of the table. For the audit trail it is the last number, because the numbers have no
    /// gap.
    fn all(&self, connection: &Connection) -> Result<u64, VaultError> {
        if self.table == "audit" {
            let sql = "SELECT coalesce(max(number), 0) FROM audit";
            let rows: i64 = connection.prepare_cached(sql).stored()?.query_row([], |row| row.get(0)).stored()?;
            return Ok(rows.unsigned_abs());
        }
        let mut statement = connection.prepare_cached("SELECT count FROM row_counts WHERE name = ?1").stored()?;
        let rows: Option<i64> = statement.query_row([self.table], |row| row.get(0)).optional().stored()?;
        match rows {
            Some(rows) => Ok(rows.unsigned_abs()),
            None => count(connection, self.table, &Filter::default()),
        }
    }

    /// Returns the tables that the filter needs.
    fn counted(&self) -> String {
        format!("{} {}{}", self.table, self.alias, self.joins)
    }

    /// Returns the name of the list in cursors. It contains the order, because a cursor of one order is invalid in
    /// another.
    pub(super) fn label(&self) -> String {
        format!("{} {} {}", self.name, self.sort, if self.descending { "down" } else { "up" })
    }
}

/// Counts the rows that match a filter.
fn count(connection: &Connection, from: &str, filter: &Filter) -> Result<u64, VaultError> {
    let mut statement = connection.prepare_cached(&format!("SELECT count(*) FROM {from}")).stored()?;
    let values = filter.parameters(&statement);
    let rows: i64 = statement.query_row(values, |row| row.get(0)).stored()?;
    Ok(rows.unsigned_abs())
}

/// Reads one column of all rows that match a filter.
pub(super) fn column<T>(
    connection: &Connection,
    select: &str,
    filter: &Filter,
    number: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, VaultError> {
    let sql = format!("{select}{} ORDER BY {number}", filter.plain(number));
    let mut statement = connection.prepare_cached(&sql).stored()?;
    let values = filter.parameters(&statement);
    let rows = statement.query_map(values, |row| read(row)).stored()?;
    rows.collect::<rusqlite::Result<_>>().stored()
}
