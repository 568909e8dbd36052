//! A page of the list, found by looking at every row.

use std::sync::Arc;

use domain::{Enumeration, operation::OperationState};
use indexmap::IndexSet;
use rusqlite::types::Value;

use super::{
    Loaded,
    names::Order,
    rows::{Class, Facts, Rows, Subject, Time},
};
use crate::{
    OperationQuery, OperationSort, VaultError,
    store::{
        operations::operation_filter::{Words, bounds},
        search::words,
        value::{fold, micros},
    },
};

/// So many rows are looked at before those of them that suit are looked at more closely.
const CHUNK: usize = 1_024;

/// What is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) query: &'a OperationQuery,
    /// The ids that fit the query's requester, where it names one.
    pub(crate) requesters: Option<Vec<[u8; 16]>>,
    /// Sort value and code of the last row of the page before.
    pub(crate) after: Option<(Value, i64)>,
}

/// What was found.
pub(crate) struct Found {
    /// Sort value and code of the rows of the page, and of one more, which tells that another page follows.
    pub(crate) keys: Vec<(Value, i64)>,
    /// How many rows the whole list has.
    pub(crate) total: u64,
}

/// What a row must be like.
struct Wanted {
    /// For every subject and every class, by its place, whether it may be that.
    subjects: Vec<bool>,
    classes: Vec<bool>,
    code: Option<i64>,
    /// Words that may be a code: a row has the code, or its subject has the word.
    codes: Vec<(i64, Vec<bool>)>,
    times: Option<WantedTimes>,
}

/// What its times must be like; a range's end is not in it.
struct WantedTimes {
    scheduled: (Option<i64>, Option<i64>),
    started: (Option<i64>, Option<i64>),
    late: Option<Late>,
}

/// It should have begun before, or the program that holds it gave no sign of life since.
struct Late {
    before: i64,
    lease_before: i64,
    scheduled: Vec<bool>,
    running: Vec<bool>,
}

impl Loaded {
    pub(super) fn find(&mut self, asked: &Asked<'_>) -> Result<Found, VaultError> {
        let query = asked.query;
        let wanted = self.wanted(asked)?;
        let sorted = Sorted::by(query.sort, &mut self.rows);
        let rows = &self.rows;
        let walk = Walk {
            after: match &asked.after {
                Some((value, code)) => Some((sorted.of_value(value)?, *code)),
                None => None,
            },
            descending: query.descending,
            wanted: query.limit as usize + 1,
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
        let keys = codes.into_iter().map(|code| (rows.sort_value(query.sort, code), code)).collect();
        Ok(Found { keys, total })
    }

    fn wanted(&mut self, asked: &Asked<'_>) -> Result<Wanted, VaultError> {
        let query = asked.query;
        let mut codes = Vec::new();
        let subjects = self.subjects(query, &mut codes)?;
        let rows = &self.rows;
        Ok(Wanted {
            subjects,
            classes: classes(rows, query, asked.requesters.as_deref()),
            code: query.code,
            codes,
            times: WantedTimes::of(query, rows),
        })
    }

    /// Which subjects fit; a word that may be a code is put aside.
    fn subjects(&mut self, query: &OperationQuery, codes: &mut Vec<(i64, Vec<bool>)>) -> Result<Vec<bool>, VaultError> {
        let (rows, letters) = (&mut self.rows, &mut self.letters);
        let mut fitting = vec![true; rows.subjects.len()];
        for word in words(&query.username) {
            let with = rows.usernames.with(&word, letters)?;
            keep(&mut fitting, rows, |subject| with[subject.username]);
        }
        for word in words(&query.device_name) {
            let with = rows.device_names.with(&word, letters)?;
            keep(&mut fitting, rows, |subject| with[subject.device_name]);
        }
        for word in words(&query.text) {
            let (accounts, devices) = (rows.usernames.with(&word, letters)?, rows.device_names.with(&word, letters)?);
            let has = |subject: &Subject| accounts[subject.username] || devices[subject.device_name];
            match word.trim_start_matches('#').parse() {
                Ok(code) => codes.push((code, rows.subjects.iter().map(has).collect())),
                Err(_) => keep(&mut fitting, rows, has),
            }
        }
        let parts: [(&str, &IndexSet<String>, PartOf); 3] = [
            (&query.manufacturer, &rows.manufacturers, |subject| subject.manufacturer),
            (&query.model, &rows.models, |subject| subject.model),
            (&query.website, &rows.websites, |subject| subject.website),
        ];
        for (typed, texts, part) in parts {
            if let Some(words) = Words::of(typed) {
                let with: Vec<bool> = texts.iter().map(|text| words.are_in(text)).collect();
                keep(&mut fitting, rows, |subject| with[part(subject)]);
            }
        }
        if let Some(credential) = query.credential.map(|id| id.as_uuid().into_bytes()) {
            keep(&mut fitting, rows, |subject| subject.credential == credential);
        }
        if let Some(device) = query.device.map(|id| id.as_uuid().into_bytes()) {
            keep(&mut fitting, rows, |subject| subject.device == device);
        }
        for tag in &query.tags {
            let carried = self.tags.carried(&self.connection, rows, &fold(tag))?;
            fitting.iter_mut().zip(carried).for_each(|(fits, carries)| *fits &= carries);
        }
        Ok(fitting)
    }
}

/// The place of a part of a subject.
type PartOf = fn(&Subject) -> usize;

/// Keeps the subjects that are like that.
fn keep(fitting: &mut [bool], rows: &Rows, like: impl Fn(&Subject) -> bool) {
    for (fits, subject) in fitting.iter_mut().zip(&rows.subjects) {
        *fits = *fits && like(subject);
    }
}

/// Which texts are one of these words; all, where there is none.
fn one_of(texts: &IndexSet<String>, words: &[impl Enumeration]) -> Vec<bool> {
    texts.iter().map(|text| words.is_empty() || words.iter().any(|word| word.word() == text)).collect()
}

/// Which classes fit.
fn classes(rows: &Rows, query: &OperationQuery, requesters: Option<&[[u8; 16]]>) -> Vec<bool> {
    let (states, kinds) = (one_of(&rows.states, &query.states), one_of(&rows.kinds, &query.kinds));
    let asked = |id: &[u8; 16]| requesters.is_none_or(|fitting| fitting.contains(id));
    let requesters: Vec<bool> = rows.requesters.iter().map(asked).collect();
    let fits = |class: &Class| states[class.state] && kinds[class.kind] && requesters[class.requester];
    rows.classes.iter().map(fits).collect()
}

impl Wanted {
    /// What most filters ask for.
    fn suits(&self, facts: Facts) -> bool {
        self.classes[facts.class as usize] & self.subjects[facts.subject as usize]
    }

    /// Whether there is more to ask of a row that suits.
    fn asks_more(&self) -> bool {
        self.code.is_some() || !self.codes.is_empty() || self.times.is_some()
    }

    fn lets_through(&self, rows: &Rows, place: usize) -> bool {
        let (code, subject) = (rows.codes[place], rows.facts[place].subject as usize);
        self.code.is_none_or(|wanted| wanted == code)
            && self.codes.iter().all(|(wanted, with)| *wanted == code || with[subject])
            && self.times.as_ref().is_none_or(|times| times.let_through(rows, place))
    }
}

impl WantedTimes {
    fn of(query: &OperationQuery, rows: &Rows) -> Option<Self> {
        let (scheduled, started) = (bounds(query.scheduled), bounds(query.executed));
        let late = query.late.map(|(before, lease_before)| Late {
            before: micros(before),
            lease_before: micros(lease_before),
            scheduled: one_of(&rows.states, &[OperationState::Scheduled]),
            running: one_of(&rows.states, &[OperationState::Running]),
        });
        let any = scheduled != (None, None) || started != (None, None) || late.is_some();
        any.then_some(Self { scheduled, started, late })
    }

    fn let_through(&self, rows: &Rows, place: usize) -> bool {
        let time = |which: Time| rows.time(which)[place];
        is_in(self.scheduled, time(Time::Scheduled))
            && is_in(self.started, time(Time::Started))
            && self.late.as_ref().is_none_or(|late| {
                let state = rows.classes[rows.facts[place].class as usize].state;
                late.scheduled[state] && time(Time::NotBefore) < late.before
                    || late.running[state] && time(Time::LeaseUntil) < late.lease_before
            })
    }
}

fn is_in((from, to): (Option<i64>, Option<i64>), time: i64) -> bool {
    from.is_none_or(|from| from <= time) && to.is_none_or(|to| time < to)
}

/// What rows are sorted by, as numbers.
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

    /// What a row would have to be sorted by to have a value.
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
    /// What a row is sorted by, as the database has it.
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

/// A look at every row in the direction of an order.
struct Walk {
    /// The last row of the page before.
    after: Option<(i64, i64)>,
    descending: bool,
    /// So many rows.
    wanted: usize,
}

impl Walk {
    /// The codes of the first rows that are wanted, in their order, and how many are in all.
    fn over(&self, rows: &Rows, wanted: &Wanted, value_of: impl Fn(usize) -> i64) -> (Vec<i64>, u64) {
        // Not two's complement's minus, which the smallest number does not have.
        let turn = if self.descending { -1 } else { 0 };
        let after = self.after.map(|(value, code)| (value ^ turn, code ^ turn));
        let mut first = First { wanted: self.wanted, keys: Vec::new(), last: (i64::MAX, i64::MAX) };
        let (count, asks_more) = (rows.codes.len(), wanted.asks_more());
        let (mut total, mut suiting) = (0, [0; CHUNK]);
        for begin in (0..count).step_by(CHUNK) {
            let mut suit = 0;
            for step in begin..count.min(begin + CHUNK) {
                // In the direction of the order, so that few rows come before those that were found.
                let place = if self.descending { count - 1 - step } else { step };
                // Without a branch: no processor can guess which rows suit.
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

/// The first of many keys, without sorting the others.
struct First {
    wanted: usize,
    keys: Vec<(i64, i64)>,
    /// Once there are enough, the last of them; no other one can come after it.
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
