//! A page of the list, found by looking at every row.

use domain::operation::StateName;
use indexmap::IndexSet;
use rusqlite::types::Value;

use super::{
    Loaded,
    names::Order,
    rows::{Facts, Rows, Subject, Times},
};
use crate::{
    OperationQuery, OperationSort, VaultError,
    store::{
        operation_filter::{Words, bounds},
        search::words,
        value::{fold, micros},
        words::Word,
    },
};

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

/// What a row must be like: for every value of a column, by its place, whether it may be that.
struct Wanted {
    code: Option<i64>,
    subjects: Vec<bool>,
    requesters: Vec<bool>,
    states: Vec<bool>,
    kinds: Vec<bool>,
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
        let rows = &mut self.rows;
        let sorted = Sorted::by(query.sort, rows);
        let upside_down = |key: (i64, i64)| if query.descending { (!key.0, !key.1) } else { key };
        let after = match &asked.after {
            Some((value, code)) => Some(upside_down((sorted.of_value(value)?, *code))),
            None => None,
        };
        let mut first = First::new(query.limit as usize + 1);
        let mut total = 0;
        let count = rows.codes.len();
        for step in 0..count {
            // In the direction of the order, so that few rows come before those that were found.
            let place = if query.descending { count - 1 - step } else { step };
            let (code, facts) = (rows.codes[place], rows.facts[place]);
            if wanted.lets(code, facts)
                && wanted.times.as_ref().is_none_or(|times| times.let_through(facts, rows.times[place]))
            {
                total += 1;
                let key = upside_down((sorted.of_row(code, facts, &rows.times[place]), code));
                if after.is_none_or(|after| key > after) {
                    first.offer(key);
                }
            }
        }
        let codes = first.sorted().into_iter().map(|key| upside_down(key).1);
        let keys = codes.map(|code| (rows.sort_value(query.sort, code), code)).collect();
        Ok(Found { keys, total })
    }

    fn wanted(&mut self, asked: &Asked<'_>) -> Result<Wanted, VaultError> {
        let query = asked.query;
        let mut codes = Vec::new();
        let subjects = self.subjects(query, &mut codes)?;
        let rows = &self.rows;
        Ok(Wanted {
            code: query.code,
            subjects,
            requesters: match &asked.requesters {
                Some(fitting) => rows.requesters.iter().map(|id| fitting.contains(id)).collect(),
                None => vec![true; rows.requesters.len()],
            },
            states: one_of(&rows.states, &query.states),
            kinds: one_of(&rows.kinds, &query.kinds),
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
fn one_of(texts: &IndexSet<String>, words: &[impl Word]) -> Vec<bool> {
    texts.iter().map(|text| words.is_empty() || words.iter().any(|word| word.word() == text)).collect()
}

impl Wanted {
    fn lets(&self, code: i64, facts: Facts) -> bool {
        self.subjects[facts.subject as usize]
            && self.states[usize::from(facts.state)]
            && self.kinds[usize::from(facts.kind)]
            && self.requesters[facts.requester as usize]
            && self.code.is_none_or(|wanted| wanted == code)
            && self.codes.iter().all(|(wanted, with)| *wanted == code || with[facts.subject as usize])
    }
}

impl WantedTimes {
    fn of(query: &OperationQuery, rows: &Rows) -> Option<Self> {
        let (scheduled, started) = (bounds(query.scheduled), bounds(query.executed));
        let late = query.late.map(|(before, lease_before)| Late {
            before: micros(before),
            lease_before: micros(lease_before),
            scheduled: one_of(&rows.states, &[StateName::Scheduled]),
            running: one_of(&rows.states, &[StateName::Running]),
        });
        let any = scheduled != (None, None) || started != (None, None) || late.is_some();
        any.then_some(Self { scheduled, started, late })
    }

    fn let_through(&self, facts: Facts, times: Times) -> bool {
        let state = usize::from(facts.state);
        is_in(self.scheduled, times.scheduled)
            && is_in(self.started, times.started)
            && self.late.as_ref().is_none_or(|late| {
                late.scheduled[state] && times.not_before < late.before
                    || late.running[state] && times.lease_until < late.lease_before
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
    Subjects(Vec<i64>, Order),
    States(Order),
    Times(fn(&Times) -> i64),
}

impl Sorted {
    fn by(sort: OperationSort, rows: &mut Rows) -> Self {
        match sort {
            OperationSort::Code => Self::Code,
            OperationSort::Username => {
                let order = rows.usernames.order().clone();
                Self::Subjects(rows.subjects.iter().map(|subject| order.ranks[subject.username]).collect(), order)
            }
            OperationSort::Device => {
                let order = rows.device_names.order().clone();
                Self::Subjects(rows.subjects.iter().map(|subject| order.ranks[subject.device_name]).collect(), order)
            }
            OperationSort::State => Self::States(Order::of(rows.states.iter(), str::to_owned)),
            OperationSort::ScheduledAt => Self::Times(|times| times.scheduled),
            OperationSort::StartedAt => Self::Times(|times| times.started),
            OperationSort::EndedAt => Self::Times(|times| times.ended),
        }
    }

    fn of_row(&self, code: i64, facts: Facts, times: &Times) -> i64 {
        match self {
            Self::Code => code,
            Self::Subjects(ranks, _) => ranks[facts.subject as usize],
            Self::States(order) => order.ranks[usize::from(facts.state)],
            Self::Times(time) => time(times),
        }
    }

    /// The same of a value that was a row's.
    fn of_value(&self, value: &Value) -> Result<i64, VaultError> {
        match (self, value) {
            (Self::Code | Self::Times(_), Value::Integer(value)) => Ok(*value),
            (Self::Subjects(_, order), Value::Text(text)) => Ok(order.rank(&text.to_ascii_lowercase())),
            (Self::States(order), Value::Text(text)) => Ok(order.rank(text)),
            _ => Err(VaultError::InvalidCursor),
        }
    }
}

impl Rows {
    /// What a row is sorted by, as the database has it.
    fn sort_value(&self, sort: OperationSort, code: i64) -> Value {
        let Ok(place) = self.codes.binary_search(&code) else { return Value::Integer(code) };
        let (facts, times) = (self.facts[place], self.times[place]);
        let subject = self.subjects[facts.subject as usize];
        match sort {
            OperationSort::Code => Value::Integer(code),
            OperationSort::Username => Value::Text(self.usernames.get(subject.username).to_owned()),
            OperationSort::Device => Value::Text(self.device_names.get(subject.device_name).to_owned()),
            OperationSort::State => Value::Text(self.states[usize::from(facts.state)].clone()),
            OperationSort::ScheduledAt => Value::Integer(times.scheduled),
            OperationSort::StartedAt => Value::Integer(times.started),
            OperationSort::EndedAt => Value::Integer(times.ended),
        }
    }
}

/// The first of many keys, without sorting the others.
struct First {
    wanted: usize,
    keys: Vec<(i64, i64)>,
    /// Once there are enough: the last of them.
    last: Option<(i64, i64)>,
}

impl First {
    fn new(wanted: usize) -> Self {
        Self { wanted, keys: Vec::new(), last: None }
    }

    fn offer(&mut self, key: (i64, i64)) {
        if self.last.is_none_or(|last| key < last) {
            self.keys.push(key);
            if self.keys.len() >= self.wanted * 4 {
                self.last = Some(*self.keys.select_nth_unstable(self.wanted - 1).1);
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
