//! The search for a page of the list, by checking every row.

use std::sync::Arc;

use rusqlite::types::Value;

use super::{
    Loaded,
    names::Order,
    rows::{Rows, Time},
    wanted::Wanted,
};
use crate::{OperationSort, VaultError, store::operations::operation_filter::Criterion};

/// The number of rows that are checked for subject and class before the other conditions of the fitting ones are
/// checked.
const CHUNK: usize = 1_024;

/// A query for one page.
pub(crate) struct Asked<'a> {
    pub(in crate::store::operations) criteria: &'a [Criterion],
    pub(crate) sort: OperationSort,
    pub(crate) descending: bool,
    pub(crate) limit: u32,
    /// Sort value and code of the last row of the page before.
    pub(crate) after: Option<(Value, i64)>,
}

/// The result of a query for one page.
pub(crate) struct Found {
    /// Sort value and code of the rows of the page. One row more than the limit shows that another page follows.
    pub(crate) keys: Vec<(Value, i64)>,
    /// The number of rows of the whole list.
    pub(crate) total: u64,
}

impl Loaded {
    pub(super) fn find(&mut self, asked: &Asked<'_>) -> Result<Found, VaultError> {
        let wanted = self.wanted(asked.criteria)?;
        let sorted = Sorted::by(asked.sort, &mut self.rows);
        let rows = &self.rows;
        let walk = Walk {
            after: match &asked.after {
                Some((value, code)) => Some((sorted.of_value(value)?, *code)),
                None => None,
            },
            descending: asked.descending,
            wanted: asked.limit as usize + 1,
        };
        let (codes, total) = match &sorted {
            Sorted::Code => walk.over(rows, &wanted, |place| rows.codes[place]),
            Sorted::Subjects(ranks, _) => walk.over(rows, &wanted, |place| ranks[rows.facts[place].subject as usize]),
            Sorted::Classes(ranks, _) => walk.over(rows, &wanted, |place| ranks[rows.facts[place].class as usize]),
            Sorted::Time(which) => {
                let times = rows.time(*which);
                walk.over(rows, &wanted, |place| times[place])
            }
        };
        let keys = codes.into_iter().map(|code| (rows.sort_value(asked.sort, code), code)).collect();
        Ok(Found { keys, total })
    }
}

/// The sort keys of the rows, as numbers.
enum Sorted {
    Code,
    /// The rank of each subject.
    Subjects(Vec<i64>, Arc<Order>),
    /// The rank of each class.
    Classes(Vec<i64>, Order),
    Time(Time),
}

impl Sorted {
    fn by(sort: OperationSort, rows: &mut Rows) -> Self {
        match sort {
            OperationSort::Code => Self::Code,
            OperationSort::Username => {
                let order = rows.usernames.order();
                Self::Subjects(rows.subjects.iter().map(|subject| order.ranks[subject.username]).collect(), order)
            }
            OperationSort::Device => {
                let order = rows.device_names.order();
                Self::Subjects(rows.subjects.iter().map(|subject| order.ranks[subject.device_name]).collect(), order)
            }
            OperationSort::State => {
                let order = Order::of(rows.states.iter(), str::to_owned);
                Self::Classes(rows.classes.iter().map(|class| order.ranks[class.state]).collect(), order)
            }
            OperationSort::ScheduledAt => Self::Time(Time::Scheduled),
            OperationSort::StartedAt => Self::Time(Time::Started),
            OperationSort::EndedAt => Self::Time(Time::Ended),
        }
    }

    /// Returns the sort key that belongs to a sort value of the database.
    fn of_value(&self, value: &Value) -> Result<i64, VaultError> {
        match (self, value) {
            (Self::Code | Self::Time(_), Value::Integer(value)) => Ok(*value),
            (Self::Subjects(_, order), Value::Text(text)) => Ok(order.rank(&text.to_ascii_lowercase())),
            (Self::Classes(_, order), Value::Text(text)) => Ok(order.rank(text)),
            _ => Err(VaultError::InvalidCursor),
        }
    }
}

impl Rows {
    /// Returns the sort value of a row, as the database has it.
    fn sort_value(&self, sort: OperationSort, code: i64) -> Value {
        let Ok(place) = self.codes.binary_search(&code) else { return Value::Integer(code) };
        let facts = self.facts[place];
        let subject = self.subjects[facts.subject as usize];
        match sort {
            OperationSort::Code => Value::Integer(code),
            OperationSort::Username => Value::Text(self.usernames.get(subject.username).to_owned()),
            OperationSort::Device => Value::Text(self.device_names.get(subject.device_name).to_owned()),
            OperationSort::State => Value::Text(self.states[self.classes[facts.class as usize].state].clone()),
            OperationSort::ScheduledAt => Value::Integer(self.time(Time::Scheduled)[place]),
            OperationSort::StartedAt => Value::Integer(self.time(Time::Started)[place]),
            OperationSort::EndedAt => Value::Integer(self.time(Time::Ended)[place]),
        }
    }
}

/// A walk over every row in the direction of an order.
struct Walk {
    /// The last row of the page before.
    after: Option<(i64, i64)>,
    descending: bool,
    wanted: usize,
}

impl Walk {
    /// Returns the codes of the first matching rows, in their order, and the number of all matching rows.
    fn over(&self, rows: &Rows, wanted: &Wanted, value_of: impl Fn(usize) -> i64) -> (Vec<i64>, u64) {
        // The bits are inverted instead of negated, because the smallest number cannot be negated.
        let turn = if self.descending { -1 } else { 0 };
        let after = self.after.map(|(value, code)| (value ^ turn, code ^ turn));
        let mut first = First { wanted: self.wanted, keys: Vec::new(), last: (i64::MAX, i64::MAX) };
        let (count, asks_more) = (rows.codes.len(), wanted.asks_more());
        let (mut total, mut suiting) = (0, [0; CHUNK]);
        for begin in (0..count).step_by(CHUNK) {
            let mut suit = 0;
            for step in begin..count.min(begin + CHUNK) {
                // The rows are visited in the direction of the order, so that few of them come before the rows that
                // were found.
                let place = if self.descending { count - 1 - step } else { step };
                // There is no branch here, because a processor cannot predict which rows match.
                suiting[suit] = place;
                suit += usize::from(wanted.suits(rows.facts[place]));
            }
            for &place in &suiting[..suit] {
                if asks_more && !wanted.lets_through(rows, place) {
                    continue;
                }
                total += 1;
                let value = value_of(place) ^ turn;
                if value <= first.last.0 {
                    let key = (value, rows.codes[place] ^ turn);
                    if after.is_none_or(|after| key > after) {
                        first.offer(key);
                    }
                }
            }
        }
        (first.sorted().into_iter().map(|(_, code)| code ^ turn).collect(), total)
    }
}

/// The first of many keys, found without sorting the others.
struct First {
    wanted: usize,
    keys: Vec<(i64, i64)>,
    /// The last of the kept keys, once there are enough. No key after it can be one of the first.
    last: (i64, i64),
}

impl First {
    fn offer(&mut self, key: (i64, i64)) {
        if key <= self.last {
            self.keys.push(key);
            if self.keys.len() >= self.wanted * 4 {
                self.last = *self.keys.select_nth_unstable(self.wanted - 1).1;
                self.keys.truncate(self.wanted);
            }
        }
    }

    fn sorted(mut self) -> Vec<(i64, i64)> {
        self.keys.sort_unstable();
        self.keys.truncate(self.wanted);
        self.keys
    }
}
